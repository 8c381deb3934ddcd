import { describe, expect, test } from 'vitest';
import { hasGit } from '../../../support/git-repository.ts';
import { newRepository, openSources, serve } from '../../../support/git-world.ts';
import { errorOf, foundCatalog, names, readOne, service } from './catalog-world.ts';

const location = (target: string): string =>
  `apiVersion: backstage.io/v1alpha1\nkind: Location\nspec: { target: ${target} }\n`;

describe.skipIf(!hasGit)(`a catalog in git${hasGit ? '' : ' (skipped: git is not installed)'}`, () => {
  async function served() {
    const repository = newRepository();
    const first = repository.commit({ files: { 'catalog-info.yaml': service('old'), 'old.csv': 'name\ntable\n' } });
    repository.commit({
      files: {
        'catalog-info.yaml': location('./services/*/catalog-info.yaml'),
        'services/a/catalog-info.yaml': service('a'),
        'services/b/catalog-info.yaml': service('b'),
        'extra/c.yaml': service('c'),
      },
    });
    const server = await serve(repository.root);
    return { first, git: `${server.url}/shop`, source: openSources().code };
  }

  test('the usual names at the head, with what they name, at one commit', async () => {
    const { git, source } = await served();
    const catalog = foundCatalog(await readOne({ git }, { source }));
    expect(names(catalog)).toEqual(['a', 'b']);
    expect(catalog.problems).toEqual([]);
    expect(catalog.components[0]?.place).toMatchObject({
      path: 'services/a/catalog-info.yaml',
      origin: { repository: git, commit: expect.stringMatching(/^[0-9a-f]{40}$/) },
    });
  });

  test('other paths, and another commit', async () => {
    const { git, source, first } = await served();
    expect(names(foundCatalog(await readOne({ git, paths: ['extra'] }, { source })))).toEqual(['c']);
    expect(names(foundCatalog(await readOne({ git, ref: first }, { source })))).toEqual(['old']);
    expect(names(foundCatalog(await readOne({ git, ref: first, paths: ['*.csv'] }, { source })))).toEqual(['table']);
  });

  test('no such branch is absent, and no server is not heard', async () => {
    const { git, source } = await served();
    expect((await readOne({ git, ref: 'nowhere' }, { source })).kind).toBe('absent');
    expect(errorOf(await readOne({ git: 'http://127.0.0.1:1/shop' }, { source })).code).toBe('UNREACHABLE');
  });
});
