import { describe, expect, test } from 'vitest';
import { gradesOf, stepsOf } from '../../../../src/core/graph/steps.ts';
import { trace } from '../../../../src/core/graph/trace.ts';
import type { Dossier, Gathered } from '../../../../src/core/model/chain.ts';
import type { Entity } from '../../../../src/core/model/entity.ts';
import type { Evidence, Problem } from '../../../../src/core/model/evidence.ts';
import type { Step, StepName } from '../../../../src/core/model/report.ts';
import type { SignedDocument } from '../../../../src/core/model/statement.ts';
import { digestOf } from '../../../support/reports.ts';
import {
  DIGESTS,
  IMAGE as SHOP_IMAGE,
  SPDX,
  UNSIGNED,
  gatheredOf,
  provenance,
  rejected,
  simpleSignature,
  stating,
  stranger,
  unchecked,
  verified,
  workflowSigner,
  keySigner,
} from '../claims/documents.ts';
import { COMMIT, IMAGE, gathered, image, notHeard, repository, revision, says, states } from './evidence.ts';

function dossierOf(all: Gathered, root = IMAGE, platform = true): Dossier {
  const traced = {
    reference: 'ghcr.io/acme/shop:1.4',
    root,
    digests: DIGESTS,
    ...(platform ? { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } } : {}),
  };
  return { image: traced, chain: trace(root, all), gathered: all, findings: [] };
}
function stepOf(name: StepName, evidence: readonly Evidence[], problems: readonly Problem[] = []): Step {
  const found = stepsOf(dossierOf(gathered(evidence, problems))).find((step) => step.name === name);
  if (found === undefined) throw new Error(`no step ${name}`);
  return found;
}
function signatureOf(documents: readonly SignedDocument[], problems: readonly Problem[] = []): Step {
  const [found] = stepsOf(dossierOf({ ...gatheredOf(documents), problems }, SHOP_IMAGE)).filter(
    ({ name }) => name === 'signature',
  );
  return found!;
}

test('the steps come in the order of the chain', () => {
  const names = ['image', 'platform', 'signature', 'build', 'source', 'commit', 'path', 'base', 'sbom'];
  expect(stepsOf(dossierOf(gathered([]))).map(({ name }) => name)).toEqual(names);
  expect(stepsOf(dossierOf(gathered([]), IMAGE, false)).map(({ name }) => name)).toEqual(
    names.filter((name) => name !== 'platform'),
  );
});

test('image and platform claim nothing: they are what the digests say', () => {
  expect(stepOf('image', [])).toMatchObject({ answer: `ghcr.io/acme/shop@${IMAGE.digest}`, why: [] });
  expect(stepOf('platform', [states('created', '2026-01-01T00:00:00Z', { strength: 'declared' })])).toMatchObject({
    answer: 'linux/arm64/v8',
    details: [{ name: 'created', value: '2026-01-01T00:00:00Z', grade: 'declared' }],
  });
  for (const name of ['image', 'platform'] as const) expect(stepOf(name, [])).not.toHaveProperty('grade');
});

describe('the origin is graded', () => {
  const grade = (...evidence: readonly Evidence[]) => gradesOf(trace(IMAGE, gathered(evidence)), []).origin;
  test.each(['inferred', 'declared', 'attested', 'verified'] as const)('%s as its commit is', (strength) => {
    expect(grade(says('builtFrom', revision('acme/shop'), { strength }))).toBe(strength);
  });
  test('none without a commit, or with two', () => {
    expect(grade()).toBe('none');
    expect(grade(says('fromRepository', repository('acme/shop'), { strength: 'verified' }))).toBe('none');
    expect(grade(says('builtFrom', revision('a/b')), says('builtFrom', revision('c/d')))).toBe('none');
  });
});

describe('source and commit', () => {
  test('are two lines of one claim', () => {
    const evidence = [says('builtFrom', revision('acme/shop'), { why: 'unsigned' }), states('ref', 'refs/heads/main')];
    expect(stepOf('source', evidence)).toMatchObject({
      grade: 'attested',
      answer: 'https://github.com/acme/shop',
      why: ['unsigned'],
      details: [],
    });
    expect(stepOf('commit', evidence)).toMatchObject({
      grade: 'attested',
      answer: COMMIT,
      link: `https://github.com/acme/shop/commit/${COMMIT}`,
      details: [{ name: 'ref', value: 'refs/heads/main', grade: 'attested' }],
    });
  });

  test('a repository without a commit leaves the commit open', () => {
    const evidence = [says('fromRepository', repository('acme/shop'), { strength: 'declared' })];
    expect(stepOf('source', evidence)).toMatchObject({ grade: 'declared', answer: 'https://github.com/acme/shop' });
    expect(stepOf('commit', evidence)).toMatchObject({ grade: 'none', gap: 'absent' });
  });

  test('disputed commits of one repository dispute the commit alone', () => {
    const evidence = [
      says('builtFrom', revision('acme/shop')),
      says('builtFrom', revision('acme/shop', 'b'.repeat(40))),
    ];
    expect(stepOf('source', evidence)).toMatchObject({ grade: 'attested', answer: 'https://github.com/acme/shop' });
    const commit = stepOf('commit', evidence);
    expect(commit).toMatchObject({ grade: 'none', gap: 'conflict', why: ['2 answers of equal weight'] });
    expect(commit.dissent.map(({ answer }) => answer)).toEqual([
      `https://github.com/acme/shop@${'b'.repeat(40)}`,
      `https://github.com/acme/shop@${COMMIT}`,
    ]);
  });

  test('of different repositories, both', () => {
    const evidence = [says('builtFrom', revision('acme/shop')), says('builtFrom', revision('mallory/shop'))];
    expect(stepOf('source', evidence)).toMatchObject({ gap: 'conflict' });
    expect(stepOf('source', evidence).dissent.map(({ answer }) => answer)).toEqual([
      'https://github.com/acme/shop',
      'https://github.com/mallory/shop',
    ]);
  });
});

