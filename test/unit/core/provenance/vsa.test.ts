import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readVerificationSummary } from '../../../../src/core/provenance/vsa.ts';
import type { VerificationSummary } from '../../../../src/core/provenance/vsa.ts';
import { CORPUS, hasCorpus, statementsAt } from './corpus.ts';

function read(version: string, predicate: unknown): VerificationSummary | undefined {
  const predicateType = `https://slsa.dev/verification_summary/${version}`;
  return readVerificationSummary({ type: 't', predicateType, subject: [], predicate });
}

const INPUT = { uri: 'https://example.com/x.intoto.jsonl', digest: { sha256: 'aa' } };

describe('a verification summary', () => {
  test('of v1', () => {
    const predicate = {
      verifier: { id: 'https://example.com/verifier' },
      timeVerified: '2026-01-02T03:04:05Z',
      resourceUri: 'ghcr.io/acme/shop',
      policy: { uri: 'https://example.com/policy' },
      inputAttestations: [INPUT],
      verificationResult: 'PASSED',
      verifiedLevels: ['SLSA_BUILD_LEVEL_3', 'ORG_REVIEWED'],
      dependencyLevels: { SLSA_BUILD_LEVEL_2: 4, SLSA_BUILD_LEVEL_3: '5' },
      slsaVersion: '1.1',
    };
    expect(read('v1', predicate)).toEqual({
      version: 'v1',
      verifierId: { value: 'https://example.com/verifier', at: '$.predicate.verifier.id' },
      timeVerified: { value: '2026-01-02T03:04:05Z', at: '$.predicate.timeVerified' },
      resourceUri: { value: 'ghcr.io/acme/shop', at: '$.predicate.resourceUri' },
      policy: { uri: 'https://example.com/policy', digest: {}, at: '$.predicate.policy' },
      inputAttestations: [{ ...INPUT, at: '$.predicate.inputAttestations[0]' }],
      result: { value: 'PASSED', at: '$.predicate.verificationResult' },
      verifiedLevels: [
        { value: 'SLSA_BUILD_LEVEL_3', at: '$.predicate.verifiedLevels[0]' },
        { value: 'ORG_REVIEWED', at: '$.predicate.verifiedLevels[1]' },
      ],
      dependencyLevels: {
        value: { SLSA_BUILD_LEVEL_2: 4, SLSA_BUILD_LEVEL_3: 5 },
        at: '$.predicate.dependencyLevels',
      },
      slsaVersion: { value: '1.1', at: '$.predicate.slsaVersion' },
      problems: [],
    });
  });

  test('of v0.2, in its spelling', () => {
    const predicate = {
      time_verified: '2026-01-02T03:04:05Z',
      resource_uri: 'ghcr.io/acme/shop',
      input_attestations: [INPUT],
      verification_result: 'FAILED',
      policy_level: 'SLSA_LEVEL_3',
      dependency_levels: {},
    };
    expect(read('v0.2', predicate)).toMatchObject({
      version: 'v0.2',
      timeVerified: { value: '2026-01-02T03:04:05Z' },
      resourceUri: { value: 'ghcr.io/acme/shop' },
      inputAttestations: [INPUT],
      result: { value: 'FAILED' },
      verifiedLevels: [{ value: 'SLSA_LEVEL_3', at: '$.predicate.policy_level' }],
      dependencyLevels: { value: {} },
    });
  });

  test('no dependencies is not the same as nothing said of them', () => {
    expect(read('v1', { dependencyLevels: {} })?.dependencyLevels?.value).toEqual({});
    expect(read('v1', { dependencyLevels: null })).not.toHaveProperty('dependencyLevels');
  });

  test('another result than the two is none', () => {
    const summary = read('v1', { verificationResult: 'passed', dependencyLevels: { a: -1 } });
    expect(summary).not.toHaveProperty('result');
    expect(summary?.problems.map(({ code, at }) => `${code} ${at}`)).toEqual([
      'MALFORMED_ITEM $.predicate.verificationResult',
      'MALFORMED_ITEM $.predicate.dependencyLevels.a',
    ]);
  });

  test('another version, and another type, are none', () => {
    expect(read('v2', {})).toBeUndefined();
  });

  test('nothing throws, whatever the predicate', () => {
    const levels = fc.property(fc.jsonValue(), (predicate) => read('v1', predicate)?.result === undefined);
    expect(() => fc.assert(levels)).not.toThrow();
  });

  test.skipIf(!hasCorpus)(`of Docker and Google (skipped without ${CORPUS})`, () => {
    const file = (name: string): readonly unknown[] =>
      statementsAt(`${CORPUS}/vsa/${name}`).map((statement) => readVerificationSummary(statement));
    expect(readFileSync(`${CORPUS}/INDEX.json`, 'utf8')).toContain('vsa/google-bcid-gke-vsa.dsse.jsonl');
    // v0.1 by its type, v1 by its spelling.
    expect(file('docker-attest-vsa-v0.1.dsse.json')).toMatchObject([
      {
        version: 'v0.1',
        verifierId: { value: 'https://docker.com' },
        result: { value: 'PASSED' },
        verifiedLevels: [{ value: 'SLSA_BUILD_LEVEL_3' }],
        inputAttestations: [],
      },
    ]);
    expect(file('google-bcid-gke-vsa.dsse.jsonl')[0]).toMatchObject({
      result: { value: 'PASSED' },
      verifiedLevels: [{ value: 'BCID_L1' }, { value: 'SLSA_BUILD_LEVEL_2' }],
      problems: [],
    });
  });
});
