import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluatePolicy } from '../../src/core/policy/evaluate-policy.ts';
import { parsePolicy } from '../../src/core/policy/policy-file.ts';
import type { PolicyInput } from '../../src/core/policy/policy-input.ts';
import { bundleReferrer } from '../support/attachments.ts';
import { createAuthority } from '../support/authority.ts';
import { image } from '../support/image-builder.ts';
import { releaser } from '../support/policy-images.ts';
import { startRegistry } from '../support/registry-server.ts';
import { digestOf } from '../support/reports.ts';
import { github } from '../support/scenes.ts';
import { emptyRepository, jsonBytes } from '../support/test-repository.ts';
import { GITHUB, WORKFLOW, provenance } from '../unit/core/claims/documents.ts';
import { NOW, imageWith } from '../unit/core/policy/policies.ts';
import { median, memoryOf, print, times } from './measure.ts';

const CHAINS = 1000;
const RULES = 200;
const IMAGES = 500;
const RUNS = 5;

/** The measures of policies: chains judged in one process, and a whole process that verifies what one manifest names. */
export async function benchPolicy(): Promise<void> {
  benchJudging();
  const folder = mkdtempSync(join(tmpdir(), 'provtrace-bench-'));
  try {
    await benchManifest(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function benchJudging(): void {
  const signers = { of: [{ issuer: GITHUB, identity: WORKFLOW }] };
  const require = { signers, provenance: { present: true, repositories: ['https://github.com/acme/*'] } };
  const rules = Array.from({ length: RULES }, (_, number) => ({
    name: `rule-${number}`,
    images: [`ghcr.io/acme/service-${number}`, `ghcr.io/acme/service-${number}/**`],
    require,
  }));
  const policy = parsePolicy({ text: JSON.stringify({ version: 1, rules }), path: 'bench' });
  const inputs = Array.from({ length: CHAINS }, (_, number) => chain(number));
  const rounds = Array.from({ length: RUNS }, () => {
    const started = performance.now();
    const passed = inputs.filter(
      (input) => evaluatePolicy(policy, input, { now: NOW, pins: [] }).verdict === 'pass',
    ).length;
    if (passed !== CHAINS) throw new Error(`${passed} of ${CHAINS} pass`);
    return performance.now() - started;
  });
  const perSecond = (CHAINS * 1000) / median(rounds);
  process.stdout.write(`\n${CHAINS} chains against ${RULES} rules: ${perSecond.toFixed(0)} judged a second\n`);
}

function chain(number: number): PolicyInput {
  const input = imageWith([provenance({ document: digestOf(`${1000 + number}`) })]);
  const foundAt = [{ transport: 'registry' as const, name: `ghcr.io/acme/service-${number % RULES}` }];
  const { image: traced } = input.dossier;
  return { ...input, dossier: { ...input.dossier, image: { ...traced, root: { ...traced.root, foundAt } } } };
}

async function benchManifest(folder: string): Promise<void> {
  const authority = createAuthority({ name: 'acme' });
  const repository = emptyRepository();
  const digests: string[] = [];
  for (let number = 0; number < IMAGES; number++) {
    const built = await image()
      .layer({ 'app/server': `${number}` })
      .addTo(repository);
    const bundle = jsonBytes(authority.signBundle({ statement: github(built, 'https://github.com/acme/shop') }));
    bundleReferrer(repository, built.descriptor, { bytes: bundle, predicateType: 'https://slsa.dev/provenance/v1' });
    digests.push(built.digest);
  }
  const server = await startRegistry({ repositories: new Map([['acme/shop', repository]]) });
  const [root, policy, manifest] = ['trusted_root.json', 'policy.json', 'pods.yaml'].map((name) => join(folder, name));
  if (root === undefined || policy === undefined || manifest === undefined) return;
  writeFileSync(root, authority.trustedRootJson);
  const require = { signers: { of: [releaser(root)] }, provenance: { triggers: ['push'] } };
  writeFileSync(policy, JSON.stringify({ version: 1, rules: [{ name: 'release', images: ['**'], require }] }));
  const pods = digests.map(
    (digest, number) =>
      `apiVersion: v1\nkind: Pod\nmetadata: { name: pod-${number} }\nspec:\n  containers:\n    - image: ${server.host}/acme/shop@${digest}\n    - image: ${server.host}/acme/shop@${digest}\n`,
  );
  writeFileSync(manifest, pods.join('---\n'));
  const env = { HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') };
  const argv = ['verify', '--file', manifest, '--policy', policy, '--trusted-root', root, '--format', 'ndjson'];
  const run = (...flags: readonly string[]): ReturnType<typeof memoryOf> => memoryOf([...argv, ...flags], env);
  const cold = await run('--jobs', '8');
  const warm = await times(RUNS, () => run('--jobs', '8', '--offline'));
  await server.close();
  if ([cold, ...warm].some(({ code }) => code !== 0)) throw new Error('verifying a manifest did not pass');
  const warmMs = median(warm.map(({ wallMs }) => wallMs));
  process.stdout.write(
    `\n${IMAGES} images of one manifest, each named twice, with one bundle each\n  cold: ${(cold.wallMs / 1000).toFixed(1)} s\n`,
  );
  print('the same from the local file', [
    { what: 'verify --file', measured: `${(warmMs / 1000).toFixed(2)} s`, atMost: '5 s', holds: warmMs <= 5000 },
  ]);
}
