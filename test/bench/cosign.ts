import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { image } from '../support/image-builder.ts';
import { pushTo } from '../support/push.ts';
import { emptyRepository } from '../support/test-repository.ts';
import { median, runProcess, times } from './measure.ts';

const RUNS = 10;

/** cosign signs with a key of its own, and both verify in turn, in one local registry. Only where `cosign` and `docker-registry` are installed. */
export async function benchCosign(): Promise<void> {
  if (spawnSync('cosign', ['version']).status !== 0) {
    process.stdout.write('\ncosign is not installed: not timed beside it\n');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'provtrace-cosign-'));
  const registry = await startDockerRegistry();
  try {
    const repository = emptyRepository();
    const built = await image().layer({ 'app/server': 'cosign' }).addTo(repository, '1');
    await pushTo(registry.host, 'acme/shop', repository);
    const env = { ...process.env, HOME: folder, COSIGN_PASSWORD: '', XDG_CACHE_HOME: join(folder, 'cache') };
    const reference = `${registry.host}/acme/shop@${built.digest}`;
    await cosign(['generate-key-pair', '--output-key-prefix', join(folder, 'cosign')], env);
    await cosign(
      [
        'sign',
        '--yes',
        '--key',
        join(folder, 'cosign.key'),
        '--tlog-upload=false',
        '--allow-insecure-registry',
        reference,
      ],
      env,
    );
    const key = join(folder, 'cosign.pub');
    const ours = ['verify', reference, '--key', key, '--no-transparency-log'];
    const pairs = await times(RUNS, async () => {
      const cold = await runProcess([...ours, '--no-cache'], env);
      const started = performance.now();
      await cosign(
        ['verify', '--key', key, '--insecure-ignore-tlog=true', '--allow-insecure-registry', reference],
        env,
      );
      return { cold, cosignMs: performance.now() - started, warm: await runProcess(ours, env) };
    });
    if (pairs.some(({ cold, warm }) => cold.code !== 0 || warm.code !== 0))
      throw new Error('what cosign signed was not verified');
    const ms = (pick: (pair: (typeof pairs)[number]) => number): string => `${median(pairs.map(pick)).toFixed(0)} ms`;
    process.stdout.write(
      `\nan image signed by cosign, verified in turn (whole processes)\n  provtrace, nothing kept: ${ms(({ cold }) => cold.wallMs)}\n  provtrace, kept:         ${ms(({ warm }) => warm.wallMs)}\n  cosign:                  ${ms(({ cosignMs }) => cosignMs)}\n`,
    );
  } finally {
    await registry.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function cosign(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const child = spawn('cosign', [...argv], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`cosign ${argv[0]} ended with ${code}: ${said}`);
}
