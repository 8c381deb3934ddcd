import type { ToolError } from '../../core/errors.ts';
import type { RootSummary } from '../../core/model/trust-report.ts';
import { readImported } from './imported-roots.ts';
import type { Root, RootReader } from './root.ts';
import { readUpdated } from './updated-roots.ts';

export type RootInUse<Each extends Root> = { readonly root: Each; readonly kind: RootSummary['kind'] };

/** Those that are built in, or what replaced them, and after them what the user imported. @throws ToolError `INVALID_CONFIGURATION` */
export function readRoots<Each extends Root>(
  folder: string | undefined,
  reader: RootReader<Each>,
): { readonly inUse: readonly RootInUse<Each>[]; readonly problems: readonly ToolError[] } {
  const builtIn = reader.embedded();
  if (folder === undefined) return { inUse: builtIn.map((root) => ({ root, kind: 'builtIn' })), problems: [] };
  const imported = readImported(folder, reader);
  return {
    inUse: [
      ...builtIn.map((root) => newest(folder, root, reader)),
      ...imported.roots.map((root): RootInUse<Each> => ({ root, kind: 'imported' })),
    ],
    problems: imported.problems,
  };
}

/** What an older provtrace fetched may be older than what this one brings with it. */
function newest<Each extends Root>(folder: string, builtIn: Each, reader: RootReader<Each>): RootInUse<Each> {
  const updated = readUpdated(folder, builtIn.name, reader);
  return updated !== undefined && momentOf(updated) > momentOf(builtIn)
    ? { root: updated, kind: 'updated' }
    : { root: builtIn, kind: 'builtIn' };
}

function momentOf({ asOf }: Root): number {
  return asOf === undefined ? 0 : Date.parse(asOf);
}
