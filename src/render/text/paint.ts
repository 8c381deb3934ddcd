import type { ChalkInstance } from 'chalk';
import type { Line } from './layout.ts';
import type { Style, Word } from './word.ts';

/** A line of words as the terminal takes it. */
export type Painter = (line: Line) => string;

/** Chalk is loaded only where there is colour: it costs 16 ms. */
export async function painter({ colour, links }: { colour: boolean; links: boolean }): Promise<Painter> {
  const styles = colour ? await loadStyles() : undefined;
  const paint = (word: Word): string => {
    const painted = styles?.[word.style](word.text) ?? word.text;
    return links && word.link !== undefined ? hyperlink(painted, word.link) : painted;
  };
  return ({ indent, words }) =>
    words.map((word, index) => ' '.repeat(index === 0 ? indent : word.gap) + paint(word)).join('');
}

async function loadStyles(): Promise<Readonly<Record<Style, (text: string) => string>>> {
  const { Chalk } = await import('chalk');
  // Whether there is colour was decided already; sixteen colours are those the user chose for the terminal.
  const chalk: ChalkInstance = new Chalk({ level: 1 });
  return {
    plain: (text) => text,
    strong: chalk.bold,
    faint: chalk.dim,
    verified: chalk.green,
    attested: chalk.cyan,
    declared: chalk.yellow,
    inferred: chalk.magenta,
    gap: chalk.yellow.bold,
    bad: chalk.red.bold,
  };
}

/** OSC 8, ended by ST (gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda). */
function hyperlink(text: string, address: string): string {
  return `\u001b]8;;${address}\u001b\\${text}\u001b]8;;\u001b\\`;
}
