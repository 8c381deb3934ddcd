import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findImagesInFile } from '../../src/core/manifests/find-images.ts';
import { groupByReference } from '../../src/core/manifests/group-by-reference.ts';

const CORPUS = new URL('../../../shared/corpus/k8s/', import.meta.url);
const absent = !existsSync(CORPUS);

type Container = { readonly image: string };
type Pod = { readonly spec: Partial<Record<'containers' | 'initContainers' | 'ephemeralContainers', Container[]>> };

/** Every image of the pods, read plainly. */
function imagesOf(text: string): readonly string[] {
  const parsed = JSON.parse(text) as Pod & { readonly items?: readonly Pod[] };
  return (parsed.items ?? [parsed]).flatMap(({ spec }) =>
    [spec.initContainers, spec.containers, spec.ephemeralContainers]
      .flatMap((list) => list ?? [])
      .map(({ image }) => image),
  );
}

describe.skipIf(absent)(`real pods${absent ? ' (skipped: ../shared/corpus is absent)' : ''}`, () => {
  const files = absent ? [] : readdirSync(CORPUS).filter((name) => name.endsWith('.json'));

  test('there are some', () => {
    expect(files.length).toBeGreaterThanOrEqual(9);
  });

  test.each(files)('%s', (path) => {
    const bytes = readFileSync(new URL(path, CORPUS));
    const text = bytes.toString('utf8');
    const { format, images, problems } = findImagesInFile({ bytes, path });
    expect(format).toBe('kubernetes');
    expect(problems).toEqual([]);
    expect(images.map(({ reference }) => reference).sort()).toEqual([...imagesOf(text)].sort());
    const lines = text.split('\n');
    for (const { reference, place } of images)
      expect(lines[place.line - 1]?.slice(place.column - 1).startsWith(`"${reference}"`)).toBe(true);
    expect(groupByReference(images)).toHaveLength(new Set(imagesOf(text)).size);
  });
});
