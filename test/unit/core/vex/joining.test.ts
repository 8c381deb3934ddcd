import { describe, expect, test } from 'vitest';
import { parseDigest } from '../../../../src/core/model/digest.ts';
import { joinStatements } from '../../../../src/core/vex/join.ts';
import type { StatedProduct, VulnerabilityStatement } from '../../../../src/core/vex/model.ts';
import { productNamed } from '../../../../src/core/vex/products.ts';
import { IMAGE_DIGEST, LAYER_DIGEST, cycloneDx, library, read } from '../sbom/documents.ts';

const { sbom } = read(
  cycloneDx([
    library('express', { version: '4.18.2', purl: 'pkg:npm/express@4.18.2' }),
    library('openssl', {
      version: '3.1.4-r5',
      purl: 'pkg:apk/alpine/openssl@3.1.4-r5?arch=x86_64&distro=alpine-3.19.1',
      cpe: 'cpe:2.3:a:openssl:openssl:3.1.4-r5:*:*:*:*:*:*:*',
    }),
    library('bash', { version: '4.2.46-31.el7', purl: 'pkg:rpm/centos/bash@4.2.46-31.el7?arch=x86_64&epoch=1' }),
    library('spring', { version: '2.6.0', purl: 'pkg:maven/org.spring/spring@2.6.0' }),
    library('shadowed', { version: '1' }),
  ]),
);
const IMAGE = { digests: [parseDigest(IMAGE_DIGEST)!], names: ['ghcr.io/acme/shop'] };

function statement(...products: readonly StatedProduct[]): VulnerabilityStatement {
  return { vulnerability: 'CVE-1', aliases: [], status: 'affected', products, severities: [] };
}

/** What the statement is about, with the names of components; those that are undecided with a question mark. */
function about(...products: readonly StatedProduct[]): readonly string[] {
  const [joined] = joinStatements([statement(...products)], sbom, IMAGE);
  if (joined === undefined) throw new Error('nothing');
  return [
    joined.about,
    ...joined.components.map(({ name }) => name),
    ...joined.undecided.map(({ name }) => `${name}?`),
  ];
}

describe('components', () => {
  test.each([
    ['pkg:npm/express@4.18.2', ['components', 'express']],
    ['pkg:npm/express', ['components', 'express']],
    ['pkg:npm/express@4.18.1', ['other']],
    ['pkg:npm/lodash@4.18.2', ['other']],
    ['pkg:pypi/express@4.18.2', ['other']],
    ['pkg:apk/alpine/openssl@3.1.4-r5', ['components', 'openssl']],
    ['pkg:apk/alpine/openssl?arch=x86_64', ['components', 'openssl']],
    ['pkg:apk/alpine/openssl?arch=arm64', ['other']],
    ['pkg:apk/wolfi/openssl', ['other']],
    ['cpe:2.3:a:openssl:openssl:3.1.4-r5:*:*:*:*:*:*:*', ['components', 'openssl']],
    ['express', ['other']],
  ])('%s', (text, expected) => {
    expect(about(productNamed(text))).toEqual(expected);
  });

  test.each([
    ['pkg:npm/express', 'vers:npm/>=4.0.0|<4.19.0', ['components', 'express']],
    ['pkg:npm/express@4.0.0', 'vers:npm/>=4.0.0|<4.19.0', ['components', 'express']],
    ['pkg:npm/express', 'vers:npm/<4.18.2', ['other']],
    ['pkg:npm/express', '^4.18.0', ['components', 'express']],
    ['pkg:npm/express', '>=5', ['other']],
    ['pkg:apk/alpine/openssl', 'vers:apk/<3.1.4-r6', ['components', 'openssl']],
    ['pkg:rpm/centos/bash', 'vers:rpm/<1:4.2.46-34.el7', ['components', 'bash']],
    ['pkg:rpm/centos/bash', 'vers:rpm/<5', ['other']],
    ['pkg:maven/org.spring/spring', 'vers:maven/<2.6.6', ['components', 'spring?']],
    ['pkg:maven/org.spring/spring', 'vers:maven/2.5.0|2.6.0', ['components', 'spring']],
    ['pkg:npm/express', 'nonsense!', ['components', 'express?']],
  ])('%s in %s', (text, range, expected) => {
    expect(about(productNamed(text, { range }))).toEqual(expected);
  });

  test('by name and version, where there is no package URL', () => {
    expect(about(productNamed('shadowed@1', { name: 'shadowed', version: '1' }))).toEqual(['components', 'shadowed']);
    expect(about(productNamed('shadowed@2', { name: 'shadowed', version: '2' }))).toEqual(['other']);
    expect(about(productNamed('express@4.18.2', { name: 'express', version: '4.18.2' }))).toEqual([
      'components',
      'express',
    ]);
  });

  test('of several products each once', () => {
    expect(
      about(productNamed('pkg:npm/express'), productNamed('pkg:npm/express@4.18.2'), productNamed('pkg:npm/other')),
    ).toEqual(['components', 'express']);
  });
});

