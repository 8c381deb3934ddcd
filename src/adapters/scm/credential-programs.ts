import { execFile } from 'node:child_process';
import { ToolError } from '../../core/errors.ts';

/** Helpers may start a keyring's service. */
const TIMEOUT_MS = 10_000;
const OUTPUT_BYTES_MAX = 64 * 1024;
/** Of a host with its port, so that it can be neither an option nor a second line. */
const HOST = /^[a-z0-9][a-z0-9.-]*(?::\d{1,5})?$/;

/** Programs that keep tokens where no file has them. Neither asks anybody anything. */
export interface CredentialPrograms {
  /** `gh auth token`: gh keeps tokens in the system's keyring. @throws ToolError `CREDENTIAL_HELPER_FAILED` */
  askGh(host: string): Promise<{ readonly token: string; readonly source: string } | undefined>;
  /** git's own credential helpers (git-credential(1)), which are never told that what they gave was right or wrong. @throws as `askGh` */
  askGit(host: string): Promise<GitCredential | undefined>;
}

export type GitCredential = { readonly username: string; readonly password: string };

/** As messages name it. */
export const GIT_SOURCE = 'git credential';
const GH_SOURCE = 'gh auth token';

/** gh would answer with these for a host that they are not for (SPEC 8). */
const GH_VARIABLES = /^(?:GH|GITHUB)(?:_ENTERPRISE)?_TOKEN$/;
/** What would point git to a repository, whose configuration could name a program, or show what it does. `GIT_CONFIG…` are the user's own words. */
const GIT_VARIABLES = /^GIT_(?!CONFIG|EXEC_PATH|SSL)/;

export type CredentialProgramsOptions = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
};

export function createCredentialPrograms({
  env,
  timeoutMs = TIMEOUT_MS,
}: CredentialProgramsOptions): CredentialPrograms {
  return {
    askGh: async (host) => {
      if (!HOST.test(host)) return undefined;
      const output = await run({
        program: 'gh',
        parameters: ['auth', 'token', '--hostname', host],
        env: { ...without(env, GH_VARIABLES), GH_PROMPT_DISABLED: '1' },
        timeoutMs,
      });
      const token = output?.trim() ?? '';
      return /^[\x21-\x7e]+$/.test(token) ? { token, source: GH_SOURCE } : undefined;
    },
    askGit: async (host) => {
      if (!HOST.test(host)) return undefined;
      const output = await run({
        program: 'git',
        parameters: ['credential', 'fill'],
        env: {
          ...without(env, GIT_VARIABLES),
          GIT_DIR: '/dev/null',
          GIT_TERMINAL_PROMPT: '0',
          // Empty, and not missing: git would go on to SSH_ASKPASS.
          GIT_ASKPASS: '',
          GCM_INTERACTIVE: 'never',
        },
        input: `protocol=https\nhost=${host}\n\n`,
        timeoutMs,
      });
      return output === undefined ? undefined : credentialIn(output);
    },
  };
}

function credentialIn(output: string): GitCredential | undefined {
  const field = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(output)?.[1] ?? '';
  const password = field('password');
  return password === '' ? undefined : { username: field('username'), password };
}

function without(env: CredentialProgramsOptions['env'], dropped: RegExp): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !dropped.test(name)));
}

type Run = {
  readonly program: string;
  readonly parameters: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  readonly timeoutMs: number;
};

/** What it wrote; undefined where it is not installed or says that it has none, which it does by failing. */
function run({ program, parameters, env, input = '', timeoutMs }: Run): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const options = {
      env,
      cwd: '/',
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: OUTPUT_BYTES_MAX,
      encoding: 'utf8',
    } as const;
    const child = execFile(program, parameters, options, (error, output) => {
      if (error === null) resolve(output);
      else if (typeof error.code === 'number' || error.code === 'ENOENT' || error.code === 'EACCES') resolve(undefined);
      // Half an answer can hold a secret, so that nothing of it is told.
      else
        reject(
          new ToolError('CREDENTIAL_HELPER_FAILED', `${program} ${parameters.slice(0, 2).join(' ')} gave no answer`, {
            expected: `one of at most ${OUTPUT_BYTES_MAX} bytes within ${timeoutMs} ms`,
            hint: `try it: ${program} ${parameters.join(' ')}`,
          }),
        );
    });
    // A program that ends without reading breaks the pipe; how it ended is what counts.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
