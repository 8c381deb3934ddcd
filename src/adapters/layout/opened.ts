import { stat } from 'node:fs/promises';

/** As many stay open at a time: their indexes are kept, not their content. */
const OPENED_MAX = 8;

/**
 * Opens what is at a path once for all that is asked of it, and again when the file there has changed. A failure is not kept.
 * @param watched the file whose change means that what is at the path has changed
 */
export function openedOnce<Opened>(
  open: (path: string) => Promise<Opened>,
  watched: (path: string) => string,
): (path: string) => Promise<Opened> {
  const known = new Map<string, { readonly stamp: string; readonly opened: Promise<Opened> }>();
  return async (path) => {
    const stamp = await stampOf(watched(path));
    const last = known.get(path);
    const opened = last?.stamp === stamp ? last.opened : open(path);
    known.delete(path);
    const [oldest] = known.keys();
    if (oldest !== undefined && known.size >= OPENED_MAX) known.delete(oldest);
    known.set(path, { stamp, opened });
    try {
      return await opened;
    } catch (error) {
      known.delete(path);
      throw error;
    }
  };
}

/** Differs when the file was written again; the same for all files that are not there. */
async function stampOf(path: string): Promise<string> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  return stats === undefined ? '' : `${stats.dev} ${stats.ino} ${stats.size} ${stats.mtimeNs}`;
}
