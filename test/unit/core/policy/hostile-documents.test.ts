import * as celLibrary from '@marcbachmann/cel-js';
import { describe, expect, test } from 'vitest';
import type { SignedDocument, SignerIdentity } from '../../../../src/core/model/statement.ts';
import type { CelEvaluator } from '../../../../src/core/policy/cel.ts';
import { boundedCel } from '../../../../src/core/policy/bounded-cel.ts';
import { isForbidden } from '../../../../src/core/policy/packages.ts';
import type { SbomFact } from '../../../../src/core/policy/policy-input.ts';
import { digestOf } from '../../../support/reports.ts';
import {
  COMMIT,
  GITHUB,
  IMAGE,
  PROVENANCE,
  REPOSITORY,
  SPDX,
  UNSIGNED,
  WORKFLOW,
  generator,
  predicateOf,
  provenance,
  simpleSignature,
  stating,
  stranger,
  verified,
  workflowSigner,
} from '../claims/documents.ts';
import { evaluatePolicy } from '../../../../src/core/policy/evaluate-policy.ts';
import { NOW, imageWith, judged, known, leafOf, misses, nowhere, policyOf, unheard, verdict } from './policies.ts';

/** Documents by whoever wants an image through a gate, or a good one stopped at it. */

const { extensions } = workflowSigner();
const FROM_SHOP = { provenance: { repositories: [REPOSITORY] } };
const OF_MAIN = { provenance: { ref: { branches: ['main'] } } };

/** A run of the account’s, of another repository or ref than the document that it signs says. */
function run(repository: string, ref: string): Extract<SignerIdentity, { kind: 'certificate' }> {
  const identity = `${repository}/.github/workflows/release.yml@${ref}`;
  return workflowSigner({
    identity,
    extensions: { ...extensions, 9: identity, 12: repository, 14: ref, 18: identity },
  });
}
const SANDBOX = run('https://github.com/acme/sandbox', 'refs/heads/main');
const BRANCH = run(REPOSITORY, 'refs/heads/evil');

describe('the source, where whoever signed it could have written anything', () => {
  const ofSandbox = provenance({ checked: verified(SANDBOX) });
  const ofBranch = provenance({ checked: verified(BRANCH) });

  test('a neighbour’s run may not say that it was ours', () => {
    expect(misses(FROM_SHOP, [ofSandbox])).toEqual(['provenance.repositories']);
    expect(leafOf(judged(FROM_SHOP, [ofSandbox]), 'provenance.repositories').got).toBe(
      `${REPOSITORY} and https://github.com/acme/sandbox`,
    );
  });

  test('nor a branch that it was main', () => {
    expect(misses(OF_MAIN, [ofBranch])).toEqual(['provenance.ref']);
    expect(leafOf(judged(OF_MAIN, [ofBranch]), 'provenance.ref').got).toBe('refs/heads/main and refs/heads/evil');
    expect(
      misses({ provenance: { ref: { tags: ['v*'] } } }, [
        provenance({ build: { ref: 'refs/tags/v1' }, checked: verified(BRANCH) }),
      ]),
    ).toEqual(['provenance.ref']);
  });

  test('a workflow that is named at any ref is any branch’s to change: its certificate is asked', () => {
    const workflow = { issuer: GITHUB, workflow: 'acme/shop/.github/workflows/release.yml' };
    expect(misses({ ...OF_MAIN, signers: { of: [workflow] } }, [ofBranch])).toEqual(['provenance.ref']);
    expect(verdict({ ...OF_MAIN, signers: { of: [workflow] } }, [provenance()])).toBe('pass');
    // The user may have pinned that very run.
    const signer = { kind: 'certificate' as const, issuer: GITHUB, identity: BRANCH.identity, match: 'exact' as const };
    const pins = [{ images: 'ghcr.io/acme/*', signer }];
    expect(verdict({ ...OF_MAIN, signers: { of: [workflow] } }, [ofBranch], { pins })).toBe('pass');
  });

  test('whom the policy names, and who writes what no tenant can, is believed', () => {
    const named = (signer: typeof SANDBOX) => ({ signers: { of: [{ issuer: GITHUB, identity: signer.identity }] } });
    expect(verdict({ ...FROM_SHOP, ...named(SANDBOX) }, [ofSandbox])).toBe('pass');
    expect(verdict({ ...OF_MAIN, ...named(BRANCH) }, [ofBranch])).toBe('pass');
    expect(verdict({ ...OF_MAIN, ...FROM_SHOP }, [provenance({ checked: verified(generator()) })])).toBe('pass');
  });

  test('it does not say either which branch is the default one', () => {
    const demand = { provenance: { ref: { defaultBranch: true } } };
    const event = { event_name: 'push', default_branch: 'evil', repository: { default_branch: 'evil' } };
    const document = stating(
      'https://slsa.dev/provenance/v0.2',
      {
        builder: { id: WORKFLOW },
        buildType: 'https://github.com/slsa-framework/slsa-github-generator/container@v1',
        invocation: {
          configSource: { uri: `git+${REPOSITORY}@refs/heads/evil`, digest: { sha1: COMMIT } },
          environment: { github_event_name: 'push', github_event_payload: event },
        },
        materials: [{ uri: `git+${REPOSITORY}@refs/heads/evil`, digest: { sha1: COMMIT } }],
      },
      { checked: verified(BRANCH) },
    );
    const given = (defaultBranch: typeof nowhere | ReturnType<typeof known<string>>) =>
      verdict(demand, [document], { source: { defaultBranch } });
    expect([given(known('evil')), given(known('main')), given(unheard), given(nowhere)]).toEqual([
      'pass',
      'fail',
      'undecided',
      'fail',
    ]);
    const named = { signers: { of: [{ issuer: GITHUB, identity: BRANCH.identity }] } };
    expect(verdict({ ...demand, ...named }, [document], { source: { defaultBranch: unheard } })).toBe('pass');
  });

  test('a document that states two refs states none', () => {
    const { buildDefinition, runDetails } = predicateOf() as { buildDefinition: object; runDetails: object };
    const source = { uri: `git+${REPOSITORY}@refs/heads/evil`, digest: { gitCommit: COMMIT } };
    const two = stating(PROVENANCE, {
      buildDefinition: { ...buildDefinition, resolvedDependencies: [source] },
      runDetails,
    });
    expect(misses(OF_MAIN, [two])).toEqual(['provenance.ref']);
  });
});

