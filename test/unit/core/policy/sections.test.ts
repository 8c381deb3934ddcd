import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../../src/core/model/chain.ts';
import type { SignedDocument } from '../../../../src/core/model/statement.ts';
import { absent, failed, found } from '../../../../src/core/model/outcome.ts';
import type { CelEvaluator } from '../../../../src/core/policy/cel.ts';
import type { PolicyInput, SbomFact, ScanFact } from '../../../../src/core/policy/policy-input.ts';
import { digestOf } from '../../../support/reports.ts';
import {
  COMMIT,
  GENERATOR,
  GITHUB,
  IMAGE,
  NOT_HEARD,
  PROVENANCE,
  REPOSITORY,
  SPDX,
  WORKFLOW,
  generator,
  keySigner,
  predicateOf,
  provenance,
  simpleSignature,
  stating,
  stranger,
  verified,
  workflowSigner,
} from '../claims/documents.ts';
import type { Setting } from './policies.ts';
import { UNHEARD, imageWith, judged, known, leafOf, misses, nowhere, unheard, verdict } from './policies.ts';

/** The good provenance, with changes anywhere in its predicate. */
function saying(changes: {
  definition?: object;
  metadata?: object;
  internal?: object;
  external?: object;
}): SignedDocument {
  const { buildDefinition, runDetails } = predicateOf() as {
    buildDefinition: object;
    runDetails: { metadata: object };
  };
  return stating(PROVENANCE, {
    buildDefinition: {
      ...buildDefinition,
      ...changes.definition,
      ...(changes.internal === undefined ? {} : { internalParameters: { github: changes.internal } }),
      ...(changes.external === undefined ? {} : { externalParameters: changes.external }),
    },
    runDetails: { ...runDetails, metadata: { ...runDetails.metadata, ...changes.metadata } },
  });
}
const ofProvenance = (demand: object) => ({ provenance: demand });
const ofTag = provenance({
  build: { ref: 'refs/tags/v1' },
  checked: verified(workflowSigner({ extensions: { ...workflowSigner().extensions, 14: 'refs/tags/v1' } })),
});
const buildkit = (metadata: object): SignedDocument =>
  stating('https://slsa.dev/provenance/v0.2', {
    builder: { id: WORKFLOW },
    buildType: 'https://mobyproject.org/buildkit@v1',
    invocation: {
      configSource: { uri: `${REPOSITORY}.git#refs/heads/main`, digest: { sha1: COMMIT } },
      parameters: {},
    },
    metadata,
    materials: [{ uri: `${REPOSITORY}.git#refs/heads/main`, digest: { sha1: COMMIT } }],
  });

