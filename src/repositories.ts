import { tmpdir } from 'node:os';
import type { LocatedClone } from './commands/command.ts';
import { ToolError } from './core/errors.ts';
import { parseSourceUrl } from './core/source-url.ts';
import type { Clock } from './ports/clock.ts';

const GIT_TIMEOUT_MS = 30_000;

/**
 * A repository as the user named it: `acme/shop` is on github.com, as in gh. Its host may then be on a private network (SPEC 8).
 * @throws ToolError `USAGE`
 */
export function parseRepository(text: string, namedHosts: Set<string>): string {
  const url = addressOf(text);
  const host = URL.parse(url)?.host;
  if (host === undefined || host === '')
    throw new ToolError('USAGE', `no repository: ${text}`, {
      expected: 'an address such as https://github.com/acme/shop, or acme/shop',
      hint: 'for a clone on this machine leave --repo out, and give paths in it',
    });
  namedHosts.add(host.toLowerCase());
  return url;
}

/** What has its own transport is left as it is: https is not spoken everywhere. */
function addressOf(text: string): string {
  if (/^(?:ssh|git):\/\//.test(text)) return text;
  const parsed = parseSourceUrl(/^[^/:.]+\/[^/:]+$/.test(text) ? `https://github.com/${text}` : text, 'web');
  return parsed.kind === 'repository' ? parsed.source.url : '';
}

/** The clone that paths of the working folder are in. git is loaded when it is asked for. */
export async function locateIn(
  paths: readonly string[],
  options: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly workingFolder: string;
    readonly clock: Clock;
    readonly signal: AbortSignal;
  },
): Promise<LocatedClone> {
  const { env, workingFolder, clock, signal } = options;
  const [{ createGit }, { createWorkplace }, { locateClone }] = await Promise.all([
    import('./adapters/git/git.ts'),
    import('./adapters/git/workplace.ts'),
    import('./adapters/git/locate-clone.ts'),
  ]);
  const workplace = createWorkplace({ parent: env['TMPDIR'] || tmpdir(), clock });
  const git = createGit({ program: 'git', env, workplace, signal, timeoutMs: GIT_TIMEOUT_MS });
  try {
    return await locateClone(paths, { workingFolder, git, workplace });
  } finally {
    await workplace.close();
  }
}