describe('what is known of a commit', () => {
  const demand = { source: { reviewedBy: 1 } };
  const source = { review: known({ reviewers: ['ann'], authors: ['joe'] }) };
  const to = { kind: 'sourceRevision' as const, repository: REPOSITORY, commit: COMMIT };
  const claim = { from: IMAGE, relation: 'builtFrom' as const, to };
  const hop = { ...claim, strength: 'verified' as const, support: [], dissent: [], problems: [] };
  const elsewhere = { ...extensions, 13: 'e'.repeat(40), 14: 'refs/heads/evil' };
  const ran = (own: Record<number, string>) => provenance({ checked: verified(workflowSigner({ extensions: own })) });
  const held = (document: SignedDocument, require: object = demand) => {
    const input = imageWith([document], { source });
    const chain = { ...input.dossier.chain, hops: [hop] };
    const given = { ...input, dossier: { ...input.dossier, chain } };
    return evaluatePolicy(policyOf(require), given, { now: NOW, pins: [] }).verdict;
  };

  test('clears no image that another commit’s run only says was made from it', () => {
    expect([held(ran(extensions)), held(ran(elsewhere))]).toEqual(['pass', 'fail']);
    expect(held(ran(elsewhere), { any: [demand] })).toBe('fail');
    expect(held(ran(elsewhere), { ...demand, signers: { of: [{ issuer: GITHUB, identity: WORKFLOW }] } })).toBe('pass');
  });

  test('a stranger who says the same clears it neither', () => {
    const strange = provenance({ document: digestOf('2'), checked: verified(stranger()) });
    const input = imageWith([ran(elsewhere), strange], { source });
    const given = { ...input, dossier: { ...input.dossier, chain: { ...input.dossier.chain, hops: [hop] } } };
    expect(evaluatePolicy(policyOf(demand), given, { now: NOW, pins: [] }).verdict).toBe('fail');
  });
});

