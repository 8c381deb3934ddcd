import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { image } from '../support/image-builder.ts';
import { startRegistry } from '../support/registry-server.ts';
import { runTool } from '../support/run-tool.ts';
import { emptyRepository } from '../support/test-repository.ts';

const PROGRAM = resolve(import.meta.dirname, '../support/provtrace.ts');
const IMAGES = 50;
const PROCESSES = 4;

test('kill -9 in the middle of 50 traces by 4 processes on one file loses and damages nothing', async () => {
  const repository = emptyRepository();
  for (let number = 0; number < IMAGES; number++)
    await image()
      .layer({ 'app/server': `image ${number}` })
      .addTo(repository, `v${number}`);
  const server = await startRegistry({ repositories: new Map([['acme/shop', repository]]), delayMs: 5 });
  const folder = mkdtempSync(join(tmpdir(), 'provtrace-killed-'));
  const references = Array.from({ length: IMAGES }, (_, number) => `${server.host}/acme/shop:v${number}`);

  const start = (): { child: ReturnType<typeof spawn>; lines: () => string[]; ended: Promise<unknown> } => {
    const env = { ...process.env, HOME: folder, XDG_CACHE_HOME: join(folder, '.cache') };
    const child = spawn(process.execPath, [PROGRAM, 'trace', ...references, '--format', 'ndjson'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    return { child, lines: () => text.split('\n').filter(Boolean), ended: once(child, 'close') };
  };
  const running = Array.from({ length: PROCESSES }, start);
  // Each is killed once it has written down some images and has others under way.
  const [first, second, ...others] = running;
  for (const victim of [first, second]) {
    while (victim !== undefined && victim.lines().length < 5 && victim.child.exitCode === null)
      await new Promise((done) => setTimeout(done, 2));
    victim?.child.kill('SIGKILL');
  }
  await Promise.all(running.map(({ ended }) => ended));
  expect(first?.child.signalCode).toBe('SIGKILL');
  for (const { child, lines } of others) {
    expect(child.exitCode).toBe(0);
    expect(lines()).toHaveLength(IMAGES);
  }
  await server.close();

  const checked = await runTool(['cache', 'check', '--format', 'json'], { folder });
  expect(JSON.parse(checked.stdout)).toMatchObject({ damaged: [], faults: [], contents: IMAGES * 2 });
  expect(checked.code).toBe(0);
  // Nothing that was written is lost: without the registry, and with the clock of the runs, all is there.
  const again = await runTool(['trace', ...references, '--offline', '--format', 'ndjson'], {
    folder,
    nowMs: Date.now(),
  });
  expect(again.code).toBe(0);
}, 120_000);
