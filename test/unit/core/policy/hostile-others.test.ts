import { describe, expect, test } from 'vitest';
import { RANKS } from '../../../../src/core/claims/ranks.ts';
import type { Evidence, Problem } from '../../../../src/core/model/evidence.ts';
import { found } from '../../../../src/core/model/outcome.ts';
import type { SignedDocument, SignerIdentity } from '../../../../src/core/model/statement.ts';
import { parseClusterImagePolicy } from '../../../../src/core/policy/cluster-image-policy.ts';
import { evaluatePolicy } from '../../../../src/core/policy/evaluate-policy.ts';
import { evaluate, missesOf } from '../../../../src/core/policy/evaluate.ts';
import { initialPolicy } from '../../../../src/core/policy/init-policy.ts';
import { tagPattern } from '../../../../src/core/policy/init-signers.ts';
import { policyText } from '../../../../src/core/policy/init-text.ts';
import { parsePolicy } from '../../../../src/core/policy/policy-file.ts';
import type { Requirements } from '../../../../src/core/policy/requirements.ts';
import { digestOf } from '../../../support/reports.ts';
import {
  COMMIT,
  CONFIG,
  GITHUB,
  IMAGE,
  INDEX,
  NOT_HEARD,
  REPOSITORY,
  SIGNATURE,
  WORKFLOW,
  judgedImage,
  keySigner,
  provenance,
  simpleSignature,
  stating,
  stranger,
  verified,
  workflowSigner,
} from '../claims/documents.ts';
import { NOW, imageWith, policyOf } from './policies.ts';

/** Ways through the other gates: a cluster’s policy, a policy that was written from good images, and the command line. */

const { extensions } = workflowSigner();

type Run = { readonly repository?: string; readonly file?: string; readonly ref?: string };
function run({ repository = REPOSITORY, file = 'release.yml', ref = 'refs/heads/main' }: Run = {}): SignerIdentity {
  const identity = `${repository}/.github/workflows/${file}@${ref}`;
  return workflowSigner({
    identity,
    extensions: { ...extensions, 9: identity, 12: repository, 14: ref, 18: identity },
  });
}

describe('a cluster’s policy', () => {
  const held = (authority: object, documents: readonly SignedDocument[]) => {
    const text = JSON.stringify({
      apiVersion: 'policy.sigstore.dev/v1beta1',
      kind: 'ClusterImagePolicy',
      metadata: { name: 'release' },
      spec: { images: [{ glob: 'ghcr.io/acme/**' }], authorities: [authority] },
    });
    const { policy } = parseClusterImagePolicy({ text, path: 'cip.yaml' }, () => keySigner().fingerprint);
    return evaluatePolicy(policy, imageWith(documents), { now: NOW, pins: [] }).verdict;
  };
  const exact = { keyless: { identities: [{ issuer: GITHUB, subject: WORKFLOW }] } };
  const open = { keyless: { identities: [{ issuerRegExp: '.*', subjectRegExp: '.*' }] } };

  test('knows one root of trust: what holds by another one is no signature there', () => {
    const byGitHub = simpleSignature({ checked: verified(workflowSigner(), 'github') });
    for (const authority of [exact, open])
      expect([held(authority, [byGitHub]), held(authority, [simpleSignature()])]).toEqual(['fail', 'pass']);
  });

  test('takes no attestation for a signature, unless it reads bundles, which do not say (traps V12)', () => {
    expect(held(exact, [provenance()])).toBe('fail');
    expect(held({ ...exact, signatureFormat: 'bundle' }, [provenance()])).toBe('pass');
    expect(held(exact, [stating(SIGNATURE, {})])).toBe('pass');
    expect(held({ key: { data: 'PEM' } }, [provenance({ checked: verified(keySigner(), 'keys') })])).toBe('fail');
  });

  test('takes no signature of another image, of the config alone, or without an issuer', () => {
    const nameless = { kind: 'certificate' as const, identity: WORKFLOW, authority: 'sigstore.dev', extensions: {} };
    expect([
      held(open, [simpleSignature({ about: digestOf('0dd') })]),
      held(open, [simpleSignature({ about: CONFIG })]),
      held(open, [simpleSignature({ checked: verified(nameless) })]),
    ]).toEqual(['fail', 'fail', 'fail']);
  });
});

