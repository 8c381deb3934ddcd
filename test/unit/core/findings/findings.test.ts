import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findingsOf } from '../../../../src/core/findings/index.ts';
import type { Dossier, Severity } from '../../../../src/core/model/chain.ts';
import type { ImageEntity } from '../../../../src/core/model/entity.ts';
import type { Checked, SignedDocument } from '../../../../src/core/model/statement.ts';
import { digestOf } from '../../../support/reports.ts';
import type { DossierParts } from './dossiers.ts';
import {
  ATTESTATION,
  COMMIT,
  CONFIG,
  DIGESTS,
  GENERATOR,
  INDEX,
  OTHER,
  PLATFORM,
  REPOSITORY,
  RUN,
  UNSIGNED,
  WORKFLOW,
  buildkit,
  dossierOf,
  findingsAbout,
  github,
  signedBy,
  signedWithKey,
  stated,
} from './dossiers.ts';

type Case = {
  /** With the finding: what its message must hold, of both sides. */
  readonly found: readonly (readonly [
    documents: readonly SignedDocument[],
    says: readonly string[],
    parts?: DossierParts,
  ])[];
  /** The same, but for what the finding is about. */
  readonly not: readonly (readonly [documents: readonly SignedDocument[], parts?: DossierParts])[];
  readonly severity: Severity;
};

const REUSABLE = 'https://github.com/acme/pipelines/.github/workflows/release.yml';
const by = (extensions: Readonly<Record<number, string>>): { checked: ReturnType<typeof signedBy> } => ({
  checked: signedBy({ extensions }),
});
const proposed = (head: string, fork = false): object => ({
  pull_request: { head: { repo: { full_name: head, fork } }, base: { repo: { full_name: 'acme/shop' } } },
  repository: { default_branch: 'main' },
});
const alpine = (uri: string, digest?: string): object => ({
  uri,
  ...(digest === undefined ? {} : { digest: { sha256: digest } }),
});
const HEX = 'b'.repeat(64);
const BASE: ImageEntity = {
  kind: 'image',
  digest: digestOf(HEX),
  foundAt: [{ transport: 'registry', name: 'docker.io/library/alpine' }],
};
const LAYERS = [digestOf('11'), digestOf('22')];
const ON_ALPINE = [buildkit({ materials: [alpine('pkg:docker/alpine@3', HEX)] })];
const second = { document: digestOf('d0d') };