describe('different signers', () => {
  test('one mailbox by two issuers is one', () => {
    const issuers = ['https://accounts.google.com', 'https://github.com/login/oauth'];
    const by = (issuer: string, identity: string, seed: string) =>
      simpleSignature({
        document: digestOf(seed),
        checked: verified({ kind: 'certificate', issuer, identity, authority: 'sigstore.dev', extensions: {} }),
      });
    const of = issuers.flatMap((issuer) =>
      ['jane@acme.example', 'Jane@acme.example', 'joe@acme.example'].map((identity) => ({ issuer, identity })),
    );
    const two = (...documents: readonly SignedDocument[]) => verdict({ signers: { of, atLeast: 2 } }, documents);
    const [google = '', github = ''] = issuers;
    expect(two(by(google, 'jane@acme.example', '1'), by(github, 'jane@acme.example', '2'))).toBe('fail');
    expect(two(by(google, 'jane@acme.example', '1'), by(google, 'Jane@acme.example', '2'))).toBe('fail');
    expect(two(by(google, 'jane@acme.example', '1'), by(github, 'joe@acme.example', '2'))).toBe('pass');
  });
});

describe('expressions', () => {
  const evaluate = boundedCel(celLibrary);
  const nested = (depth: number): unknown => {
    let value: unknown = {};
    for (let level = 0; level < depth; level++) value = { a: value };
    return value;
  };

  test('over a predicate that is nested without end are in error, and never throw', () => {
    const program = evaluate('predicate.x == 1 || predicate == predicate');
    if (program.kind === 'refused') throw new Error(program.message);
    expect(program.run(nested(200_000))).toMatchObject({ kind: 'error' });
    expect(program.run({ x: 1 })).toEqual({ kind: 'value', holds: true });
  });

  test('are not worked out over what a stranger wrote, however long that would take', () => {
    const TYPE = 'https://example.com/test-result/v1';
    const seen: unknown[] = [];
    const evaluateCel: CelEvaluator = () => ({
      kind: 'ready',
      run: (predicate) => {
        seen.push(predicate);
        return { kind: 'value', holds: true };
      },
    });
    const documents = [
      stating(TYPE, { by: 'a stranger' }, { document: digestOf('1'), checked: verified(stranger()) }),
      stating(TYPE, { by: 'nobody' }, { document: digestOf('2'), checked: UNSIGNED }),
      stating(TYPE, { by: 'us' }, { document: digestOf('3') }),
    ];
    const require = { attestations: [{ predicateType: TYPE, cel: 'predicate.passed' }] };
    expect(verdict(require, documents, { options: { evaluateCel } })).toBe('pass');
    expect(verdict(require, documents.slice(0, 2), { options: { evaluateCel } })).toBe('fail');
    expect(seen).toEqual([{ by: 'us' }]);
  });

  test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('know no %s that nobody stated', (name) => {
    for (const expression of [`has(predicate.${name})`, `"${name}" in predicate`]) {
      const program = evaluate(expression);
      expect(program.kind === 'ready' && program.run({})).toEqual({ kind: 'value', holds: false });
    }
  });
});

describe('SBOMs', () => {
  const own: SbomFact = {
    document: digestOf('5b0'),
    format: 'spdx-json',
    isBound: true,
    purls: ['pkg:npm/right-pad@1.0.0'],
  };
  const signed = stating(SPDX, {}, { document: own.document });
  const forbidden = { sbom: { forbidden: [{ purl: 'pkg:npm/left-pad' }] } };
  const held = (documents: readonly SignedDocument[], ...sboms: readonly SbomFact[]) =>
    verdict(forbidden, documents, { facts: { sboms: known(sboms) } });

  test('a stranger’s that lists nothing stops nobody’s release; one’s own does', () => {
    const empty = { ...own, document: digestOf('6'), format: 'unreadable', purls: [] };
    expect(held([signed], own, empty)).toBe('pass');
    expect(
      held([signed, stating(SPDX, {}, { document: digestOf('6'), checked: verified(stranger()) })], own, empty),
    ).toBe('pass');
    expect(held([signed, stating(SPDX, {}, { document: digestOf('6') })], own, empty)).toBe('fail');
    expect(held([signed], { ...own, purls: [] })).toBe('fail');
  });

  test('a package that is listed by its name alone may be the forbidden one', () => {
    const named = (...unidentified: readonly string[]) => held([signed], { ...own, unidentified });
    expect([named('Left-Pad'), named('acme/left-pad'), named('left-padding'), named()]).toEqual([
      'undecided',
      'undecided',
      'pass',
      'pass',
    ]);
  });

  test('a stranger’s that lists what is forbidden still counts', () => {
    expect(held([signed], own, { ...own, document: digestOf('6'), purls: ['pkg:npm/left-pad@1'] })).toBe('fail');
  });

  test.each([
    ['pkg:npm/left-pad', 'pkg:npm/Left-Pad@1', true],
    ['pkg:npm/left-pad', 'pkg:NPM/left-pad@1', true],
    ['pkg:npm/left-pad', 'pkg:npm/left%2Dpad@1', true],
    ['pkg:npm/left-pad', 'pkg:npm/left-pad@1?x=%zz', undefined],
    ['pkg:npm/left-pad', 'pkg:npm/left-pad@%zz', undefined],
    ['pkg:npm/left-pad', 'PKG:NPM/Left-Pad@%zz', undefined],
    ['pkg:npm/%40acme/x', 'pkg:npm/@acme/x@1', true],
    ['pkg:npm/x', 'pkg:npm/%40acme/x@1', false],
    ['pkg:pypi/zope.interface', 'pkg:pypi/Zope-Interface@5', true],
    ['pkg:deb/openssl', 'pkg:deb/debian/openssl@3', true],
    ['pkg:deb/debian/openssl', 'pkg:deb/ubuntu/openssl@3', false],
    ['pkg:apk/openssl', 'pkg:apk/wolfi/openssl@3', true],
    ['pkg:golang/github.com/acme/x', 'pkg:golang/github.com/Acme/X@1', true],
    ['pkg:golang/x', 'pkg:golang/github.com/acme/x@1', false],
    ['pkg:npm/left-pad', 'pkg:npm/left-padding@1', false],
  ])('%s: %s is one: %s', (purl, listed, expected) => {
    expect(isForbidden({ purl }, undefined)(listed)).toBe(expected);
  });
});

