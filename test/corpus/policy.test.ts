import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ToolRun } from '../support/run-tool.ts';
import { runTool } from '../support/run-tool.ts';

const LAYOUTS = resolve(import.meta.dirname, '../../../shared/corpus/oci-layouts');
const NAMES = ['slsa-generator-container-v1.6.0', 'slsa-generator-container-v1.9.0', 'slsa-generator-container-v2.1.0'];
const isThere = existsSync(join(LAYOUTS, NAMES[0] ?? ''));
const title = isThere ? 'a policy of real images' : 'a policy of real images (skipped: ../shared/corpus is not here)';

type Manifests = { manifests: { digest: string; annotations?: Record<string, string> }[] };

/* `policy init` on three real images: they meet what it writes, and stop to as soon as their attestations are not their own. */
describe.skipIf(!isThere)(title, () => {
  const folder = mkdtempSync(join(tmpdir(), 'provtrace-corpus-'));
  const policy = join(folder, 'policy.yaml');
  const layoutOf = (name: string): string => join(folder, name);

  beforeAll(async () => {
    for (const name of NAMES) cpSync(join(LAYOUTS, name), layoutOf(name), { recursive: true });
    const images = NAMES.map((name) => `oci:${layoutOf(name)}`);
    const made = await runTool(['policy', 'init', ...images, '--offline'], { folder });
    if (made.code !== 0) throw new Error(made.stderr);
    writeFileSync(policy, made.stdout);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const verify = (name: string): Promise<ToolRun> =>
    runTool(['verify', `oci:${layoutOf(name)}`, '--policy', policy, '--offline', '--no-cache'], { folder });

  /** Changes which manifests the layout lists, while one test is at it. */
  async function whileListed(
    name: string,
    change: (listed: Manifests) => Manifests,
    look: () => Promise<void>,
  ): Promise<void> {
    const path = join(layoutOf(name), 'index.json');
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, JSON.stringify(change(JSON.parse(before) as Manifests)));
    await look().finally(() => writeFileSync(path, before));
  }
  const isAttestation = ({ annotations }: Manifests['manifests'][number]): boolean =>
    annotations?.['kind'] === 'dev.cosignproject.cosign/atts';

  test.each(NAMES)('%s meets it', async (name) => {
    expect((await verify(name)).code).toBe(0);
  });

  test.each(NAMES)('%s without its attestations does not', async (name) => {
    const without = ({ manifests, ...rest }: Manifests): Manifests => ({
      ...rest,
      manifests: manifests.filter((each) => !isAttestation(each)),
    });
    await whileListed(name, without, async () => {
      const ran = await verify(name);
      expect([ran.code, ran.stdout.includes('✖ provenance.present')]).toEqual([1, true]);
    });
  });

  test.each(NAMES)('%s with the attestations of another image does not', async (name) => {
    const other = NAMES.find((each) => each !== name) ?? '';
    cpSync(join(LAYOUTS, other, 'blobs'), join(layoutOf(name), 'blobs'), { recursive: true });
    const { manifests: ofOther } = JSON.parse(readFileSync(join(LAYOUTS, other, 'index.json'), 'utf8')) as Manifests;
    const swapped = ({ manifests, ...rest }: Manifests): Manifests => ({
      ...rest,
      manifests: [...manifests.filter((each) => !isAttestation(each)), ...ofOther.filter(isAttestation)],
    });
    await whileListed(name, swapped, async () => {
      const ran = await verify(name);
      expect([ran.code, ran.stdout.includes('about another digest')]).toEqual([1, true]);
    });
  });

  test('of another signer it is another policy', async () => {
    const [name = ''] = NAMES;
    const stricter = readFileSync(policy, 'utf8').replaceAll(
      'generator_container_slsa3.yml',
      'generator_generic_slsa3.yml',
    );
    const path = join(folder, 'other.yaml');
    writeFileSync(path, stricter);
    const ran = await runTool(['verify', `oci:${layoutOf(name)}`, '--policy', path, '--offline'], { folder });
    expect([ran.code, ran.stdout.includes('✖ signers')]).toEqual([1, true]);
  });
});
