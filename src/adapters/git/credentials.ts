import { ToolError } from '../../core/errors.ts';
import type { Environment, ProgramEnvironment } from './environment.ts';
import { runProgram } from './program.ts';
import { initialise } from './repository-folder.ts';
import type { Workplace } from './workplace.ts';

const HELPER_TIMEOUT_MS = 15_000;
const HELPER_OUTPUT_BYTES_MAX = 64 * 1024;
/** A user name that GitHub, GitLab and Gitea take with any of their tokens; GitLab wants it with some. */
const TOKEN_USERNAME = 'oauth2';
/** The source of what git's own helpers have. */
export const GIT_CREDENTIAL = 'git credential';
/** What would point git to a repository or show what it does; `GIT_CONFIG…` are the user's own words, and stay. */
const DROPPED = /^GIT_(?!CONFIG|EXEC_PATH|SSL)/;

export type GitCredential = {
  readonly username: string;
  readonly password: string;
  /** Where it was found, as messages name it. */
  readonly source: string;
  /** The secret itself, for a salted hash that tells one credential from another. */
  readonly key: string;
};

/** Tokens that the user keeps, each bound to its host. */
export interface TokenSource {
  /** `host[:port]` in lower case. */
  tokenFor(
    host: string,
  ): Promise<{ readonly token: string; readonly source: string; readonly username?: string } | undefined>;
}

export interface GitCredentials {
  /** A token for the host of that address. @throws ToolError where there may be one and it could not be read */
  tokenFor(url: URL): Promise<GitCredential | undefined>;
  /** What git's own credential helpers have for that address. */
  askGit(url: URL): Promise<GitCredential | undefined>;
}

export type GitCredentialsOptions = {
  readonly program: string;
  readonly env: Environment;
  readonly workplace: Workplace;
  readonly tokens: TokenSource;
  readonly signal: AbortSignal | undefined;
};

export function createGitCredentials(options: GitCredentialsOptions): GitCredentials {
  const filled = new Map<string, Promise<GitCredential | undefined>>();
  return {
    tokenFor: async (url) => {
      const found = await options.tokens.tokenFor(url.host);
      if (found === undefined) return undefined;
      return credentialOf(found.username ?? TOKEN_USERNAME, found.token, found.source);
    },
    askGit: (url) => {
      const known = filled.get(url.href);
      if (known !== undefined) return known;
      const asked = fill(url, options);
      filled.set(url.href, asked);
      return asked;
    },
  };
}

/**
 * git-credential(1) with the user's own configuration, where the helpers are, and in a repository of ours, so that no other
 * repository's configuration is read. Nobody is asked. Nothing is ever approved or rejected: helpers keep what they have.
 */
async function fill(url: URL, options: GitCredentialsOptions): Promise<GitCredential | undefined> {
  const folder = await options.workplace.newFolder('credential');
  await initialise(folder, { objectFormat: 'sha1' });
  const { code, output } = await runProgram({
    program: options.program,
    parameters: [`--git-dir=${folder}`, 'credential', 'fill'],
    env: userEnvironment(options.env),
    folder,
    what: `git's credential for ${url.host}`,
    input: `protocol=${url.protocol.replace(/:$/, '')}\nhost=${url.host}\npath=${url.pathname.slice(1)}\n\n`,
    outputBytesMax: HELPER_OUTPUT_BYTES_MAX,
    timeoutMs: HELPER_TIMEOUT_MS,
    signal: options.signal,
  });
  if (code !== 0) return undefined;
  const fields = new Map(output.toString('utf8').split('\n').map(divideAtEquals));
  const password = fields.get('password') ?? '';
  return password === '' ? undefined : credentialOf(fields.get('username') ?? '', password, GIT_CREDENTIAL);
}

function divideAtEquals(line: string): readonly [string, string] {
  const equals = line.indexOf('=');
  return equals < 0 ? [line, ''] : [line.slice(0, equals), line.slice(equals + 1)];
}

function userEnvironment(env: Environment): ProgramEnvironment {
  const own = Object.entries(env).flatMap(([name, value]) =>
    value === undefined || DROPPED.test(name) ? [] : [[name, value] as const],
  );
  return {
    ...Object.fromEntries(own),
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    GCM_INTERACTIVE: 'never',
    LC_ALL: 'C',
  };
}

function credentialOf(username: string, password: string, source: string): GitCredential {
  // A line break would end a field of git's credential protocol, and begin another.
  if (/\p{Cc}/u.test(username + password)) {
    throw new ToolError('INVALID_CONFIGURATION', `the credential from ${source} holds control characters`);
  }
  return { username, password, source, key: `${username}:${password}` };
}

/** A helper for git's own use that answers for one host, from variables: arguments and files are for others to read. */
export function credentialHelper(
  url: URL,
  { username, password }: GitCredential,
): { readonly configuration: readonly string[]; readonly env: ProgramEnvironment } {
  const answer = `printf 'username=%s\\npassword=%s\\n' "$PROVTRACE_GIT_USERNAME" "$PROVTRACE_GIT_PASSWORD"`;
  return {
    configuration: [`credential.${url.origin}.helper=!f() { test "$1" = get && ${answer}; }; f`],
    env: { PROVTRACE_GIT_USERNAME: username, PROVTRACE_GIT_PASSWORD: password },
  };
}
