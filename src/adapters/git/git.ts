import type { ChildProcess } from 'node:child_process';
import { ToolError } from '../../core/errors.ts';
import type { Environment, ProgramEnvironment } from './environment.ts';
import { SAFE_CONFIGURATION, configurationArguments, safeEnvironment } from './environment.ts';
import type { ProgramResult } from './program.ts';
import { runProgram, startProgram } from './program.ts';
import type { Workplace } from './workplace.ts';

/** `fetch --stdin`, `--no-write-fetch-head` and `--no-auto-maintenance` are in all from here on. */
const VERSION_MIN = [2, 30] as const;
/** The first that takes addresses for a host (`http.curloptResolve`). */
const PINNING_VERSION_MIN = [2, 37] as const;
const TIMEOUT_MS = 120_000;
const OUTPUT_BYTES_MAX = 32 * 1024 * 1024;

export type GitCommand = {
  /** The repository of our own that it works in. */
  readonly gitFolder: string;
  /** The command and what follows it. */
  readonly parameters: readonly string[];
  /** As messages name it: `the commit 0123… of github.com/acme/shop`. */
  readonly what: string;
  readonly input?: string;
  readonly outputBytesMax?: number;
  /** `name=value`, on top of what holds for all commands. Other users of this machine can read it: no secrets. */
  readonly configuration?: readonly string[];
  readonly env?: ProgramEnvironment;
  readonly watch?: () => Promise<ToolError | undefined>;
};

/** The `git` program. */
export interface Git {
  /** For one command. */
  readonly timeoutMs: number;
  /** Whatever code it ends with is a result. @throws ToolError as `runProgram`, and `UNSUPPORTED` for a git that is too old */
  run(command: GitCommand): Promise<ProgramResult>;
  /** Runs until it is ended. @throws ToolError */
  start(command: Pick<GitCommand, 'gitFolder' | 'parameters'>): Promise<ChildProcess>;
  /** Whether it can be told which address a host has. @throws ToolError */
  canPinAddresses(): Promise<boolean>;
}

export type GitOptions = {
  readonly program: string;
  readonly env: Environment;
  readonly workplace: Workplace;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
};

export function createGit(options: GitOptions): Git {
  const { program, signal, timeoutMs = TIMEOUT_MS } = options;
  let opened: Promise<{ readonly env: ProgramEnvironment; readonly version: Version }> | undefined;

  async function open(): Promise<{ readonly env: ProgramEnvironment; readonly version: Version }> {
    const home = await options.workplace.newFolder('home');
    const env = safeEnvironment(options.env, home);
    const what = `the version of ${program}`;
    const run = { program, parameters: ['version'], env, folder: home, what, outputBytesMax: 1024, timeoutMs, signal };
    return { env, version: parseVersion((await runProgram(run)).output.toString('utf8'), program) };
  }

  return {
    timeoutMs,
    run: async (command) => {
      const { env } = await (opened ??= open());
      return runProgram({
        program,
        parameters: argumentsOf(command),
        env: { ...env, ...command.env },
        folder: command.gitFolder,
        what: command.what,
        outputBytesMax: command.outputBytesMax ?? OUTPUT_BYTES_MAX,
        timeoutMs,
        signal,
        ...(command.input === undefined ? {} : { input: command.input }),
        ...(command.watch === undefined ? {} : { watch: command.watch }),
      });
    },
    start: async (command) => {
      const { env } = await (opened ??= open());
      return startProgram({ program, parameters: argumentsOf(command), env, folder: command.gitFolder });
    },
    canPinAddresses: async () => isAtLeast((await (opened ??= open())).version, PINNING_VERSION_MIN),
  };
}

/** Named like this, a repository's owner and place do not matter to git, and it looks for no other. */
function argumentsOf(command: Pick<GitCommand, 'gitFolder' | 'parameters' | 'configuration'>): readonly string[] {
  const configuration = [...SAFE_CONFIGURATION, ...(command.configuration ?? [])];
  return [`--git-dir=${command.gitFolder}`, ...configurationArguments(configuration), ...command.parameters];
}

type Version = readonly [major: number, minor: number];

/** `git version 2.39.5 (Apple Git-154)`. */
function parseVersion(text: string, program: string): Version {
  const [, major, minor] = /^git version (\d{1,4})\.(\d{1,4})/.exec(text) ?? [];
  const version: Version = [Number(major ?? 0), Number(minor ?? 0)];
  if (isAtLeast(version, VERSION_MIN)) return version;
  throw new ToolError('UNSUPPORTED', `${program} is too old to read repositories with`, {
    expected: `git ${VERSION_MIN.join('.')} or newer`,
    got: text.trim().slice(0, 100) || 'no version',
    hint: 'update git',
  });
}

function isAtLeast([major, minor]: Version, [majorMin, minorMin]: Version): boolean {
  return major > majorMin || (major === majorMin && minor >= minorMin);
}
