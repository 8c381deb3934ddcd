import { afterEach, describe, expect, test } from 'vitest';
import { createAttestationSource } from '../../../src/adapters/scm/attestation-source.ts';
import { createSigstoreVerifier } from '../../../src/adapters/sigstore/verifier.ts';
import { forgeAttestations } from '../../../src/collect/forge-attestations.ts';
import { createImages } from '../../../src/collect/images.ts';
import { weighing } from '../../../src/core/claims/from-document.ts';
import type { Gathered } from '../../../src/core/model/chain.ts';
import type { Digest } from '../../../src/core/model/digest.ts';
import type { ImageRepository } from '../../../src/core/model/image-repository.ts';
import type { Forge } from '../../../src/core/model/forge.ts';
import type { AttestationQuery } from '../../../src/ports/attestation-source.ts';
import { statement } from '../../support/attachments.ts';
import { createAuthority } from '../../support/authority.ts';
import type { BundleJson } from '../../support/authority-documents.ts';
import { trustIn } from '../../support/authority-trust.ts';
import type { KeptBundle } from '../../support/forge-server.ts';
import { startGithub, startGitlab } from '../../support/forge-server.ts';
import { TEST_NOW_MS, openHttp } from '../../support/http-world.ts';
import type { BuiltImage, BuiltIndex, ImageBuilder } from '../../support/image-builder.ts';
import { image, index } from '../../support/image-builder.ts';
import { memoryRegistry } from '../../support/memory-registry.ts';
import { github } from '../../support/scenes.ts';
import { emptyRepository } from '../../support/test-repository.ts';

const REPOSITORY = 'https://github.com/acme/shop';
const COMMIT = '8f3c2b1a9d7e6f5041c2d3e4f5a6b7c8d9e0f1a2';
const SOURCE = 'org.opencontainers.image.source';
const authority = createAuthority({ name: 'acme' });

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});
function opened<Each extends { close(): Promise<void> }>(each: Each): Each {
  open.push(each);
  return each;
}

type Setup = {
  /** Where the image is. */
  readonly at?: string;
  readonly transport?: ImageRepository['transport'];
  readonly build?: (builder: ImageBuilder) => ImageBuilder;
  /** Whether an index is around it. */
  readonly isIndexed?: boolean;
  readonly kept?: (made: {
    readonly image: BuiltImage;
    readonly index: BuiltIndex | undefined;
  }) => readonly KeptBundle[];
  readonly github?: Omit<Partial<Parameters<typeof startGithub>[0]>, 'bundles'>;
  readonly forges?: (known: { readonly github: Forge; readonly gitlab: Forge }) => readonly Forge[];
};
type World = {
  readonly gathered: Gathered;
  readonly image: BuiltImage;
  readonly index: BuiltIndex | undefined;
  readonly queries: readonly AttestationQuery[];
  readonly verifications: number;
};

/** An image in a registry, two forges over HTTP, and everything between them as the tool has it. */
async function collect(setup: Setup): Promise<World> {
  const repository = emptyRepository();
  const made = await (setup.build ?? ((builder) => builder))(image().layer({ 'app/server': 'server' })).addTo(
    repository,
  );
  const around = setup.isIndexed === true ? index().add(made).addTo(repository) : undefined;
  const bundles = setup.kept?.({ image: made, index: around }) ?? [];
  const [hub, lab] = [opened(await startGithub({ ...setup.github, bundles })), opened(await startGitlab({ bundles }))];
  const { http } = openHttp();
  opened(http);
  const source = createAttestationSource({
    http,
    tokens: { tokenFor: async () => undefined },
    clock: { nowMs: () => TEST_NOW_MS },
  });
  const queries: AttestationQuery[] = [];
  const forges = {
    github: forgeAt('github', 'github.com', `http://${hub.host}`),
    gitlab: forgeAt('gitlab', 'gitlab.com', `http://${lab.host}/api/v4`),
  };
  const at: ImageRepository = { transport: setup.transport ?? 'registry', name: setup.at ?? 'ghcr.io/acme/shop' };
  const registry = memoryRegistry(new Map([[at.name, repository]]), { referrersApi: true });
  const images = createImages(registry, { platform: undefined, host: { os: 'linux', architecture: 'amd64' } });
  const verifier = createSigstoreVerifier(trustIn([authority]));
  let verifications = 0;
  const collector = forgeAttestations(
    {
      attestations: { fetchAttestations: (query) => (queries.push(query), source.fetchAttestations(query)) },
      forges: setup.forges?.(forges) ?? [forges.github, forges.gitlab],
      verifier: { verify: (document) => (verifications++, verifier.verify(document)) },
      weigh: weighing([]),
    },
    images,
  );
  const gathered = await collector.collect({ kind: 'image', digest: around?.digest ?? made.digest, foundAt: [at] });
  return { gathered, image: made, index: around, queries, verifications };
}

