import type { CommandSpec, OptionSpec, Run } from './command.ts';
import { GLOBAL_OPTIONS, oneOf } from './flags.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/**
 * A script made from the table of commands, so that TAB starts no process. What follows a flag that takes a file, and an image that
 * is a layout or archive on disk, is completed by the shell's own file names.
 */
export const run: Run = async ({ words: [name = ''] }, tools) => {
  const shell = oneOf(name, SHELLS, 'shell');
  const { COMMANDS } = await import('./index.ts');
  const commands = COMMANDS.map((spec) => ({ spec, options: optionsOf(spec) }));
  await tools.write({ bash, zsh, fish }[shell](commands));
  return 0;
};

type Described = { readonly spec: CommandSpec; readonly options: readonly Flag[] };
type Flag = {
  readonly long: string;
  readonly short: string | undefined;
  readonly takesValue: boolean;
  readonly isFile: boolean;
  readonly summary: string;
  readonly choices: readonly string[];
};

function optionsOf(spec: CommandSpec): readonly Flag[] {
  const flags = [...GLOBAL_OPTIONS, ...spec.options].map(toFlag);
  // A command's own form of a flag stands for the general one.
  return [
    ...new Map(flags.map((flag) => [flag.long, flag])).values(),
    toFlag({ flags: '-h, --help', summary: 'what the command takes' }),
  ];
}

function toFlag({ flags, summary, choices }: OptionSpec): Flag {
  return {
    long: /--[a-z-]+/.exec(flags)?.[0] ?? '',
    short: /^-[a-z]\b/.exec(flags)?.[0],
    takesValue: flags.includes('<'),
    isFile: flags.includes('<file>'),
    summary,
    choices: choices ?? [],
  };
}

function bash(commands: readonly Described[]): string {
  const names = commands.map(({ spec }) => spec.name).join(' ');
  const cases = commands.map(({ spec, options }) => {
    const values = options.flatMap(({ long, choices }) =>
      choices.length === 0
        ? []
        : [`      ${long}) COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$cur")); return ;;`],
    );
    return [
      `  ${spec.name})`,
      '    case "$prev" in',
      ...values,
      '    esac',
      `    words='${[...(spec.words ?? []), ...options.map(({ long }) => long)].join(' ')}' ;;`,
    ].join('\n');
  });
  return `# provtrace completion for bash
_provtrace() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} words='${names}'
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _provtrace provtrace
`;
}

function zsh(commands: readonly Described[]): string {
  const names = commands.map(({ spec }) => `    '${spec.name}:${quoted(spec.summary)}'`);
  const cases = commands.map(({ spec, options }) => {
    const flags = options.map(({ long, takesValue, isFile, choices, summary }) => {
      const value =
        choices.length > 0 ? `:value:(${choices.join(' ')})` : isFile ? ':file:_files' : takesValue ? ':value:' : '';
      return `      '${long}[${quoted(summary).replaceAll(/[[\]]/g, '')}]${value}'`;
    });
    const words = spec.words === undefined ? '_files' : `(${spec.words.join(' ')})`;
    return `  ${spec.name})\n    _arguments \\\n${flags.map((flag) => `${flag} \\`).join('\n')}\n      '*:word:${words}' ;;`;
  });
  return `#compdef provtrace
_provtrace() {
  local -a commands=(
${names.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    _files
    return
  fi
  shift words; (( CURRENT-- ))
  case "$words[1]" in
${cases.join('\n')}
  *) _files ;;
  esac
}
_provtrace "$@"
`;
}

function fish(commands: readonly Described[]): string {
  const lines = commands.flatMap(({ spec, options }) => {
    const seen = `__fish_seen_subcommand_from ${spec.name}`;
    return [
      `complete -c provtrace -n __fish_use_subcommand -a ${spec.name} -d '${quoted(spec.summary)}'`,
      ...(spec.words === undefined ? [] : [`complete -c provtrace -f -n '${seen}' -a '${spec.words.join(' ')}'`]),
      ...options.map(({ long, short, takesValue, choices, summary }) => {
        const values = choices.length > 0 ? ` -x -a '${choices.join(' ')}'` : takesValue ? ' -r' : '';
        return `complete -c provtrace -n '${seen}' -l ${long.slice(2)}${short === undefined ? '' : ` -s ${short.slice(1)}`}${values} -d '${quoted(summary)}'`;
      }),
    ];
  });
  return `# provtrace completion for fish\n${lines.join('\n')}\n`;
}

/** Our own words, in single quotes: an apostrophe would end them. */
function quoted(text: string): string {
  return text.replaceAll("'", '’').replaceAll(':', ' -');
}