describe('the policy that was written from a good image', () => {
  const OPTIONS = { now: NOW, pins: [] };
  const signedBy = (signer: SignerIdentity, parts: Parameters<typeof provenance>[0] = {}) =>
    provenance({ checked: verified(signer), ...parts });
  const good = signedBy(run());
  const text = policyText(initialPolicy([imageWith([good])], OPTIONS));
  const verdict = (documents: readonly SignedDocument[], parts: Parameters<typeof imageWith>[1] = {}, policy = text) =>
    evaluatePolicy(parsePolicy({ text: policy, path: 'policy.yaml' }), imageWith(documents, parts), OPTIONS).verdict;

  test('is met by it', () => {
    expect(verdict([good])).toBe('pass');
    expect(verdict([signedBy(run({ repository: REPOSITORY }))])).toBe('pass');
  });

  test.each<[string, SignerIdentity]>([
    ['another workflow of the repository', run({ file: 'test.yml' })],
    ['a workflow whose name begins the same', run({ file: 'release.yml.yml' })],
    ['the same workflow in a neighbour’s repository', run({ repository: 'https://github.com/acme/sandbox' })],
    ['a repository whose name begins the same', run({ repository: `${REPOSITORY}-evil` })],
    ['another branch', run({ ref: 'refs/heads/evil' })],
    ['a branch whose name ends the same', run({ ref: 'refs/heads/x/main' })],
    ['a branch that is called like the ref', run({ ref: 'refs/heads/evil@refs/heads/main' })],
    ['a tag', run({ ref: 'refs/tags/main' })],
    ['a pull request', run({ ref: 'refs/pull/7/merge' })],
    ['a stranger', stranger()],
    ['a key', keySigner()],
  ])('is not met by what %s signed, whatever it says', (_name, signer) => {
    expect(verdict([signedBy(signer)])).toBe('fail');
  });

  test('is for no neighbour’s image, and for no other digest', () => {
    const foundAt = ['ghcr.io/acme/shop-api', 'ghcr.io/acme/shop/api', 'docker.io/acme/shop'];
    for (const name of foundAt) {
      const image = { ...IMAGE, foundAt: [{ transport: 'registry' as const, name }] };
      expect(verdict([good], { image })).toBe('fail');
    }
    expect(verdict([signedBy(run(), { about: digestOf('0dd') })])).toBe('fail');
    expect(verdict([signedBy(run(), { about: INDEX })])).toBe('fail');
  });

  test('is not met by the right signer’s word on another repository, ref or builder', () => {
    for (const build of [
      { repository: 'https://github.com/acme/other' },
      { ref: 'refs/heads/evil' },
      { ref: 'refs/tags/v1' },
      { builder: 'https://github.com/acme/other' },
    ])
      expect(verdict([signedBy(run(), { build })])).toBe('fail');
  });

  test('leaves of a tag no more open than its version', () => {
    expect(
      ['refs/tags/k8s-v1.2', 'refs/tags/s3/2.0', 'refs/tags/v1.4.0', 'refs/tags/shop@1', 'refs/tags/log4j'].map(
        tagPattern,
      ),
    ).toEqual(['refs/tags/k8s-v*', 'refs/tags/s3/*', 'refs/tags/v*', 'refs/tags/shop@*', 'refs/tags/log4j*']);
    const tagged = signedBy(run({ ref: 'refs/tags/k8s-v1.2' }), { build: { ref: 'refs/tags/k8s-v1.2' } });
    const other = signedBy(run({ ref: 'refs/tags/kafka-v1.2' }), { build: { ref: 'refs/tags/kafka-v1.2' } });
    const ofTag = policyText(initialPolicy([imageWith([tagged])], OPTIONS));
    expect([verdict([tagged], {}, ofTag), verdict([other], {}, ofTag)]).toEqual(['pass', 'fail']);
  });
});