describe('not heard is never not there', () => {
  test.each([
    ['build', 'builtBy'],
    ['commit', 'builtFrom'],
    ['source', 'fromRepository'],
    ['path', 'builtAt'],
    ['base', 'basedOn'],
    ['signature', 'describedBy'],
    ['sbom', 'describedBy'],
  ] as const)('%s', (name, relation) => {
    expect(stepOf(name, [])).toMatchObject({ grade: 'none', gap: 'absent' });
    expect(stepOf(name, [], [notHeard([relation])])).toMatchObject({
      grade: 'none',
      gap: 'unheard',
      why: ['no answer within 10 s'],
    });
  });

  test('an SBOM that could not be heard of is unheard also where the source is known', () => {
    const evidence = [says('builtFrom', revision('acme/shop'), { strength: 'declared' })];
    expect(stepOf('sbom', evidence, [notHeard(['builtFrom', 'describedBy'])])).toMatchObject({ gap: 'unheard' });
  });

  test('a settled step says who could have said more', () => {
    const evidence = [says('builtFrom', revision('acme/shop'), { strength: 'declared', why: 'a label' })];
    expect(stepOf('commit', evidence, [notHeard(['builtFrom'])]).why).toEqual([
      'a label',
      'could be known better: no answer within 10 s',
    ]);
  });
});

describe('the base', () => {
  const inputs = [says('builtWith', image('1')), says('builtWith', image('2'))];

  test('of several inputs is not said, and they are shown', () => {
    expect(stepOf('base', inputs)).toMatchObject({
      gap: 'absent',
      why: ['several images went in, and nothing says which of them it stands on'],
      details: [{ name: 'input' }, { name: 'input' }],
    });
  });

  test('stays open where an input could not be read', () => {
    expect(stepOf('base', inputs, [notHeard(['builtFrom'], image('1'))])).toMatchObject({ gap: 'unheard' });
  });

  test('is not among its own inputs', () => {
    const step = stepOf('base', [...inputs, says('basedOn', image('1'))]);
    expect(step.details).toHaveLength(1);
  });
});

describe('the SBOM', () => {
  const document = (predicateType: string, seed: string): Entity => ({
    kind: 'document',
    digest: digestOf(seed),
    predicateType,
  });

  test('is the best of them; others are told, and statements with a line of their own are not', () => {
    const step = stepOf('sbom', [
      says('describedBy', document(SPDX, '1'), { strength: 'declared' }),
      says('describedBy', document('https://cyclonedx.org/bom', '2'), { strength: 'verified' }),
      says('describedBy', document('https://example.com/scan', '3')),
      says('describedBy', document('https://slsa.dev/provenance/v1', '4')),
      says('describedBy', document('cosign simple signing', '5')),
    ]);
    expect(step).toMatchObject({ grade: 'verified', answer: `https://cyclonedx.org/bom (${digestOf('2')})` });
    expect(step.details.map(({ name, value }) => `${name} ${value}`)).toEqual([
      `and ${SPDX} (${digestOf('1')})`,
      `also https://example.com/scan (${digestOf('3')})`,
    ]);
  });

  test('of the base is not the image’s', () => {
    const evidence = [
      says('basedOn', image('ba5e')),
      says('describedBy', document(SPDX, '1'), { from: image('ba5e') }),
    ];
    expect(stepOf('sbom', evidence)).toMatchObject({ gap: 'absent' });
  });
});

