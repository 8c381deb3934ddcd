import { Command, CommanderError, Option } from 'commander';
import type { CommandSpec, OptionSpec, RawInput } from './commands/command.ts';
import { GLOBAL_OPTIONS } from './commands/flags.ts';
import { ToolError } from './core/errors.ts';

export type ParsedCommandLine = RawInput;

/**
 * @returns `help` where help was asked for.
 * @throws ToolError `USAGE` naming the nearest known flag or word.
 */
export function parseCommandLine(spec: CommandSpec, argv: readonly string[]): ParsedCommandLine | 'help' {
  const command = build(spec);
  let words: readonly string[] = [];
  command.action(() => {
    words = command.args;
  });
  try {
    command.parse(argv.map(byOurNames(spec)), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed' || error.code === 'commander.help') return 'help';
    throw usageError(spec, error);
  }
  return { words, flags: command.opts() };
}

/** cosign's name of a flag to ours, also in `--name=value`. */
function byOurNames({ options }: CommandSpec): (word: string) => string {
  const names = new Map(
    options.flatMap((option) => (option.aliases ?? []).map((alias) => [alias, longName(option)] as const)),
  );
  return (word) => {
    const [name = '', ...value] = word.split('=');
    return [names.get(name) ?? name, ...value].join('=');
  };
}

/** `provtrace trace --help`. */
export function commandHelp(spec: CommandSpec): string {
  const examples = spec.examples.map(({ command, says }) => `  ${command}\n      ${says}`).join('\n');
  const codes = spec.exitCodes.map(([code, meaning]) => `  ${String(code).padEnd(4)}${meaning}`).join('\n');
  return `${build(spec).helpInformation()}\nExamples:\n${examples}\n\nExit codes:\n${codes}\n`;
}

/** `provtrace --help`. */
export function overview(commands: readonly CommandSpec[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const rows = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  const examples = commands
    .flatMap((command) => command.examples.slice(0, 1))
    .map(({ command, says }) => `  ${command}\n      ${says}`);
  return [
    'provtrace: where did this container image come from, and whose is it?',
    '',
    'Usage: provtrace [command] [options]     provtrace IMAGE is short for provtrace trace IMAGE',
    '',
    'Commands:',
    ...rows,
    '',
    'Examples:',
    ...examples,
    '',
    'provtrace COMMAND --help tells the options, examples and exit codes of one command.',
    '',
  ].join('\n');
}

function build(spec: CommandSpec): Command {
  const command = new Command(`provtrace ${spec.name}`)
    .description(spec.summary)
    .arguments(spec.arguments)
    .allowExcessArguments(spec.arguments.includes('...'))
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  const own = new Set(spec.options.map(longName));
  for (const option of [...spec.options, ...GLOBAL_OPTIONS.filter((global) => !own.has(longName(global)))])
    command.addOption(toOption(option));
  return command;
}

function toOption({ flags, summary, choices, repeatable, aliases }: OptionSpec): Option {
  const notes = [...(choices ?? []), ...(aliases ?? []).map((alias) => `or ${alias}`)];
  const option = new Option(flags, notes.length === 0 ? summary : `${summary} (${notes.join(', ')})`);
  if (repeatable === true)
    option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
  return option;
}

function longName({ flags }: OptionSpec): string {
  return /--[a-z-]+/.exec(flags)?.[0] ?? flags;
}

/** commander's sentences without their `error:`, and its suggestion as the hint. */
function usageError(spec: CommandSpec, error: CommanderError): ToolError {
  const [first = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const near = suggestion?.replace(/^\((.*)\)$/, '$1').replace(/^D/, 'd');
  return new ToolError('USAGE', first.replaceAll("'", ''), {
    hint: near ?? `provtrace ${spec.name} --help tells what it takes`,
  });
}
