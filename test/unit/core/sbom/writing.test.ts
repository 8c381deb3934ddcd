import { describe, expect, test } from 'vitest';
import { CYCLONEDX_VERSIONS, toCycloneDxJson, toCycloneDxXml } from '../../../../src/core/sbom/cyclonedx/write.ts';
import type { Sbom } from '../../../../src/core/sbom/model.ts';
import { toSpdxJson } from '../../../../src/core/sbom/spdx/write.ts';
import { OPTIONS, SHOP_FILES, bytes, read, shop, throughText } from './documents.ts';
import { spdxErrors } from './spdx-validity.ts';
import { cycloneDxErrors, cycloneDxXmlErrors, hasXmllint } from './validity.ts';

/** What a round trip must keep: all but the documents and further digests, and with ids that may be new. */
function facts(sbom: Sbom): unknown {
  const positions = new Map(
    [...(sbom.root ? [sbom.root] : []), ...sbom.components].map(({ id }, index) => [id, `#${index}`] as const),
  );
  const place = (id: string): string => positions.get(id) ?? id;
  return {
    root: sbom.root && { ...sbom.root, id: place(sbom.root.id) },
    components: sbom.components.map((component) => ({ ...component, id: place(component.id) })),
    edges: sbom.edges.map(({ from, kind, to }) => `${place(from)} ${kind} ${place(to)}`).sort(),
    digest: sbom.namedDigests[0],
  };
}

const sources = SHOP_FILES.map((file) => [file, shop(file)] as const);

describe.each(sources)('%s', (_file, sbom) => {
  test.each(CYCLONEDX_VERSIONS)('as CycloneDX JSON %s is valid and keeps what the model has', async (version) => {
    const { value } = await toCycloneDxJson(sbom, { ...OPTIONS, version });
    const document = throughText(value);
    expect(cycloneDxErrors(document, version)).toEqual([]);
    const back = read(document);
    expect(back.problems).toEqual([]);
    const expected = version === '1.5' ? withoutAcknowledgements(sbom) : withPublisher(sbom);
    expect(facts(back.sbom)).toEqual(facts(expected));
  });

  test('as CycloneDX XML says what the JSON says', async () => {
    const json = read(throughText((await toCycloneDxJson(sbom, OPTIONS)).value));
    const xml = read(bytes((await toCycloneDxXml(sbom, OPTIONS)).value));
    expect(xml.problems).toEqual([]);
    expect({ ...xml.sbom, documents: [] }).toEqual({ ...json.sbom, documents: [] });
  });

  test.skipIf(!hasXmllint).each(CYCLONEDX_VERSIONS)(
    `as CycloneDX XML %s is valid${hasXmllint ? '' : ' (skipped: xmllint is not installed)'}`,
    async (version) => {
      expect(cycloneDxXmlErrors((await toCycloneDxXml(sbom, { ...OPTIONS, version })).value, version)).toEqual([]);
    },
  );

  test('as SPDX is valid and keeps what the model has', () => {
    const document = throughText(toSpdxJson(sbom, OPTIONS).value);
    expect(spdxErrors(document)).toEqual([]);
    const back = read(document);
    expect(back.problems).toEqual([]);
    expect(facts(back.sbom)).toEqual(facts(withKinds(sbom)));
  });
});

/** CycloneDX has one text for who made something: whether a person or not is not told. */
function withPublisher(sbom: Sbom): Sbom {
  return change(sbom, (component) => {
    if (component.originator === undefined) return component;
    const { kind: _kind, ...originator } = component.originator;
    return { ...component, originator };
  });
}

function withoutAcknowledgements(sbom: Sbom): Sbom {
  return change(withPublisher(sbom), (component) => ({
    ...component,
    licences: component.licences.map(({ acknowledgement: _gone, ...licence }) => licence),
  }));
}

/** SPDX must say whether it is a person: one with an address for letters is taken for one. */
function withKinds(sbom: Sbom): Sbom {
  return change(sbom, (component) =>
    component.originator === undefined
      ? component
      : { ...component, originator: { ...component.originator, kind: 'person' } },
  );
}

function change(sbom: Sbom, alter: (component: Sbom['components'][number]) => Sbom['components'][number]): Sbom {
  return { ...sbom, ...(sbom.root && { root: alter(sbom.root) }), components: sbom.components.map(alter) };
}

describe('what a written document says of itself', () => {
  test('CycloneDX: the time and the serial number given, and the tools of before with the one that wrote', async () => {
    const { value } = await toCycloneDxJson(shop(), OPTIONS);
    expect(throughText(value)).toMatchObject({
      specVersion: '1.6',
      serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
      metadata: {
        timestamp: '2026-11-21T12:00:00.000Z',
        tools: {
          components: [
            { name: 'syft', version: '1.20.0', group: 'anchore' },
            { name: 'provtrace', version: '0.1.0' },
          ],
        },
      },
    });
  });

  test('SPDX likewise', () => {
    expect(toSpdxJson(shop('spdx-2.3.json'), OPTIONS).value).toMatchObject({
      documentNamespace: 'https://spdx.org/spdxdocs/ghcr.io-acme-shop-3e671687-395b-41f5-a30f-a58921a69b79',
      creationInfo: {
        created: '2026-11-21T12:00:00Z',
        creators: ['Organization: Acme, Inc', 'Tool: syft-1.20.0', 'Tool: provtrace-0.1.0'],
      },
    });
  });

  test('the same input gives the same output', async () => {
    const once = JSON.stringify((await toCycloneDxJson(shop(), OPTIONS)).value);
    expect(JSON.stringify((await toCycloneDxJson(shop(), OPTIONS)).value)).toBe(once);
  });
});
