import { describe, expect, test } from 'vitest';
import type { PinnedSigner } from '../../../../src/core/claims/speakers.ts';
import type { SignedDocument } from '../../../../src/core/model/statement.ts';
import { evaluate, missesOf } from '../../../../src/core/policy/evaluate.ts';
import type { Requirements } from '../../../../src/core/policy/requirements.ts';
import { isEmpty, pinsOf } from '../../../../src/core/policy/requirements.ts';
import { digestOf } from '../../../support/reports.ts';
import {
  ATTESTATION,
  CONFIG,
  COMMIT,
  GENERATOR,
  GITHUB,
  INDEX,
  NOT_HEARD,
  PROVENANCE,
  REPOSITORY,
  SIGNATURE,
  SPDX,
  STRANGE,
  UNSIGNED,
  WORKFLOW,
  generator,
  judgedImage,
  keySigner,
  predicateOf,
  provenance,
  rejected,
  simpleSignature,
  stating,
  stranger,
  unchecked,
  verified,
  workflowSigner,
} from '../claims/documents.ts';

type Asked = Partial<Requirements>;
type Setting = Parameters<typeof judgedImage>[1];

function judge(documents: readonly SignedDocument[], asked: Asked, setting: Setting = {}) {
  const requirements = { signers: [], ...asked };
  const pins = [...pinsOf(requirements), ...(setting.pins ?? [])];
  return evaluate(judgedImage(documents, { ...setting, pins }), requirements, pins);
}
const verdict = (...given: Parameters<typeof judge>): string => judge(...given).verdict;
/** What the nearest document lacks. */
const misses = (...given: Parameters<typeof judge>): readonly string[] => {
  const [nearest] = judge(...given).judged;
  return nearest === undefined ? ['no document'] : missesOf(nearest);
};

const exactly = (identity: string, issuer = GITHUB): PinnedSigner => ({
  kind: 'certificate',
  issuer,
  identity,
  match: 'exact',
});
const MEMBER: Asked = { sourceRepository: REPOSITORY };

/** Every requirement, as the good provenance meets it, and as it does not. */
const EACH: readonly (readonly [name: string, met: Asked, unmet: Asked])[] = [
  ['predicate type', { predicateType: PROVENANCE }, { predicateType: SPDX }],
  ['signer', { signers: [exactly(WORKFLOW)] }, { signers: [exactly(`${WORKFLOW}-evil`)] }],
  ['signer repository', { signerRepository: REPOSITORY }, { signerRepository: `${REPOSITORY}-evil` }],
  [
    'signer workflow',
    { signerWorkflow: 'acme/shop/.github/workflows/release.yml' },
    { signerWorkflow: 'acme/shop/.github/workflows/release.yaml' },
  ],
  ['source repository', MEMBER, { sourceRepository: `${REPOSITORY}-evil` }],
  ['source ref', { sourceRef: 'refs/heads/main' }, { sourceRef: 'refs/heads/mai' }],
  ['source commit', { sourceCommit: COMMIT }, { sourceCommit: COMMIT.slice(0, 39) }],
  ['builder', { builder: WORKFLOW }, { builder: REPOSITORY }],
];

describe('each requirement', () => {
  test.each(EACH)('%s, alone', (name, met, unmet) => {
    expect(verdict([provenance()], met)).toBe('pass');
    expect(verdict([provenance()], unmet)).toBe('fail');
    if (name !== 'predicate type') expect(misses([provenance()], unmet)).toContain(name);
  });

  test('all of them together', () => {
    const all = Object.assign({}, ...EACH.map(([, met]) => met)) as Asked;
    expect(verdict([provenance()], all)).toBe('pass');
    expect(judge([provenance()], all).judged[0]?.checks).toHaveLength(EACH.length + 1);
  });

  test.each(EACH)('all of them together, but for %s', (_name, _met, unmet) => {
    const all = Object.assign({}, ...EACH.map(([, met]) => met), unmet) as Asked;
    expect(verdict([provenance()], all)).toBe('fail');
  });

  test('any of several signers will do', () => {
    expect(verdict([provenance()], { signers: [exactly('someone'), exactly(WORKFLOW)] })).toBe('pass');
    expect(verdict([provenance()], { signers: [exactly('someone'), exactly('someone else')] })).toBe('fail');
  });

  test('a required key, and no other one', () => {
    const signers: PinnedSigner[] = [{ kind: 'key', fingerprint: keySigner().fingerprint }];
    expect(verdict([simpleSignature({ checked: verified(keySigner(), 'keys') })], { signers })).toBe('pass');
    expect(verdict([simpleSignature({ checked: verified(keySigner('f00'), 'keys') })], { signers })).toBe('fail');
    expect(verdict([simpleSignature()], { signers })).toBe('fail');
  });
});