describe('the build', () => {
  const build: Entity = {
    kind: 'build',
    builderId: 'https://example.com/builder',
    invocationId: 'https://example.com/run/7',
  };

  test('shows its facts, the best of each, and where they differ', () => {
    const step = stepOf('build', [
      says('builtBy', build),
      states('trigger', 'push', { about: build, rank: 100 }),
      states('trigger', 'manual', { about: build, rank: 300 }),
      states('runUrl', 'https://example.com/run/7', { about: build }),
      states('runner', 'self-hosted', { about: build }),
      states('runner', 'github-hosted', { about: build }),
      says('ranFrom', revision('acme/ci'), { from: build }),
    ]);
    expect(step.details).toEqual([
      { name: 'run', value: 'https://example.com/run/7', grade: 'attested', link: 'https://example.com/run/7' },
      { name: 'trigger', value: 'push', grade: 'attested' },
      { name: 'runner', value: 'github-hosted or self-hosted (they differ)', grade: 'attested' },
      {
        name: 'workflow',
        value: `https://github.com/acme/ci@${COMMIT}`,
        grade: 'attested',
        link: `https://github.com/acme/ci/commit/${COMMIT}`,
      },
    ]);
  });

  test.each([
    ['true', 1],
    ['false', 0],
  ])('hermetic is told where it is %s: %i', (value, times) => {
    const step = stepOf('build', [says('builtBy', build), states('hermetic', value)]);
    expect(step.details.filter(({ name }) => name === 'hermetic')).toHaveLength(times);
  });

  test('without a name says so', () => {
    expect(stepOf('build', [says('builtBy', { kind: 'build', builderId: '' })]).answer).toBe(
      'a builder that does not name itself',
    );
  });
});

test('inherited labels say why they count for nothing', () => {
  const base = image('ba5e');
  const commit = stepOf('commit', [
    states('diffIds', 'a b'),
    states('label:s', 'x'),
    says('basedOn', base),
    states('diffIds', 'a', { about: base }),
    states('label:s', 'x', { about: base }),
    says('builtFrom', revision('acme/base'), { strength: 'declared', labels: ['s'], at: 'config labels s' }),
  ]);
  expect(commit).toMatchObject({
    gap: 'absent',
    dissent: [{ from: 'config labels s', why: 'its base image has the same label' }],
  });
});

describe('the signature', () => {
  test('of an SBOM alone is none of the image', () => {
    const sbom = stating(SPDX, {}, { checked: verified(workflowSigner()) });
    const step = signatureOf([sbom]);
    expect(step.grade).toBe('attested');
    expect(step.why[0]).toBe(`only documents about it are signed (${SPDX}), and not the image`);
    expect(signatureOf([sbom, provenance({ document: digestOf('2') })])).toMatchObject({ grade: 'verified', why: [] });
  });

  test('names who signed, when, in which log, under which root', () => {
    expect(signatureOf([provenance()])).toMatchObject({
      grade: 'verified',
      answer: workflowSigner().identity,
      details: [
        { name: 'issuer', value: workflowSigner().issuer },
        { name: 'signed', value: '2026-11-20T09:31:44Z' },
        { name: 'log', value: 'rekor.sigstore.dev entry 174304112' },
        { name: 'root', value: 'public-good' },
      ],
      why: [],
    });
  });

  test('of a stranger is attested, with the command that would pin it', () => {
    expect(signatureOf([provenance({ checked: verified(stranger()) })])).toMatchObject({
      grade: 'attested',
      answer: stranger().identity,
      why: ['signer not tied to this image; to let it speak: provtrace trust pin ghcr.io/acme/shop:1.4'],
    });
  });

  test('that was rejected supports nothing, and is always shown', () => {
    const step = signatureOf([simpleSignature({ checked: rejected() })]);
    expect(step).toMatchObject({ grade: 'none', answer: '1 signed document', support: [] });
    expect(step.why).toEqual([
      expect.stringMatching(/^rejected: signature does not hold \(referrers API, sha256:\w+\): expected .+, got .+$/),
    ]);
    const both = signatureOf([provenance(), simpleSignature({ checked: rejected(), document: digestOf('2') })]);
    expect(both.grade).toBe('verified');
    expect(both.why).toEqual(step.why.map((reason) => reason.replace(digestOf('d0c'), digestOf('2'))));
  });

  test('that was not checked says why', () => {
    expect(signatureOf([provenance({ checked: unchecked('NO_KEY') })])).toMatchObject({
      grade: 'attested',
      answer: '1 signed document',
      why: ['no key given that could check it'],
    });
  });

  test('of another image is no signature of this one', () => {
    const foreign = simpleSignature({ about: digestOf('0dd'), document: digestOf('2') });
    const why = [`rejected: about another digest (referrers API, ${digestOf('2')})`];
    expect(signatureOf([foreign])).toMatchObject({ grade: 'none', answer: '1 signed document', details: [], why });
    expect(signatureOf([foreign, provenance()])).toMatchObject({
      grade: 'verified',
      answer: workflowSigner().identity,
      why,
    });
  });

  test('is absent where all is unsigned', () => {
    expect(signatureOf([provenance({ checked: UNSIGNED })])).toMatchObject({ gap: 'absent' });
    expect(signatureOf([provenance({ checked: UNSIGNED })], [notHeard(['describedBy'], SHOP_IMAGE)])).toMatchObject({
      gap: 'unheard',
    });
  });

  test('names a key by its name', () => {
    expect(signatureOf([stating(SPDX, {}, { checked: verified(keySigner(), 'keys') })]).answer).toBe('key cosign.pub');
  });
});
