import { describe, expect, test } from 'vitest';
import { readProvenance } from '../../../../src/core/provenance/index.ts';
import { provenanceVersion } from '../../../../src/core/provenance/predicate-types.ts';
import type { Provenance } from '../../../../src/core/provenance/provenance.ts';
import { repositoryKey } from '../../../../src/core/source-url.ts';
import { CORPUS, corpusEntries, hasCorpus, statementsAt } from './corpus.ts';
import type { Entry, Fact } from './corpus.ts';

const FOLDERS = ['provenance', 'dsse', 'sigstore-bundles', 'oci-layouts', 'image-evidence'];
const CASES = hasCorpus ? corpusEntries(...FOLDERS).flatMap(casesOf) : [];

/** The facts about provenance, with the file that each is about. */
function casesOf({ file, facts = [] }: Entry): readonly (readonly [string, Fact])[] {
  return facts
    .filter(({ predicateType }) => provenanceVersion(predicateType ?? '') !== undefined)
    .map((fact) => [`${CORPUS}/${file}${fact.file ?? ''}`, fact] as const);
}

/** Repository and commit are looked for in one reading: they are never joined from two. */
function says({ sources, builderId }: Provenance, { source, commit, builder }: Fact): boolean {
  const key = source === undefined ? undefined : repositoryKey(source);
  const found = sources.some(
    (reading) => (key ?? reading.key) === reading.key && (commit ?? reading.commit) === reading.commit,
  );
  const asked = key !== undefined || commit !== undefined;
  return (found || !asked) && (builder === undefined || (builderId?.value ?? '').startsWith(builder));
}

describe('facts that the corpus states of its statements', () => {
  test.skipIf(!hasCorpus)(`there are facts (skipped without ${CORPUS})`, () => {
    expect(CASES.length).toBeGreaterThan(60);
  });

  test.each(CASES)('%s %o', (file, fact) => {
    const read = statementsAt(file).flatMap((statement) => readProvenance(statement) ?? []);
    expect(read.filter((provenance) => says(provenance, fact))).not.toEqual([]);
  });
});