describe('each demand on provenance', () => {
  test.each<[string, object, SignedDocument, object]>([
    ['present', { present: true }, provenance(), { present: true }],
    ['builders', { builders: [WORKFLOW] }, provenance(), { builders: ['https://github.com/acme/other/**'] }],
    [
      'buildTypes',
      { buildTypes: ['https://actions.github.io/buildtypes/workflow/v1'] },
      provenance(),
      { buildTypes: ['https://actions.github.io/'] },
    ],
    ['repositories', { repositories: [`${REPOSITORY}.git`] }, provenance(), { repositories: [`${REPOSITORY}-evil`] }],
    [
      'repositories by pattern',
      { repositories: ['https://github.com/acme/*'] },
      provenance(),
      { repositories: ['https://github.com/ac/*'] },
    ],
    ['ref.branches', { ref: { branches: ['main'] } }, provenance(), { ref: { tags: ['**'] } }],
    ['ref.tags', { ref: { tags: ['v*'] } }, ofTag, { ref: { branches: ['**'] } }],
    ['triggers', { triggers: ['push'] }, provenance(), { triggers: ['schedule'] }],
    ['runners', { runners: ['github-hosted'] }, provenance(), { runners: ['self-hosted'] }],
    ['maxAge', { maxAge: '2d' }, provenance(), { maxAge: '1d' }],
    ['buildLevel', { buildLevel: 2 }, provenance(), { buildLevel: 3 }],
    ['hermetic', { hermetic: true }, buildkit({ 'https://mobyproject.org/buildkit@v1#hermetic': true }), {}],
    ['complete', { complete: true }, buildkit({ completeness: { materials: true } }), {}],
  ])('%s: passes and fails', (_name, met, document, unmet) => {
    expect(verdict(ofProvenance(met), [document])).toBe('pass');
    if ('present' in unmet) expect(verdict(ofProvenance(unmet), [simpleSignature()])).toBe('fail');
    else if (Object.keys(unmet).length > 0) expect(verdict(ofProvenance(unmet), [document])).toBe('fail');
    else expect(verdict(ofProvenance(met), [provenance()])).toBe('fail');
  });

  test.each<[string, object]>([
    ['builders', { builders: ['**a**'] }],
    ['buildTypes', { buildTypes: ['**a**'] }],
    ['repositories', { repositories: ['https://github.com/**'] }],
    ['repositoryIds', { repositoryIds: ['1'] }],
    ['ref', { ref: { branches: ['**a**'] } }],
    ['triggers', { triggers: ['push'] }],
    ['parameters', { parameters: { target: 'release' } }],
    ['maxAge', { maxAge: '9999w' }],
    ['hermetic', { hermetic: true }],
    ['complete', { complete: true }],
  ])('%s: what the document does not state fails; where a place was not heard it is undecided', (_name, demand) => {
    const silent = stating(
      PROVENANCE,
      {},
      { checked: { ...verified(workflowSigner({ extensions: { 16: 'https://github.com/acme' } })), times: [] } },
    );
    expect(verdict(ofProvenance(demand), [silent])).toBe('fail');
    expect(verdict(ofProvenance(demand), [])).toBe('fail');
    expect(verdict(ofProvenance(demand), [silent], { problems: [NOT_HEARD] })).toBe('undecided');
    expect(verdict(ofProvenance(demand), [], { problems: [NOT_HEARD] })).toBe('undecided');
  });

  test('a document that meets it passes whoever else was not heard', () => {
    expect(verdict(ofProvenance({ repositories: [REPOSITORY] }), [provenance()], { problems: [NOT_HEARD] })).toBe(
      'pass',
    );
  });

  test('a builder’s name counts where the signer is that builder, or is named (traps V6)', () => {
    const claiming = provenance({ build: { builder: GENERATOR } });
    expect(misses(ofProvenance({ builders: [GENERATOR] }), [claiming])).toEqual(['provenance.builderIsSigner']);
    expect(
      verdict(ofProvenance({ builders: [GENERATOR] }), [
        provenance({ build: { builder: GENERATOR }, checked: verified(generator()) }),
      ]),
    ).toBe('pass');
    expect(
      verdict(ofProvenance({ builders: [GENERATOR], signedBy: [{ issuer: GITHUB, identity: WORKFLOW }] }), [claiming]),
    ).toBe('pass');
  });

  test('what document and certificate both say must both be as demanded', () => {
    const extensions = { ...workflowSigner().extensions, 20: 'pull_request', 11: 'self-hosted' };
    const other = provenance({ checked: verified(workflowSigner({ extensions })) });
    expect(misses(ofProvenance({ triggers: ['push'], runners: ['github-hosted'] }), [other])).toEqual([
      'provenance.triggers',
      'provenance.runners',
    ]);
    expect(leafOf(judged(ofProvenance({ triggers: ['push'] }), [other]), 'provenance.triggers').got).toBe(
      'push and pull_request',
    );
  });

  test('a repository by its number, which survives a new name', () => {
    const numbered = saying({ internal: { event_name: 'push', repository_id: '4242' } });
    expect(verdict(ofProvenance({ repositoryIds: ['4242'] }), [numbered])).toBe('pass');
    expect(verdict(ofProvenance({ repositoryIds: ['424'] }), [numbered])).toBe('fail');
  });

  test('parameters, each by its name', () => {
    const { buildDefinition } = predicateOf() as { buildDefinition: { externalParameters: object } };
    const chosen = saying({ external: { ...buildDefinition.externalParameters, inputs: { target: 'release-2' } } });
    expect(verdict(ofProvenance({ parameters: { 'inputs.target': 'release-*' } }), [chosen])).toBe('pass');
    expect(misses(ofProvenance({ parameters: { 'inputs.target': 'debug', 'inputs.other': 'x' } }), [chosen])).toEqual([
      'provenance.parameters.inputs.target',
      'provenance.parameters.inputs.other',
    ]);
    expect(misses(ofProvenance({ parameters: { toString: '**a**' } }), [chosen])).toEqual([
      'provenance.parameters.toString',
    ]);
  });

  test('the default branch, as the forge has it', () => {
    const demand = ofProvenance({ ref: { defaultBranch: true } });
    const given = (defaultBranch: NonNullable<Setting['source']>['defaultBranch']) =>
      verdict(demand, [provenance()], { source: { defaultBranch: defaultBranch ?? nowhere } });
    expect([given(known('main')), given(known('trunk')), given(nowhere), given(unheard)]).toEqual([
      'pass',
      'fail',
      'fail',
      'undecided',
    ]);
    // No tag is a branch, whatever the branch is called.
    expect(
      verdict(demand, [provenance({ build: { ref: 'refs/tags/v1' } })], { source: { defaultBranch: unheard } }),
    ).toBe('fail');
    const either = ofProvenance({ ref: { defaultBranch: true, tags: ['v*'] } });
    expect(verdict(either, [ofTag], { source: { defaultBranch: unheard } })).toBe('pass');
  });

  test('neither built nor signed longer ago, and not in the future', () => {
    const old = saying({ metadata: { finishedOn: '2026-01-01T00:00:00Z' } });
    const early = saying({ metadata: { finishedOn: '2027-01-01T00:00:00Z' } });
    const demand = ofProvenance({ maxAge: '7d' });
    expect([verdict(demand, [provenance()]), verdict(demand, [old]), verdict(demand, [early])]).toEqual([
      'pass',
      'fail',
      'fail',
    ]);
    expect(leafOf(judged(demand, [old]), 'provenance.maxAge')).toMatchObject({
      expected: 'from 2026-11-14T12:00:00Z or later (7d)',
      got: '2026-01-01T00:00:00Z',
    });
  });

  test('the level is that of the document which meets the rest', () => {
    const high = provenance({
      document: digestOf('2'),
      checked: verified(generator()),
      build: { builder: GENERATOR, repository: 'https://github.com/acme/other' },
    });
    expect(verdict(ofProvenance({ buildLevel: 3 }), [provenance(), high])).toBe('pass');
    expect(
      verdict(ofProvenance({ buildLevel: 3, repositories: [REPOSITORY] }), [
        provenance({ document: digestOf('1') }),
        high,
      ]),
    ).toBe('fail');
    expect(leafOf(judged(ofProvenance({ buildLevel: 3 }), [provenance()]), 'provenance.buildLevel').nearest).toContain(
      'project’s own workflow',
    );
  });

  test('the source level, by what is known of the commit', () => {
    const level = (source: Setting['source']) =>
      verdict(ofProvenance({ sourceLevel: 3 }), [provenance()], { source: source ?? {} });
    expect([level({ level: known(3) }), level({ level: known(2) }), level({ level: nowhere }), level({})]).toEqual([
      'pass',
      'fail',
      'fail',
      'undecided',
    ]);
  });

  test('no finding of a severity or of a code', () => {
    const finding: Finding = {
      code: 'FORK_BUILD',
      severity: 'warn',
      about: IMAGE,
      message: 'built from a fork',
      advice: 'look',
      evidence: [],
    };
    const of = (noFindings: object, setting: Setting = { findings: [finding] }) =>
      verdict(ofProvenance({ noFindings }), [provenance()], setting);
    expect([of({ severity: 'high' }), of({ severity: 'warn' }), of({ severity: 'info' })]).toEqual([
      'pass',
      'fail',
      'fail',
    ]);
    expect([
      of({ codes: ['FORK_BUILD'] }),
      of({ codes: ['DIRTY_TREE'] }),
      of({ severity: 'high', codes: ['FORK_BUILD'] }),
    ]).toEqual(['fail', 'pass', 'fail']);
    const elsewhere = { ...NOT_HEARD, relations: ['reviewedBy' as const] };
    expect(of({ severity: 'high' }, { problems: [elsewhere] })).toBe('undecided');
  });
});

