import { describe, expect, test } from 'vitest';
import type { SourceTools } from '../../../src/collect/sources.ts';
import { createSources } from '../../../src/collect/sources.ts';
import { ToolError } from '../../../src/core/errors.ts';
import { absent, failed, found } from '../../../src/core/model/outcome.ts';
import type { AskedSource } from '../../../src/core/model/source.ts';
import type { ContributorsQuestion, SourceQuestion } from '../../../src/ports/source-code.ts';
import { commitOf as forgeCommitOf } from '../core/review/fixtures.ts';
import {
  AS_IT_IS,
  COMMIT,
  DOCKERFILE,
  HEAD,
  WHOLE,
  askedOf,
  catalogsOf,
  componentText,
  configured,
  pathOf,
  readingOf,
} from '../core/source/reads.ts';

const GONE = new ToolError('TIMED_OUT', 'no answer within 10 s');
const FILES = {
  '.github/CODEOWNERS': '* @acme/platform\n/services/cart/ @acme/cart\n',
  'services/cart/catalog-info.yaml': componentText('cart', 'group:default/cart'),
};

type Asked = {
  readonly read: SourceQuestion[];
  readonly history: ContributorsQuestion[];
  readonly forge: string[];
  readonly teams: string[];
  readonly probed: string[];
};

/** Ports that answer what is written here, and keep what they were asked. */
function world(more: Partial<SourceTools> = {}): { readonly asked: Asked; readonly tools: SourceTools } {
  const asked: Asked = { read: [], history: [], forge: [], teams: [], probed: [] };
  const tools: SourceTools = {
    sourceCode: {
      read: async (question) => {
        asked.read.push(question);
        return found(readingOf({ files: FILES }));
      },
      readContributors: async (question) => {
        asked.history.push(question);
        return found([]);
      },
    },
    codeForge: {
      fetchCommit: async ({ forge, path, commit }) => {
        asked.forge.push(`${forge.kind} ${path} ${commit}`);
        return found(forgeCommitOf([]));
      },
      fetchTeam: async (_forge, handle) => {
        asked.teams.push(handle);
        return absent('noSuchTeam');
      },
      fetchAccount: async () => absent('noSuchAccount'),
      probe: async (host) => {
        asked.probed.push(host);
        return absent('noForge');
      },
    },
    commitSignatures: { check: async () => undefined },
    catalogs: { readCatalogs: async () => [] },
    verifier: { verify: async () => [] },
    carryBundles: () => [],
    forges: [{ kind: 'github', host: 'github.com' }],
    ...more,
  };
  return { asked, tools };
}
const paths = ({ read }: Asked): readonly string[] => read.flatMap((question) => question.paths);

