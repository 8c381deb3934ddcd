import { expect, test } from 'vitest';
import { speakerFor } from '../../../../src/core/claims/speakers.ts';
import { pinsOfPolicy } from '../../../../src/core/policy/policy-pins.ts';
import { AT, GITHUB, keySigner, provenance, stranger, verified, workflowSigner } from '../claims/documents.ts';
import { NOW, imageWith, leafOf, policyOf } from './policies.ts';
import { evaluatePolicy } from '../../../../src/core/policy/evaluate-policy.ts';

const identity = stranger().identity;
const workflow = 'mallory/shop/.github/workflows/release.yml';

test.each<[string, object, string | undefined]>([
  ['an identity', { signers: { of: [{ issuer: GITHUB, identity }] } }, 'pin'],
  ['a pattern', { signers: { of: [{ issuer: GITHUB, identityPattern: 'https://github.com/mallory/**' }] } }, 'pin'],
  ['a workflow', { signers: { of: [{ issuer: GITHUB, workflow, ref: 'refs/heads/*' }] } }, 'pin'],
  ['a workflow at another ref', { signers: { of: [{ issuer: GITHUB, workflow, pinnedTo: 'tag' }] } }, undefined],
  ['in all', { all: [{ signers: { of: [{ issuer: GITHUB, identity }] } }] }, 'pin'],
  ['in a choice', { any: [{ signers: { of: [{ issuer: GITHUB, identity }] } }] }, undefined],
  ['of the SBOM alone', { sbom: { signedBy: [{ issuer: GITHUB, identity }] } }, undefined],
  ['by another issuer', { signers: { of: [{ issuer: 'https://issuer.example', identity }] } }, undefined],
  ['by another root', { signers: { of: [{ issuer: GITHUB, identity, root: 'mine' }] } }, undefined],
])('whom a policy names speaks for the images of its rule: %s', (_name, require, by) => {
  const pins = pinsOfPolicy(policyOf(require), AT);
  expect(speakerFor(verified(stranger()), [AT], pins)?.by).toBe(by);
  expect(speakerFor(verified(stranger()), [{ ...AT, name: 'ghcr.io/other/shop' }], pins)).toBeUndefined();
});

test('the signers of a rule that is not this image’s are not pinned for it', () => {
  const wide = { name: 'wide', images: ['**'], require: { signers: { of: [{ issuer: GITHUB, identity }] } } };
  const policy = policyOf({ provenance: { present: true } }, { rules: [wide] });
  expect(pinsOfPolicy(policy, AT)).toEqual([]);
  expect(pinsOfPolicy(policy, { ...AT, name: 'quay.io/other/shop' })).toHaveLength(1);
});

test('a key', () => {
  const pins = pinsOfPolicy(policyOf({ signers: { of: [{ key: keySigner().fingerprint }] } }), AT);
  expect(speakerFor(verified(keySigner(), 'keys'), [AT], pins)?.by).toBe('pin');
  expect(speakerFor(verified(workflowSigner({ extensions: {} })), [AT], pins)).toBeUndefined();
});

test('gathered with its pins, the build level of a signer that the policy names is told', () => {
  const signers = { of: [{ issuer: GITHUB, identity }] };
  const policy = policyOf({ signers, provenance: { buildLevel: 1 } });
  const document = provenance({
    checked: verified(stranger()),
    build: { repository: 'https://github.com/mallory/shop' },
  });
  const level = (pins: ReturnType<typeof pinsOfPolicy>): string =>
    leafOf(evaluatePolicy(policy, imageWith([document], { pins }), { now: NOW, pins: [] }), 'provenance.buildLevel')
      .got;
  expect(level([])).toBe('1 (provenance exists)');
  expect(level(pinsOfPolicy(policy, AT))).toBe('2 (signed by a workflow on GitHub Actions)');
});
