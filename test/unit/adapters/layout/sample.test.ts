import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseManifest } from '../../../../src/core/model/oci.ts';
import { sampleFiles, SAMPLE_FOLDER } from '../../../support/make-sample.ts';
import { digestIn, layoutAt } from './local-setup.ts';

test('fixtures/sample is what test/support/make-sample.ts makes, byte for byte', async () => {
  const made = await sampleFiles();
  const entries = await readdir(SAMPLE_FOLDER, { recursive: true, withFileTypes: true });
  const kept = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  expect(kept.toSorted()).toEqual([...made.keys()].map((name) => join(SAMPLE_FOLDER, name)).toSorted());
  const differing = [];
  for (const [name, bytes] of made) {
    if (!(await readFile(join(SAMPLE_FOLDER, name))).equals(bytes)) differing.push(name);
  }
  expect(differing).toEqual([]);
});

test('the sample is one image of two platforms, by its name and without', async () => {
  const layout = layoutAt(SAMPLE_FOLDER);
  const sole = await layout.sole();
  for (const name of ['1.4', 'ghcr.io/acme/shop:1.4']) {
    expect(digestIn(await layout.tagged(name))).toBe(digestIn(sole));
  }
  const index = sole.kind === 'found' ? parseManifest(sole.value.bytes, sole.value.mediaType) : undefined;
  const platforms = index?.kind === 'index' ? index.manifests.map(({ platform }) => platform?.architecture) : [];
  expect(platforms).toEqual(['amd64', 'arm64', 'unknown', 'unknown']);
});
