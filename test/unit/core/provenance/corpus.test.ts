import { describe, expect, test } from 'vitest';
import { readProvenance } from '../../../../src/core/provenance/index.ts';
import { provenanceVersion } from '../../../../src/core/provenance/predicate-types.ts';
import { repositoryKey } from '../../../../src/core/source-url.ts';
import { CORPUS, corpusEntries, hasCorpus, statementsAt } from './corpus.ts';
import type { Entry } from './corpus.ts';

const FOLDERS = ['provenance', 'dsse', 'sigstore-bundles', 'oci-layouts', 'image-evidence'];
const CASES = hasCorpus ? corpusEntries(...FOLDERS).flatMap(casesOf) : [];

/** The facts about provenance, with the file that each is about. */
function casesOf({ file, facts = [] }: Entry): readonly (readonly [string, Record<string, string>])[] {
  return facts.flatMap((fact) => {
    if (provenanceVersion(fact.predicateType ?? '') === undefined) return [];
    const { source, commit, builder } = fact;
    const stated = Object.fromEntries(
      Object.entries({ source, commit, builder }).flatMap(([name, value]) => (value ? [[name, value]] : [])),
    );
    return [[fact.file === undefined ? file : `${file}${fact.file}`, stated] as const];
  });
}

const suite = describe.skipIf(!hasCorpus);
suite(`facts that the corpus states of its statements (skipped without ${CORPUS})`, () => {
  test('there are facts', () => {
    expect(CASES.length).toBeGreaterThan(60);
  });

  test.each(CASES)('%s %o', (file, stated) => {
    const read = statementsAt(`${CORPUS}/${file}`).flatMap((statement) => readProvenance(statement) ?? []);
    expect(read).not.toEqual([]);
    const sources = read.flatMap((provenance) => provenance.sources);
    const key = stated['source'] === undefined ? undefined : repositoryKey(stated['source']);
    const commit = stated['commit'];
    if (key !== undefined || commit !== undefined) {
      // Of one reading: repository and commit are never joined from two.
      const both = sources.filter(
        (source) => (key ?? source.key) === source.key && (commit ?? source.commit) === source.commit,
      );
      expect(both, JSON.stringify(sources)).not.toEqual([]);
    }
    if (stated['builder'] !== undefined) {
      const builders = read.map(({ builderId }) => builderId?.value ?? '');
      expect(
        builders.some((id) => id.startsWith(stated['builder'] ?? '')),
        builders.join(' '),
      ).toBe(true);
    }
  });
});
