import { describe, expect, test } from 'vitest';
import type { ChainFacts } from '../../../../../src/core/sbom/enrich/chain-facts.ts';
import { toEnrichedCycloneDx } from '../../../../../src/core/sbom/enrich/cyclonedx.ts';
import { ENRICHED_VERSIONS } from '../../../../../src/core/sbom/export-formats.ts';
import { PROPERTIES } from '../../../../../src/core/sbom/enrich/property-names.ts';
import type { Sbom } from '../../../../../src/core/sbom/model.ts';
import {
  IMAGE_DIGEST,
  LAYER_DIGEST,
  OPTIONS,
  SHOP_FILES,
  cycloneDx,
  library,
  lossesOf,
  read,
  shop,
  throughText,
} from '../documents.ts';
import { cycloneDxErrors } from '../validity.ts';
import type { Node } from './facts.ts';
import { BARE, BUILDER, COMMIT, DOCUMENT, FACTS, RUN, at, digestOf } from './facts.ts';

type Versions = (typeof ENRICHED_VERSIONS)[number];

/** The document as text has it, found valid. */
async function enriched(facts: ChainFacts, sbom?: Sbom, version?: Versions): Promise<Node> {
  const { value } = await toEnrichedCycloneDx(facts, sbom, { ...OPTIONS, ...(version && { version }) });
  const document = throughText(value) as Node;
  expect(cycloneDxErrors(document, version)).toEqual([]);
  return document;
}

/** Every `bom-ref` in a document. */
function refsIn(node: unknown): readonly string[] {
  if (typeof node !== 'object' || node === null) return [];
  const own = 'bom-ref' in node ? [String(node['bom-ref'])] : [];
  return [...own, ...Object.values(node).flatMap(refsIn)];
}

function propertiesOf(node: unknown): readonly (readonly [string, string])[] {
  return ((node as Node)['properties'] as { name: string; value: string }[]).map(({ name, value }) => [name, value]);
}