describe('requirements of the command line, where any branch of the repository may have signed', () => {
  const misses = (requirements: Partial<Requirements>, signer: SignerIdentity, build: object = {}) => {
    const dossier = judgedImage([provenance({ checked: verified(signer), build })]);
    const [nearest] = evaluate(dossier, { signers: [], ...requirements }, []).judged;
    return nearest === undefined ? [] : missesOf(nearest);
  };
  const branch = run({ ref: 'refs/heads/evil' });

  test('its certificate must say the same of ref and commit', () => {
    expect(misses({ sourceRef: 'refs/heads/main' }, branch)).toEqual(['source ref']);
    expect(misses({ sourceCommit: 'f'.repeat(40) }, branch, { commit: 'f'.repeat(40) })).toEqual(['source commit']);
    expect(misses({ sourceRepository: REPOSITORY, sourceRef: 'refs/heads/main', sourceCommit: COMMIT }, run())).toEqual(
      [],
    );
  });

  test('a workflow without its ref is any branch’s to change; at one, or a signer, is believed', () => {
    const workflow = 'acme/shop/.github/workflows/release.yml';
    const main = { sourceRef: 'refs/heads/main' };
    expect(misses({ ...main, signerWorkflow: workflow }, branch)).toEqual(['source ref']);
    expect(misses({ ...main, signerWorkflow: `${workflow}@refs/heads/evil` }, branch)).toEqual([]);
    const identity = `${REPOSITORY}/.github/workflows/release.yml@refs/heads/evil`;
    const signer = { kind: 'certificate' as const, issuer: GITHUB, identity, match: 'exact' as const };
    expect(misses({ ...main, signers: [signer] }, branch)).toEqual([]);
  });
});

describe('base images', () => {
  const base = imageWith([provenance()]);
  const rules = [{ name: 'bases', require: { provenance: { present: true } } }];
  const TO = { ...IMAGE, digest: digestOf('ba5e') };
  type Weight = Pick<Evidence, 'strength' | 'rank'>;

  function standing({ strength, rank }: Weight, problems: readonly Problem[] = []): string {
    const claim = { kind: 'edge' as const, from: IMAGE, relation: 'basedOn' as const, to: TO };
    const support = [{ claim, strength, rank, boundBy: 'config' as const, origin: { collector: 'x', location: 'y' } }];
    const hops = [{ from: IMAGE, relation: 'basedOn' as const, to: TO, strength, support, dissent: [], problems }];
    const input = imageWith([], { facts: { base: found(base) } });
    const policy = policyOf({ materials: { base: { rule: 'bases' } } }, { rules });
    const given = { ...input, dossier: { ...input.dossier, chain: { ...input.dossier.chain, hops } } };
    return evaluatePolicy(policy, given, { now: NOW, pins: [] }).verdict;
  }

  test('a label can name any: only what is verified, or shown by the layers, is one', () => {
    expect([
      standing({ strength: 'inferred', rank: 0 }),
      standing({ strength: 'declared', rank: 0 }),
      standing({ strength: 'attested', rank: RANKS.unsignedPredicate }),
      standing({ strength: 'attested', rank: RANKS.sameLayers }),
      standing({ strength: 'verified', rank: RANKS.tenantPredicate }),
    ]).toEqual(['fail', 'fail', 'fail', 'pass', 'pass']);
  });

  test('where somebody who could say more was not heard, it is open', () => {
    expect(standing({ strength: 'declared', rank: 0 }, [NOT_HEARD])).toBe('undecided');
  });
});