describe('signers', () => {
  const SIGNERS = {
    exact: { issuer: GITHUB, identity: WORKFLOW },
    pattern: { issuer: GITHUB, identityPattern: `${REPOSITORY}/.github/workflows/release.yml@refs/heads/*` },
    workflow: { issuer: GITHUB, workflow: 'acme/shop/.github/workflows/release.yml', ref: 'refs/heads/main' },
    key: { key: keySigner().fingerprint },
  };
  const of = (...signers: readonly object[]) => ({ signers: { of: signers } });
  const byKey = simpleSignature({ checked: verified(keySigner(), 'keys'), document: digestOf('2') });

  test.each(Object.entries(SIGNERS))('%s: passes, fails, is undecided', (name, signer) => {
    const document = name === 'key' ? byKey : simpleSignature();
    const other = name === 'key' ? simpleSignature() : simpleSignature({ checked: verified(stranger()) });
    expect([verdict(of(signer), [document]), verdict(of(signer), [other]), verdict(of(signer), [])]).toEqual([
      'pass',
      'fail',
      'fail',
    ]);
    expect(verdict(of(signer), [other], { problems: [NOT_HEARD] })).toBe('undecided');
    expect(verdict(of(signer), [document], { problems: [NOT_HEARD] })).toBe('pass');
  });

  test('an SBOM that they sign is no signature of the image (traps V12)', () => {
    expect(verdict(of(SIGNERS.exact), [stating(SPDX, {})])).toBe('fail');
  });

  test('patterns are anchored at both ends (traps V5)', () => {
    const evil = simpleSignature({
      checked: verified(workflowSigner({ identity: WORKFLOW.replace('acme/shop', 'acme/shop-evil') })),
    });
    const begins = { issuer: GITHUB, identityPattern: 'https://github.com/acme/shop/**' };
    expect([verdict(of(begins), [simpleSignature()]), verdict(of(begins), [evil])]).toEqual(['pass', 'fail']);
    expect(verdict(of({ issuer: GITHUB, identityPattern: 'github.com/acme/shop/**' }), [simpleSignature()])).toBe(
      'fail',
    );
  });

  test('a workflow that is pinned by tag or by commit', () => {
    const at = (ref: string) => {
      const identity = WORKFLOW.replace('refs/heads/main', ref);
      return simpleSignature({ checked: verified(workflowSigner({ identity, extensions: { 9: identity } })) });
    };
    const pinned = (pinnedTo: string) =>
      of({ issuer: GITHUB, workflow: 'acme/shop/.github/workflows/release.yml', pinnedTo });
    const answers = (ref: string) =>
      ['tag', 'commit', 'tagOrCommit'].map((pinnedTo) => verdict(pinned(pinnedTo), [at(ref)]));
    expect(answers('refs/heads/main')).toEqual(['fail', 'fail', 'fail']);
    expect(answers('refs/tags/v1')).toEqual(['pass', 'fail', 'pass']);
    expect(answers(COMMIT)).toEqual(['fail', 'pass', 'pass']);
  });

  test('a workflow by another issuer is another', () => {
    const minted = simpleSignature({ checked: verified(workflowSigner({ issuer: 'https://issuer.example' })) });
    expect([verdict(of(SIGNERS.workflow), [simpleSignature()]), verdict(of(SIGNERS.workflow), [minted])]).toEqual([
      'pass',
      'fail',
    ]);
  });

  test('two different ones: one workflow at two refs is one', () => {
    const two = { signers: { of: [SIGNERS.key, { issuer: GITHUB, identityPattern: `${REPOSITORY}/**` }], atLeast: 2 } };
    const tagged = workflowSigner({
      identity: WORKFLOW.replace('refs/heads/main', 'refs/tags/v1'),
      extensions: { 9: WORKFLOW.replace('refs/heads/main', 'refs/tags/v1') },
    });
    const again = simpleSignature({ checked: verified(tagged), document: digestOf('3') });
    expect(verdict(two, [simpleSignature(), again])).toBe('fail');
    expect(verdict(two, [simpleSignature(), byKey])).toBe('pass');
    expect(
      verdict(two, [byKey, simpleSignature({ checked: verified(keySigner(), 'keys'), document: digestOf('4') })]),
    ).toBe('fail');
  });

  test.each([
    [
      'another ref',
      { issuer: GITHUB, identityPattern: `${REPOSITORY}/.github/workflows/release.yml@refs/tags/v*` },
      'refs/tags/v*',
    ],
    [
      'another ref of a workflow',
      { issuer: GITHUB, workflow: 'acme/shop/.github/workflows/release.yml', ref: 'refs/tags/v*' },
      'refs/tags/v*',
    ],
    ['no tag', { issuer: GITHUB, workflow: 'acme/shop/.github/workflows/release.yml', pinnedTo: 'tag' }, 'a tag'],
    ['another issuer', { issuer: 'https://issuer.example', identity: WORKFLOW }, 'the issuer https://issuer.example'],
    [
      'somebody else',
      { issuer: 'https://issuer.example', identity: 'jane@acme.example' },
      'jane@acme.example by https://issuer.example',
    ],
  ])('the nearest thing that would have passed: %s', (_name, signer, wants) => {
    const far = { key: digestOf('1') };
    const nearest = `signed by ${WORKFLOW} by ${GITHUB}; the policy wants ${wants}`;
    expect(leafOf(judged(of(far, signer), [simpleSignature()]), 'signers').nearest).toBe(nearest);
  });

  test('with a key nobody comes near: the first of those that are wanted is told', () => {
    const nearest = leafOf(judged(of(SIGNERS.exact), [byKey]), 'signers').nearest;
    expect(nearest).toBe(`signed by key ${keySigner().fingerprint}; the policy wants ${WORKFLOW} by ${GITHUB}`);
  });
});

