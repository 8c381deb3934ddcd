import { describe, expect, test } from 'vitest';
import { buildLevelOf, withBuildLevel } from '../../../src/core/build-level.ts';
import { stepsOf } from '../../../src/core/graph/steps.ts';
import type { SignedDocument } from '../../../src/core/model/statement.ts';
import { digestOf } from '../../support/reports.ts';
import {
  ATTESTATION,
  CONFIG,
  GENERATOR,
  INDEX,
  ISSUER,
  OTHER,
  UNSIGNED,
  WORKFLOW,
  buildkit,
  dossierOf,
  github,
  signedBy,
  signedWithKey,
  stated,
} from './findings/dossiers.ts';

const generator = (extensions: Readonly<Record<number, string>> = {}): { checked: ReturnType<typeof signedBy> } => ({
  checked: signedBy({ extensions: { 9: GENERATOR, ...extensions } }),
});
const DOCKER = 'https://github.com/docker/github-builder/.github/workflows/build.yml@refs/tags/v1';
const googleBuilt = (id: string): SignedDocument =>
  github({ builder: id }, { checked: signedWithKey('google-cloud-build') });
const WORKER = 'https://cloudbuild.googleapis.com/GoogleHostedWorker';
const shared = { 9: 'https://github.com/acme/pipelines/.github/workflows/release.yml@refs/tags/v1.2.3' };

type Row = readonly [name: string, documents: readonly SignedDocument[], level: number, says: string];

/** reference/provenance.md 14: who signed, and what builder that is. */
const ROWS: readonly Row[] = [
  ['nothing', [], 0, 'no provenance of this image'],
  ['an SBOM alone', [stated('https://spdx.dev/Document', {})], 0, 'no provenance of this image'],
  ['another image’s', [github({}, { about: [OTHER], ...generator() })], 0, 'no provenance of this image'],
  ['about the config alone', [github({}, { about: [CONFIG], ...generator() })], 0, 'no provenance of this image'],
  [
    'about an attestation manifest alone',
    [github({}, { about: [ATTESTATION], ...generator() })],
    0,
    'no provenance of this image',
  ],
  [
    'rejected',
    [github({}, { checked: { ...UNSIGNED, assurance: 'rejected', code: 'BAD_SIGNATURE' } })],
    0,
    'no provenance of this image',
  ],
  ['BuildKit, unsigned', [buildkit({})], 1, 'not signed'],
  [
    'what says that it is of a builder of level 3, unsigned',
    [github({ builder: GENERATOR }, { checked: UNSIGNED })],
    1,
    'not signed',
  ],
  [
    'a signature that nobody could check',
    [github({}, { checked: { ...UNSIGNED, code: 'NO_KEY' } })],
    1,
    'no key given that could check it',
  ],
  [
    'slsa-github-generator',
    [github({ builder: GENERATOR }, generator())],
    3,
    'slsa-github-generator: slsa-verifier lists it',
  ],
  [
    'the same for the index',
    [github({ builder: GENERATOR }, { about: [INDEX], ...generator() })],
    3,
    'slsa-verifier lists it',
  ],
  [
    'the same at a branch',
    [github({}, generator({ 9: GENERATOR.replace('tags/v2.1.0', 'heads/main') }))],
    2,
    'not listed as a builder',
  ],
  [
    'the same at a tag that can be moved',
    [github({}, generator({ 9: GENERATOR.replace('v2.1.0', 'v2') }))],
    2,
    'not listed as a builder',
  ],
  ['the same on a machine of its user’s', [github({}, generator({ 11: 'self-hosted' }))], 2, 'self-hosted'],
  [
    'the same on nobody knows which machine',
    [stated('https://slsa.dev/provenance/v1', {}, generator({ 11: '' }))],
    2,
    'nothing says that the runner was a hosted one',
  ],
  ['docker/github-builder', [github({}, generator({ 9: DOCKER }))], 2, 'Docker claims level 3'],
  ['actions/attest in the project’s own workflow', [github()], 2, 'its other steps could have written the provenance'],
  ['actions/attest in a reusable workflow', [github({}, generator(shared))], 2, 'not listed as a builder'],
  [
    'the same of another repository than the source',
    [github({ repository: 'https://github.com/acme/other' })],
    1,
    'could have written it',
  ],
  [
    'GitHub’s issuer under a root of the user’s own',
    [github({}, { checked: signedBy({ root: 'acme' }) })],
    1,
    'not tied to this image',
  ],
  [
    'a stranger’s workflow',
    [
      github(
        { repository: 'https://github.com/mallory/shop' },
        generator({ 9: WORKFLOW, 12: 'https://github.com/mallory/shop', 16: 'https://github.com/mallory' }),
      ),
    ],
    1,
    'not tied to this image',
  ],
  [
    'cosign in a job',
    [stated('https://slsa.dev/provenance/v1', { runDetails: { builder: { id: WORKFLOW } } })],
    1,
    'could have written it',
  ],
  ['a key', [github({}, { checked: signedWithKey() })], 1, 'not tied to this image'],
  ['Google Cloud Build', [googleBuilt(WORKER)], 3, 'Google claims level 3'],
  ['Google Cloud Build, v0.1', [googleBuilt(`${WORKER}@v0.3`)], 3, 'Google claims level 3'],
  [
    'Google’s key and another builder’s id',
    [googleBuilt('https://cloudbuild.googleapis.com/CloudBuildYaml')],
    1,
    'not one that Google Cloud Build writes',
  ],
  [
    'the best of several',
    [buildkit({}, { document: digestOf('d0d') }), github({ builder: GENERATOR }, generator())],
    3,
    'slsa-verifier lists it',
  ],
];

