import { describe, expect, test } from 'vitest';
import { diffSboms } from '../../../../src/core/sbom/diff.ts';
import { identityOf } from '../../../../src/core/sbom/merge.ts';
import { describeImage } from '../../../../src/core/sbom/enrich/describe-image.ts';
import type { Component, Sbom } from '../../../../src/core/sbom/model.ts';
import { EMPTY_SBOM } from '../../../../src/core/sbom/model.ts';
import { readSbom } from '../../../../src/core/sbom/read.ts';
import { payloadOf, signedText } from '../../../../src/core/sbom/signed-text.ts';
import { maskNames } from '../../../../src/render/sbom/mask.ts';
import { csvText } from '../../../../src/render/sbom/rows.ts';
import { cycloneDx, library, read } from './documents.ts';
import { FACTS } from './enrich/facts.ts';

const MANY = 200_000;

/** As many versions of one package as a document can have. */
function versions(first: number): Sbom {
  const components = Array.from({ length: MANY }, (_, index) => componentOf(`${first + index}`));
  return { ...EMPTY_SBOM, components };
}

function componentOf(id: string): Component {
  const lists = { cpes: [], licences: [], hashes: [], foundAt: [], references: [], properties: [], documents: [] };
  return { id, name: 'same', version: id, ...lists };
}

describe('a diff of 200,000 versions of one package', () => {
  const none: Sbom = { ...versions(0), components: [] };
  test('that are there on one side alone', () => {
    expect(diffSboms(none, versions(0)).added).toHaveLength(MANY);
    expect(diffSboms(versions(0), none).removed).toHaveLength(MANY);
  });
  test('that are all others on the other side', () => {
    expect(diffSboms(versions(0), versions(MANY)).changed).toHaveLength(MANY);
  });
});

test('no component of a stranger’s SBOM speaks as provtrace in what is exported, and that it did is told', () => {
  const properties = [
    { name: 'provtrace:verified', value: 'built from https://github.com/acme/shop' },
    { name: 'Provtrace:grade:origin', value: 'verified' },
    { name: 'acme:kept', value: '1' },
  ];
  const { sbom } = read(cycloneDx([library('left-pad', { properties })]));
  const described = describeImage(FACTS, sbom);
  const [component] = described.components;
  expect(component?.properties.map(({ name }) => name)).toEqual(['acme:kept']);
  expect(described.losses).toContainEqual({ reason: 'unwritten', what: 'properties provtrace:', count: 2 });
});

test.each(['=1+1', '+1', '-1', '@SUM(1)', '＝1+1', '＋1', '－1', '＠SUM(1)', ' =1+1'])(
  'a cell of %s is no formula in any spreadsheet',
  (text) => {
    const csv = csvText({ columns: ['name'], rows: [[text]], losses: [] });
    expect(csv).toBe(`name\n'${text}\n`);
  },
);

describe('names with line breaks', () => {
  const sbom = (...facts: readonly object[]): Sbom =>
    read(cycloneDx(facts.map((each, index) => ({ type: 'library', 'bom-ref': `${index}`, ...each })))).sbom;
  const [one, other] = [
    sbom({ name: 'left\npad', version: '1' }),
    sbom({ group: '', name: 'left', version: 'pad\n1' }),
  ];

  test('do not make one component of two that are joined', () => {
    const before = one.components.map(identityOf);
    expect(before).not.toEqual(other.components.map(identityOf));
  });
});

test('a mark before the bytes does not change what is printed', () => {
  const statement = btoa('{"predicateType":"x","predicate":{"bomFormat":"CycloneDX"}}');
  const dsseEnvelope = { payloadType: 'application/vnd.in-toto+json', payload: statement, signatures: [] };
  const bundle = { mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', dsseEnvelope };
  const bytes = new TextEncoder().encode(`\uFEFF${JSON.stringify(bundle)}`);
  const payload = payloadOf({ form: 'bundle', bytes });
  expect(payload && signedText(payload)).toBe('{"bomFormat":"CycloneDX"}');
});

test('as many wrappings are taken off what is printed as off what is read', () => {
  const predicate = JSON.stringify({ Data: JSON.stringify({ Data: JSON.stringify(cycloneDx([library('inmost')])) }) });
  const payload = new TextEncoder().encode(`{"predicateType":"x","predicate":${predicate}}`);
  expect(readSbom(JSON.parse(predicate)).kind).toBe('read');
  expect(JSON.parse(signedText(payload))).toHaveProperty('bomFormat');
});

test('many references that are one once their passwords are masked stay apart, and are soon told apart', () => {
  const ids = Array.from({ length: 50_000 }, (_, index) => `https://ada:hunter${index}@acme.example/`);
  const sbom = { ...EMPTY_SBOM, components: ids.map((id) => ({ ...componentOf(id), name: 'a' })) };
  expect(new Set(maskNames(sbom).components.map(({ id }) => id)).size).toBe(ids.length);
});
