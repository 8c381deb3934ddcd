import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const BIN = resolve(ROOT, 'bin/provtrace');
/** Tells the largest memory of the process as it ends, on a channel that nothing else uses. */
const REPORT_MEMORY = `data:text/javascript,${encodeURIComponent("process.on('exit',()=>{if(process.channel){process.send({maxRssKiB:process.resourceUsage().maxRSS})}});process.channel?.unref?.()")}`;

export type ProcessRun = { readonly wallMs: number; readonly code: number; readonly maxRssMiB: number };

/** The whole command as a process of its own. */
export async function runProcess(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ProcessRun> {
  return run([BIN, ...argv], env);
}
export async function runNode(argv: readonly string[]): Promise<ProcessRun> {
  return run(argv, {});
}

async function run(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<ProcessRun> {
  const started = performance.now();
  const child = spawn(process.execPath, [...argv], { env: { ...process.env, ...env }, stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number];
  return { wallMs: performance.now() - started, code, maxRssMiB: 0 };
}

/** With the memory that it took at most; apart, since telling it costs time. */
export async function memoryOf(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<ProcessRun> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--import', REPORT_MEMORY, BIN, ...argv], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let maxRssKiB = 0;
  child.on('message', (message: { maxRssKiB: number }) => (maxRssKiB = message.maxRssKiB));
  const [code] = (await once(child, 'exit')) as [number];
  return { wallMs: performance.now() - started, code, maxRssMiB: maxRssKiB / 1024 };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

export async function times<Value>(count: number, work: () => Promise<Value>): Promise<Value[]> {
  const values: Value[] = [];
  for (let index = 0; index < count; index++) values.push(await work());
  return values;
}

export type Row = {
  readonly what: string;
  readonly measured: string;
  readonly atMost: string;
  readonly holds: boolean;
};

export function print(title: string, rows: readonly Row[]): void {
  process.stdout.write(`\n${title}\n`);
  for (const { what, measured, atMost, holds } of rows)
    process.stdout.write(`  ${holds ? 'holds' : 'MISSED'}  ${what}: ${measured} (at most ${atMost})\n`);
}
