import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ToolRun } from '../support/run-tool.ts';
import { runTool } from '../support/run-tool.ts';

/* Images that others built and signed, exported and verified again; beside the project, and skipped where they are not. */
const CORPUS = resolve('../shared/corpus/oci-layouts');
const folder = mkdtempSync(join(tmpdir(), 'provtrace-corpus-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SIGNED = [
  'slsa-generator-container-v1.4.0',
  'slsa-generator-container-v1.6.0',
  'slsa-generator-container-v1.9.0',
  'slsa-generator-container-v2.1.0',
];
const UNSIGNED = ['conforma-private-sigstore-testimage', 'docker-attest-unsigned-index'];

const offline = (...words: readonly string[]): Promise<ToolRun> =>
  runTool([...words, '--offline', '--no-cache'], { folder });
const verify = (reference: string, ...flags: readonly string[]): Promise<ToolRun> =>
  offline(
    'verify',
    reference,
    '--identity-pattern',
    'https://github.com/slsa-framework/slsa-github-generator/**',
    '--issuer',
    'https://token.actions.githubusercontent.com',
    '--source-repo',
    'slsa-framework/example-package',
    '--format',
    'json',
    ...flags,
  );

describe.skipIf(!existsSync(CORPUS))(`exported images of ${CORPUS} (skipped without it)`, () => {
  test.each([...SIGNED, ...UNSIGNED])('%s: the same verdict, for the same reason', async (name) => {
    const target = join(folder, name);
    const exported = await offline('export', `oci:${join(CORPUS, name)}`, '--to', target, '--no-source');
    expect(exported).toMatchObject({ code: 0, requests: [] });
    const runs = [await verify(`oci:${join(CORPUS, name)}`), await verify(`oci:${target}`)];
    const [before, after] = runs.map(({ stdout }) => JSON.parse(stdout) as Record<string, unknown>);
    expect(runs.map(({ code }) => code)).toEqual(SIGNED.includes(name) ? [0, 0] : [1, 1]);
    expect([after?.['verdict'], after?.['reason']]).toEqual([before?.['verdict'], before?.['reason']]);
    // Before it was signed, nothing of it had been.
    expect((await verify(`oci:${target}`, '--at', '2020-01-01T00:00:00Z')).code).toBe(1);
  });

  test('another source is refused, of the exported one too', async () => {
    const target = join(folder, 'again');
    await offline('export', `oci:${join(CORPUS, 'slsa-generator-container-v2.1.0')}`, '--to', target, '--no-source');
    expect((await verify(`oci:${target}`, '--source-repo', 'mallory/example-package')).code).toBe(1);
  });
});
