import { isAbsolute, join } from 'node:path';

/**
 * Where the store is when the command line does not say: `$PROVTRACE_CACHE`, else below `$XDG_CACHE_HOME`, else below `~/.cache`
 * (XDG base directory specification 0.8). Undefined where there is no home.
 */
export function defaultStorePath(
  env: Readonly<Record<string, string | undefined>>,
  homeDirectory: string | undefined,
): string | undefined {
  const chosen = env['PROVTRACE_CACHE'];
  if (chosen !== undefined && chosen !== '') return chosen;
  const cacheHome = env['XDG_CACHE_HOME'];
  // "If an implementation encounters a relative path in any of these variables it should consider the path invalid and ignore it."
  if (cacheHome !== undefined && isAbsolute(cacheHome)) return join(cacheHome, 'provtrace', 'provtrace.db');
  if (homeDirectory === undefined || !isAbsolute(homeDirectory)) return undefined;
  return join(homeDirectory, '.cache', 'provtrace', 'provtrace.db');
}