describe('nothing passes because nothing was looked at (traps V1)', () => {
  test('no documents at all', () => {
    for (const [, met] of EACH) expect(verdict([], met)).toBe('fail');
    expect(judge([], MEMBER)).toMatchObject({ reason: 'nothing that is signed is about this image', judged: [] });
  });

  test('documents, and none of the predicate type that is asked for', () => {
    const judgement = judge([provenance(), simpleSignature()], { predicateType: SPDX });
    expect(judgement).toMatchObject({
      verdict: 'fail',
      reason: `no signed document about this image states ${SPDX}`,
      judged: [],
    });
  });

  test.each<[string, SignedDocument]>([
    ['unsigned', provenance({ checked: UNSIGNED })],
    ['about another image', provenance({ about: STRANGE })],
    ['a signature of another image', simpleSignature({ about: STRANGE })],
    ['not understood', { kind: 'opaque', mediaType: PROVENANCE, document: INDEX, carrier: 'x', checked: verified() }],
  ])('only one that is %s', (_name, document) => {
    for (const [, met] of EACH) expect(verdict([document], met)).toBe('fail');
    expect(judge([document], MEMBER).judged).toEqual([]);
  });

  test('a requirement of nothing is none: the command asks for this before it judges', () => {
    expect(isEmpty({ signers: [] })).toBe(true);
    // A builder works for everybody: to name it alone says nothing of this image.
    for (const [, met] of EACH) expect(isEmpty({ signers: [], ...met })).toBe(Object.keys(met).join() === 'builder');
  });

  test('what nothing states meets no requirement, not even an empty one', () => {
    const plain = simpleSignature();
    for (const asked of [
      { sourceRef: '' },
      { sourceCommit: '' },
      { builder: '' },
      { sourceRepository: '' },
      { signerWorkflow: '' },
    ]) {
      expect(verdict([plain], asked)).toBe('fail');
    }
  });
});

describe('a signature', () => {
  test.each<[string, SignedDocument]>([
    ['is rejected', provenance({ checked: rejected() })],
    ['was not checked', provenance({ checked: unchecked('NOT_CHECKED') })],
    ['has no root of trust', provenance({ checked: unchecked('NO_TRUST_ROOT') })],
    ['has no key', simpleSignature({ checked: unchecked('NO_KEY') })],
    ['has no log entry', simpleSignature({ checked: unchecked('NO_LOG_ENTRY') })],
    ['is of the config alone', provenance({ about: CONFIG })],
    ['is of an attestation manifest alone', simpleSignature({ about: ATTESTATION })],
  ])('that %s meets nothing', (_name, document) => {
    for (const [name, met] of EACH) {
      if (name === 'predicate type' && document.kind === 'simpleSigning') continue;
      expect(verdict([document], met)).toBe('fail');
      expect(misses([document], met)).toContain('signature');
    }
  });

  test('of the index is one of its platforms', () => {
    expect(verdict([provenance({ about: INDEX })], MEMBER)).toBe('pass');
  });

  test('says what is wrong with it, with both sides', () => {
    const [nearest] = judge([provenance({ checked: rejected() })], MEMBER).judged;
    expect(nearest?.checks.find(({ requirement }) => requirement === 'signature')).toEqual({
      requirement: 'signature',
      expected: 'one that holds',
      got: 'signature does not hold: expected a signature that holds, got another one',
      holds: false,
    });
  });
});