describe('reading a source', () => {
  test('asks the repository at the commit, and the forge about this very commit', async () => {
    const { asked, tools } = world();
    const { read, catalog } = await createSources(tools, {}).read(askedOf());
    expect(asked.read[0]).toMatchObject({ commit: COMMIT, repository: 'https://github.com/acme/shop' });
    expect(asked.read[0]?.headPaths).toEqual(['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS']);
    expect(paths(asked)).toContain('services/cart/catalog-info.yaml');
    expect(asked.forge).toEqual([`github acme/shop ${COMMIT}`]);
    expect(asked.teams.toSorted()).toEqual(['acme/cart', 'acme/platform']);
    expect(read.forge.kind).toBe('found');
    expect(catalog.components.map(({ place }) => [place.origin.repository, place.origin.commit])).toEqual([
      ['https://github.com/acme/shop', COMMIT],
    ]);
  });

  test('does not ask about a part of a commit’s id, and says that it was not asked', async () => {
    const { asked, tools } = world();
    const short: AskedSource = askedOf({
      kind: 'sourceRevision',
      repository: 'https://github.com/acme/shop',
      commit: 'c0c0c0c',
    });
    const { read } = await createSources(tools, {}).read(short);
    expect(read).toMatchObject({
      reading: { kind: 'failed', error: { code: 'UNSUPPORTED' } },
      forge: { kind: 'failed', error: { code: 'UNSUPPORTED' } },
      notes: [],
    });
    expect([asked.read, asked.forge]).toEqual([[], []]);
  });

  test('asks for the head, and no forge about it, where no commit is known', async () => {
    const { asked, tools } = world();
    const { read } = await createSources(tools, {}).read(askedOf(AS_IT_IS, [WHOLE]));
    expect(asked.read[0]?.commit).toBe('HEAD');
    expect(asked.forge).toEqual([]);
    expect(read.forge).toEqual(absent('noForge'));
  });

  test('finds out what an unknown host runs, once', async () => {
    const { asked, tools } = world();
    const sources = createSources(tools, {});
    const at = (commit: string) =>
      askedOf({ kind: 'sourceRevision', repository: 'https://git.acme.example/acme/shop', commit });
    await Promise.all([sources.read(at(COMMIT)), sources.read(at(HEAD))]);
    expect(asked.probed).toEqual(['git.acme.example']);
  });

  test('asks no forge about what is not on the web', async () => {
    const { asked, tools } = world();
    const { read } = await createSources(tools, {}).read(
      askedOf({ kind: 'sourceRevision', repository: 'git://github.com/acme/shop', commit: COMMIT }),
    );
    expect(read.forge).toEqual(absent('noForge'));
    expect([asked.forge, asked.probed]).toEqual([[], []]);
  });

  test('is done once for images that have it in common, and apart for another commit, path or address', async () => {
    const { asked, tools } = world();
    const sources = createSources(tools, {});
    const plain = { kind: 'sourceRevision', repository: 'http://github.com/acme/shop', commit: COMMIT } as const;
    await Promise.all([sources.read(askedOf()), sources.read(askedOf())]);
    const once = asked.forge.length;
    await sources.read(askedOf(undefined, [WHOLE]));
    await sources.read(askedOf(plain));
    expect([once, asked.forge.length]).toEqual([1, 3]);
  });

  test('leaves what was not heard in the answer', async () => {
    const { tools } = world();
    const sourceCode = { read: async () => failed(GONE), readContributors: async () => failed(GONE) };
    const { read, catalog } = await createSources(
      { ...tools, sourceCode },
      { contributorsSince: '2025-06-01T00:00:00Z' },
    ).read(askedOf());
    expect(read.reading).toEqual(failed(GONE));
    expect(read).not.toHaveProperty('contributors');
    expect(read.forge.kind).toBe('found');
    expect(catalog.components).toEqual([]);
  });

  test('notes that are no statements are none, and not the end of it', async () => {
    const { tools } = world({
      carryBundles: () => {
        throw new ToolError('TOO_LARGE', 'too many lines');
      },
      sourceCode: {
        read: async () => found(readingOf({ notes: found({ id: 'f1'.repeat(20), bytes: new Uint8Array(1) }) })),
        readContributors: async () => found([]),
      },
    });
    expect((await createSources(tools, {}).read(askedOf())).read.notes).toEqual([]);
  });
});

describe('contributors', () => {
  const SINCE = { contributorsSince: '2025-06-01T00:00:00Z' };
  const PIPELINE = pathOf('pipeline', '.github/workflows/release.yml');

  test('are asked for only where they are wanted', async () => {
    const { asked, tools } = world();
    await createSources(tools, {}).read(askedOf());
    expect(asked.history).toEqual([]);
  });

  test('are those of the path that has the owners, up to now', async () => {
    const { asked, tools } = world();
    await createSources(tools, SINCE).read(askedOf(undefined, [DOCKERFILE, PIPELINE, WHOLE]));
    expect(asked.history).toMatchObject([{ commit: HEAD, path: DOCKERFILE.path, since: SINCE.contributorsSince }]);
  });

  test('are never those of the pipeline alone', async () => {
    const { asked, tools } = world();
    await createSources(tools, SINCE).read(askedOf(undefined, [PIPELINE, WHOLE]));
    expect(asked.history).toMatchObject([{ path: '' }]);
  });
});

test('catalogs: those of the configuration before those of the sources, the missing and the unheard by name', async () => {
  const own = configured(componentText('own', 'group:default/own'));
  const { tools } = world({
    catalogs: {
      readCatalogs: async () => [
        { name: 'acme', outcome: found(own) },
        { name: 'old', outcome: absent('noCatalog') },
        { name: 'portal', outcome: failed(GONE) },
      ],
    },
  });
  const { catalog } = catalogsOf(configured(componentText('found', 'group:default/found')));
  const read = await createSources(tools, {}).readCatalogs([catalog]);
  expect(read.catalog.components.map(({ name }) => name)).toEqual(['own', 'found']);
  expect([read.missing, read.unheard]).toEqual([['old'], [{ name: 'portal', error: GONE }]]);
});