const CASES: Readonly<Record<string, Case>> = {
  CERT_PREDICATE_MISMATCH: {
    severity: 'high',
    found: [
      [[github({}, by({ 12: 'https://github.com/acme/tools' }))], ['.12', 'acme/tools', REPOSITORY]],
      [[github({ commit: '1'.repeat(40) })], ['.13', COMMIT, '1'.repeat(40)]],
      [[github({ ref: 'refs/heads/wip' })], ['.14', 'refs/heads/main', 'refs/heads/wip']],
      [[github({ path: '.github/workflows/other.yml' })], ['.18', 'release.yml', 'other.yml']],
      [[github({ event: 'schedule' })], ['.20', 'push', 'schedule']],
      [[github({ run: `${REPOSITORY}/actions/runs/78/attempts/1` })], ['.21', '/runs/77', '/runs/78']],
      [[github({ repositoryId: '2' })], ['.15', ' 1', ' 2']],
      // Buildkite's certificates have the commit alone.
      [[github({ commit: '1'.repeat(40) }, by({ 12: '', 18: '' }))], ['.13', COMMIT, '1'.repeat(40)]],
    ],
    not: [
      [[github()]],
      // Another spelling of the repository, another attempt of the run.
      [[github({ repository: 'https://GitHub.com/Acme/Shop' })]],
      [[github({ run: `${REPOSITORY}/actions/runs/77/attempts/2` })]],
      // Nobody certifies anything, or what is certified is nobody's.
      [[github({ event: 'schedule' }, { checked: UNSIGNED })]],
      [[github({ event: 'schedule' }, { checked: { ...UNSIGNED, assurance: 'rejected', code: 'BAD_SIGNATURE' } })]],
      [[github({ event: 'schedule' }, { about: [OTHER] })]],
    ],
  },
  SIGNER_NOT_SOURCE: {
    severity: 'info',
    found: [[[github({}, by({ 9: `${REUSABLE}@refs/tags/v1.2.3` }))], ['acme/pipelines', REPOSITORY]]],
    not: [[[github()]]],
  },
  SOURCE_NOT_WORKFLOW_REPO: {
    severity: 'warn',
    found: [[[github({ repository: 'https://github.com/acme/other' })], ['acme/other', REPOSITORY]]],
    not: [[[github()]], [[github({ repository: 'https://github.com/acme/other' }, { checked: UNSIGNED })]]],
  },
  MUTABLE_SIGNER_REF: {
    severity: 'warn',
    found: [
      [[github({}, by({ 9: `${REUSABLE}@refs/heads/main` }))], ['refs/heads/main']],
      [[github({}, by({ 9: `${REUSABLE}@refs/tags/v1` }))], ['refs/tags/v1']],
    ],
    not: [
      [[github()]],
      [[github({}, by({ 9: `${REUSABLE}@refs/tags/v1.2.3` }))]],
      [[github({}, by({ 9: `${REUSABLE}@${'c'.repeat(40)}` }))]],
    ],
  },
  PRIVATE_AT_SIGNING: {
    severity: 'info',
    found: [
      [[github({}, by({ 22: 'private' }))], ['private']],
      [[github({}, by({ 22: 'internal' }))], ['internal']],
    ],
    not: [[[github()]]],
  },
  BUILD_AFTER_SIGN: {
    severity: 'high',
    found: [
      [[github({ finished: '2026-03-01T12:06:00Z' })], ['12:06:00Z', '12:00:00Z']],
      [[github({ started: '2026-03-01T11:00:00Z', finished: '2026-03-01T10:00:00Z' })], ['11:00:00Z', '10:00:00Z']],
    ],
    // A log may be slow by five minutes, and a signature without a time says nothing.
    not: [
      [[github({ started: '2026-03-01T11:00:00Z', finished: '2026-03-01T12:04:00Z' })]],
      [[github({ finished: '2026-03-01T12:06:00Z' }, { checked: signedBy({ times: [] }) })]],
    ],
  },
  TIMESTAMP_ABSENT: {
    severity: 'high',
    found: [
      [
        [github({}, { checked: { assurance: 'rejected', code: 'NO_TIMESTAMP', expected: 'a time', got: 'no time' } })],
        ['a time', 'no time'],
      ],
    ],
    not: [
      [[github()]],
      [[github({}, { checked: { assurance: 'rejected', code: 'BAD_SIGNATURE', expected: 'one', got: 'another' } })]],
    ],
  },
  UNSIGNED: {
    severity: 'info',
    found: [
      [[github({}, { checked: UNSIGNED })], ['build, commit']],
      [
        [],
        ['commit'],
        { labels: { 'org.opencontainers.image.source': REPOSITORY, 'org.opencontainers.image.revision': COMMIT } },
      ],
    ],
    not: [[[github()]], [[]]],
  },
  TENANT_WRITTEN_PREDICATE: {
    severity: 'info',
    found: [
      [[github()], [WORKFLOW]],
      [[github({}, { checked: signedWithKey() })], ['cosign.pub']],
    ],
    not: [
      [[github({}, by({ 9: GENERATOR }))]],
      [[github({}, { checked: signedWithKey('google-cloud-build') })]],
      [[stated('https://spdx.dev/Document', {})]],
    ],
  },
  BUILDER_ID_UNVERIFIED: {
    severity: 'info',
    found: [
      [[github({ builder: 'https://tekton.dev/chains/v2' }, { checked: signedWithKey() })], ['tekton.dev', 'a key']],
      [[github({}, { checked: UNSIGNED })], [WORKFLOW, 'nobody']],
    ],
    not: [[[github()]], [[github({}, { checked: signedWithKey('google-cloud-build') })]], [[buildkit({})]]],
  },
  PRIVILEGED_PR_TRIGGER: {
    severity: 'high',
    found: ['pull_request_target', 'workflow_run', 'issue_comment', 'discussion_comment'].map(
      (event) => [[github({ event }, by({ 20: event }))], [event]] as const,
    ),
    // The certificate's word comes before the predicate's.
    not: [
      [[github()]],
      [[github({ event: 'pull_request_target' })]],
      [[github({ event: 'pull_request' }, by({ 20: 'pull_request' }))]],
    ],
  },
  PR_MERGE_REF: {
    severity: 'warn',
    found: ['refs/pull/12/merge', 'refs/merge-requests/3/head'].map(
      (ref) => [[github({ ref }, by({ 14: ref }))], [ref]] as const,
    ),
    not: [
      [[github()]],
      [[github({ ref: 'refs/heads/refs/pull/12/merge' }, by({ 14: 'refs/heads/refs/pull/12/merge' }))]],
    ],
  },
  WORKFLOW_DISPATCH: {
    severity: 'info',
    found: [
      [[github({}, by({ 20: 'workflow_dispatch' }))], ['workflow_dispatch']],
      [[github({ event: 'web' }, { checked: UNSIGNED })], ['web']],
    ],
    not: [[[github()]]],
  },
  RERUN: {
    severity: 'info',
    found: [[[github({}, by({ 21: RUN.replace(/1$/, '3') }))], ['attempt 3']]],
    not: [[[github()]], [[github({}, by({ 21: `${REPOSITORY}/-/jobs/12` }))]]],
  },
  SELF_HOSTED_RUNNER: {
    severity: 'warn',
    found: [
      [[github({}, by({ 11: 'self-hosted' }))], ['self-hosted']],
      [[github({ runner: 'self-hosted' }, { checked: UNSIGNED })], ['self-hosted']],
      [
        [github({}, { checked: signedBy({ issuer: 'https://gitlab.com', extensions: { 11: 'acme-runner' } }) })],
        ['acme-runner'],
      ],
    ],
    not: [
      [[github()]],
      [[github({}, { checked: signedBy({ issuer: 'https://gitlab.com', extensions: { 11: 'gitlab-hosted' } }) })]],
    ],
  },
  RUNNER_UNKNOWN: {
    severity: 'info',
    found: [[[github({}, by({ 11: '' }))], [WORKFLOW]]],
    not: [[[github()]], [[github({}, { checked: UNSIGNED })]]],
  },
  NON_DEFAULT_BRANCH: {
    severity: 'warn',
    found: [
      [
        [buildkit({ environment: { github_event_payload: { repository: { default_branch: 'trunk' } } } })],
        ['refs/heads/main', 'trunk'],
      ],
      [[github({ external: { variables: { CI_DEFAULT_BRANCH: 'trunk' } } })], ['refs/heads/main', 'trunk']],
    ],
    not: [
      [[buildkit({ environment: { github_event_payload: { repository: { default_branch: 'main' } } } })]],
      [[buildkit({})]],
      [
        [
          github(
            { ref: 'refs/tags/v1', external: { variables: { CI_DEFAULT_BRANCH: 'trunk' } } },
            by({ 14: 'refs/tags/v1' }),
          ),
        ],
      ],
    ],
  },
  UNPROTECTED_REF: {
    severity: 'info',
    found: [
      [[buildkit({ environment: { github_ref_protected: 'false' } })], ['refs/heads/main']],
      [[github({ external: { variables: { CI_COMMIT_REF_PROTECTED: 'false' } } })], ['refs/heads/main']],
    ],
    not: [[[buildkit({ environment: { github_ref_protected: 'true' } })]], [[buildkit({})]]],
  },
  FORK_BUILD: {
    severity: 'high',
    found: [
      [[buildkit({ environment: { github_event_payload: proposed('mallory/shop') } })], ['mallory/shop', 'acme/shop']],
      [
        [buildkit({ environment: { github_event_payload: JSON.stringify(proposed('mallory/shop')) } })],
        ['mallory/shop', 'acme/shop'],
      ],
      [[buildkit({ environment: { github_event_payload: proposed('acme/shop', true) } })], ['acme/shop']],
      [[github({ internal: { GITHUB_EVENT_PAYLOAD: proposed('mallory/shop') } })], ['mallory/shop', 'acme/shop']],
      [
        [
          github({
            external: {
              variables: {
                CI_MERGE_REQUEST_SOURCE_PROJECT_URL: 'https://gitlab.com/m/shop',
                CI_PROJECT_URL: 'https://gitlab.com/acme/shop',
              },
            },
          }),
        ],
        ['gitlab.com/m/shop', 'gitlab.com/acme/shop'],
      ],
      [
        [
          github({
            internal: {
              annotations: {
                'pipelinesascode.tekton.dev/source-repo-url': 'https://github.com/m/shop',
                'pipelinesascode.tekton.dev/repo-url': REPOSITORY,
              },
            },
          }),
        ],
        ['github.com/m/shop', REPOSITORY],
      ],
      [
        [
          github({
            external: {
              substitutions: { _HEAD_REPO_URL: 'https://github.com/m/shop' },
              buildConfigSource: { repository: REPOSITORY },
            },
          }),
        ],
        ['github.com/m/shop', REPOSITORY],
      ],
    ],
    not: [
      [[buildkit({ environment: { github_event_payload: proposed('Acme/Shop') } })]],
      [[buildkit({ environment: { github_event_payload: '{"pull_request":' } })]],
      [[buildkit({ environment: { github_event_payload: { pull_request: 3 } } })]],
      [[buildkit({})]],
      [[buildkit({ environment: { github_event_payload: proposed('mallory/shop') } }, { about: [OTHER] })]],
    ],
  },
  FORK_UNKNOWN: {
    severity: 'warn',
    found: [[[github({ event: 'pull_request' }, by({ 20: 'pull_request' }))], ['pull_request']]],
    not: [
      [[github()]],
      [
        [
          github(
            { event: 'pull_request', internal: { GITHUB_EVENT_PAYLOAD: proposed('acme/shop') } },
            by({ 20: 'pull_request' }),
          ),
        ],
      ],
    ],
  },
  SUBJECT_MISMATCH: {
    severity: 'high',
    found: [
      [[github({}, { about: [OTHER] })], [OTHER]],
      [[stated('https://slsa.dev/provenance/v1', {}, { about: [] })], ['no digest']],
    ],
    not: [[[github()]], [[github({}, { about: [OTHER, INDEX] })]]],
  },
  SUBJECT_IS_CONFIG: {
    severity: 'warn',
    found: [[[github({}, { about: [CONFIG] })], [CONFIG, PLATFORM]]],
    not: [[[github()]], [[github({}, { about: [CONFIG, PLATFORM] })]]],
  },
  INDEX_ONLY: {
    severity: 'info',
    found: [[[github({}, { about: [INDEX] })], ['index', 'platform']]],
    not: [
      [[github()]],
      [[github({}, { about: [INDEX, PLATFORM] })]],
      [[github({}, { about: [INDEX] }), github({}, second)]],
      [[github({}, { about: [INDEX], checked: UNSIGNED })]],
    ],
  },
  PLATFORM_ONLY: {
    severity: 'info',
    found: [[[github()], ['platform', 'index']]],
    not: [
      [[github({}, { about: [INDEX, PLATFORM] })]],
      [[github()], { digests: { ...DIGESTS, indexes: [] } }],
      [[github({}, { checked: UNSIGNED })]],
    ],
  },
  OTHER_PLATFORM: {
    severity: 'warn',
    found: [
      [
        [buildkit({ materials: [alpine('pkg:docker/alpine@3?platform=linux%2Farm64', HEX)] })],
        ['linux/arm64', 'linux/amd64'],
      ],
    ],
    not: [
      [[buildkit({ materials: [alpine('pkg:docker/alpine@3?platform=linux%2Famd64', HEX)] })]],
      // A stage that ran on the builder's own platform, in a build for another.
      [
        [buildkit({ materials: [alpine('pkg:docker/golang@1?platform=linux%2Famd64', HEX)] })],
        { platform: { os: 'linux', architecture: 'arm64' } },
      ],
    ],
  },
  ATTESTATION_REF_DANGLING: {
    severity: 'warn',
    found: [[[buildkit({}, { container: ATTESTATION, about: [INDEX] })], [PLATFORM, INDEX]]],
    not: [[[buildkit({}, { container: ATTESTATION })]], [[buildkit({}, { container: OTHER, about: [INDEX] })]]],
  },
  PROMOTED_COPY: {
    severity: 'info',
    found: [
      [[github({}, { name: 'ghcr.io/acme/staging:1.4' })], ['ghcr.io/acme/staging', 'ghcr.io/acme/shop']],
      [[github({}, { name: 'quay.io/acme/shop' })], ['quay.io/acme/shop']],
    ],
    not: [
      [[github({}, { name: 'ghcr.io/acme/shop' })]],
      [[github({}, { name: '_' })]],
      [[github({}, { name: 'quay.io/acme/shop' }), github({}, { name: 'ghcr.io/acme/shop', ...second })]],
    ],
  },
  CONFLICTING_ATTESTATIONS: {
    severity: 'high',
    found: [
      [
        [github(), github({ commit: '1'.repeat(40) }, second)],
        [COMMIT, '1'.repeat(40)],
      ],
    ],
    not: [
      [[github(), github({}, second)]],
      [[github(), github({ commit: '1'.repeat(40) }, { ...second, checked: UNSIGNED })]],
    ],
  },
  DIRTY_TREE: {
    severity: 'high',
    found: [[[buildkit({ context: 'local', revision: `${COMMIT}-dirty` })], ['vcs']]],
    not: [[[buildkit({ context: 'local' })]]],
  },
  BASE_NOT_PREFIX: {
    severity: 'warn',
    found: [[ON_ALPINE, ['alpine', 'not the first'], { diffIds: LAYERS, beneath: { image: BASE, diffIds: [OTHER] } }]],
    not: [
      [ON_ALPINE, { diffIds: LAYERS, beneath: { image: BASE, diffIds: LAYERS.slice(0, 1) } }],
      [ON_ALPINE, { diffIds: LAYERS }],
    ],
  },
  LABEL_INHERITED: {
    severity: 'warn',
    found: [
      [
        ON_ALPINE,
        ['alpine', 'org.opencontainers.image.source'],
        {
          diffIds: LAYERS,
          labels: { 'org.opencontainers.image.source': REPOSITORY },
          beneath: {
            image: BASE,
            diffIds: LAYERS.slice(0, 1),
            labels: { 'org.opencontainers.image.source': REPOSITORY },
          },
        },
      ],
    ],
    not: [
      [
        ON_ALPINE,
        {
          diffIds: LAYERS,
          labels: { 'org.opencontainers.image.source': REPOSITORY },
          beneath: {
            image: BASE,
            diffIds: LAYERS.slice(0, 1),
            labels: { 'org.opencontainers.image.source': 'https://github.com/alpine/alpine' },
          },
        },
      ],
    ],
  },
  MIXED_VOCABULARY: {
    severity: 'warn',
    found: [
      [
        [],
        ['org.opencontainers.image.source', 'vcs-ref'],
        { labels: { 'org.opencontainers.image.source': REPOSITORY, 'vcs-ref': COMMIT } },
      ],
    ],
    not: [
      [
        [],
        {
          labels: {
            'org.opencontainers.image.source': REPOSITORY,
            'org.opencontainers.image.revision': COMMIT,
            'vcs-ref': COMMIT,
          },
        },
      ],
      [[], { labels: { 'vcs-ref': COMMIT } }],
    ],
  },
  MUTABLE_BASE: {
    severity: 'info',
    found: [[ON_ALPINE, ['library/alpine:3', HEX]]],
    not: [
      [[buildkit({ materials: [alpine(`pkg:docker/alpine@3?digest=sha256:${HEX}`, HEX)] })]],
      [[buildkit({ materials: [alpine('pkg:docker/docker/dockerfile@1', HEX)] })]],
    ],
  },
  LOCAL_CONTEXT: {
    severity: 'warn',
    found: [[[buildkit({ context: 'local' })], ['disk']]],
    not: [[[buildkit({})]]],
  },
  NOT_HERMETIC: {
    severity: 'info',
    found: [
      [[buildkit({ hermetic: false })], ['network']],
      [[buildkit({ metadata: { network: { proxy: { incomplete: ['udp'] } } } })], ['not seen']],
    ],
    not: [[[buildkit({ metadata: { network: { proxy: { incomplete: [] } } } })]], [[github()]]],
  },
  CREDENTIALS_IN_URL: {
    severity: 'high',
    found: [[[], ['vcs-url'], { labels: { 'org.label-schema.vcs-url': 'https://ada:hunter2@github.com/acme/shop' } }]],
    // How its base is labelled is its base's business.
    not: [
      [
        ON_ALPINE,
        {
          beneath: {
            image: BASE,
            diffIds: LAYERS,
            labels: { 'org.label-schema.vcs-url': 'https://ada:hunter2@github.com/acme/shop' },
          },
        },
      ],
    ],
  },
};

