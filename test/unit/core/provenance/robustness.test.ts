/** Real documents, damaged: every reader leaves out what it cannot read, and none throws. */
import { globSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRecord } from '../../../../src/core/json.ts';
import type { Statement } from '../../../../src/core/model/statement.ts';
import { readProvenance } from '../../../../src/core/provenance/index.ts';
import { parseStatement } from '../../../../src/core/provenance/statement.ts';
import { CORPUS, hasCorpus, statementsAt } from './corpus.ts';

const FIXTURES = globSync('fixtures/attestations/*/*/*/statement.json').map(
  (file) => parseStatement(readFileSync(file)).statement,
);
const CORPUS_STATEMENTS = hasCorpus
  ? ['provenance', 'dsse', 'gcb', 'sigstore-bundles/slsa-delegator'].flatMap((folder) =>
      statementsAt(`${CORPUS}/${folder}`),
    )
  : [];

/** What stands in the place of a value. */
const damages = fc.oneof(
  fc.constantFrom(undefined, null, '', 0, -1, 1e300, true, [], {}, '$X', 'unknown', '../..', 'https://a:b@c/d/e@f#g'),
  fc.constantFrom(
    'git+https://github.com/acme/shop@main',
    'pkg:docker/alpine',
    'x'.repeat(10_000),
    '2024-02-30T00:00:00Z',
  ),
  fc.constant(undefined).map(() => JSON.parse('['.repeat(200) + ']'.repeat(200)) as unknown),
  fc.constant(undefined).map(() => JSON.parse('{"__proto__":{"uri":"x"},"constructor":1,"uri":[]}') as unknown),
  fc.jsonValue(),
);
type Damage = { readonly at: number; readonly value: unknown; readonly repeat: boolean };

/** Puts the damage at the n-th place of the document, counted from the root, or repeats what is there. */
function damage(document: unknown, { at, value, repeat }: Damage): unknown {
  let left = at;
  const walk = (inner: unknown): unknown => {
    if (left-- === 0) return repeat ? Array.from({ length: 30 }, () => inner) : value;
    if (Array.isArray(inner)) return inner.map(walk);
    return isRecord(inner) ? Object.fromEntries(Object.entries(inner).map(([key, item]) => [key, walk(item)])) : inner;
  };
  return walk(document);
}

function places(document: unknown): number {
  const inner = Array.isArray(document) ? document : isRecord(document) ? Object.values(document) : [];
  return inner.reduce((count: number, item) => count + places(item), 1);
}

/** What holds for every reading, whatever was read. */
function isSound(statement: Statement): boolean {
  const provenance = readProvenance(statement);
  if (provenance === undefined) return true;
  const { sources, dockerfile, context, pipelineFile, startedOn, finishedOn, problems } = provenance;
  const paths = [dockerfile, context, pipelineFile].flatMap((path) => path?.value ?? []);
  const inside = [...paths, ...sources.map(({ subpath }) => subpath ?? '.')].every(
    (path) => path !== '' && !path.startsWith('/') && !path.split('/').includes('..'),
  );
  const commits = sources.every(({ commit }) => commit === undefined || /^[0-9a-f]{7,64}$/.test(commit));
  const times = [startedOn, finishedOn].every(
    (time) => time === undefined || /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(time.value),
  );
  const silent = !JSON.stringify({ ...provenance, dockerfileText: undefined }).includes('a:b@c');
  return inside && commits && times && silent && problems.length < 1000;
}

function checkDamaged(statements: readonly Statement[], numRuns: number): void {
  const samples = fc.constantFrom(...statements).chain((statement) => {
    const place = fc.nat({ max: places(statement.predicate) });
    const damageOf = fc.record({ at: place, value: damages, repeat: fc.boolean() });
    return fc
      .array(damageOf, { minLength: 1, maxLength: 4 })
      .map((all): Statement => ({ ...statement, predicate: all.reduce(damage, statement.predicate) }));
  });
  fc.assert(fc.property(samples, isSound), { numRuns });
}

describe('a damaged statement is read as far as it goes', () => {
  test('of the fixtures', () => {
    expect(() => checkDamaged(FIXTURES, 3000)).not.toThrow();
  });

  test.skipIf(!hasCorpus)(`of the corpus (skipped without ${CORPUS})`, () => {
    expect(CORPUS_STATEMENTS.length).toBeGreaterThan(20);
    expect(() => checkDamaged(CORPUS_STATEMENTS, 1000)).not.toThrow();
  });

  test.each([
    'https://slsa.dev/provenance/v0.1',
    'https://slsa.dev/provenance/v0.2',
    'https://slsa.dev/provenance/v1',
    'chainloop.dev/attestation/v0.2',
  ])('a %s that is anything has no source', (predicateType) => {
    const property = fc.property(fc.jsonValue(), (predicate) => {
      const provenance = readProvenance({ type: 't', predicateType, subject: [], predicate });
      return provenance?.sources.length === 0;
    });
    expect(() => fc.assert(property)).not.toThrow();
  });

  test('whatever stands beside the commit that Chainloop has as a subject', () => {
    const predicateType = 'chainloop.dev/attestation/v0.2';
    const remotes = fc.oneof(damages, fc.array(fc.record({ name: fc.constant('origin'), url: damages })));
    const property = fc.property(remotes, damages, (list, predicate) => {
      const subject = [{ name: 'git.head', digest: { sha1: 'x' }, annotations: { remotes: list } }];
      return isSound({ type: 't', predicateType, subject, predicate });
    });
    expect(() => fc.assert(property, { numRuns: 1000 })).not.toThrow();
  });

  test('a collection of witness that is anything is none', () => {
    const predicateType = 'https://witness.testifysec.com/attestation-collection/v0.1';
    const property = fc.property(fc.jsonValue(), (predicate) => {
      return readProvenance({ type: 't', predicateType, subject: [], predicate }) === undefined;
    });
    expect(() => fc.assert(property)).not.toThrow();
  });
});
