/** What is remarkable in how a document is written: each code found, and absent where only what it is about is otherwise. */
import { describe, expect, test } from 'vitest';
import type { Severity } from '../../../../src/core/model/chain.ts';
import type { SignedDocument } from '../../../../src/core/model/statement.ts';
import type { DossierParts } from './dossiers.ts';
import { COMMIT, REPOSITORY, UNSIGNED, buildkit, findingsAbout, github, stated } from './dossiers.ts';

const V1 = 'https://slsa.dev/provenance/v1';
const V02 = 'https://slsa.dev/provenance/v0.2';
const V01 = 'https://slsa.dev/provenance/v0.1';
const unsigned = { checked: UNSIGNED };
const OTHER = 'https://github.com/acme/other';
const git = (repository: string, commit: string, key = 'gitCommit'): object => ({
  uri: `git+${repository}@refs/heads/main`,
  digest: { [key]: commit },
});

/** Of a build type that nobody knows. */
function generic(dependencies: readonly object[], external: object = {}): SignedDocument {
  const buildDefinition = {
    buildType: 'https://acme.example/build',
    externalParameters: external,
    resolvedDependencies: dependencies,
  };
  return stated(V1, { buildDefinition, runDetails: { builder: { id: 'https://acme.example/builder' } } }, unsigned);
}
const labelled = (labels: Readonly<Record<string, string>>): DossierParts => ({ labels });

type Case = {
  readonly severity: Severity;
  readonly found: readonly (readonly [documents: readonly SignedDocument[], says: string, parts?: DossierParts])[];
  readonly not: readonly (readonly [documents: readonly SignedDocument[], parts?: DossierParts])[];
};

const CASES: Readonly<Record<string, Case>> = {
  AMBIGUOUS_SOURCE: {
    severity: 'warn',
    found: [[[generic([git(REPOSITORY, COMMIT), git(OTHER, COMMIT)])], 'resolvedDependencies']],
    not: [
      [[generic([git(REPOSITORY, COMMIT)])]],
      [[generic([git(OTHER, COMMIT), git(REPOSITORY, COMMIT)], { source: REPOSITORY })]],
    ],
  },
  CONFIG_SOURCE_MISMATCH: {
    severity: 'high',
    found: [
      [[generic([git(OTHER, COMMIT)], { buildConfigSource: { repository: REPOSITORY } })], 'resolvedDependencies'],
    ],
    not: [[[generic([git(REPOSITORY, COMMIT)], { buildConfigSource: { repository: REPOSITORY } })]]],
  },
  CONTRADICTION: {
    severity: 'warn',
    found: [
      [
        [generic([git(REPOSITORY, COMMIT)], { source: { repository: REPOSITORY, ref: 'refs/tags/v1' } })],
        'resolvedDependencies',
      ],
    ],
    not: [[[generic([git(REPOSITORY, COMMIT)], { source: { repository: REPOSITORY, ref: 'refs/heads/main' } })]]],
  },
  MISSING_MATERIAL_DIGEST: {
    severity: 'warn',
    found: [
      [[buildkit({ materials: [{ uri: 'pkg:docker/alpine@3' }] })], 'materials[1]'],
      [[generic([{ uri: `git+${REPOSITORY}@refs/heads/main` }])], 'resolvedDependencies[0]'],
    ],
    not: [[[buildkit({ materials: [{ uri: 'pkg:docker/alpine@3', digest: { sha256: 'b'.repeat(64) } }] })]]],
  },
  INSECURE_BUILD_PARAM: {
    severity: 'warn',
    found: [[[generic([], { NPM_TOKEN: 'hunter2' })], 'NPM_TOKEN']],
    not: [[[generic([], { VERSION: '1.2' })]], [[generic([], { NPM_TOKEN: '' })]]],
  },
  DIGEST_ALG_MISLABEL: {
    severity: 'info',
    found: [[[generic([git(REPOSITORY, COMMIT, 'sha256')])], 'sha256']],
    not: [[[generic([git(REPOSITORY, COMMIT, 'sha1')])]], [[generic([git(REPOSITORY, 'c'.repeat(64), 'sha256')])]]],
  },
  PLACEHOLDER_VALUE: {
    severity: 'info',
    found: [[[], 'image.revision', labelled({ 'org.opencontainers.image.revision': '$VCS_REF' })]],
    not: [[[], labelled({ 'org.opencontainers.image.revision': COMMIT })]],
  },
  NOT_A_REPOSITORY: {
    severity: 'info',
    found: [[[], 'image.source', labelled({ 'org.opencontainers.image.source': 'acme' })]],
    not: [[[], labelled({ 'org.opencontainers.image.source': REPOSITORY })]],
  },
  TRUNCATED: {
    severity: 'info',
    found: [[[generic([], Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`p${index}`, 'x'])))], '256']],
    not: [[[generic([], Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`p${index}`, 'x'])))]]],
  },
  PREDICATE_TYPE_MISMATCH: {
    severity: 'warn',
    found: [
      [[stated(V1, { buildType: 'x', builder: { id: 'y' }, invocation: {} })], 'shaped as provenance v0.2'],
      [[stated(V02, { buildDefinition: {}, runDetails: { builder: {} } })], 'shaped as provenance v1'],
      [[stated(V02, { recipe: { type: 'x' }, builder: { id: 'y' } })], 'shaped as provenance v0.1'],
      [[stated(V01, { buildDefinition: { buildType: 'x' } })], 'shaped as provenance v1'],
      [[stated(V1, { bomFormat: 'CycloneDX' })], 'shaped as CycloneDX'],
      [[stated(V1, { anything: 'else' })], 'of no shape'],
      [[stated(V1, 'text')], 'no object'],
      [[stated(V1, undefined)], 'missing'],
      [[stated('https://spdx.dev/Document', { bomFormat: 'CycloneDX' })], 'shaped as CycloneDX'],
      [[stated('https://slsa.dev/verification_summary/v1', { runDetails: {} })], 'shaped as provenance v1'],
    ],
    not: [
      [[github()]],
      [[buildkit({})]],
      // Jenkins's lower-case keys, v0.1 without a recipe, cosign's wrappings, and types that nobody knows.
      [[stated(V02, { buildtype: 'https://www.jenkins.io/Pipeline', builder: { id: 'y' } })]],
      [[stated(V01, { builder: { id: 'y' }, materials: [] })]],
      [[stated('https://spdx.dev/Document', 'SPDXVersion: SPDX-2.3')]],
      [[stated('https://cyclonedx.org/bom', { Data: { bomFormat: 'CycloneDX' } })]],
      [[stated('https://acme.example/own', { anything: 'else' })]],
    ],
  },
};

describe.each(Object.entries(CASES))('%s', (code, { severity, found, not }) => {
  test.each(found.map((each, index) => [index, each] as const))('is found (%i)', (_, [documents, says, parts]) => {
    const [finding, ...others] = findingsAbout(code, documents, parts);
    expect(others).toEqual([]);
    expect(finding?.severity).toBe(severity);
    expect(finding?.message).toContain(says);
    expect(finding?.advice).toMatch(/^[^.]+$/);
    expect(finding?.message).not.toContain('hunter2');
  });

  test.each(not.map((each, index) => [index, each] as const))('is not found (%i)', (_, [documents, parts]) => {
    expect(findingsAbout(code, documents, parts)).toEqual([]);
  });
});