describe('the signer', () => {
  test('must be one that may speak for the image, where none is required by name', () => {
    const strange = provenance({ checked: verified(stranger()) });
    for (const [name, met] of EACH) if (name !== 'signer') expect(verdict([strange], met)).toBe('fail');
    expect(misses([strange], MEMBER)).toEqual(['signer may speak for the image']);
    expect(verdict([strange], { ...MEMBER, signers: [exactly(stranger().identity)] })).toBe('pass');
  });

  test('that is pinned for this name may, for another name may not', () => {
    const strange = provenance({ checked: verified(stranger()) });
    const signer = exactly(stranger().identity);
    expect(verdict([strange], MEMBER, { pins: [{ images: 'ghcr.io/acme/*', signer }] })).toBe('pass');
    expect(verdict([strange], MEMBER, { pins: [{ images: 'ghcr.io/other/*', signer }] })).toBe('fail');
  });

  test('that is required by name must be it, whoever else may speak', () => {
    expect(misses([provenance()], { ...MEMBER, signers: [exactly(stranger().identity)] })).toEqual(['signer']);
    expect(misses([provenance({ checked: verified(generator()) })], { signers: [exactly(WORKFLOW)] })).toEqual([
      'signer',
    ]);
  });

  test('of another issuer with the same name is another', () => {
    const minted = provenance({ checked: verified(workflowSigner({ issuer: 'https://issuer.example.com' })) });
    expect(misses([minted], { signers: [exactly(WORKFLOW)] })).toEqual(['signer']);
  });

  test('whose identity only begins as required is another (traps V5)', () => {
    const evil = workflowSigner({ identity: WORKFLOW.replace('acme/shop', 'acme/shop-evil') });
    const asked = { signers: [{ ...exactly('https://github.com/acme/shop/**'), match: 'pattern' } as PinnedSigner] };
    expect(verdict([provenance()], asked)).toBe('pass');
    expect(misses([provenance({ checked: verified(evil) })], asked)).toEqual(['signer']);
  });

  test('of a root that the user added speaks for nothing unless it is required', () => {
    const minted = provenance({ checked: verified(workflowSigner(), 'file:/srv/root.json') });
    expect(misses([minted], MEMBER)).toEqual(['signer may speak for the image']);
    expect(verdict([minted], { ...MEMBER, signers: [exactly(WORKFLOW)] })).toBe('pass');
  });
});

describe('one and the same document must meet all', () => {
  const good = provenance({ document: digestOf('1') });
  const other = provenance({
    document: digestOf('2'),
    checked: verified(generator()),
    build: { builder: GENERATOR, repository: 'https://github.com/acme/other' },
  });

  test('two that each meet half are not one that meets both', () => {
    const both = { sourceRepository: REPOSITORY, builder: GENERATOR };
    expect(verdict([good], { sourceRepository: REPOSITORY })).toBe('pass');
    expect(verdict([other], { builder: GENERATOR })).toBe('pass');
    expect(verdict([good, other], both)).toBe('fail');
  });

  test('a good signature here and the right source in a stranger’s statement there', () => {
    const strange = provenance({ document: digestOf('3'), checked: verified(stranger()) });
    expect(verdict([other, strange], MEMBER)).toBe('fail');
    expect(verdict([other, strange, good], MEMBER)).toBe('pass');
  });

  test('the order in which they came changes nothing', () => {
    const documents = [good, other, provenance({ document: digestOf('3'), checked: rejected() }), simpleSignature()];
    const asked = { ...MEMBER, builder: GENERATOR };
    expect(judge(documents.toReversed(), asked)).toEqual(judge(documents, asked));
  });

  test('the nearest is told first, with what it lacks', () => {
    const judgement = judge([provenance({ document: digestOf('3'), checked: rejected() }), good], {
      ...MEMBER,
      sourceRef: 'refs/tags/v1',
    });
    expect(judgement.judged.map(({ candidate }) => candidate.document)).toEqual([digestOf('1'), digestOf('3')]);
    expect(judgement.reason).toBe('source ref: not as required');
  });

  test('a rejected document beside a good one takes nothing away', () => {
    expect(verdict([provenance({ document: digestOf('3'), checked: rejected() }), good], MEMBER)).toBe('pass');
  });
});

