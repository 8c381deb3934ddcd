import { describe, expect, test } from 'vitest';
import { toCycloneDxJson, toCycloneDxXml } from '../../../../src/core/sbom/cyclonedx/write.ts';
import { diffSboms } from '../../../../src/core/sbom/diff.ts';
import { mergeSboms } from '../../../../src/core/sbom/merge.ts';
import type { Sbom } from '../../../../src/core/sbom/model.ts';
import { readSbom } from '../../../../src/core/sbom/read.ts';
import { toRows } from '../../../../src/core/sbom/rows.ts';
import { toSpdxJson } from '../../../../src/core/sbom/spdx/write.ts';
import { dependencyTree } from '../../../../src/core/sbom/tree.ts';
import { OPTIONS, bytes, cycloneDx, edgesOf, library, read, spdx, throughText } from './documents.ts';

const MANY = 100_000;
/** For what is written and read again several times. */
const SOME = 20_000;
/** Far beyond what any of these take; what is quadratic takes minutes. */
const TIMEOUT_MS = 60_000;

/** Everything that is done with an Sbom, for what it is worth: it must end, and lose nobody. */
async function useAll(sbom: Sbom): Promise<void> {
  const count = sbom.components.length;
  expect(read(throughText((await toCycloneDxJson(sbom, OPTIONS)).value)).sbom.components).toHaveLength(count);
  expect(read(throughText(toSpdxJson(sbom, OPTIONS).value)).sbom.components).toHaveLength(count);
  expect(new Set(dependencyTree(sbom).map(({ component }) => component.id)).size).toBe(count + (sbom.root ? 1 : 0));
  expect(diffSboms(sbom, sbom)).toEqual({ added: [], removed: [], changed: [] });
  expect(toRows(sbom, 'csv').rows).toHaveLength(count);
}

