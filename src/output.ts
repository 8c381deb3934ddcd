import { randomUUID } from 'node:crypto';
import { appendFile, rename, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import type { Tools } from './commands/command.ts';
import { ToolError } from './core/errors.ts';

type Writing = Pick<Tools, 'write' | 'writeFile' | 'writeSummary'>;
type OutputOptions = {
  readonly stdout: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  /** In place of standard output. */
  readonly output: string | undefined;
};

/** Where results go; `finish` writes `--output FILE`, where it was given, in one step. */
export function openOutput(options: OutputOptions): {
  readonly writing: Writing;
  readonly finish: () => Promise<void>;
} {
  const { stdout, env, workingFolder, output } = options;
  const parts: (string | Uint8Array)[] = [];
  const write: Tools['write'] = async (text) => {
    if (output === undefined) await writeTo(stdout, text);
    else parts.push(text);
  };
  return {
    writing: {
      write,
      writeFile: (path, text) => replaceFile(resolve(workingFolder, path), [text]),
      writeSummary: (markdown) => appendSummary(env, markdown),
    },
    finish: async () => {
      if (output !== undefined) await replaceFile(resolve(workingFolder, output), parts);
    },
  };
}

/** GitHub's runner names a file of each step's own, that other tools may have written to before. */
async function appendSummary(
  { GITHUB_STEP_SUMMARY: path = '' }: OutputOptions['env'],
  markdown: string,
): Promise<void> {
  if (path === '') return;
  try {
    await appendFile(path, markdown);
  } catch (cause) {
    throw notWritable(path, cause);
  }
}

/** A reader of the file never sees half of it. */
async function replaceFile(path: string, parts: readonly (string | Uint8Array)[]): Promise<void> {
  const partial = join(dirname(path), `.provtrace-${randomUUID()}.partial`);
  try {
    await writeFile(partial, parts);
    await rename(partial, path);
  } catch (cause) {
    await unlink(partial).catch(() => undefined);
    throw notWritable(path, cause);
  }
}

function notWritable(path: string, cause: unknown): ToolError {
  return new ToolError('OUTPUT_NOT_WRITABLE', `${path} cannot be written`, {
    expected: 'a file in a folder that may be written to',
    cause,
  });
}

function isClosedPipe(error: Error): boolean {
  return 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED');
}

function writeTo(stream: Writable, text: string | Uint8Array): Promise<void> {
  return new Promise((done, fail) => {
    stream.write(text, (error) => {
      // A reader that went away has what it wanted; what was found stays what it is.
      if (error === null || error === undefined || isClosedPipe(error)) done();
      else
        fail(
          new ToolError('OUTPUT_NOT_WRITABLE', 'the result cannot be written', { got: error.message, cause: error }),
        );
    });
  });
}