describe('materials', () => {
  const source = { uri: `git+${REPOSITORY}@refs/heads/main`, digest: { gitCommit: COMMIT } };
  const base = { uri: 'pkg:docker/alpine@3.20?platform=linux%2Famd64', digest: { sha256: 'a'.repeat(64) } };
  const listing = (...dependencies: readonly object[]) =>
    stating('https://slsa.dev/provenance/v1', {
      buildDefinition: {
        buildType: 'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md',
        externalParameters: {
          configSource: { uri: `${REPOSITORY}.git#refs/heads/main`, digest: { sha1: COMMIT } },
          request: { frontend: 'dockerfile.v0' },
        },
        resolvedDependencies: dependencies,
      },
      runDetails: { builder: { id: WORKFLOW }, metadata: {} },
    });
  const config = { uri: `${REPOSITORY}.git#refs/heads/main`, digest: { sha1: COMMIT } };

  test.each<[string, object, object, readonly object[]]>([
    ['hosts', { hosts: ['github.com', 'docker.io'] }, { hosts: ['github.com'] }, [config, base]],
    ['repositories', { repositories: [REPOSITORY] }, { repositories: ['https://github.com/acme/other'] }, [config]],
    ['baseImages', { baseImages: ['docker.io/library/*'] }, { baseImages: ['docker.io/acme/*'] }, [config, base]],
  ])('%s: passes, fails, is undecided', (_name, met, unmet, inputs) => {
    const document = listing(...inputs);
    expect(verdict({ materials: met }, [document])).toBe('pass');
    expect(verdict({ materials: unmet }, [document])).toBe('fail');
    expect(verdict({ materials: met }, [])).toBe('fail');
    expect(verdict({ materials: met }, [document], { problems: [NOT_HEARD] })).toBe('undecided');
    expect(verdict({ materials: met }, [], { problems: [NOT_HEARD] })).toBe('undecided');
  });

  test('every input with a digest', () => {
    expect(verdict({ materials: { digests: true } }, [provenance({ build: { dependencies: [source] } })])).toBe('pass');
    expect(
      verdict({ materials: { digests: true } }, [
        provenance({ build: { dependencies: [source, { uri: 'https://example.com/x.tgz' }] } }),
      ]),
    ).toBe('fail');
  });

  test('a list without inputs allows nothing', () => {
    const empty = provenance({ build: { dependencies: [] } });
    for (const materials of [
      { hosts: ['github.com'] },
      { digests: true },
      { repositories: [REPOSITORY] },
      { baseImages: ['docker.io/**'] },
    ])
      expect(verdict({ materials }, [empty])).toBe('fail');
  });

  test('an input that could not be read may be any', () => {
    const materials = { repositories: [REPOSITORY] };
    expect(verdict({ materials }, [provenance({ build: { dependencies: [source, { uri: ['x'] }] } })])).toBe('fail');
    const many = Array.from({ length: 10_001 }, () => source);
    expect(verdict({ materials }, [provenance({ build: { dependencies: many.slice(1) } })])).toBe('pass');
    expect(verdict({ materials }, [provenance({ build: { dependencies: many } })])).toBe('fail');
  });

  test('another trusted document that lists less clears nothing; a stranger’s says nothing', () => {
    const foul = {
      ...provenance({
        build: { dependencies: [{ uri: 'git+https://github.com/mallory/x', digest: { gitCommit: COMMIT } }] },
      }),
      document: digestOf('2'),
    };
    const strange = { ...foul, checked: verified(stranger()) };
    expect(verdict({ materials: { repositories: [REPOSITORY] } }, [provenance(), foul])).toBe('fail');
    expect(verdict({ materials: { repositories: [REPOSITORY] } }, [provenance(), strange])).toBe('pass');
    expect(verdict({ materials: { repositories: ['https://github.com/mallory/*'] } }, [strange])).toBe('fail');
  });

  describe('base images, under a rule of their own', () => {
    const rules = [{ name: 'bases', require: { provenance: { repositories: [REPOSITORY] } } }];
    const on = (below: PolicyInput['base'], depth?: number) =>
      judged({ materials: { base: { rule: 'bases', ...(depth === undefined ? {} : { depth }) } } }, [], {
        rules,
        facts: { base: below },
      });
    const good = imageWith([provenance()]);
    const bad = imageWith([]);

    test('passes, fails, absent, unheard', () => {
      const each: readonly PolicyInput['base'][] = [found(good), found(bad), absent('nobody says'), failed(UNHEARD)];
      expect(each.map((below) => on(below).verdict)).toEqual(['pass', 'fail', 'fail', 'undecided']);
    });

    test('down to the depth, each of them', () => {
      expect(on(found({ ...good, base: found(good) }), 2).verdict).toBe('pass');
      expect(on(found({ ...good, base: found(bad) }), 2).verdict).toBe('fail');
      expect(on(found({ ...good, base: found(bad) }), 1).verdict).toBe('pass');
      expect(on(found(good), 2).verdict).toBe('undecided');
    });
  });
});

