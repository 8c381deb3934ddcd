import { describe, expect, test } from 'vitest';
import type { SignedDocument } from '../../../../src/core/model/statement.ts';
import { digestOf } from '../../../support/reports.ts';
import {
  ATTESTATION,
  COMMIT,
  REPOSITORY,
  UNSIGNED,
  buildkit,
  findingsAbout,
  github,
  signedBy,
  stated,
} from './dossiers.ts';

const OTHER = '1'.repeat(40);
const CODE = 'CONFLICTING_ATTESTATIONS';
const unsigned = (commit: string, name: string): SignedDocument =>
  github({ commit }, { checked: UNSIGNED, document: digestOf(name) });

describe('attestations that cannot all be true', () => {
  test('are told also where a signed one settles the question', () => {
    const documents = [github(), unsigned(COMMIT, 'd1'), unsigned(OTHER, 'd2')];
    const [finding] = findingsAbout(CODE, documents);
    expect(finding?.message).toContain(OTHER);
    expect(finding?.message).toContain(COMMIT);
    expect(findingsAbout(CODE, documents.slice(0, 2))).toEqual([]);
  });

  test('are two: one document that names two repositories is ambiguous, and contradicts nobody', () => {
    const resolvedDependencies = [REPOSITORY, 'https://github.com/acme/other'].map((url) => ({
      uri: `git+${url}`,
      digest: { gitCommit: COMMIT },
    }));
    const predicate = { buildDefinition: { buildType: 'x:y', resolvedDependencies }, runDetails: {} };
    const document = stated('https://slsa.dev/provenance/v1', predicate, { checked: UNSIGNED });
    expect(findingsAbout(CODE, [document])).toEqual([]);
    expect(findingsAbout('AMBIGUOUS_SOURCE', [document])).toHaveLength(1);
  });

  test('are not those of which one has a repository and no commit', () => {
    const predicate = {
      buildDefinition: { buildType: 'x:y', externalParameters: { source: REPOSITORY } },
      runDetails: {},
    };
    const vague = stated('https://slsa.dev/provenance/v1', predicate, { checked: UNSIGNED, document: digestOf('d1') });
    expect(findingsAbout(CODE, [vague, unsigned(COMMIT, 'd2')])).toEqual([]);
  });
});

test('a BuildKit that was run elsewhere may build any repository: its certificate is not contradicted by it', () => {
  const layer = buildkit({}, { container: ATTESTATION, document: digestOf('d1') });
  const elsewhere = { 12: 'https://github.com/acme/pipelines', 13: OTHER };
  const signature = stated(
    'https://sigstore.dev/cosign/sign/v1',
    {},
    { about: [ATTESTATION], checked: signedBy({ extensions: elsewhere }) },
  );
  expect(findingsAbout('SOURCE_NOT_WORKFLOW_REPO', [layer, signature])).toHaveLength(1);
  expect(findingsAbout('CERT_PREDICATE_MISMATCH', [layer, signature])).toEqual([]);
});
