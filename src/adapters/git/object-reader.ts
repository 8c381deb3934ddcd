import type { ObjectId } from '../../core/model/source.ts';
import type { SourceObjectMap } from '../../ports/source-code.ts';
import { CatFile } from './cat-file.ts';
import type { Git } from './git.ts';

/** Of what is asked for together. */
const TOTAL_BYTES_MAX = 64 * 1024 * 1024;

/** Objects that are on this machine, by their ids. */
export interface ObjectReader {
  /**
   * Those that are there, each with its hash checked.
   * @throws ToolError `NOT_READABLE`, `TIMED_OUT`, and what starting git throws
   */
  read(ids: readonly ObjectId[]): Promise<SourceObjectMap>;
  close(): Promise<void>;
}

export type ObjectReaderOptions = {
  readonly git: Git;
  readonly gitFolder: string;
  /** As messages name it. */
  readonly where: string;
};

/** Through one program, which is started when it is first needed, and again where it has ended. */
export function createObjectReader({ git, gitFolder, where }: ObjectReaderOptions): ObjectReader {
  let current: Promise<CatFile> | undefined;
  const open = async (): Promise<CatFile> =>
    new CatFile(await git.start({ gitFolder, parameters: ['cat-file', '--batch'] }), where);

  async function running(): Promise<CatFile> {
    const known = current;
    const isOver = known === undefined || (await known).isEnded;
    // Whoever else waited for it may have started the next one already.
    if (isOver && current === known) current = open();
    return current ?? open();
  }

  return {
    read: async (ids) => {
      if (ids.length === 0) return new Map();
      const catFile = await running();
      const timeout = setTimeout(() => catFile.end('TIMED_OUT', 'they did not come in time'), git.timeoutMs);
      const budget = { bytesLeft: TOTAL_BYTES_MAX };
      try {
        const wanted = [...new Set(ids)];
        const objects = await Promise.all(wanted.map(async (id) => [id, await catFile.read(id, budget)] as const));
        return new Map(objects.flatMap(([id, object]) => (object === undefined ? [] : [[id, object] as const])));
      } finally {
        clearTimeout(timeout);
      }
    },
    close: async () => {
      const catFile = await current?.catch(() => undefined);
      catFile?.end('INTERRUPTED', 'there is nothing more to read');
    },
  };
}