describe('the chain of an image without an SBOM', () => {
  test.each(ENRICHED_VERSIONS)('is all in CycloneDX %s', async (version) => {
    const document = await enriched(FACTS, undefined, version);
    expect(document).toMatchObject({
      specVersion: version,
      metadata: {
        component: {
          type: 'container',
          name: 'ghcr.io/acme/shop',
          version: IMAGE_DIGEST,
          purl: `pkg:oci/shop@${IMAGE_DIGEST.replace(':', '%3A')}?arch=arm64&repository_url=ghcr.io/acme/shop`,
          hashes: [{ alg: 'SHA-256', content: IMAGE_DIGEST.slice('sha256:'.length) }],
          authors: [{ name: '@acme/shop-team', email: 'shop@acme.example' }, { name: '@jane' }],
          externalReferences: [
            { type: 'vcs', url: 'https://github.com/acme/shop', comment: `at commit ${COMMIT}, verified` },
            { type: 'build-system', url: BUILDER },
            { type: 'build-meta', url: RUN },
          ],
          pedigree: {
            commits: [{ uid: COMMIT, url: `https://github.com/acme/shop/commit/${COMMIT}` }],
            ancestors: [
              {
                type: 'container',
                name: 'docker.io/library/node:24-slim',
                version: digestOf('aa'),
                purl: expect.stringMatching(/^pkg:oci\/node@sha256.*tag=24-slim$/),
                hashes: [{ alg: 'SHA-256', content: 'a'.repeat(64) }],
                properties: [
                  { name: 'provtrace:base:grade', value: 'attested' },
                  { name: 'provtrace:base:origin', value: 'BuildKit provenance' },
                ],
              },
              { type: 'container', name: 'debian:12' },
            ],
          },
        },
      },
    });
  });

  test('the run is a workflow from the source to the image', async () => {
    const document = await enriched(FACTS);
    const imageRef = at(document, '/metadata/component/bom-ref');
    expect(document['formulation']).toMatchObject([
      {
        workflows: [
          {
            uid: RUN,
            name: 'https://actions.github.io/buildtypes/workflow/v1',
            taskTypes: ['build'],
            resourceReferences: [
              { externalReference: { type: 'build-system', url: BUILDER } },
              { externalReference: { type: 'build-meta', url: RUN } },
            ],
            inputs: [{ resource: { externalReference: { type: 'vcs', url: 'https://github.com/acme/shop' } } }],
            outputs: [{ type: 'artifact', resource: { ref: imageRef } }],
            timeStart: '2026-11-20T10:00:00Z',
            timeEnd: '2026-11-20T10:04:30.5Z',
          },
        ],
      },
    ]);
  });

  test('what was verified is a claim about the image, with signer and root as its evidence', async () => {
    const document = await enriched(FACTS);
    const imageRef = at(document, '/metadata/component/bom-ref');
    const claims = at(document, '/declarations/claims') as Node[];
    const evidence = at(document, '/declarations/evidence') as Node[];
    expect(claims).toMatchObject([
      {
        target: imageRef,
        predicate: `built from https://github.com/acme/shop at commit ${COMMIT}`,
        reasoning: `signed by ${BUILDER} (https://token.actions.githubusercontent.com), verified against sigstore public good`,
        evidence: [evidence[0]?.['bom-ref']],
        externalReferences: [{ type: 'attestation', url: 'https://ghcr.io/v2/acme/shop/blobs/x' }],
      },
      { target: imageRef, predicate: 'signed', reasoning: 'signed by key 9f2c, verified against configured key' },
    ]);
    expect(evidence[0]).toMatchObject({
      created: '2026-11-20T10:04:31Z',
      data: [
        ['document', DOCUMENT],
        ['predicateType', 'https://slsa.dev/provenance/v1'],
        ['signer', BUILDER],
        ['issuer', 'https://token.actions.githubusercontent.com'],
        ['root', 'sigstore public good'],
        ['time', '2026-11-20T10:04:31Z'],
      ].map(([name, content]) => ({ name, contents: { attachment: { content } } })),
    });
    expect(at(document, '/declarations/attestations/0')).toMatchObject({
      assessor: at(document, '/declarations/assessors/0/bom-ref'),
      map: [
        {
          requirement: at(document, '/definitions/standards/0/requirements/0/bom-ref'),
          claims: claims.map((claim) => claim['bom-ref']),
        },
      ],
    });
    expect(at(document, '/declarations/assessors/0/organization/name')).toBe('provtrace 0.1.0');
  });

  test('every property is one of the table, and says its fact', async () => {
    const properties = propertiesOf(at(await enriched(FACTS), '/metadata/component'));
    expect(properties.filter(([name]) => !Object.hasOwn(PROPERTIES, name))).toEqual([]);
    expect(properties).toEqual([
      ['provtrace:image:digest', IMAGE_DIGEST],
      ['provtrace:image:platform', 'linux/arm64/v8'],
      ['provtrace:grade:origin', 'verified'],
      ['provtrace:grade:ownership', 'declared'],
      ['provtrace:source:repository', 'https://github.com/acme/shop'],
      ['provtrace:source:commit', COMMIT],
      ['provtrace:source:ref', 'refs/heads/main'],
      ['provtrace:source:path', 'services/shop/Dockerfile'],
      ['provtrace:source:grade', 'verified'],
      ['provtrace:source:origin', 'SLSA provenance v1'],
      ['provtrace:build:builder', BUILDER],
      ['provtrace:build:type', 'https://actions.github.io/buildtypes/workflow/v1'],
      ['provtrace:build:invocation', RUN],
      ['provtrace:build:grade', 'attested'],
      ['provtrace:build:origin', 'SLSA provenance v1'],
      ['provtrace:owner', '@acme/shop-team'],
      ['provtrace:owner:contact', '@acme/shop-team shop@acme.example'],
      ['provtrace:owner:contact', '@acme/shop-team #shop'],
      ['provtrace:owner:grade', '@acme/shop-team declared'],
      ['provtrace:owner:origin', '@acme/shop-team CODEOWNERS at the commit'],
      ['provtrace:owner', '@jane'],
      ['provtrace:owner:grade', '@jane inferred'],
      ['provtrace:owner:origin', '@jane authors of the path'],
    ]);
  });

  test('in 1.7 the added fields are cited, and the tool that added them has a reference', async () => {
    const document = await enriched(FACTS, undefined, '1.7');
    const citations = document['citations'] as { pointers: string[]; attributedTo: string; note: string }[];
    expect(citations.map(({ note, pointers }) => [note, pointers])).toEqual([
      ['verified: SLSA provenance v1', ['/metadata/component/pedigree/commits']],
      ['attested: SLSA provenance v1', ['/formulation']],
      ['attested: BuildKit provenance', ['/metadata/component/pedigree/ancestors/0']],
      ['declared: label of the base', ['/metadata/component/pedigree/ancestors/1']],
      ['declared: CODEOWNERS at the commit', ['/metadata/component/authors/0']],
      ['inferred: authors of the path', ['/metadata/component/authors/1']],
    ]);
    for (const { pointers, attributedTo } of citations) {
      for (const pointer of pointers) expect(at(document, pointer)).toBeDefined();
      expect(at(document, '/metadata/tools/components')).toEqual([
        expect.objectContaining({ name: 'provtrace', 'bom-ref': attributedTo }),
      ]);
    }
    expect(await enriched(FACTS, undefined, '1.6')).not.toHaveProperty('citations');
  });

  test('nothing is said where nothing is known', async () => {
    const document = await enriched(BARE, undefined, '1.7');
    expect(
      Object.keys(document).filter((key) => /^(?:formulation|declarations|definitions|citations)$/.test(key)),
    ).toEqual([]);
    const component = at(document, '/metadata/component');
    expect(component).not.toHaveProperty('pedigree');
    expect(component).not.toHaveProperty('authors');
    expect(propertiesOf(component).map(([name]) => name)).toEqual([
      'provtrace:image:digest',
      'provtrace:grade:origin',
      'provtrace:grade:ownership',
    ]);
  });
});