describe.each(Object.entries(CASES))('%s', (code, { found, not, severity }) => {
  test.each(found.map((each, index) => [index, each] as const))(
    'is found (%i), with both sides',
    (_index, [documents, says, parts]) => {
      const [finding, ...others] = findingsAbout(code, documents, parts);
      expect(others).toEqual([]);
      expect(finding?.severity).toBe(severity);
      for (const side of says) expect(finding?.message).toContain(side);
      expect(finding?.advice).toMatch(/^[^.]+$/);
    },
  );

  test.each(not.map((each, index) => [index, each] as const))('is not found (%i)', (_index, [documents, parts]) => {
    expect(findingsAbout(code, documents, parts)).toEqual([]);
  });
});

describe('findings', () => {
  test('a signer that nobody tied to the image makes a warning of another repository’s workflow', () => {
    const extensions = {
      9: 'https://github.com/mallory/ci/.github/workflows/x.yml@refs/tags/v1.2.3',
      16: 'https://github.com/mallory',
    };
    expect(findingsAbout('SIGNER_NOT_SOURCE', [github({}, by(extensions))])[0]?.severity).toBe('warn');
  });

  test('somebody with a shell on the machine is graver than a machine of one’s own', () => {
    expect(findingsAbout('SELF_HOSTED_RUNNER', [github({}, by({ 11: 'ssh-rerun' }))])[0]?.severity).toBe('high');
  });

  test('a base whose digest is not recorded is graver than one that was asked for by its tag', () => {
    const documents = [buildkit({ materials: [alpine('pkg:docker/alpine@3')] })];
    expect(findingsAbout('MUTABLE_BASE', documents)[0]?.severity).toBe('warn');
  });

  test('the certificate that signed an attestation manifest is held against its layers', () => {
    const layer = buildkit({}, { container: ATTESTATION, ...second });
    const signature = stated(
      'https://sigstore.dev/cosign/sign/v1',
      {},
      { about: [ATTESTATION], ...by({ 13: '1'.repeat(40) }) },
    );
    expect(findingsAbout('CERT_PREDICATE_MISMATCH', [layer, signature])[0]?.message).toContain(COMMIT);
    expect(findingsAbout('CERT_PREDICATE_MISMATCH', [layer])).toEqual([]);
  });

  test('a document that two carriers have is told once, and the gravest comes first', () => {
    const documents = [
      github({ ref: 'refs/heads/wip' }),
      github({ ref: 'refs/heads/wip' }, { ...second, carrier: 'tag .att' }),
    ];
    const { findings } = dossierOf(documents);
    expect(findings.filter(({ code }) => code === 'CERT_PREDICATE_MISMATCH')).toHaveLength(1);
    const order = findings.map(({ severity }) => ['high', 'warn', 'info'].indexOf(severity));
    expect(order).toEqual(order.toSorted((left, right) => left - right));
    expect(order.length).toBeGreaterThan(1);
  });

  test('what a rejected document says is made nothing of', () => {
    const telling = (checked: Checked): readonly string[] => {
      const { findings } = dossierOf([
        buildkit({ context: 'local', environment: { github_event_payload: proposed('mallory/shop') } }, { checked }),
      ]);
      return findings.map(({ code }) => code);
    };
    expect(telling(UNSIGNED)).toEqual(expect.arrayContaining(['FORK_BUILD', 'LOCAL_CONTEXT']));
    expect(telling({ ...UNSIGNED, assurance: 'rejected', code: 'BAD_SIGNATURE' })).toEqual([]);
  });

  test('whatever a predicate holds, and wherever', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('github_event_payload', 'annotations', 'labels', 'github_ref_protected'),
        (value, name) => {
          const external = { variables: value, substitutions: value, buildConfigSource: value, sourceToBuild: value };
          const documents = [
            github({ internal: { [name]: value, systemSubstitutions: value }, external }),
            buildkit({ environment: { [name]: JSON.stringify(value) }, metadata: { network: value } }, second),
            stated(
              'https://slsa.dev/provenance/v0.2',
              { buildConfig: { tasks: value }, invocation: value },
              { document: digestOf('d0e') },
            ),
            stated('https://slsa.dev/provenance/v1', value, { document: digestOf('d0f') }),
          ];
          for (const { code, message } of dossierOf(documents).findings) expect([code, message]).not.toContain('');
        },
      ),
    );
  });

  test('a layout on disk is no copy under another name', () => {
    const dossier = dossierOf([github({}, { name: 'quay.io/acme/shop' })]);
    const root = { ...dossier.image.root, foundAt: [{ transport: 'oci', name: '/srv/layout' } as const] };
    const codes = (image: Dossier['image']): readonly string[] =>
      findingsOf({ ...dossier, image }).map(({ code }) => code);
    expect(codes(dossier.image)).toContain('PROMOTED_COPY');
    expect(codes({ ...dossier.image, root })).not.toContain('PROMOTED_COPY');
  });

  test('findings change no grade', () => {
    const strength = (documents: readonly SignedDocument[]): unknown =>
      dossierOf(documents).chain.hops.find(({ relation }) => relation === 'builtFrom')?.strength;
    expect(strength([github({ event: 'schedule' })])).toBe('verified');
    expect(strength([github()])).toBe('verified');
  });
});
