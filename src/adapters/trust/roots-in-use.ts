import { ToolError } from '../../core/errors.ts';
import type { RootSummary } from '../../core/model/trust-report.ts';
import { readImported } from './imported-roots.ts';
import { readIfThere } from './private-files.ts';
import type { ReadRoots, Root, RootReader } from './root.ts';
import { ROOT_FILE_BYTES_MAX } from './root.ts';
import { readUpdated } from './updated-roots.ts';

export type RootInUse<Each extends Root> = { readonly root: Each; readonly kind: RootSummary['kind'] };
export type RootPlaces = {
  readonly folder: string | undefined;
  /** Files. */ readonly configuredRoots: readonly string[];
};

/**
 * Those that are built in, or what replaced them; and after them what the user imported or configured.
 * @throws ToolError `INVALID_CONFIGURATION`
 */
export function readRoots<Each extends Root>(
  { folder, configuredRoots }: RootPlaces,
  reader: RootReader<Each>,
): { readonly inUse: readonly RootInUse<Each>[]; readonly problems: readonly ToolError[] } {
  const imported = folder === undefined ? { roots: [], problems: [] } : readImported(folder, reader);
  const configured = configuredRoots.map((path) => readConfigured(path, reader));
  return {
    inUse: [
      ...reader.embedded().map((root) => newest(folder, root, reader)),
      ...imported.roots.map((root): RootInUse<Each> => ({ root, kind: 'imported' })),
      ...configured.flatMap(({ roots }) => roots.map((root): RootInUse<Each> => ({ root, kind: 'configured' }))),
    ],
    problems: [imported, ...configured].flatMap(({ problems }) => problems),
  };
}

/** What an older provtrace fetched may be older than what this one brings with it. */
function newest<Each extends Root>(
  folder: string | undefined,
  builtIn: Each,
  reader: RootReader<Each>,
): RootInUse<Each> {
  const updated = folder === undefined ? undefined : readUpdated(folder, builtIn.name, reader);
  return updated !== undefined && momentOf(updated) > momentOf(builtIn)
    ? { root: updated, kind: 'updated' }
    : { root: builtIn, kind: 'builtIn' };
}

function momentOf({ asOf }: Root): number {
  return asOf === undefined ? 0 : Date.parse(asOf);
}

/** `file:` begins no name of a root that speaks for platforms either. */
function readConfigured<Each extends Root>(path: string, reader: RootReader<Each>): ReadRoots<Each> {
  const bytes = readIfThere(path, ROOT_FILE_BYTES_MAX);
  const { roots, problems } = reader.parse(bytes ?? new Uint8Array(), `file:${path}`);
  if (roots.length > 0) return { roots: roots.map((root) => ({ ...root, source: path })), problems };
  throw new ToolError('INVALID_CONFIGURATION', `${path} is no root of trust, as the configuration says`, {
    expected: 'trusted_root.json, or JSON lines of them',
    got: bytes === undefined ? 'no file' : (problems[0]?.got ?? 'nothing'),
  });
}