describe('the image', () => {
  test.each([
    [`pkg:oci/shop@${IMAGE_DIGEST}`, ['image']],
    [`pkg:oci/shop@${LAYER_DIGEST}`, ['other']],
    [`pkg:oci/anything@${IMAGE_DIGEST.replace(':', '%3A')}`, ['image']],
    ['pkg:oci/shop', ['image']],
    ['pkg:oci/shop?repository_url=ghcr.io/acme', ['image']],
    ['pkg:oci/shop?repository_url=ghcr.io/acme/shop', ['image']],
    ['pkg:oci/shop?repository_url=ghcr.io/evil', ['other']],
    ['pkg:oci/op', ['other']],
    ['pkg:docker/acme/shop', ['image']],
    ['pkg:docker/evil/shop', ['other']],
    ['pkg:docker/acme/shop?repository_url=ghcr.io', ['image']],
    ['pkg:docker/acme/shop?repository_url=quay.io', ['other']],
    ['pkg:docker/acme/shop@1.4', ['sameName']],
    ['pkg:oci/shop?tag=1.4', ['sameName']],
    ['pkg:docker/evil/shop@1.4', ['other']],
    ['ghcr.io/acme/shop', ['image']],
    ['ghcr.io/acme/shop:1.4', ['sameName']],
    [`ghcr.io/other/name@${IMAGE_DIGEST}`, ['image']],
    [`ghcr.io/acme/shop@${LAYER_DIGEST}`, ['other']],
    ['ghcr.io/acme/shopping', ['other']],
  ])('%s', (text, expected) => {
    expect(about(productNamed(text))).toEqual(expected);
  });

  test('by its digest as a hash', () => {
    expect(about(productNamed('shop', { hashes: [{ algorithm: 'sha256', value: IMAGE_DIGEST.slice(7) }] }))).toEqual([
      'image',
    ]);
    expect(
      about(productNamed('ghcr.io/acme/shop', { hashes: [{ algorithm: 'sha256', value: LAYER_DIGEST.slice(7) }] })),
    ).toEqual(['other']);
  });

  test('by what its own SBOM calls it', () => {
    expect(about(productNamed('image', { name: 'shop' }))).toEqual(['sameName']);
    expect(about(productNamed('image', { name: 'shop', version: IMAGE_DIGEST }))).toEqual(['image']);
    expect(about(productNamed('image', { name: 'shop', version: LAYER_DIGEST }))).toEqual(['other']);
    const root = { ...sbom.root!, version: '1.4' };
    const asked = [
      statement(productNamed('image', { name: 'shop', version: '1.4' })),
      statement(productNamed('image', { name: 'shop', version: '1.3' })),
    ];
    expect(joinStatements(asked, { ...sbom, root }, IMAGE).map((joined) => joined.about)).toEqual(['image', 'other']);
  });

  test('is meant by a statement without products', () => {
    expect(about()).toEqual(['image']);
  });

  test('and a part of it', () => {
    const part = [productNamed('pkg:npm/express'), productNamed('pkg:npm/lodash')];
    expect(about(productNamed('pkg:oci/shop', { subcomponents: part }))).toEqual(['components', 'express']);
    expect(about(productNamed('pkg:oci/other', { subcomponents: part }))).toEqual(['other']);
    expect(about(productNamed('pkg:oci/shop', { subcomponents: [productNamed('pkg:npm/lodash')] }))).toEqual(['other']);
  });

  test('what is said of a name and tag does not tell whether this image is meant, nor do its parts', () => {
    const product = productNamed('pkg:docker/acme/shop@1.4', { subcomponents: [productNamed('pkg:npm/express')] });
    expect(about(product)).toEqual(['components', 'express?']);
    expect(about(product, productNamed('pkg:npm/express'))).toEqual(['components', 'express']);
    expect(about(productNamed('ghcr.io/acme/shop:1.4'), productNamed('ghcr.io/acme/shop'))).toEqual(['image']);
  });

  test('a part of a package that is in it', () => {
    const part = [productNamed('pkg:apk/alpine/openssl')];
    expect(about(productNamed('pkg:npm/express', { subcomponents: part }))).toEqual(['components', 'openssl']);
    expect(about(productNamed('pkg:npm/lodash', { subcomponents: part }))).toEqual(['other']);
  });
});

test('more to compare than there is time for is told', () => {
  const many = read(
    cycloneDx(Array.from({ length: 10_000 }, (_, index) => library(`a${index}`, { purl: `pkg:npm/a@${index}.0.0` }))),
  ).sbom;
  const joined = joinStatements(
    Array.from({ length: 60 }, () => statement(productNamed('pkg:npm/a', { range: 'vers:npm/<1.0.0' }))),
    many,
    IMAGE,
  );
  expect(joined.map(({ about }) => about).indexOf('unjoined')).toBe(50);
  expect(joined[0]?.components.map(({ name }) => name)).toEqual(['a0']);
  expect(joined.at(-1)).toMatchObject({ about: 'unjoined', components: [] });
});