describe('a signature of the image is not every signature about it (traps V12)', () => {
  const signers = [exactly(WORKFLOW)];
  test.each([
    ['a plain signature', simpleSignature(), 'pass'],
    ['cosign’s newer form', stating(SIGNATURE, {}), 'pass'],
    ['provenance', provenance(), 'pass'],
    ['an SBOM', stating(SPDX, {}), 'fail'],
    ['a vulnerability scan', stating('https://cosign.sigstore.dev/attestation/vuln/v1', {}), 'fail'],
    ['a predicate type of one’s own', stating('https://example.com/anything', {}), 'fail'],
    ['a predicate type that begins alike', stating(`${SIGNATURE}2`, {}), 'fail'],
  ] as const)('%s by the required identity: %3$s', (_name, document, expected) => {
    expect(verdict([document], { signers })).toBe(expected);
  });

  test('an SBOM counts where it is asked for, and then nothing else does', () => {
    expect(verdict([stating(SPDX, {})], { signers, predicateType: SPDX })).toBe('pass');
    expect(verdict([provenance(), simpleSignature()], { signers, predicateType: SPDX })).toBe('fail');
  });
});

describe('the builder in the payload (traps V6)', () => {
  const claiming = (signer = workflowSigner()) =>
    provenance({ checked: verified(signer), build: { builder: GENERATOR } });

  test('is not believed where the certificate says another', () => {
    expect(misses([claiming()], { builder: GENERATOR })).toEqual(['builder is the signer']);
    expect(judge([claiming()], { builder: GENERATOR }).judged[0]?.checks.at(-1)).toMatchObject({
      expected: GENERATOR,
      got: `${WORKFLOW} by ${GITHUB}`,
    });
  });

  test('nor where another platform signed', () => {
    const go = GENERATOR.replace('generator_container', 'generator_generic');
    expect(misses([claiming(generator(go))], { builder: GENERATOR })).toEqual(['builder is the signer']);
  });

  test('is believed of itself', () => {
    expect(verdict([claiming(generator())], { builder: GENERATOR })).toBe('pass');
  });

  test('and of a signer that the user requires by name', () => {
    expect(verdict([claiming()], { builder: GENERATOR, signers: [exactly(WORKFLOW)] })).toBe('pass');
  });

  test('Google’s keys say who built, whatever they call it', () => {
    const builder = 'https://cloudbuild.googleapis.com/GoogleHostedWorker';
    const google = (root: string) => provenance({ checked: verified(keySigner(), root), build: { builder } });
    expect(verdict([google('google-cloud-build')], { builder })).toBe('pass');
    expect(verdict([google('keys')], { builder })).toBe('fail');
  });
});

describe('undecided and fail are two answers (traps V7)', () => {
  const unheard: Setting = { problems: [NOT_HEARD] };

  test('what could not be heard keeps a failure open', () => {
    const judgement = judge([], MEMBER, unheard);
    expect(judgement).toMatchObject({ verdict: 'undecided', unheard: [NOT_HEARD] });
    expect(verdict([provenance({ checked: rejected() })], MEMBER, unheard)).toBe('undecided');
    expect(verdict([provenance({ checked: verified(stranger()) })], MEMBER, unheard)).toBe('undecided');
  });

  test('and takes nothing from what was heard and holds', () => {
    expect(judge([provenance()], MEMBER, unheard)).toMatchObject({ verdict: 'pass', unheard: [] });
  });

  test('what could have said nothing about signatures changes nothing', () => {
    const beside = { ...NOT_HEARD, relations: ['reviewedBy', 'builtFrom'] as const };
    expect(judge([], MEMBER, { problems: [beside] })).toMatchObject({ verdict: 'fail', unheard: [] });
  });
});

