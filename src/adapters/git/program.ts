import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { kill } from 'node:process';
import { ToolError } from '../../core/errors.ts';
import type { ProgramEnvironment } from './environment.ts';

const STDERR_BYTES_MAX = 64 * 1024;
const WATCH_INTERVAL_MS = 50;

export type ProgramRun = {
  readonly program: string;
  readonly parameters: readonly string[];
  readonly env: ProgramEnvironment;
  readonly folder: string;
  /** As messages name it: `the branches of github.com/acme/shop`. */
  readonly what: string;
  readonly input?: string | Uint8Array;
  readonly outputBytesMax: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Asked again and again while the program runs; an error ends it. */
  readonly watch?: () => Promise<ToolError | undefined>;
};
export type ProgramResult = { readonly code: number; readonly output: Buffer; readonly messages: string };

/**
 * Runs a program to its end, apart from the terminal. Whatever code it ends with is a result.
 * @throws ToolError `UNSUPPORTED` where there is no such program, `TIMED_OUT`, `TOO_LARGE`, `INTERRUPTED`; and what `watch` gives
 */
export async function runProgram(run: ProgramRun): Promise<ProgramResult> {
  if (run.signal?.aborted === true) throw interrupted(run);
  const child = startProgram(run);
  let failure: ToolError | undefined;
  const endWith = (error: ToolError): void => {
    failure ??= error;
    endProgram(child);
  };
  const output = collect(child.stdout, run.outputBytesMax, () => endWith(tooMuchOutput(run)));
  const messages = collect(child.stderr, STDERR_BYTES_MAX, () => undefined);
  const timeout = setTimeout(() => endWith(timedOut(run)), run.timeoutMs);
  const onAbort = (): void => endWith(interrupted(run));
  run.signal?.addEventListener('abort', onAbort, { once: true });
  const watching = watchWhile(child, run, endWith);
  child.stdin?.end(run.input ?? '');
  try {
    const code = await ended(child, run);
    if (failure !== undefined) throw failure;
    return { code, output: Buffer.concat(output), messages: Buffer.concat(messages).toString('utf8') };
  } finally {
    clearTimeout(timeout);
    clearInterval(watching);
    run.signal?.removeEventListener('abort', onAbort);
  }
}

/** A process group and a session of its own: it can ask nothing on the terminal, and ends with all that it started. */
export function startProgram(run: Pick<ProgramRun, 'program' | 'parameters' | 'env' | 'folder'>): ChildProcess {
  const child = spawn(run.program, run.parameters, {
    cwd: run.folder,
    env: run.env,
    detached: true,
    windowsHide: true,
  });
  // A program that ends without reading breaks the pipe; how it ended is what counts.
  child.stdin.on('error', () => {});
  return child;
}

/** With everything that it started, which may live on when it has ended itself. */
export function endProgram(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    kill(-child.pid, 'SIGKILL');
  } catch {
    // All have ended by themselves, or the system has no process groups.
    child.kill('SIGKILL');
  }
}

export function notInstalled(program: string, cause: unknown): ToolError {
  return new ToolError('UNSUPPORTED', `${program} cannot be run`, {
    expected: `${program} in the search path`,
    hint: `install ${program} 2.30 or newer`,
    cause,
  });
}

function ended(child: ChildProcess, run: ProgramRun): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(notInstalled(run.program, cause)));
    child.once('close', (code) => resolve(code ?? -1));
  });
}

/** What comes beyond `bytesMax` is read and dropped. */
function collect(stream: NodeJS.ReadableStream | null, bytesMax: number, onMore: () => void): readonly Buffer[] {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > bytesMax) onMore();
    else chunks.push(chunk);
  });
  return chunks;
}

function watchWhile(
  child: ChildProcess,
  { watch }: ProgramRun,
  endWith: (error: ToolError) => void,
): NodeJS.Timeout | undefined {
  if (watch === undefined) return undefined;
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void watch().then((error) => {
      isLooking = false;
      if (error !== undefined) endWith(error);
    });
  }, WATCH_INTERVAL_MS);
  child.once('close', () => clearInterval(timer));
  return timer;
}

function tooMuchOutput({ program, what, outputBytesMax }: ProgramRun): ToolError {
  return new ToolError('TOO_LARGE', `${program} has too much to say of ${what}`, {
    expected: `at most ${outputBytesMax} bytes`,
  });
}

function timedOut({ what, timeoutMs }: ProgramRun): ToolError {
  return new ToolError('TIMED_OUT', `could not read ${what} in time`, {
    expected: `an answer within ${Math.round(timeoutMs / 1000)} s`,
    hint: 'try again later; --offline shows what is known already, and --source names a clone to read instead',
  });
}

function interrupted({ what, signal }: ProgramRun): ToolError {
  const reason: unknown = signal?.reason;
  return reason instanceof ToolError ? reason : new ToolError('INTERRUPTED', `interrupted while reading ${what}`);
}
