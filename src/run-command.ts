import { commandHelp, overview, parseCommandLine } from './command-line.ts';
import type { ParsedCommandLine } from './command-line.ts';
import type { CommandSpec, GlobalOptions } from './commands/command.ts';
import { EXIT_CODES } from './commands/exit-codes.ts';
import { GLOBAL_OPTIONS, JOBS_MAX, isSet, parseCount, parseDuration, textFlag } from './commands/flags.ts';
import { COMMANDS } from './commands/index.ts';
import { ToolError } from './core/errors.ts';
import { nearest } from './core/nearest.ts';
import { clean } from './render/sanitize.ts';
import type { WorldOptions } from './world.ts';

const JOBS_DEFAULT = 4;

export type RunOptions = Pick<WorldOptions, 'streams' | 'env' | 'signal' | 'workingFolder'> &
  Partial<Pick<WorldOptions, 'clock' | 'onRequest' | 'forges' | 'sources'>>;

/**
 * Chooses the command, runs it, and writes what it gives.
 * @throws ToolError
 */
export async function runCommand(argv: readonly string[], options: RunOptions): Promise<number> {
  const { command, rest, plain } = chooseCommand(argv);
  if (command === undefined) {
    options.streams.stdout.write(overview(COMMANDS));
    return argv.length === 0 ? EXIT_CODES.USAGE : 0;
  }
  const line = parseCommandLine(command, rest);
  if (line === 'help') {
    options.streams.stdout.write(commandHelp(command));
    return 0;
  }
  if (plain) assertNoMisspeltCommand(line.words);
  const [{ openWorld }, { run: runIt }] = await Promise.all([import('./world.ts'), command.load()]);
  await using world = await openWorld({ ...options, ...worldOptions(line), global: globalOptions(command, line) });
  const code = await runIt(line, world.tools);
  await world.finish();
  return options.signal.aborted ? EXIT_CODES.INTERRUPTED : code;
}

/** The first word that is no flag names the command; without one it is `trace`. Flags that every command has may stand before it. */
function chooseCommand(argv: readonly string[]): { command?: CommandSpec; rest: readonly string[]; plain: boolean } {
  const index = firstOperand(argv);
  const word = index === undefined ? undefined : argv[index];
  if (word === undefined || index === undefined)
    return { rest: argv, plain: true, ...(argv.some(isHelp) || argv.length === 0 ? {} : traceSpec()) };
  const without = [...argv.slice(0, index), ...argv.slice(index + 1)];
  if (word === 'help') {
    const named = COMMANDS.find((command) => command.name === without[0]);
    return { rest: ['--help'], plain: false, ...(named === undefined ? {} : { command: named }) };
  }
  const command = COMMANDS.find((candidate) => candidate.name === word);
  return command === undefined ? { rest: argv, plain: true, ...traceSpec() } : { command, rest: without, plain: false };
}

function traceSpec(): { command?: CommandSpec } {
  const command = COMMANDS.find((candidate) => candidate.name === 'trace');
  return command === undefined ? {} : { command };
}

function firstOperand(argv: readonly string[]): number | undefined {
  const withValue = new Set(
    GLOBAL_OPTIONS.filter(({ flags }) => flags.includes('<')).flatMap(({ flags }) => flags.match(/--?[a-z]+/g) ?? []),
  );
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? '';
    if (word === '-' || !word.startsWith('-')) return index;
    if (withValue.has(word)) index++;
  }
  return undefined;
}

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h';
}

/** `provtrace cahce`: a word near a command's name is no image. */
function assertNoMisspeltCommand(words: readonly string[]): void {
  const [word] = words;
  if (words.length === 0 || word === undefined || !/^[a-z]+$/.test(word)) return;
  const near = nearest(
    word,
    COMMANDS.map((command) => command.name),
  );
  if (near === undefined) return;
  throw new ToolError('USAGE', `there is no command ${word}`, {
    hint: `did you mean provtrace ${near}? For an image of that name: provtrace trace ${word}`,
  });
}

/** Commands whose answer others act upon. */
const DECIDING: ReadonlySet<string> = new Set(['verify', 'trust', 'policy']);

function globalOptions(command: CommandSpec, { flags }: ParsedCommandLine): GlobalOptions {
  const jobs = textFlag(flags, 'jobs');
  return {
    format: textFlag(flags, 'format'),
    offline: isSet(flags, 'offline'),
    // A file restored from elsewhere may mislead about what can change: whoever decides asks anew (SPEC 7).
    refresh: isSet(flags, 'refresh') || DECIDING.has(command.name),
    jobs: jobs === undefined ? JOBS_DEFAULT : parseCount(jobs, '--jobs', JOBS_MAX),
    quiet: isSet(flags, 'quiet'),
    verbose: isSet(flags, 'verbose'),
  };
}

function worldOptions({
  flags,
}: ParsedCommandLine): Pick<WorldOptions, 'cache' | 'config' | 'output' | 'timeoutMs' | 'colour'> {
  const timeout = textFlag(flags, 'timeout');
  return {
    cache: flags['cache'] === false ? 'none' : textFlag(flags, 'cache'),
    config: textFlag(flags, 'config'),
    output: textFlag(flags, 'output'),
    timeoutMs: timeout === undefined ? undefined : parseDuration(timeout, '--timeout'),
    colour: flags['color'] !== false,
  };
}

/** An error as lines for standard error. */
export function messageOf({ message, expected, got, hint }: ToolError): string {
  // Registries and documents are quoted in all of these. Hints have lines of our own making.
  const lines = [`provtrace: ${clean(message)}`];
  if (expected !== undefined) lines.push(`  expected: ${clean(expected)}`);
  if (got !== undefined) lines.push(`  got: ${clean(got)}`);
  if (hint !== undefined)
    lines.push(...`  ${hint}`.split('\n').map((line) => /^ */.exec(line)?.[0] + clean(line.trim())));
  return `${lines.join('\n')}\n`;
}
