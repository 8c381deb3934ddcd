import { describe, expect, test } from 'vitest';
import { bindingOf } from '../../../../src/core/sbom/named-digests.ts';
import { parseDigest } from '../../../../src/core/model/digest.ts';
import { IMAGE_DIGEST, LAYER_DIGEST, SHOP_FILES, edgesOf, lossesOf, named, read, shopBytes } from './documents.ts';

const HASH = { algorithm: 'sha256', value: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c' };
const CPE = 'cpe:2.3:a:openssl:openssl:3.1.4-r5:*:*:*:*:*:*:*';

describe.each(SHOP_FILES)('%s', (file) => {
  const { sbom, problems } = read(shopBytes(file));
  const isSyft = file === 'syft.json';
  const [openssl, express, parser] = ['openssl', 'express', 'body-parser'].map((name) => named(sbom, name));

  test('is read without a problem', () => {
    expect(problems).toEqual([]);
  });

  test('is about the image, and names its digest', () => {
    expect(sbom.root).toMatchObject({ name: 'ghcr.io/acme/shop', kind: 'container', version: IMAGE_DIGEST });
    expect(sbom.namedDigests).toContain(IMAGE_DIGEST);
    expect(sbom.describes).toEqual([sbom.root?.id]);
  });

  test('lists the components in its order', () => {
    expect(sbom.components.map(({ name, version, kind, purl }) => [name, version, kind, purl?.text])).toEqual([
      ['openssl', '3.1.4-r5', 'library', 'pkg:apk/alpine/openssl@3.1.4-r5?arch=x86_64&distro=alpine-3.19.1'],
      ['express', '4.18.2', 'library', 'pkg:npm/express@4.18.2'],
      ['body-parser', '1.20.1', 'library', 'pkg:npm/body-parser@1.20.1'],
    ]);
  });

  test('tells licences on the list, expressions and names apart', () => {
    expect([openssl, express, parser].map((component) => component?.licences)).toEqual([
      [{ kind: 'expression', text: 'Apache-2.0', acknowledgement: 'declared' }],
      [{ kind: 'expression', text: 'MIT OR Apache-2.0', acknowledgement: 'declared' }],
      [{ kind: 'name', text: 'Acme House Rules', acknowledgement: 'declared' }],
    ]);
  });

  test('says what depends on what, and not that the image contains what it lists', () => {
    expect(edgesOf(sbom)).toEqual(['express dependsOn body-parser']);
  });

  test('keeps the CPE', () => {
    expect(openssl?.cpes).toEqual([CPE]);
  });

  test.skipIf(isSyft)(
    `keeps hashes, supplier, maker, description and website${isSyft ? ' (skipped: syft JSON has none of them)' : ''}`,
    () => {
      expect(express?.hashes).toEqual([HASH]);
      expect(openssl).toMatchObject({
        supplier: { name: 'Alpine Linux', kind: 'organization' },
        originator: { name: 'Ariadne Conill', email: 'ariadne@example.org' },
        description: 'Toolkit for Transport Layer Security',
        references: [{ type: 'website', url: 'https://www.openssl.org/' }],
      });
    },
  );

  const hasNoPlaces = file === 'spdx-3.0.json';
  test.skipIf(hasNoPlaces)(
    `knows where the package was found${hasNoPlaces ? ' (skipped: SPDX 3 here has no evidence)' : ''}`,
    () => {
      expect(openssl?.foundAt).toEqual([{ path: '/lib/apk/db/installed', layer: LAYER_DIGEST }]);
    },
  );

  test('says what it is and who made it', () => {
    const [document] = sbom.documents;
    expect(sbom.documents).toHaveLength(1);
    expect(document?.tools.map(({ name }) => name)).toEqual(['syft']);
    if (!isSyft) expect(document?.created).toBe('2026-03-01T10:00:00Z');
  });
});

test.each([
  ['cyclonedx-1.6.json', 'cyclonedx-json', '1.6', 'urn:uuid:1b8c2a3e-6f1d-4c1a-9d57-0c6a3a1f2b10'],
  ['cyclonedx-1.6.xml', 'cyclonedx-xml', '1.6', 'urn:uuid:1b8c2a3e-6f1d-4c1a-9d57-0c6a3a1f2b10'],
  ['spdx-2.3.json', 'spdx-json', '2.3', 'https://acme.example/spdx/shop-1b8c2a3e'],
  ['spdx-2.3.spdx', 'spdx-tag-value', '2.3', 'https://acme.example/spdx/shop-1b8c2a3e'],
  ['spdx-3.0.json', 'spdx3-json', '3.0.1', 'https://acme.example/spdx/shop#document'],
  ['syft.json', 'syft-json', '16.0.24', undefined],
] as const)('%s is %s %s', (file, format, specVersion, identifier) => {
  const [document] = read(shopBytes(file)).sbom.documents;
  expect(document).toMatchObject({ format, specVersion });
  expect(document?.identifier).toBe(identifier);
});

test('XML and JSON of one document, and tag:value and JSON of one, differ in nothing but their format', () => {
  for (const [left, right] of [
    ['cyclonedx-1.6.json', 'cyclonedx-1.6.xml'],
    ['spdx-2.3.json', 'spdx-2.3.spdx'],
  ] as const) {
    const [one, other] = [read(shopBytes(left)).sbom, read(shopBytes(right)).sbom];
    expect({ ...other, documents: [] }).toEqual({ ...one, documents: [] });
    expect(other.documents).toEqual(
      one.documents.map((document) => ({ ...document, format: other.documents[0]?.format })),
    );
  }
});

test('what the model has no place for is told', () => {
  expect(lossesOf(read(shopBytes('spdx-2.3.json')).sbom.losses, 'unread')).toEqual({
    files: 1,
    'hasExtractedLicensingInfos[].extractedText': 1,
  });
  expect(lossesOf(read(shopBytes('syft.json')).sbom.losses, 'unread')).toEqual({
    'artifactRelationships evident-by': 1,
    distro: 1,
    files: 1,
  });
  expect(read(shopBytes('cyclonedx-1.6.json')).sbom.losses).toEqual([]);
});

describe('the digests that an SBOM names', () => {
  const digest = parseDigest(IMAGE_DIGEST)!;
  const other = parseDigest(LAYER_DIGEST)!;

  test('syft JSON names those of index, platform and configuration', () => {
    expect(read(shopBytes('syft.json')).sbom.namedDigests).toEqual([
      IMAGE_DIGEST,
      `sha256:${'c'.repeat(64)}`,
      `sha256:${'1'.repeat(64)}`,
    ]);
  });

  test.each([
    ['one of the image’s', [digest], [other, digest], 'named'],
    ['another image’s', [digest], [other], 'another'],
    ['none', [], [digest], 'silent'],
  ] as const)('%s', (_what, names, digests, binding) => {
    expect(bindingOf(names, digests)).toBe(binding);
  });
});
