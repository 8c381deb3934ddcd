import type { Writable } from 'node:stream';
import type { Progress } from './ports/progress.ts';
import { clean } from './render/sanitize.ts';

export type Terminal = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** What is done sooner needs no animation. */
const SILENCE_MS = 400;

/** On a terminal an animation of what is going on, loaded and shown only when it takes time; elsewhere notices alone. */
export function openProgress(stderr: Terminal, quiet: boolean): Progress {
  if (quiet) return { update: () => undefined, notice: () => undefined };
  let text: string | undefined;
  let spinner: { text: string; start(): unknown; stop(): unknown } | undefined;
  let timer: NodeJS.Timeout | undefined;

  const start = async (): Promise<void> => {
    const { default: ora } = await import('ora');
    if (text === undefined) return;
    spinner ??= ora({ text, stream: stderr, discardStdin: false });
    spinner.text = text;
    spinner.start();
  };
  return {
    update: (said) => {
      if (stderr.isTTY !== true) return;
      const next = said === undefined ? undefined : clean(said);
      text = next;
      if (next === undefined) {
        clearTimeout(timer);
        timer = undefined;
        spinner?.stop();
      } else if (spinner !== undefined) {
        spinner.text = next;
      } else if (timer === undefined) {
        timer = setTimeout(() => void start(), SILENCE_MS);
        timer.unref();
      }
    },
    notice: (line) => {
      spinner?.stop();
      stderr.write(`provtrace: ${clean(line)}\n`);
    },
  };
}
