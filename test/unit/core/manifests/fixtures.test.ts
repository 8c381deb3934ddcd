import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findImagesInFile } from '../../../../src/core/manifests/find-images.ts';
import { shown } from './shown.ts';

const FOLDER = new URL('../../../../fixtures/manifests/', import.meta.url);
const cases = readdirSync(FOLDER, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

describe('the images of a manifest', () => {
  test('there are cases', () => {
    expect(cases.length).toBeGreaterThanOrEqual(13);
  });

  test.each(cases)('%s', (name) => {
    const folder = new URL(`${name}/`, FOLDER);
    const [path, ...others] = readdirSync(folder).filter((file) => file !== 'expected.json');
    expect(others).toEqual([]);
    const found = findImagesInFile({ bytes: readFileSync(new URL(path ?? '', folder)), path: `deploy/${path}` });
    expect(shown(found)).toEqual(JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')));
    expect([...found.images, ...found.problems].every(({ place }) => place.path === `deploy/${path}`)).toBe(true);
  });
});
