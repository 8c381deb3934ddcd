import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { rootDigests } from '../../../../src/core/sbom/root-digests.ts';
import { SHOP_FILES, read, shop, shopBytes } from './documents.ts';
import { cycloneDxOf } from '../../../support/sbom-images.ts';
import { CONFIG, INDEX, OTHER, PLATFORM, findingsAbout, stated } from '../findings/dossiers.ts';

const JSON_FILES = SHOP_FILES.filter((file) => file === 'cyclonedx-1.6.json' || file === 'spdx-2.3.json');

test.each(JSON_FILES)('%s: the same digests as reading the whole gives', (file) => {
  const predicate: unknown = JSON.parse(new TextDecoder().decode(shopBytes(file)));
  expect(shop(file).namedDigests.length).toBeGreaterThan(0);
  expect(rootDigests(predicate)).toEqual(shop(file).namedDigests);
  expect(rootDigests({ Data: predicate })).toEqual(shop(file).namedDigests);
});

test('whatever the predicate, it names digests or none', () => {
  const odd = fc.record({
    bomFormat: fc.constantFrom('CycloneDX', 1),
    metadata: fc.oneof(fc.jsonValue(), fc.record({ component: fc.jsonValue() })),
    packages: fc.jsonValue(),
    documentDescribes: fc.jsonValue(),
    relationships: fc.jsonValue(),
  });
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), odd), (value) => {
      for (const digest of rootDigests(value)) expect(digest).toMatch(/^sha(?:256|512):[0-9a-f]+$/);
      expect(rootDigests({ predicateType: 'x', predicate: value })).toEqual(rootDigests(value));
    }),
  );
});

test.each([
  ['the platform', PLATFORM, 0],
  ['the index', INDEX, 0],
  ['the config', CONFIG, 0],
  ['another image', OTHER, 1],
])('SBOM_SUBJECT_MISMATCH: an SBOM that names %s', (_, digest, count) => {
  const document = stated('https://cyclonedx.org/bom', cycloneDxOf(digest, []));
  const found = findingsAbout('SBOM_SUBJECT_MISMATCH', [document]);
  expect(found).toHaveLength(count);
  for (const { message, severity } of found) {
    expect(severity).toBe('warn');
    expect(message).toContain(OTHER);
    expect(message).toContain(PLATFORM);
  }
  expect(read(cycloneDxOf(digest, [])).sbom.namedDigests).toEqual([digest]);
});