describe('the SBOM', () => {
  const document = digestOf('5b0');
  const sbom: SbomFact = {
    document,
    format: 'spdx-json',
    isBound: true,
    created: '2026-11-20T00:00:00Z',
    purls: ['pkg:npm/left-pad@1.2.0', 'pkg:deb/debian/openssl@3.0.1'],
  };
  const signed = stating(SPDX, {}, { document });
  const of = (demand: object, change: Partial<SbomFact> = {}, documents: readonly SignedDocument[] = [signed]) =>
    verdict({ sbom: demand }, documents, { facts: { sboms: known([{ ...sbom, ...change }]) }, options: { testRange } });
  /** As the reader of ranges answers: it knows this one alone. */
  const testRange = (range: string) => (version: string) =>
    range === 'vers:npm/<1.3.0' ? version === '1.2.0' : undefined;

  test.each<[string, object, object]>([
    ['present', { present: true }, { present: true, formats: ['cyclonedx-*'] }],
    ['formats', { formats: ['spdx-*'] }, { formats: ['spdx'] }],
    ['maxAge', { maxAge: '2d' }, { maxAge: '1h' }],
    ['signedBy', { signedBy: [{ issuer: GITHUB, identity: WORKFLOW }] }, { signedBy: [{ key: digestOf('1') }] }],
    ['forbidden', { forbidden: [{ purl: 'pkg:npm/right-pad' }] }, { forbidden: [{ purl: 'pkg:npm/left-pad' }] }],
  ])('%s: passes, fails, is undecided', (_name, met, unmet) => {
    expect([of(met), of(unmet)]).toEqual(['pass', 'fail']);
    expect(verdict({ sbom: met }, [signed], { facts: { sboms: unheard } })).toBe('undecided');
    expect(verdict({ sbom: met }, [signed], { facts: { sboms: nowhere } })).toBe('fail');
    expect(verdict({ sbom: met }, [signed], { facts: { sboms: known([]) } })).toBe('fail');
  });

  test('bound to this digest', () => {
    expect([of({ boundToDigest: true }), of({ boundToDigest: true }, { isBound: false })]).toEqual(['pass', 'fail']);
  });

  test('nobody’s, or a stranger’s, is none', () => {
    expect(of({ present: true }, {}, [])).toBe('fail');
    expect(of({ present: true }, {}, [stating(SPDX, {}, { document, checked: verified(stranger()) })])).toBe('fail');
    expect(of({ present: true }, {}, [stating(SPDX, {}, { document, about: digestOf('0dd') })])).toBe('fail');
  });

  test('a forbidden package, by its versions', () => {
    const left = (versions: string) => of({ forbidden: [{ purl: 'pkg:npm/left-pad', versions }] });
    expect([left('vers:npm/<1.3.0'), left('what is not known')]).toEqual(['fail', 'undecided']);
    expect(
      of(
        { forbidden: [{ purl: 'pkg:npm/left-pad', versions: 'vers:npm/<1.3.0' }] },
        { purls: ['pkg:npm/left-pad@1.4.0'] },
      ),
    ).toBe('pass');
    expect(
      of({ forbidden: [{ purl: 'pkg:npm/left-pad', versions: 'vers:npm/<1.3.0' }] }, { purls: ['pkg:npm/left-pad'] }),
    ).toBe('undecided');
  });

  test('one that lists nothing is free of nothing', () => {
    expect(of({ forbidden: [{ purl: 'pkg:npm/left-pad' }] }, { purls: [] })).toBe('fail');
  });

  test('whichever of several lists it', () => {
    const two = known([
      { ...sbom, purls: ['pkg:npm/other@1'] },
      { ...sbom, document: digestOf('6') },
    ]);
    expect(verdict({ sbom: { forbidden: [{ purl: 'pkg:npm/left-pad' }] } }, [signed], { facts: { sboms: two } })).toBe(
      'fail',
    );
  });
});

