import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';

const PREFIX = 'provtrace-git-';
/** No run lasts as long. */
const LEFTOVER_AGE_MS = 24 * 60 * 60 * 1000;

/** A folder of this run's own, which nobody else can read or use. It is made when it is first needed. */
export interface Workplace {
  /** An empty folder. @throws ToolError `STORE_NOT_WRITABLE` */
  newFolder(name: string): Promise<string>;
  /** Everything is removed. */
  close(): Promise<void>;
}

/** `parent`: where temporary files may be, `/tmp`. What runs that were killed have left there is removed after a day. */
export function createWorkplace({ parent, clock }: { readonly parent: string; readonly clock: Clock }): Workplace {
  let root: Promise<string> | undefined;
  let folders = 0;
  const open = async (): Promise<string> => {
    await removeLeftovers(parent, clock.nowMs());
    // Its owner alone may enter what mkdtemp makes.
    return mkdtemp(join(parent, PREFIX));
  };
  return {
    newFolder: async (name) => {
      try {
        root ??= open();
        const folder = join(await root, `${name}-${folders++}`);
        await mkdir(folder);
        return folder;
      } catch (cause) {
        throw new ToolError('STORE_NOT_WRITABLE', `no temporary folder can be made in ${parent}`, {
          expected: 'a folder that may be written to',
          hint: 'name another one in TMPDIR',
          cause,
        });
      }
    },
    close: async () => {
      const folder = await root?.catch(() => undefined);
      root = undefined;
      if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function removeLeftovers(parent: string, nowMs: number): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  for (const name of names.filter((each) => each.startsWith(PREFIX))) {
    const folder = join(parent, name);
    const changedAtMs = (await stat(folder).catch(() => undefined))?.mtimeMs ?? nowMs;
    // Somebody else's cannot be removed, and is not ours to.
    if (nowMs - changedAtMs > LEFTOVER_AGE_MS)
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}