describe('scans', () => {
  const SCAN = 'https://cosign.sigstore.dev/attestation/vuln/v1';
  const scan = (seed: string, scannedAt?: string) => ({
    signed: stating(SCAN, {}, { document: digestOf(seed) }),
    fact: { document: digestOf(seed), vulnerabilities: [], ...(scannedAt === undefined ? {} : { scannedAt }) },
  });
  const held = (...scans: readonly ReturnType<typeof scan>[]) =>
    verdict(
      { vulnerabilities: { noneAbove: 'low', maxAge: '7d' } },
      scans.map(({ signed }) => signed),
      { facts: { scans: known(scans.map(({ fact }) => fact)) } },
    );

  test('yesterday’s is not made old by last month’s', () => {
    expect(held(scan('1', '2026-10-01T00:00:00Z'), scan('2', '2026-11-20T00:00:00Z'))).toBe('pass');
    expect(held(scan('1', '2026-10-01T00:00:00Z'))).toBe('fail');
    expect(held(scan('1', '2027-10-01T00:00:00Z'))).toBe('fail');
    expect(held(scan('1'))).toBe('fail');
  });
});

describe('inputs', () => {
  const of = (dependency: object) => provenance({ build: { dependencies: [dependency] } });

  test('a digest that is none is none', () => {
    const digests = (digest: object) =>
      verdict({ materials: { digests: true } }, [of({ uri: 'https://x.example/a', digest })]);
    expect([digests({ sha256: 'x' }), digests({ note: 'none' }), digests({ sha256: 'a'.repeat(64) })]).toEqual([
      'fail',
      'fail',
      'pass',
    ]);
  });

  test.each([
    'https://github.com@evil.example/x',
    'https://github.com:pw@evil.example/x',
    'https://evil.example#@github.com/acme/x',
    'https://github.com.evil.example/acme/x',
    'git+https://evil.example/acme/x@github.com',
    'git@evil.example:github.com/acme/x',
    'pkg:generic/x?download_url=https://evil.example/x',
  ])('%s is not from github.com', (uri) => {
    const document = of({ uri, digest: { sha256: 'a'.repeat(64) } });
    expect(verdict({ materials: { hosts: ['github.com'] } }, [document])).toBe('fail');
  });

  test.each([
    'https://github.com/acme/../mallory/shop',
    'https://github.com/acme/%2e%2e/mallory/shop',
    'https://github.com/mallory/acme/shop',
    'https://github.com.evil.example/acme/shop',
    'https://acme@github.com/mallory/shop',
    'https://github.com/acme-evil/shop',
  ])('%s is no repository of acme’s', (repository) => {
    const document = provenance({ build: { repository } });
    const named = { signers: { of: [{ issuer: GITHUB, identity: WORKFLOW }] } };
    expect(verdict({ ...named, provenance: { repositories: ['https://github.com/acme/*'] } }, [document])).toBe('fail');
  });
});