describe('SLSA build level', () => {
  test.each(ROWS)('%s', (_name, documents, level, says) => {
    const concluded = buildLevelOf(dossierOf(documents));
    expect(concluded.level).toBe(level);
    expect([concluded.rule, ...concluded.keepsFromNext].join('; ')).toContain(says);
    // At the highest nothing keeps it from the next; below, something does.
    expect(concluded.keepsFromNext.length > 0).toBe(level < 3);
  });

  test('a layer is worth what the signature on its manifest is worth', () => {
    const layer = buildkit({}, { container: ATTESTATION, document: digestOf('d0d') });
    const extensions = { 9: DOCKER, 18: WORKFLOW };
    const signature = stated(
      'https://sigstore.dev/cosign/sign/v1',
      {},
      { about: [ATTESTATION], checked: signedBy({ extensions, issuer: ISSUER }) },
    );
    expect(buildLevelOf(dossierOf([layer, signature])).level).toBe(2);
    expect(buildLevelOf(dossierOf([layer])).level).toBe(1);
  });

  test('a pin lets a signer speak, and makes no platform of a root of the user’s own', () => {
    const signer = { kind: 'certificate', issuer: ISSUER, identity: WORKFLOW, match: 'exact' } as const;
    const pins = [
      { images: 'ghcr.io/acme/*', signer },
      { images: 'ghcr.io/acme/*', signer, root: 'acme' },
    ];
    const concluded = (root: string): unknown =>
      buildLevelOf(dossierOf([github({}, { checked: signedBy({ root }) })], { pins }));
    expect(concluded('acme')).toMatchObject({
      level: 1,
      keepsFromNext: [expect.stringContaining('could have written it')],
    });
    expect(concluded('github')).toMatchObject({ level: 2 });
  });

  test('is a detail of the build, where there is one', () => {
    const dossier = dossierOf([github({ builder: GENERATOR }, generator())]);
    const details = stepsOf(dossier).flatMap((step) => (step.name === 'build' ? step.details : []));
    expect(details).toContainEqual({
      name: 'SLSA build level',
      value: '3 (slsa-github-generator: slsa-verifier lists it)',
    });
    const without = stepsOf(dossierOf([])).find(({ name }) => name === 'build');
    expect(without?.details).toEqual([]);
    expect(without && withBuildLevel(without, dossier)).toEqual(without);
  });
});