function forgeAt(kind: Forge['kind'], host: string, apiUrl: string): Forge {
  return { kind, host, apiUrl };
}

const asked = ({ queries }: World): readonly string[] => queries.map(({ forge, path }) => `${forge.host} ${path}`);
const ledger = ({ gathered }: World): readonly string[] =>
  gathered.places.map(
    ({ carrier, asked: digest, result, detail }) =>
      `${carrier} ${digest?.slice(7, 13)} ${result}${result === 'found' ? `: ${detail}` : ''}`,
  );
const short = (digest: Digest): string => digest.slice(7, 13);

const signed = (stated: object): unknown => authority.signBundle({ statement: stated });
const provenance = (about: { readonly digest: Digest }, more: Partial<KeptBundle> = {}): KeptBundle => ({
  repository: 'acme/shop',
  subjects: [about.digest],
  bundle: signed(github(about, REPOSITORY)),
  ...more,
});

/** Signed, and then made to name another source. */
const altered = (about: { readonly digest: Digest }): BundleJson => {
  const bundle = authority.signBundle({ statement: github(about, REPOSITORY) });
  bundle.dsseEnvelope!.payload = Buffer.from(JSON.stringify(github(about, 'https://github.com/mallory/shop'))).toString(
    'base64',
  );
  return bundle;
};

describe('an attestation that a forge keeps', () => {
  test('is verified, weighed, and said to be from there', async () => {
    const world = await collect({ kept: (made) => [provenance(made.image)] });
    const [document] = world.gathered.documents;
    expect(document).toMatchObject({
      about: { kind: 'image', digest: world.image.digest },
      signed: {
        kind: 'statement',
        carrier: 'GitHub attestations of acme',
        checked: { assurance: 'verified', root: 'acme' },
      },
    });
    const builtFrom = world.gathered.evidence.find(
      ({ claim }) => claim.kind === 'edge' && claim.relation === 'builtFrom',
    );
    expect(builtFrom).toMatchObject({
      claim: { to: { kind: 'sourceRevision', repository: REPOSITORY, commit: COMMIT } },
      boundBy: 'platform',
      origin: {
        collector: 'forge-attestations',
        location: expect.stringMatching(/^GitHub attestations of acme, /),
        document: document?.signed.document,
      },
    });
    expect(world.gathered.problems).toEqual([]);
    expect(ledger(world)).toEqual([`GitHub attestations of acme ${short(world.image.digest)} found: one attestation`]);
    expect(world.gathered.places[0]?.asOf).toBe('2026-11-21T12:00:00Z');
  });

  test('whose payload was altered is rejected, and supports nothing', async () => {
    const world = await collect({ kept: (made) => [provenance(made.image, { bundle: altered(made.image) })] });
    expect(world.gathered.documents).toMatchObject([{ signed: { checked: { assurance: 'rejected' } } }]);
    expect(world.gathered.evidence).toEqual([]);
  });

  test('that is about another image supports nothing', async () => {
    const other = await image().layer({ 'app/server': 'other' }).addTo(emptyRepository());
    const world = await collect({
      kept: (made) => [provenance(made.image, { bundle: signed(github(other, REPOSITORY)) })],
    });
    expect(world.gathered.documents).toHaveLength(1);
    expect(world.gathered.evidence).toEqual([]);
  });

  test('that is no bundle at all is kept as what it is, and nothing is thrown', async () => {
    const world = await collect({ kept: (made) => [provenance(made.image, { bundle: ['nonsense'] })] });
    expect(world.gathered.documents).toMatchObject([{ signed: { checked: { code: 'MALFORMED_BUNDLE' } } }]);
    expect(world.gathered.evidence).toEqual([]);
  });

  test('about several digests, and kept for several places, is read once', async () => {
    const world = await collect({
      isIndexed: true,
      build: (builder) => builder.labels({ [SOURCE]: 'https://github.com/other/shop' }),
      kept: (made) => {
        const both = { ...provenance(made.image), subjects: [made.image.digest, made.index!.digest] };
        return [both, { ...both, repository: 'other/shop' }];
      },
    });
    expect(asked(world)).toEqual(['github.com acme', 'github.com other/shop']);
    expect(world.gathered.documents).toHaveLength(1);
    expect(world.verifications).toBe(1);
    expect(ledger(world)).toEqual(
      ['acme', 'other/shop'].flatMap((path) =>
        [world.index!.digest, world.image.digest].map(
          (digest) => `GitHub attestations of ${path} ${short(digest)} found: one attestation`,
        ),
      ),
    );
  });

  test('about the config is asked for at GitLab, whose example attests that', async () => {
    const world = await collect({
      at: 'registry.gitlab.com/group/project',
      isIndexed: true,
      kept: (made) => [
        {
          repository: 'group/project',
          subjects: [made.image.configDigest],
          bundle: signed(
            statement({
              subject: made.image.configDigest,
              predicateType: 'https://slsa.dev/provenance/v1',
              predicate: {},
            }),
          ),
        },
      ],
    });
    expect(world.queries[0]?.digests).toEqual([world.index?.digest, world.image.digest, world.image.configDigest]);
    expect(world.gathered.evidence.map(({ boundBy }) => boundBy)).toEqual(['config', 'config']);
    expect(ledger(world)).toEqual([
      `GitLab attestations of group/project ${short(world.index!.digest)} absent`,
      `GitLab attestations of group/project ${short(world.image.digest)} absent`,
      `GitLab attestations of group/project ${short(world.image.configDigest)} found: one attestation`,
    ]);
  });
});

