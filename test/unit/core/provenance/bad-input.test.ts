/**
 * Bad input, for each format's own samples: a dropped key, a swapped type, a repeated or nested part, and a document that ends too early. One bad item
 * costs the item and is told; it never costs the document, and a bad document never costs the image.
 */
import { globSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import { isRecord } from '../../../../src/core/json.ts';
import type { SignedDocument, Statement } from '../../../../src/core/model/statement.ts';
import { FORMATS, readProvenance } from '../../../../src/core/provenance/index.ts';
import { parseStatement } from '../../../../src/core/provenance/statement.ts';
import { digestOf } from '../../../support/reports.ts';
import { COMMIT, PLATFORM, UNSIGNED, dossierOf, github, stated } from '../findings/dossiers.ts';

const SAMPLES = globSync('fixtures/attestations/*/*/*/statement.json').map((file) => {
  const bytes = readFileSync(file);
  const { statement } = parseStatement(bytes);
  return { bytes, statement, format: readProvenance(statement)?.format };
});

type Step = 'drop' | 'swap' | 'repeat' | 'nest';
/** Where in the document, counted from its root, and what happens there. */
type Harm = { readonly at: number; readonly step: Step; readonly value: unknown };

const harms: fc.Arbitrary<Harm> = fc.record({
  at: fc.nat({ max: 400 }),
  step: fc.constantFrom('drop', 'swap', 'repeat', 'nest'),
  value: fc.constantFrom<unknown>(null, '', 0, -1, true, [], {}, 'text', [{}], { uri: [] }, [[[]]], 'x'.repeat(9000)),
});

/** The document with the harm done; `undefined` members are gone when it is written. */
function harm(document: unknown, { at, step, value }: Harm): unknown {
  const size = places(document);
  let left = at % size;
  const walk = (inner: unknown): unknown => {
    if (left-- === 0) return harmed(inner, step, value);
    if (Array.isArray(inner)) return inner.map(walk);
    return isRecord(inner) ? Object.fromEntries(Object.entries(inner).map(([key, item]) => [key, walk(item)])) : inner;
  };
  return JSON.parse(JSON.stringify(walk(document)) ?? 'null');
}

function harmed(inner: unknown, step: Step, value: unknown): unknown {
  if (step === 'drop') return undefined;
  if (step === 'swap') return value;
  if (step === 'repeat') return Array.from({ length: 20 }, () => inner);
  return Array.from({ length: 40 }).reduce<unknown>((deep) => ({ uri: [deep] }), inner);
}

function places(document: unknown): number {
  const inner = Array.isArray(document) ? document : isRecord(document) ? Object.values(document) : [];
  return inner.reduce((count: number, item) => count + places(item), 1);
}

function samplesOf(format: string): typeof SAMPLES {
  return SAMPLES.filter((sample) => sample.format === format);
}

describe.each(FORMATS.map(({ id }) => id))('%s', (format) => {
  const samples = samplesOf(format);

  test('harmed in its predicate costs nothing of another document about the image', () => {
    const property = fc.property(
      fc.constantFrom(...samples),
      fc.array(harms, { minLength: 1, maxLength: 3 }),
      (sample, all) => {
        const predicate = all.reduce<unknown>(harm, sample.statement.predicate);
        const bad = stated(sample.statement.predicateType, predicate, { checked: UNSIGNED, document: digestOf('bad') });
        const { chain, findings } = dossierOf([github(), bad]);
        const from = chain.hops.find(({ relation }) => relation === 'builtFrom');
        expect(from?.to).toMatchObject({ kind: 'sourceRevision', commit: COMMIT });
        for (const { message } of findings) expect(message).not.toBe('');
      },
    );
    fc.assert(property, { numRuns: 60 });
  });

  test('that ends too early is refused, and with no other error', () => {
    const property = fc.property(
      fc.constantFrom(...samples),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (sample, part) => {
        const read = (): unknown =>
          parseStatement(sample.bytes.subarray(0, Math.floor(part * (sample.bytes.length - 2))));
        expect(read).toThrow(ToolError);
      },
    );
    fc.assert(property, { numRuns: 60 });
  });
});

/** The lists of inputs, wherever a version of SLSA has them. */
const LISTS: readonly (readonly string[])[] = [['materials'], ['buildDefinition', 'resolvedDependencies']];
/** Chainloop's materials are what its contract asks for, and no inputs of a build. */
const WITH_INPUTS = SAMPLES.filter(({ format }) => format !== 'chainloop')
  .flatMap(({ statement }) => LISTS.map((path) => ({ statement, path })))
  .filter(({ statement, path }) => listAt(statement, path).length > 0);

function listAt({ predicate }: Statement, path: readonly string[]): readonly unknown[] {
  const list = path.reduce((node: unknown, name) => (isRecord(node) ? node[name] : undefined), predicate);
  return Array.isArray(list) ? list : [];
}

function withList(node: unknown, [name = '', ...rest]: readonly string[], list: readonly unknown[]): unknown {
  const record = isRecord(node) ? node : {};
  return { ...record, [name]: rest.length === 0 ? list : withList(record[name], rest, list) };
}

describe('one bad item', () => {
  test('costs the item, is told, and leaves the others as they were', () => {
    const bad = fc.constantFrom<unknown>(null, 7, 'text', true, [], [{ uri: 'https://github.com/a/b' }]);
    const property = fc.property(fc.constantFrom(...WITH_INPUTS), fc.nat(), bad, ({ statement, path }, at, item) => {
      const list = listAt(statement, path);
      // v0.1 points into its list by number.
      const place = statement.predicateType.endsWith('v0.1') ? list.length : at % (list.length + 1);
      const predicate = withList(statement.predicate, path, [...list.slice(0, place), item, ...list.slice(place)]);
      const before = readProvenance(statement);
      const after = readProvenance({ ...statement, predicate });
      const shown = (inputs: typeof before): unknown =>
        inputs?.resolvedDependencies.map(({ uri, role }) => [uri, role]);
      expect(shown(after)).toEqual(shown(before));
      expect(after?.sources.map(({ key, commit }) => [key, commit])).toEqual(
        before?.sources.map(({ key, commit }) => [key, commit]),
      );
      expect(after?.problems.some(({ at: where }) => where.endsWith(`[${place}]`))).toBe(true);
    });
    fc.assert(property, { numRuns: 300 });
  });

  test('among the subjects costs the subject alone', () => {
    const subjects = [null, 7, { name: 'by name alone' }, { digest: {} }, { digest: { sha256: true } }];
    const good = { digest: { sha256: PLATFORM.slice('sha256:'.length) } };
    const property = fc.property(fc.shuffledSubarray(subjects, { minLength: 1 }), fc.nat(), (bad, at) => {
      const place = at % (bad.length + 1);
      const subject = [...bad.slice(0, place), good, ...bad.slice(place)];
      const text = JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', predicateType: 'x', subject });
      const read = parseStatement(new TextEncoder().encode(text));
      const expected = [PLATFORM.slice('sha256:'.length)];
      expect(read.statement.subject.map(({ digest }) => digest['sha256']).filter((hex) => hex?.length === 64)).toEqual(
        expected,
      );
      expect(read.problems.length).toBeGreaterThan(0);
    });
    fc.assert(property);
  });
});

describe('a statement that does not speak of the image', () => {
  const codesOf = (document: SignedDocument): readonly string[] =>
    dossierOf([document]).findings.map(({ code }) => code);
  const about = (subject: unknown): SignedDocument => {
    const written = {
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: 'https://slsa.dev/provenance/v1',
      subject,
    };
    const { statement } = parseStatement(new TextEncoder().encode(JSON.stringify(written)));
    return { kind: 'statement', statement, checked: UNSIGNED, document: digestOf('d0c'), carrier: 'referrers API' };
  };

  test.each([
    ['has no subject', undefined],
    ['has an empty list of subjects', []],
    ['has subjects by name alone', [{ name: 'ghcr.io/acme/shop:1.4' }]],
    ['has a digest of an algorithm that nobody knows', [{ name: 'x', digest: { blake9: 'a'.repeat(64) } }]],
    ['is about another image', [{ digest: { sha256: 'd'.repeat(64) } }]],
    ['has subjects that are no list', { digest: {} }],
  ])('%s', (_what, subject) => {
    expect(codesOf(about(subject))).toContain('SUBJECT_MISMATCH');
  });

  test('but one that does has no such finding', () => {
    expect(codesOf(github())).not.toContain('SUBJECT_MISMATCH');
  });
});