describe('as of a moment', () => {
  const at = (moment: string, ...times: readonly string[]) =>
    misses([provenance({ checked: { ...verified(), times } })], { ...MEMBER, at: moment });

  test('what was signed later does not count; what was signed by then does', () => {
    expect(at('2026-11-20T09:31:44Z', '2026-11-20T09:31:44Z')).toEqual([]);
    expect(at('2026-11-20T09:31:43Z', '2026-11-20T09:31:44Z')).toEqual(['signed by then']);
    expect(at('2026-11-20T10:31:44+01:00', '2026-11-20T09:31:44Z')).toEqual([]);
  });

  test('the first of several trusted times decides', () => {
    expect(at('2026-11-20T12:00:00Z', '2026-11-21T00:00:00Z', '2026-11-20T00:00:00Z')).toEqual([]);
  });

  test('without a trusted time nothing was signed by then', () => {
    expect(at('2026-11-20T12:00:00Z')).toEqual(['signed by then']);
    expect(misses([provenance({ checked: rejected() })], { ...MEMBER, at: '2026-11-20T12:00:00Z' })).toContain(
      'signed by then',
    );
  });

  test('alone it is no requirement, nor is a builder’s name', () => {
    expect(isEmpty({ signers: [], at: '2026-11-20T12:00:00Z' })).toBe(true);
    expect(isEmpty({ signers: [], builder: WORKFLOW })).toBe(true);
  });
});

describe('a verification summary', () => {
  const VSA = 'https://slsa.dev/verification_summary/v1';
  const summary = (verificationResult: unknown) =>
    stating(VSA, { verificationResult, verifier: { id: 'https://example.com' } });

  test.each([
    ['PASSED', 'pass'],
    ['FAILED', 'fail'],
    ['passed', 'fail'],
    ['', 'fail'],
    [undefined, 'fail'],
    [true, 'fail'],
  ])('that says %o: %s', (result, expected) => {
    expect(verdict([summary(result)], { predicateType: VSA })).toBe(expected);
  });

  test('is no signature of the image, and counts only where it is asked for', () => {
    expect(verdict([summary('PASSED')], { signers: [exactly(WORKFLOW)] })).toBe('fail');
  });
});