const twoGitlabs: Setup['forges'] = ({ gitlab: lab }) => [
  { ...lab, host: 'gitlab.acme.example:8443' },
  { ...lab, host: 'code.example' },
];

describe('asked is', () => {
  test.each<[string, Setup, readonly string[]]>([
    ['the account that owns the place at ghcr.io', { at: 'ghcr.io/acme/team/shop' }, ['github.com acme']],
    [
      'the repository that a label names',
      { at: 'docker.io/acme/shop', build: (builder) => builder.labels({ [SOURCE]: 'git@github.com:Acme/Shop.git' }) },
      ['github.com acme/shop'],
    ],
    [
      'the repository that an annotation names',
      {
        at: 'quay.io/acme/shop',
        build: (builder) => builder.annotations({ [SOURCE]: 'https://github.com/acme/.github' }),
      },
      ['github.com acme/.github'],
    ],
    [
      'the account alone, where it has the repository',
      { build: (builder) => builder.labels({ [SOURCE]: REPOSITORY }) },
      ['github.com acme'],
    ],
    [
      'each repository that is named, once',
      {
        at: 'docker.io/acme/shop',
        build: (builder) =>
          builder
            .labels({ [SOURCE]: REPOSITORY, 'org.label-schema.vcs-url': 'https://github.com/acme/base' })
            .annotations({ [SOURCE]: `${REPOSITORY}.git` }),
      },
      ['github.com acme/shop', 'github.com acme/base'],
    ],
    ['the project of the place at GitLab', { at: 'registry.gitlab.com/group/project' }, ['gitlab.com group/project']],
    [
      'whatever may be the project of the place at GitLab',
      { at: 'registry.gitlab.com/a/b/c/d' },
      ['gitlab.com a/b/c/d', 'gitlab.com a/b/c', 'gitlab.com a/b'],
    ],
    [
      'the project that a label names, where it can be that of the place',
      {
        at: 'registry.gitlab.com/a/b/c/d',
        build: (builder) => builder.labels({ [SOURCE]: 'https://gitlab.com/A/B/C' }),
      },
      ['gitlab.com a/b/c'],
    ],
    [
      'a project elsewhere that a label names, beside that of the place',
      {
        at: 'registry.gitlab.com/a/b',
        build: (builder) => builder.labels({ [SOURCE]: 'https://gitlab.com/x/y/z/-/tree/main' }),
      },
      ['gitlab.com a/b', 'gitlab.com x/y/z'],
    ],
    [
      'both forges, where the place is at the one and a label names the other',
      { at: 'registry.gitlab.com/a/b', build: (builder) => builder.labels({ [SOURCE]: REPOSITORY }) },
      ['github.com acme/shop', 'gitlab.com a/b'],
    ],
  ])('%s', async (_, setup, paths) => {
    expect(asked(await collect(setup))).toEqual(paths);
  });

  test.each<[string, string, string]>([
    ['a tenant of GitHub', 'acme.ghe.com', 'containers.acme.ghe.com/acme/shop'],
    ['a GitHub server of one’s own', 'github.acme.example', 'containers.github.acme.example/acme/shop'],
  ])('%s that is configured, by its own registry', async (_, host, at) => {
    const world = await collect({ at, forges: ({ github: hub }) => [{ ...hub, host }] });
    expect(asked(world)).toEqual([`${host} acme`]);
    expect(world.gathered.places.map(({ carrier }) => carrier)).toEqual([`GitHub attestations of ${host}/acme`]);
  });

  test('a GitLab of one’s own that is configured, by its registry and by labels', async () => {
    expect(
      asked(
        await collect({
          forges: twoGitlabs,
          at: 'docker.io/acme/shop',
          build: (builder) => builder.labels({ [SOURCE]: 'https://gitlab.acme.example:8443/team/shop' }),
        }),
      ),
    ).toEqual(['gitlab.acme.example:8443 team/shop']);
    expect(asked(await collect({ forges: twoGitlabs, at: 'registry.code.example/team/shop' }))).toEqual([
      'code.example team/shop',
    ]);
  });
});

