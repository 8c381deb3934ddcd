import { EXIT_CODES } from './commands/exit-codes.ts';
import { ToolError } from './core/errors.ts';
import type { RunOptions } from './run-command.ts';
import { version } from './version.ts';
import type { Streams } from './world.ts';

const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** The process: the only place that sets the exit code or hears signals. */
export async function main(): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      process.exitCode = SIGNAL_CODES[signal];
      stop.abort(new ToolError('INTERRUPTED', 'interrupted'));
      // A second signal, or work that does not end by itself, is not waited for.
      setTimeout(() => process.exit(SIGNAL_CODES[signal]), 1000).unref();
    });
  }
  // What cannot be written is told by the write itself (world.ts). A reader that went away, such as `head`, changes no verdict.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const streams: Streams = { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr };
  const code = await run(process.argv.slice(2), {
    streams,
    env: process.env,
    signal: stop.signal,
    workingFolder: process.cwd(),
  });
  process.exitCode ??= code;
}

export type { RunOptions } from './run-command.ts';

/** argv and streams to an exit code (SPEC 5); nothing else of the process is touched. */
export async function run(argv: readonly string[], options: RunOptions): Promise<number> {
  const { stdout, stderr } = options.streams;
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    stdout.write(`provtrace ${version()}\n`);
    return 0;
  }
  // Loaded here: whoever asks for the version waits for nothing else.
  const { messageOf, runCommand } = await import('./run-command.ts');
  try {
    return await runCommand(argv, options);
  } catch (error) {
    if (options.signal.aborted && error instanceof ToolError && error.code === 'INTERRUPTED')
      return EXIT_CODES.INTERRUPTED;
    stderr.write(error instanceof ToolError ? messageOf(error) : faultOf(error));
    return error instanceof ToolError ? EXIT_CODES[error.code] : 70;
  }
}

function faultOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `provtrace: this is a fault in provtrace itself; please report it with the command and these lines\n${stack}\nprovtrace ${version()}, Node.js ${process.versions.node}, ${process.platform} ${process.arch}\n`;
}