describe('the source', () => {
  const branches = known(['main', 'release-1']);
  const given = (source: Setting['source']) => ({ source: source ?? {} });
  test.each<[string, object, Setting['source'], Setting['source'], Setting['source']]>([
    [
      'onBranch',
      { onBranch: { branches: ['release-*'] } },
      { branches },
      { branches: known(['x']) },
      { branches: nowhere },
    ],
    [
      'onBranch: default',
      { onBranch: { defaultBranch: true } },
      { branches, defaultBranch: known('main') },
      { branches, defaultBranch: known('trunk') },
      { branches, defaultBranch: nowhere },
    ],
    [
      'signedCommits',
      { signedCommits: true },
      { signature: known({ isGood: true, signer: 'jane' }) },
      { signature: known({ isGood: false, signer: 'jane', why: 'key not known' }) },
      { signature: nowhere },
    ],
    [
      'reviewedBy',
      { reviewedBy: 1 },
      { review: known({ reviewers: ['ann'], authors: ['joe'] }) },
      { review: known({ reviewers: ['Joe'], authors: ['joe'] }) },
      { review: nowhere },
    ],
    [
      'ownersPresent',
      { ownersPresent: true },
      { owners: known(['@acme/shop']) },
      { owners: known([]) },
      { owners: nowhere },
    ],
    [
      'ownersNotStale',
      { ownersNotStale: true },
      { owners: known(['@a']), staleOwners: known([]) },
      { owners: known(['@a']), staleOwners: known(['@a']) },
      { owners: nowhere, staleOwners: known([]) },
    ],
    [
      'serviceKnown',
      { serviceKnown: true },
      { service: known('component:default/shop') },
      { service: known('') },
      { service: nowhere },
    ],
  ])('%s: passes, fails, absent, unheard', (_name, demand, met, unmet, absent) => {
    const require = { source: demand };
    expect([met, unmet, absent, {}].map((source) => verdict(require, [], given(source)))).toEqual([
      'pass',
      'fail',
      'fail',
      'undecided',
    ]);
  });

  test('who approved twice, or wrote it, is nobody more; where no author is known nobody is another', () => {
    const review = (reviewers: readonly string[], authors: readonly string[]) =>
      verdict({ source: { reviewedBy: 2 } }, [], { source: { review: known({ reviewers, authors }) } });
    expect([review(['ann', 'Ann'], ['joe']), review(['ann', 'joe'], ['JOE']), review(['ann', 'bob'], [])]).toEqual([
      'fail',
      'fail',
      'fail',
    ]);
    expect(review(['ann', 'bob', 'joe'], ['joe'])).toBe('pass');
  });

  test('a branch that is on the list needs no default branch to be known', () => {
    const demand = { source: { onBranch: { branches: ['main'], defaultBranch: true } } };
    expect(verdict(demand, [], { source: { branches } })).toBe('pass');
    expect(verdict(demand, [], { source: { branches: known(['x']) } })).toBe('undecided');
  });
});