describe(`${MANY} of everything`, () => {
  test('components', { timeout: TIMEOUT_MS }, () => {
    const { sbom, problems } = read(cycloneDx(Array.from({ length: MANY }, (_, index) => library(`c${index}`))));
    expect(problems).toEqual([]);
    expect(sbom.components).toHaveLength(MANY);
  });

  test(`${SOME} components in a chain of dependencies`, { timeout: TIMEOUT_MS }, async () => {
    const names = Array.from({ length: SOME }, (_, index) => `c${index}`);
    const { sbom, problems } = read(
      cycloneDx(
        names.map((name) => library(name)),
        Object.fromEntries(names.slice(1).map((name, index) => [`c${index}`, [name]])),
      ),
    );
    expect(problems).toEqual([]);
    expect([sbom.components.length, sbom.edges.length]).toEqual([SOME, SOME - 1]);
    await useAll(sbom);
  });

  test(`${SOME} packages in a chain of containers`, { timeout: TIMEOUT_MS }, async () => {
    const names = Array.from({ length: SOME }, (_, index) => ({ name: `p${index}` }));
    const { sbom } = read(
      spdx(names, [
        ['DOCUMENT', 'DESCRIBES', 'p0'],
        ...names.slice(1).map(({ name }, index) => [`p${index}`, 'CONTAINS', name] as const),
      ]),
    );
    expect(sbom.components).toHaveLength(SOME - 1);
    await useAll(sbom);
  });

  test('components with one reference, or with the names that others are given', { timeout: TIMEOUT_MS }, () => {
    const taken = Array.from({ length: MANY / 2 }, (_, index) => library(`component#${MANY / 2 + index}`));
    const nameless = Array.from({ length: MANY / 2 }, () => ({ type: 'library', name: 'x' }));
    const { sbom } = read(cycloneDx([...taken, ...nameless, ...Array.from({ length: 1_000 }, () => library('same'))]));
    expect(new Set(sbom.components.map(({ id }) => id)).size).toBe(MANY + 1_000);
  });

  test('copies of one package in several documents', { timeout: TIMEOUT_MS }, () => {
    const copies = Array.from({ length: MANY / 2 }, (_, index) =>
      library('a', {
        'bom-ref': `a${index}`,
        purl: 'pkg:npm/a@1',
        version: '1',
        properties: [{ name: 'p', value: `${index}` }],
      }),
    );
    const { sbom } = read(cycloneDx(copies));
    const merged = mergeSboms([sbom, sbom]);
    expect(merged.components).toHaveLength(1);
    expect(merged.components[0]?.properties).toHaveLength(MANY / 2);
    expect(diffSboms(sbom, sbom)).toEqual({ added: [], removed: [], changed: [] });
  });

  test('components nested in each other, in a value that was never text', { timeout: TIMEOUT_MS }, () => {
    let innermost: object = library('c0');
    for (let level = 1; level < MANY; level++) innermost = library(`c${level}`, { components: [innermost] });
    expect(read(cycloneDx([innermost])).sbom.components).toHaveLength(MANY);
  });

  test('dependencies on everything, all the same', { timeout: TIMEOUT_MS }, () => {
    const names = Array.from({ length: 400 }, (_, index) => `c${index}`);
    const { sbom } = read(
      cycloneDx(
        names.map((name) => library(name)),
        Object.fromEntries(names.map((name) => [name, [...names, ...names]])),
      ),
    );
    expect(sbom.edges).toHaveLength(400 * 399);
    expect(dependencyTree(sbom).length).toBeLessThan(400 * 400 + 2);
  });

  test('different members that nobody knows', { timeout: TIMEOUT_MS }, () => {
    const document = {
      ...cycloneDx([]),
      ...Object.fromEntries(Array.from({ length: MANY }, (_, index) => [`member${index}`, 1])),
    };
    const { sbom } = read(document);
    expect(sbom.losses).toHaveLength(501);
    expect(sbom.losses.reduce((sum, { count }) => sum + count, 0)).toBe(MANY);
  });

  test('elements, attributes and text of XML', { timeout: TIMEOUT_MS }, async () => {
    const components = Array.from(
      { length: SOME },
      (_, index) => `<component type="library" bom-ref="c${index}"><name>c${index}</name></component>`,
    );
    const attributes = Array.from({ length: 10_000 }, (_, index) => ` a${index}="1"`);
    const text = `<bom xmlns="http://cyclonedx.org/schema/bom/1.6"${attributes.join('')}><components>${components.join('')}</components></bom>`;
    const { sbom } = read(bytes(text));
    expect(sbom.components).toHaveLength(SOME);
    expect(read(bytes((await toCycloneDxXml(sbom, OPTIONS)).value)).sbom.components).toHaveLength(SOME);
  });

  test('lines of tag:value, texts that never end among them', { timeout: TIMEOUT_MS }, () => {
    const lines = Array.from(
      { length: MANY },
      (_, index) => `PackageName: p${index}\nSPDXID: SPDXRef-p${index}\nPackageComment: <text>never\n`,
    );
    const { sbom, problems } = read(bytes(`SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\n${lines.join('')}`));
    expect(sbom.components).toHaveLength(MANY);
    expect(problems).toMatchObject([{ message: 'a text without an end', count: MANY }]);
  });

  test('licences, each another and as long as may be', { timeout: TIMEOUT_MS }, () => {
    const expression = (index: number): string => `LicenseRef-${index}${' OR MIT'.repeat(140)}`;
    const { sbom } = read(
      cycloneDx(
        Array.from({ length: 20_000 }, (_, index) =>
          library(`c${index}`, { licenses: [{ expression: expression(index) }] }),
        ),
      ),
    );
    // Those beyond what is parsed are names: nothing is lost.
    expect(sbom.components.map(({ licences }) => licences[0]?.text)).toEqual(
      Array.from({ length: 20_000 }, (_, index) => expression(index)),
    );
    expect(sbom.components.filter(({ licences }) => licences[0]?.kind === 'expression')).toHaveLength(10_000);
  });

  test('names that keep expressions busy', { timeout: TIMEOUT_MS }, () => {
    const nasty = [
      `Person: ${' '.repeat(60_000)}x`,
      `Tool: ${'-1'.repeat(30_000)} x`,
      `Organization: ${'('.repeat(60_000)}`,
      `Person: ${'a '.repeat(30_000)})`,
    ];
    const packages = Array.from({ length: 100 }, (_, index) => ({
      name: `p${index}`,
      supplier: nasty[index % 4],
      attributionTexts: [nasty[1]],
      downloadLocation: `git${'+'.repeat(60_000)}`,
    }));
    const document = {
      ...spdx(packages),
      creationInfo: {
        created: '2026-01-01T00:00:00Z',
        creators: Array.from({ length: 100 }, (_, index) => nasty[index % 4]),
      },
    };
    expect(read(document).sbom.components).toHaveLength(100);
  });
});

test('more components than any image has are refused, not cut short', { timeout: TIMEOUT_MS }, () => {
  const one = library('a');
  const reading = readSbom(cycloneDx(Array.from({ length: 500_001 }, () => one)));
  expect(reading).toMatchObject({ kind: 'refused', error: { code: 'TOO_LARGE', expected: 'at most 500000' } });
});

test('members called as those of every object are members', () => {
  const document: unknown = JSON.parse(
    '{"bomFormat":"CycloneDX","specVersion":"1.6","__proto__":{"components":[{"name":"evil"}]},"constructor":1,"components":[{"type":"library","name":"a","bom-ref":"__proto__","hasOwnProperty":1}],"dependencies":[{"ref":"__proto__","dependsOn":["constructor","__proto__"]}]}',
  );
  const { sbom, problems } = read(document);
  expect(sbom.components.map(({ name }) => name)).toEqual(['a']);
  expect(edgesOf(sbom)).toEqual([]);
  expect(problems).toMatchObject([{ code: 'UNKNOWN_REFERENCE', count: 1 }]);
  expect(sbom.losses.map(({ what }) => what)).toEqual(['__proto__', 'components[].hasOwnProperty', 'constructor']);
});
