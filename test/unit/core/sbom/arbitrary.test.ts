import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toCycloneDxJson, toCycloneDxXml } from '../../../../src/core/sbom/cyclonedx/write.ts';
import { ToolError } from '../../../../src/core/errors.ts';
import type { Sbom } from '../../../../src/core/sbom/model.ts';
import { readSbom } from '../../../../src/core/sbom/read.ts';
import { toSpdxJson } from '../../../../src/core/sbom/spdx/write.ts';
import { dependencyTree } from '../../../../src/core/sbom/tree.ts';
import { OPTIONS, SHOP_FILES, bytes, read, shopBytes, throughText } from './documents.ts';
import { spdxErrors } from './spdx-validity.ts';
import { cycloneDxErrors } from './validity.ts';

const RUNS = { numRuns: 150 };
const documents = SHOP_FILES.map((file) => shopBytes(file));
const jsonDocuments = SHOP_FILES.filter((file) => file.endsWith('.json')).map((file): unknown =>
  JSON.parse(new TextDecoder().decode(shopBytes(file))),
);

/** What does not hold of an Sbom, and must, whatever it was made from. */
function faultsIn(sbom: Sbom): readonly string[] {
  const ids = [...(sbom.root ? [sbom.root.id] : []), ...sbom.components.map(({ id }) => id)];
  const known = new Set(ids);
  const drawn = new Set(dependencyTree(sbom).map(({ component }) => component.id));
  return [
    ...(known.size === ids.length ? [] : ['two components have one id']),
    ...sbom.edges
      .filter(({ from, to }) => !known.has(from) || !known.has(to) || from === to)
      .map(() => 'an edge to nothing'),
    ...sbom.components.filter(({ name }) => name.trim() === '').map(({ id }) => `${id} has no name`),
    ...sbom.losses.filter(({ count }) => count < 1).map(({ what }) => `${what} is lost, and was not`),
    ...ids.filter((id) => !drawn.has(id)).map((id) => `${id} is not in the tree`),
  ];
}

/** Read and whole, or refused with an error of our own that says what is wrong. */
function faultsOf(written: unknown): readonly string[] {
  const reading = readSbom(written);
  if (reading.kind === 'read') return faultsIn(reading.sbom);
  return reading.error instanceof ToolError && reading.error.message !== '' ? [] : ['an error that says nothing'];
}

/** Every place in a JSON value where something else can be put. */
function placesIn(value: unknown, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, inner]) =>
      placesIn(inner, [...path, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

function replaceAt(value: unknown, [key, ...rest]: readonly (string | number)[], put: unknown): unknown {
  if (key === undefined) return put;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (index === key ? replaceAt(item, rest, put) : item));
  if (typeof value !== 'object' || value === null) return put;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, name === key ? replaceAt(inner, rest, put) : inner]),
  );
}

const strange = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom('', 'NOASSERTION', 'pkg:npm/', 'image', 'SPDXRef-image', '__proto__', -1, null, [], {}, [[]]),
  fc.string({ unit: 'binary' }),
);
const mutated = fc
  .constantFrom(...jsonDocuments)
  .chain((document) =>
    fc
      .array(fc.tuple(fc.constantFrom(...placesIn(document)), strange), { minLength: 1, maxLength: 4 })
      .map((changes) => changes.reduce((changed, [path, put]) => replaceAt(changed, path, put), document)),
  );

describe('whatever is read', () => {
  test('any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(faultsOf(value)).toEqual([]);
      }),
      RUNS,
    );
  });

  test('any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (value) => {
        expect(faultsOf(value)).toEqual([]);
      }),
      RUNS,
    );
  });

  test('a document with some places changed', () => {
    fc.assert(
      fc.property(mutated, (document) => {
        expect(faultsOf(document)).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  test('a document with bytes changed, or cut off', () => {
    const changed = fc
      .tuple(fc.constantFrom(...documents), fc.nat(), fc.nat(255), fc.boolean())
      .map(([document, at, byte, isCut]) => {
        const copy = document.slice();
        copy[at % copy.length] = byte;
        return isCut ? copy.slice(0, at % copy.length) : copy;
      });
    fc.assert(
      fc.property(changed, (document) => {
        expect(faultsOf(document)).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  test('XML of any elements', () => {
    const name = fc.constantFrom(
      'components',
      'component',
      'name',
      'licenses',
      'license',
      'expression',
      'dependency',
      'hashes',
      'hash',
      'properties',
      'property',
      'supplier',
      'url',
      'tools',
      'tool',
      'constructor',
    );
    const { element } = fc.letrec<{ element: string }>((tie) => ({
      element: fc
        .tuple(
          name,
          fc.oneof(
            { maxDepth: 5 },
            fc.string(),
            fc.array(tie('element'), { maxLength: 4 }).map((inner) => inner.join('')),
          ),
        )
        .map(([tag, inner]) => `<${tag} ref="a" name="b">${inner.replaceAll(/[&\]]/g, '')}</${tag}>`),
    }));
    fc.assert(
      fc.property(element, (inner) => {
        expect(faultsOf(bytes(`<bom xmlns="http://cyclonedx.org/schema/bom/1.6">${inner}</bom>`))).toEqual([]);
      }),
      RUNS,
    );
  });

  test('tag:value of any lines', () => {
    const line = fc
      .tuple(
        fc.constantFrom(
          'PackageName',
          'SPDXID',
          'Relationship',
          'ExternalRef',
          'PackageChecksum',
          'FileName',
          'LicenseID',
          'Annotator',
          'SPDXREF',
          'toString',
        ),
        fc.oneof(fc.string(), fc.constantFrom('SPDXRef-a', 'SPDXRef-a CONTAINS SPDXRef-b', '<text>', 'a</text>')),
      )
      .map(([tag, value]) => `${tag}: ${value}`);
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        expect(faultsOf(bytes(['SPDXVersion: SPDX-2.3', ...lines].join('\n')))).toEqual([]);
      }),
      RUNS,
    );
  });
});

describe('whatever is written', () => {
  test('is valid, has every component, and is read without a problem', async () => {
    await fc.assert(
      fc.asyncProperty(mutated, async (document) => {
        const reading = readSbom(document);
        fc.pre(reading.kind === 'read');
        const { sbom } = reading;
        const count = sbom.components.length + (sbom.root ? 1 : 0);
        const json = throughText((await toCycloneDxJson(sbom, OPTIONS)).value);
        expect(cycloneDxErrors(json)).toEqual([]);
        const spdx = throughText(toSpdxJson(sbom, OPTIONS).value);
        expect(spdxErrors(spdx)).toEqual([]);
        const xml = bytes((await toCycloneDxXml(sbom, OPTIONS)).value);
        for (const written of [json, spdx, xml]) {
          const back = read(written);
          expect(back.problems).toEqual([]);
          expect(back.sbom.components.length + (back.sbom.root ? 1 : 0)).toBe(count);
        }
      }),
      { numRuns: 300 },
    );
  });
});