describe('nobody is asked', () => {
  test.each<[string, Setup]>([
    ['about an image without such an owner', { at: 'docker.io/library/alpine' }],
    [
      'at a forge that is not known',
      {
        at: 'quay.io/acme/shop',
        build: (builder) => builder.labels({ [SOURCE]: 'https://github.com.evil.example/acme/shop' }),
      },
    ],
    [
      'at a forge that is not among those that may be asked',
      { at: 'quay.io/acme/shop', build: (builder) => builder.labels({ [SOURCE]: 'https://acme.ghe.com/acme/shop' }) },
    ],
    ['for a place whose host only looks like a forge’s registry', { at: 'ghcr.io.evil.example/acme/shop' }],
    [
      'for a repository that no forge could have',
      { at: 'quay.io/acme/shop', build: (builder) => builder.labels({ [SOURCE]: 'https://github.com/acme/a%20b' }) },
    ],
    [
      'for an account that a label alone names',
      {
        at: 'quay.io/acme/shop',
        build: (builder) => builder.labels({ [SOURCE]: 'https://github.acme.example/acme' }),
        forges: ({ github: hub }) => [{ ...hub, host: 'github.acme.example' }],
      },
    ],
    [
      'for an account without a repository',
      { at: 'quay.io/acme/shop', build: (builder) => builder.labels({ [SOURCE]: 'https://github.com/acme' }) },
    ],
    ['for a placeholder', { at: 'quay.io/acme/shop', build: (builder) => builder.labels({ [SOURCE]: '$REPO_URL' }) }],
    [
      'about a layout on this machine',
      { at: '/srv/layout', transport: 'oci', build: (builder) => builder.labels({ [SOURCE]: REPOSITORY }) },
    ],
    ['where there are no forges', { forges: () => [] }],
  ])('%s', async (_, setup) => {
    const world = await collect(setup);
    expect(asked(world)).toEqual([]);
    expect(world.gathered).toEqual({ evidence: [], problems: [], places: [], documents: [], remarks: [] });
  });
});

describe('unheard is', () => {
  test('a forge that wants no more requests: told once, with what to do, and never as absent', async () => {
    const world = await collect({
      isIndexed: true,
      github: { limit: { limit: 60, remaining: 0, resetSeconds: TEST_NOW_MS / 1000 + 60 } },
    });
    expect(
      new Set(world.gathered.problems.map(({ code, message, hint }) => JSON.stringify({ code, message, hint }))),
    ).toEqual(
      new Set([
        JSON.stringify({
          code: 'RATE_LIMITED',
          message:
            'GitHub attestations of acme: could not read the attestations of acme on github.com: github.com wants no more requests until 2026-11-21T12:01:00Z',
          hint: 'a token raises the limit to 5,000 requests an hour: set GH_TOKEN, or log in: gh auth login --hostname github.com',
        }),
      ]),
    );
    expect(world.gathered.problems[0]?.relations).toContain('builtFrom');
    expect(ledger(world)).toEqual(
      [world.index!.digest, world.image.digest].map((digest) => `GitHub attestations of acme ${short(digest)} unheard`),
    );
  });

  test('a bundle that cannot be read, beside those that can', async () => {
    const world = await collect({
      kept: (made) => [provenance(made.image, { carriedBy: 'nothing' }), provenance(made.image)],
    });
    expect(world.gathered.problems).toMatchObject([
      {
        collector: 'forge-attestations',
        code: 'MALFORMED',
        message: expect.stringContaining('GitHub attestations of acme: '),
      },
    ]);
    expect(world.gathered.documents).toHaveLength(1);
    expect(ledger(world)).toEqual(
      ['unheard', 'found: one attestation'].map(
        (result) => `GitHub attestations of acme ${short(world.image.digest)} ${result}`,
      ),
    );
  });

  test('the only bundle that cannot be read, and nothing is said to be found', async () => {
    const world = await collect({ kept: (made) => [provenance(made.image, { carriedBy: 'nothing' })] });
    expect(ledger(world)).toEqual([`GitHub attestations of acme ${short(world.image.digest)} unheard`]);
  });

  test('what is named beyond the number of places that are asked', async () => {
    const labels = Object.fromEntries(
      Array.from({ length: 12 }, (_, number) => [
        `server${number}.image.build.repository.uri`,
        `https://github.com/acme/${number}`,
      ]),
    );
    const world = await collect({ at: 'quay.io/acme/shop', build: (builder) => builder.labels(labels) });
    expect(world.queries).toHaveLength(8);
    expect(world.gathered.problems).toMatchObject([
      {
        code: 'TOO_LARGE',
        message:
          'attestations kept by forges: labels and annotations name 12 accounts and projects, of which the first 8 were asked',
      },
    ]);
  });
});