describe('attestations', () => {
  const TYPE = 'https://example.com/test-result/v1';
  const stated = stating(TYPE, { passed: true });
  const evaluateCel: CelEvaluator = (expression) =>
    expression === 'bad'
      ? { kind: 'refused', message: 'no expression' }
      : {
          kind: 'ready',
          run: (predicate) =>
            expression === 'passed'
              ? { kind: 'value', holds: (predicate as { passed: boolean }).passed }
              : { kind: 'error', message: 'no such key' },
        };
  const of = (demand: object, documents: readonly SignedDocument[], setting: Setting = {}) =>
    verdict({ attestations: [{ predicateType: TYPE, ...demand }] }, documents, {
      options: { evaluateCel },
      ...setting,
    });

  test('of a predicate type: passes, fails, is undecided', () => {
    expect([of({}, [stated]), of({}, [stating(SPDX, {})]), of({}, [])]).toEqual(['pass', 'fail', 'fail']);
    expect(of({}, [], { problems: [NOT_HEARD] })).toBe('undecided');
    expect(of({ signedBy: [{ key: digestOf('1') }] }, [stated])).toBe('fail');
  });

  test('an expression: true, false, in error, not to be read, not to be evaluated', () => {
    const failing = stating(TYPE, { passed: false });
    expect([
      of({ cel: 'passed' }, [stated]),
      of({ cel: 'passed' }, [failing]),
      of({ cel: 'lost' }, [stated]),
      of({ cel: 'bad' }, [stated]),
    ]).toEqual(['pass', 'fail', 'fail', 'fail']);
    expect(of({ cel: 'passed' }, [stated], { options: {} })).toBe('undecided');
  });

  test('each that is listed must be there', () => {
    expect(verdict({ attestations: [{ predicateType: TYPE }, { predicateType: SPDX }] }, [stated])).toBe('fail');
    expect(
      verdict({ attestations: [{ predicateType: TYPE }, { predicateType: SPDX }] }, [
        stated,
        stating(SPDX, {}, { document: digestOf('2') }),
      ]),
    ).toBe('pass');
  });

  test('a verification summary that says FAILED is no pass', () => {
    const VSA = 'https://slsa.dev/verification_summary/v1';
    const summary = (verificationResult: string) =>
      verdict({ attestations: [{ predicateType: VSA }] }, [
        stating(VSA, { verificationResult, verifier: { id: 'https://example.com' } }),
      ]);
    expect([summary('PASSED'), summary('FAILED'), summary('')]).toEqual(['pass', 'fail', 'fail']);
  });
});

