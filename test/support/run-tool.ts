import { PassThrough, Readable } from 'node:stream';
import { run } from '../../src/main.ts';

/** The moment at which every run of the tests takes place. */
export const NOW = '2026-06-01T12:00:00Z';

export type ToolRun = {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly requests: readonly string[];
};
export type ToolOptions = {
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly nowMs?: number;
  /** By default none is asked. */
  readonly forges?: 'configured';
  /** By default no repository, forge or catalog is. */
  readonly sources?: 'asked';
};

/** The whole tool in this process, as a function of its words and streams. Its home and its local file are in `folder`. */
export async function runTool(argv: readonly string[], options: ToolOptions): Promise<ToolRun> {
  const requests: string[] = [];
  const stdout = collect();
  const stderr = collect();
  const code = await run(argv, {
    streams: { stdin: Readable.from([options.stdin ?? '']), stdout: stdout.stream, stderr: stderr.stream },
    env: { HOME: options.folder, PATH: process.env['PATH'], ...options.env },
    signal: new AbortController().signal,
    workingFolder: options.folder,
    clock: { nowMs: () => options.nowMs ?? Date.parse(NOW) },
    ...(options.sources === 'asked' ? {} : { sources: 'unasked' as const }),
    // The public ones are not to be asked by tests.
    ...(options.forges === 'configured' ? {} : { forges: [] }),
    onRequest: ({ method, url }) => requests.push(`${method} ${url.pathname}${url.search}`),
  });
  return { code, stdout: stdout.text(), stderr: stderr.text(), requests };
}

function collect(): { stream: PassThrough; text: () => string } {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}
