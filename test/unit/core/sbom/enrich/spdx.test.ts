import { describe, expect, test } from 'vitest';
import type { ChainFacts } from '../../../../../src/core/sbom/enrich/chain-facts.ts';
import { toEnrichedSpdx } from '../../../../../src/core/sbom/enrich/spdx.ts';
import type { Sbom } from '../../../../../src/core/sbom/model.ts';
import { IMAGE_DIGEST, OPTIONS, SHOP_FILES, edgesOf, read, shop, throughText } from '../documents.ts';
import { spdxErrors } from '../spdx-validity.ts';
import { BARE, BUILDER, COMMIT, FACTS } from './facts.ts';

/** The document as text has it, found valid. */
function enriched(facts: ChainFacts, sbom?: Sbom): unknown {
  const document = throughText(toEnrichedSpdx(facts, sbom, OPTIONS).value);
  expect(spdxErrors(document)).toEqual([]);
  return document;
}

test('the image, its source and its bases are packages', () => {
  expect(enriched(FACTS)).toMatchObject({
    name: 'ghcr.io/acme/shop',
    packages: [
      {
        name: 'ghcr.io/acme/shop',
        versionInfo: IMAGE_DIGEST,
        primaryPackagePurpose: 'CONTAINER',
        sourceInfo: `built from https://github.com/acme/shop at commit ${COMMIT} (verified: SLSA provenance v1)`,
        builtDate: '2026-11-20T10:04:30Z',
      },
      {
        name: 'https://github.com/acme/shop',
        versionInfo: COMMIT,
        downloadLocation: `git+https://github.com/acme/shop@${COMMIT}`,
        primaryPackagePurpose: 'SOURCE',
      },
      { name: 'docker.io/library/node:24-slim' },
      { name: 'debian:12' },
    ],
  });
  expect(edgesOf(read(enriched(FACTS)).sbom)).toEqual([
    'docker.io/library/node:24-slim descendantOf debian:12',
    'ghcr.io/acme/shop descendantOf docker.io/library/node:24-slim',
    'ghcr.io/acme/shop generatedFrom https://github.com/acme/shop',
  ]);
});

test('what has no field is an annotation under the name of its property', () => {
  const { properties = [] } = read(enriched(FACTS)).sbom.root ?? {};
  expect(properties).toContainEqual({ name: 'provtrace:build:builder', value: BUILDER });
  expect(properties).toContainEqual({ name: 'provtrace:owner', value: '@acme/shop-team' });
  expect(properties.filter(({ name }) => name === 'provtrace:verified').map(({ value }) => value)).toEqual([
    `built from https://github.com/acme/shop at commit ${COMMIT}: signed by ${BUILDER} (https://token.actions.githubusercontent.com), verified against sigstore public good`,
    'signed: signed by key 9f2c, verified against configured key',
  ]);
});

describe('with an SBOM', () => {
  test.each(SHOP_FILES)('%s keeps all that it lists', (file) => {
    const sbom = shop(file);
    const after = read(enriched(FACTS, sbom)).sbom;
    expect(after.components.map(({ name }) => name)).toEqual([
      ...sbom.components.map(({ name }) => name),
      'https://github.com/acme/shop',
      'docker.io/library/node:24-slim',
      'debian:12',
    ]);
  });
});

test('nothing is said where nothing is known', () => {
  const document = enriched(BARE);
  expect(document).toMatchObject({ packages: [{ name: IMAGE_DIGEST }] });
  expect(JSON.stringify(document)).not.toMatch(/sourceInfo|builtDate|GENERATED_FROM|DESCENDANT_OF/);
});

test('a source that is no web address, a time that is none', () => {
  const document = enriched({
    ...FACTS,
    source: { ...FACTS.source!, repository: 'git@github.com:acme/shop.git' },
    build: { ...FACTS.build!, finished: 'soon' },
  });
  expect(JSON.stringify(document)).not.toContain('builtDate');
  expect(document).toMatchObject({ packages: [{}, { downloadLocation: 'NOASSERTION' }, {}, {}] });
});