describe('what an image was made from', () => {
  test('is the predicate’s word, not the certificate’s', () => {
    const deploy = 'https://github.com/acme/deploy';
    const extensions = { ...workflowSigner().extensions, 12: deploy };
    const promoted = provenance({ checked: verified(workflowSigner({ extensions })) });
    expect(verdict([promoted], { sourceRepository: REPOSITORY })).toBe('pass');
    expect(verdict([promoted], { sourceRepository: deploy })).toBe('fail');
  });

  test('a plain signature does not say: a promotion job signs what another repository made (SPEC 3)', () => {
    for (const document of [simpleSignature(), stating(SIGNATURE, {})]) {
      expect(verdict([document], { signers: [exactly(WORKFLOW)] })).toBe('pass');
      for (const asked of [MEMBER, { sourceRef: 'refs/heads/main' }, { sourceCommit: COMMIT }]) {
        expect(verdict([document], { ...asked, signers: [exactly(WORKFLOW)] })).toBe('fail');
        expect(judge([document], asked).judged[0]?.checks.at(-1)).toMatchObject({ got: 'nothing states it' });
      }
    }
  });

  test('unless a platform signed that lets no tenant write it', () => {
    const identity = 'https://github.com/docker/github-builder/.github/workflows/build.yml@refs/tags/v1';
    const checked = verified(generator(identity));
    expect(
      verdict([simpleSignature({ checked })], { ...MEMBER, sourceCommit: COMMIT, sourceRef: 'refs/heads/main' }),
    ).toBe('pass');
  });

  test('of several inputs, none is the first (traps V10)', () => {
    const git = (url: string, commit: string) => ({ uri: `git+${url}`, digest: { gitCommit: commit } });
    const predicate = {
      buildDefinition: {
        buildType: 'https://example.com/b',
        resolvedDependencies: [git(REPOSITORY, COMMIT), git('https://github.com/acme/library', 'b'.repeat(40))],
      },
    };
    for (const asked of [MEMBER, { sourceCommit: COMMIT }]) {
      expect(misses([stating(PROVENANCE, predicate)], asked)).toEqual([
        Object.keys(asked)[0] === 'sourceCommit' ? 'source commit' : 'source repository',
      ]);
    }
  });

  test('where the declared source and the input differ, neither is', () => {
    const predicate = {
      buildDefinition: {
        buildType: 'https://example.com/b',
        externalParameters: { source: { uri: `git+${REPOSITORY}`, digest: { gitCommit: COMMIT } } },
        resolvedDependencies: [{ uri: 'git+https://github.com/acme/library', digest: { gitCommit: COMMIT } }],
      },
    };
    for (const sourceRepository of [REPOSITORY, 'https://github.com/acme/library']) {
      expect(misses([stating(PROVENANCE, predicate)], { sourceRepository })).toEqual(['source repository']);
    }
  });

  test('a client’s hint does not say', () => {
    const predicate = {
      builder: { id: '' },
      buildType: 'https://mobyproject.org/buildkit@v1',
      invocation: { parameters: { frontend: 'dockerfile.v0', locals: [{ name: 'context' }] } },
      metadata: { 'https://mobyproject.org/buildkit@v1#metadata': { vcs: { source: REPOSITORY, revision: COMMIT } } },
    };
    expect(misses([stating('https://slsa.dev/provenance/v0.2', predicate)], MEMBER)).toEqual(['source repository']);
  });

  test('is compared as a repository, not as text; commits without regard to case', () => {
    for (const sourceRepository of [
      `${REPOSITORY}.git`,
      'https://github.com/Acme/Shop',
      'git@github.com:acme/shop.git',
    ]) {
      expect(verdict([provenance()], { sourceRepository })).toBe('pass');
    }
    expect(verdict([provenance()], { sourceCommit: COMMIT.toUpperCase() })).toBe('pass');
  });
});

describe('Docker’s two hops', () => {
  const layer = provenance({ checked: UNSIGNED, container: ATTESTATION, document: digestOf('1a7e') });
  const signature = simpleSignature({ about: ATTESTATION, document: digestOf('51') });

  test('a layer that is about this image passes by the signature on its manifest', () => {
    const judgement = judge([layer, signature], MEMBER);
    expect(judgement).toMatchObject({ verdict: 'pass', reason: `${PROVENANCE} meets every requirement` });
    expect(judgement.judged[0]?.candidate).toMatchObject({
      document: digestOf('1a7e'),
      endorsedBy: digestOf('51'),
      boundBy: 'platform',
    });
  });

  test('a manifest moved here from another image passes for nothing, however well it is signed', () => {
    const moved = provenance({ ...layer, about: STRANGE, checked: UNSIGNED });
    for (const asked of [MEMBER, { signers: [exactly(WORKFLOW)] }]) {
      expect(verdict([moved, signature], asked)).toBe('fail');
      expect(misses([moved, signature], asked)).toContain('signature');
    }
  });

  test('a signed statement about the manifest endorses no layer, and is not about the image', () => {
    const about = stating(PROVENANCE, predicateOf(), { about: ATTESTATION, document: digestOf('52') });
    expect(verdict([layer, about], MEMBER)).toBe('fail');
  });

  test('a stranger’s signature endorses as a stranger’s', () => {
    const strange = simpleSignature({ about: ATTESTATION, checked: verified(stranger()) });
    expect(misses([layer, strange], MEMBER)).toEqual(['signer may speak for the image']);
  });

  test('an SBOM beside it counts where it is asked for', () => {
    const sbom = stating(SPDX, {}, { checked: UNSIGNED, container: ATTESTATION, document: digestOf('5b') });
    expect(verdict([sbom, signature], { signers: [exactly(WORKFLOW)] })).toBe('fail');
    expect(verdict([sbom, signature], { signers: [exactly(WORKFLOW)], predicateType: SPDX })).toBe('pass');
  });
});
