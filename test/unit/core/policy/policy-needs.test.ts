import { describe, expect, test } from 'vitest';
import { policyNeeds } from '../../../../src/core/policy/policy-needs.ts';
import { policyOf } from './policies.ts';

const IMAGE = 'ghcr.io/acme/shop';
const SIGNED = { attestations: [{ predicateType: 'x' }] };
const NOTHING = { source: false, documents: false, baseDepth: 0 };

describe('what must be asked before a rule can be judged', () => {
  test.each([
    ['signatures and provenance alone', { provenance: { present: true } }, NOTHING],
    ['the source', { source: { signedCommits: true } }, { ...NOTHING, source: true }],
    ['the source, for its level', { provenance: { sourceLevel: 3 } }, { ...NOTHING, source: true }],
    ['an SBOM', { sbom: { present: true } }, { ...NOTHING, documents: true }],
    ['scans', { vulnerabilities: { noneAbove: 'low' } }, { ...NOTHING, documents: true }],
    ['in one of all', { all: [SIGNED, { sbom: { present: true } }] }, { ...NOTHING, documents: true }],
    ['in one of any', { any: [SIGNED, { source: { serviceKnown: true } }] }, { ...NOTHING, source: true }],
    [
      'in one of several',
      { atLeast: { n: 1, of: [{ any: [SIGNED, { sbom: { present: true } }] }] } },
      { ...NOTHING, documents: true },
    ],
  ])('%s', (_what, require, needs) => {
    expect(policyNeeds(policyOf(require)).ofImage(IMAGE)).toEqual(needs);
  });

  test('bases as deep as rules lead, and what is asked of them', () => {
    const policy = policyOf(
      { materials: { base: { rule: 'base', depth: 2 } } },
      {
        rules: [
          { name: 'base', require: { materials: { base: { rule: 'deepest' } } } },
          { name: 'deepest', require: { sbom: { present: true } } },
        ],
      },
    );
    expect(policyNeeds(policy).ofImage(IMAGE)).toEqual({ source: false, documents: true, baseDepth: 3 });
  });

  test('of the image’s own rules, and not of others', () => {
    const policy = policyOf(SIGNED, {
      rules: [{ name: 'other', images: ['quay.io/acme/*'], require: { source: { signedCommits: true } } }],
    });
    const needs = policyNeeds(policy);
    expect(needs.ofImage(IMAGE)).toEqual(NOTHING);
    expect(needs.ofImage('quay.io/acme/shop').source).toBe(true);
    expect(needs.ofImage('docker.io/library/alpine')).toEqual(NOTHING);
    expect(needs.ofAny.source).toBe(true);
  });
});
