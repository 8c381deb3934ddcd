import { expect, test } from 'vitest';
import { findImages } from '../../../../src/core/manifests/find-images.ts';
import { groupByReference } from '../../../../src/core/manifests/group-by-reference.ts';

test('each image once, with all its places, in the order of the file', () => {
  const { images } = findImages({ path: 'images.txt', text: 'b\na\nb\n b\n' });
  expect(
    groupByReference(images).map(({ reference, places }) => [reference, places.map((place) => place.pointer)]),
  ).toEqual([
    ['b', ['line 1', 'line 3', 'line 4']],
    ['a', ['line 2']],
  ]);
  expect(groupByReference([])).toEqual([]);
});
