import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseTrustedRoots } from '../../src/adapters/sigstore/trusted-root-file.ts';
import { createSigstoreVerifier } from '../../src/adapters/sigstore/verifier.ts';
import type { CarriedDocument } from '../../src/core/model/statement.ts';
import { bundleReferrer } from '../support/attachments.ts';
import type { Authority } from '../support/authority.ts';
import { createAuthority, DEFAULT_IDENTITY, DEFAULT_ISSUER } from '../support/authority.ts';
import type { BuiltImage } from '../support/image-builder.ts';
import { image } from '../support/image-builder.ts';
import { startRegistry } from '../support/registry-server.ts';
import { github } from '../support/scenes.ts';
import { digestOf, emptyRepository, jsonBytes } from '../support/test-repository.ts';
import type { TestRepository } from '../support/test-repository.ts';
import { median, memoryOf, print, runProcess, times } from './measure.ts';

const RUNS = 50;
const PROCESS_RUNS = 15;
const IMAGES = 1000;

/** The measures of verifying: one bundle in this process, many images, and whole processes. */
export async function benchVerifying(): Promise<void> {
  const authority = createAuthority({ name: 'acme' });
  const built = await image().layer({ 'app/server': 'bench' }).addTo(emptyRepository());
  await benchOne(authority, built);
  const folder = mkdtempSync(join(tmpdir(), 'provtrace-bench-'));
  try {
    await benchImages(authority, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function benchOne(authority: Authority, built: BuiltImage): Promise<void> {
  const stated = github(built, 'https://github.com/acme/shop');
  const bundle = (log: 'v1' | 'v2'): Pick<CarriedDocument, 'form' | 'bytes' | 'annotations'> => ({
    form: 'bundle',
    bytes: jsonBytes(authority.signBundle({ statement: stated, log, timestamped: log === 'v2' })),
    annotations: {},
  });
  const layer = authority.signAttestationLayer({ statement: stated });
  const documents = {
    'a bundle with Rekor v1': bundle('v1'),
    'a bundle with Rekor v2 and a timestamp': bundle('v2'),
    'a cosign .att layer': { form: 'dsse' as const, bytes: layer.bytes, annotations: layer.annotations },
  };
  process.stdout.write('\none document verified, in one process after load\n');
  for (const [what, document] of Object.entries(documents)) {
    const { roots } = parseTrustedRoots(new TextEncoder().encode(authority.trustedRootJson), 'bench');
    // A new verifier each time: the same document in one run is verified once.
    const runs = await times(RUNS, async () => {
      const verifier = createSigstoreVerifier({ roots, keys: [], transparencyLog: 'required' });
      const started = performance.now();
      const [signed] = await verifier.verify({ ...document, document: digestOf(document.bytes), carrier: 'bench' });
      if (signed?.checked.assurance !== 'verified') throw new Error(`${what} is not verified`);
      return performance.now() - started;
    });
    process.stdout.write(`  ${what}: ${median(runs).toFixed(1)} ms\n`);
  }
}

async function benchImages(authority: Authority, folder: string): Promise<void> {
  const repository = emptyRepository();
  const digests: string[] = [];
  for (let number = 0; number < IMAGES; number++) digests.push(await signed(repository, authority, number));
  const server = await startRegistry({ repositories: new Map([['acme/shop', repository]]) });
  const root = join(folder, 'trusted_root.json');
  writeFileSync(root, authority.trustedRootJson);
  const env = { HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') };
  const references = digests.map((digest) => `${server.host}/acme/shop@${digest}`);
  const require = ['--trusted-root', root, '--identity', DEFAULT_IDENTITY, '--issuer', DEFAULT_ISSUER];
  const all = (): ReturnType<typeof memoryOf> =>
    memoryOf(['verify', ...references, ...require, '--jobs', '8', '--format', 'ndjson'], env);
  const cold = await all();
  const warm = await all();
  if (cold.code !== 0 || warm.code !== 0) throw new Error(`verifying ended with ${cold.code} and ${warm.code}`);
  const perSecond = ({ wallMs }: { wallMs: number }): string => `${((IMAGES * 1000) / wallMs).toFixed(0)} a second`;
  process.stdout.write(
    `\n${IMAGES} images with one bundle each, 8 jobs\n  cold: ${perSecond(cold)}, ${cold.maxRssMiB.toFixed(0)} MiB\n  warm: ${perSecond(warm)}, ${warm.maxRssMiB.toFixed(0)} MiB\n`,
  );
  const [one = ''] = references;
  const pairs = await times(PROCESS_RUNS, async () => ({
    verify: await runProcess(['verify', one, ...require], env),
    trace: await runProcess(['trace', one, '--trusted-root', root, '--no-source'], env),
  }));
  await server.close();
  const verifyMs = median(pairs.map(({ verify }) => verify.wallMs));
  const traceMs = median(pairs.map(({ trace }) => trace.wallMs));
  print('whole processes, one signed image in the local file', [
    {
      what: 'verify',
      measured: `${verifyMs.toFixed(0)} ms`,
      atMost: '220 ms',
      holds: verifyMs <= 220 && pairs.every(({ verify }) => verify.code === 0),
    },
    {
      what: 'trace, the image alone (its repository is not reached here)',
      measured: `${traceMs.toFixed(0)} ms`,
      atMost: '220 ms',
      holds: traceMs <= 220,
    },
  ]);
}

async function signed(repository: TestRepository, authority: Authority, number: number): Promise<string> {
  const built = await image()
    .layer({ 'app/server': `signed ${number}` })
    .addTo(repository);
  const bundle = authority.signBundle({ statement: github(built, 'https://github.com/acme/shop') });
  bundleReferrer(repository, built.descriptor, {
    bytes: jsonBytes(bundle),
    predicateType: 'https://slsa.dev/provenance/v1',
  });
  return built.digest;
}