describe('with an SBOM', () => {
  test.each(SHOP_FILES)('%s keeps all that it lists', async (file) => {
    const sbom = shop(file);
    const document = await enriched(FACTS, sbom, '1.7');
    const after = read(document).sbom;
    expect(after.components.map(({ name, version }) => [name, version])).toEqual(
      sbom.components.map(({ name, version }) => [name, version]),
    );
    expect(after.root?.name).toBe(sbom.root?.name);
    expect(after.edges.filter(({ kind }) => kind === 'dependsOn')).toHaveLength(
      sbom.edges.filter(({ kind }) => kind === 'dependsOn').length,
    );
    expect(after.namedDigests).toContain(IMAGE_DIGEST);
    const refs = refsIn(document);
    expect(new Set(refs).size).toBe(refs.length);
  });

  test('a root that is another image, or none, is a component of it', async () => {
    const other = { type: 'container', 'bom-ref': 'image', name: 'other', version: LAYER_DIGEST };
    for (const component of [other, { type: 'application', 'bom-ref': 'app', name: 'app' }]) {
      const { sbom } = read({ ...cycloneDx([library('a')]), metadata: { component } });
      const after = read(await enriched(FACTS, sbom)).sbom;
      expect(after.root).toMatchObject({ name: 'ghcr.io/acme/shop', version: IMAGE_DIGEST });
      expect(after.components.map(({ name }) => name)).toEqual([component.name, 'a']);
      const { losses } = await toEnrichedCycloneDx(FACTS, sbom, OPTIONS);
      expect(lossesOf(losses, 'altered')).toEqual({ 'described things as components of the image': 1 });
    }
  });

  test('a root that is named by the digest of the index or the configuration is the image', async () => {
    const [configuration] = FACTS.image.otherDigests;
    const component = { type: 'container', 'bom-ref': 'image', name: 'shop.tar', version: configuration };
    const { sbom } = read({ ...cycloneDx([library('a')]), metadata: { component } });
    const after = read(await enriched(FACTS, sbom)).sbom;
    expect(after.root).toMatchObject({ id: 'image', name: 'shop.tar', version: configuration });
    expect(after.components.map(({ name }) => name)).toEqual(['a']);
    expect(after.root?.purl?.version).toBe(IMAGE_DIGEST);
  });

  test('one owner is the supplier where nobody is', async () => {
    const facts = { ...FACTS, owners: FACTS.owners.slice(0, 1) };
    expect(at(await enriched(facts), '/metadata/component/supplier')).toEqual({
      name: '@acme/shop-team',
      contact: [{ email: 'shop@acme.example' }],
    });
    expect(at(await enriched(FACTS), '/metadata/component/supplier')).toBeUndefined();
    const { sbom } = read({
      ...cycloneDx([]),
      metadata: { component: { type: 'container', name: 'shop', supplier: { name: 'Acme' } } },
    });
    expect(at(await enriched(facts, sbom), '/metadata/component/supplier/name')).toBe('Acme');
  });

  test('what it says in our name is left out, and so are our references', async () => {
    const names = ['provtrace:claim', 'provtrace:evidence', 'provtrace:tool', 'provtrace:assessor', FACTS.image.digest];
    const { sbom } = read({
      ...cycloneDx(names.map((name) => library(name))),
      metadata: {
        component: {
          type: 'container',
          'bom-ref': 'provtrace:verified',
          name: 'shop',
          properties: [
            { name: 'provtrace:grade:origin', value: 'verified' },
            { name: 'mine', value: 'stays' },
          ],
        },
      },
    });
    const document = await enriched(BARE, sbom, '1.7');
    expect(propertiesOf(at(document, '/metadata/component')).filter(([name]) => /^mine|:origin$/.test(name))).toEqual([
      ['mine', 'stays'],
      ['provtrace:grade:origin', 'none'],
    ]);
    const { losses } = await toEnrichedCycloneDx(BARE, sbom, OPTIONS);
    expect(lossesOf(losses, 'unwritten')).toEqual({ 'properties provtrace:': 1 });
    const refs = refsIn(await enriched(FACTS, sbom, '1.7'));
    expect(new Set(refs).size).toBe(refs.length);
  });
});

test('addresses and times with errors are left out, and told', async () => {
  const { value, losses } = await toEnrichedCycloneDx(
    {
      ...FACTS,
      source: { ...FACTS.source!, repository: 'not an address', commitUrl: 'java script:alert(1)' },
      build: { ...FACTS.build!, builderId: 'ma chine', started: 'yesterday', finished: '2026-13-45T99:99:99Z' },
      verified: FACTS.verified.map((fact) => ({ ...fact, location: '<here>', times: ['noon'] })),
    },
    undefined,
    OPTIONS,
  );
  const document = throughText(value) as Node;
  expect(cycloneDxErrors(document)).toEqual([]);
  expect(at(document, '/metadata/component/pedigree/commits')).toEqual([{ uid: COMMIT }]);
  expect(at(document, '/formulation/0/workflows/0')).not.toHaveProperty('timeStart');
  // The commit's page, the source and the builder of the run, two locations; the run's two times, and those of two signatures but one.
  expect(lossesOf(losses, 'unwritten')).toMatchObject({ 'addresses with errors': 5, 'times with errors': 4 });
  expect(propertiesOf(at(document, '/metadata/component'))).toContainEqual(['provtrace:build:builder', 'ma chine']);
});