describe('vulnerabilities', () => {
  const SCAN = 'https://cosign.sigstore.dev/attestation/vuln/v1';
  const VEX = 'https://openvex.dev/ns/v0.2.0';
  const scan = stating(SCAN, {}, { document: digestOf('5ca') });
  const vex = stating(VEX, {}, { document: digestOf('7e0') });
  const vulnerability = (
    severity: ScanFact['vulnerabilities'][number]['severity'],
    settledBy: readonly string[] = [],
  ) => ({
    id: 'CVE-2026-1',
    component: 'openssl',
    severity,
    settledBy: settledBy.map((seed) => ({ document: digestOf(seed), status: 'not_affected' })),
  });
  const of = (
    found: ScanFact['vulnerabilities'],
    documents: readonly SignedDocument[] = [scan, vex],
    demand: object = {},
  ) =>
    verdict({ vulnerabilities: { noneAbove: 'medium', ...demand } }, documents, {
      facts: { scans: known([{ document: scan.document, scannedAt: '2026-11-20T00:00:00Z', vulnerabilities: found }]) },
    });

  test('none above the severity: passes, fails, is undecided where nobody rates it', () => {
    expect([
      of([]),
      of([vulnerability('medium')]),
      of([vulnerability('high')]),
      of([vulnerability('unknown')]),
    ]).toEqual(['pass', 'pass', 'fail', 'undecided']);
    expect(of([vulnerability('unknown'), vulnerability('critical')])).toBe('fail');
  });

  test('a trusted VEX statement settles it; a stranger’s, or one that is not there, does not', () => {
    expect(of([vulnerability('high', ['7e0'])])).toBe('pass');
    expect(of([vulnerability('unknown', ['7e0'])])).toBe('pass');
    expect(of([vulnerability('high', ['7e0'])], [scan])).toBe('fail');
    expect(of([vulnerability('high', ['7e0'])], [scan, { ...vex, checked: verified(stranger()) }])).toBe('fail');
  });

  test('without a trusted scan nothing is known', () => {
    const none = (scans: Setting['facts']) =>
      verdict({ vulnerabilities: { noneAbove: 'critical' } }, [], { facts: scans ?? {} });
    expect(of([], [])).toBe('fail');
    expect([none({ scans: known([]) }), none({ scans: nowhere }), none({ scans: unheard })]).toEqual([
      'fail',
      'fail',
      'undecided',
    ]);
    expect(of([], [{ ...scan, checked: verified(stranger()) }])).toBe('fail');
  });

  test('not too old, and signed by whom the policy names', () => {
    expect([of([], [scan], { maxAge: '2d' }), of([], [scan], { maxAge: '1d' })]).toEqual(['pass', 'fail']);
    expect([
      of([], [scan], { signedBy: [{ issuer: GITHUB, identity: WORKFLOW }] }),
      of([], [scan], { signedBy: [{ key: digestOf('1') }] }),
    ]).toEqual(['pass', 'fail']);
  });

  test('every trusted scan must be clean', () => {
    const clean = { document: scan.document, vulnerabilities: [] };
    const other = { document: digestOf('6'), vulnerabilities: [vulnerability('critical')] };
    const documents = [scan, stating(SCAN, {}, { document: digestOf('6') })];
    expect(
      verdict({ vulnerabilities: { noneAbove: 'low' } }, documents, { facts: { scans: known([clean, other]) } }),
    ).toBe('fail');
    expect(
      verdict({ vulnerabilities: { noneAbove: 'low' } }, [scan], { facts: { scans: known([clean, other]) } }),
    ).toBe('pass');
  });
});
