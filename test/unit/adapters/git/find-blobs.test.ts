import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ReadObjects } from '../../../../src/adapters/git/explore.ts';
import { findBlobs } from '../../../../src/adapters/git/find-blobs.ts';
import type { SourceObject } from '../../../../src/ports/source-code.ts';

const WANTED = 'a'.repeat(40);
type Entry = readonly [mode: '100644' | '100755' | '120000' | '40000' | '160000', name: string, id: string];

/** Folders as git hashes them, and a reader of those that are at hand. */
function objects(): { add: (...entries: readonly Entry[]) => string; forget: (id: string) => void; read: ReadObjects } {
  const known = new Map<string, SourceObject>();
  return {
    add: (...entries) => {
      const content = Buffer.concat(
        entries.map(([mode, name, id]) => Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')])),
      );
      const bytes = Buffer.concat([Buffer.from(`tree ${content.length}\0`), content]);
      const id = hash('sha1', bytes);
      known.set(id, { kind: 'object', bytes });
      return id;
    },
    forget: (id) => known.delete(id),
    read: async (ids) =>
      new Map(
        ids.flatMap((id) => {
          const object = known.get(id);
          return object === undefined ? [] : [[id, object] as const];
        }),
      ),
  };
}

describe('the files of a content', () => {
  test('are found wherever they are, nearest to the root first; links, folders and submodules are none', async () => {
    const { add, read } = objects();
    const deep = add(['100755', 'Dockerfile', WANTED]);
    const side = add(['120000', 'link', WANTED], ['160000', 'module', WANTED], ['40000', 'deep', deep]);
    const root = add(['100644', 'Containerfile', WANTED], ['40000', 'a', side], ['40000', 'b', deep]);
    expect(await findBlobs(read, root, [WANTED])).toEqual(
      new Map([[WANTED, ['Containerfile', 'b/Dockerfile', 'a/deep/Dockerfile']]]),
    );
  });

  test('are not known where a folder is not at hand', async () => {
    const { add, forget, read } = objects();
    const below = add(['100644', 'other', 'b'.repeat(40)]);
    const root = add(['100644', 'Dockerfile', WANTED], ['40000', 'below', below]);
    forget(below);
    expect(await findBlobs(read, root, [WANTED])).toBeUndefined();
  });

  test('are given up where few folders stand for endlessly many', async () => {
    const { add, read } = objects();
    let folder = add(['100644', 'Dockerfile', WANTED]);
    // Ten names for each folder, twenty deep: 10^20 paths in twenty objects.
    for (let depth = 0; depth < 20; depth++) {
      const below = folder;
      folder = add(...Array.from({ length: 10 }, (_, number): Entry => ['40000', `d${number}`, below]));
    }
    await expect(findBlobs(read, folder, [WANTED])).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });

  test('are a hundred at most', async () => {
    const { add, read } = objects();
    const root = add(...Array.from({ length: 5000 }, (_, number): Entry => ['100644', `f${number}`, WANTED]));
    expect((await findBlobs(read, root, [WANTED]))?.get(WANTED)).toHaveLength(100);
  });
});
