import { describe, expect, test } from 'vitest';
import { readProvenance } from '../../../../src/core/provenance/index.ts';
import { provenanceVersion } from '../../../../src/core/provenance/predicate-types.ts';
import type { Provenance } from '../../../../src/core/provenance/provenance.ts';
import { repositoryKey } from '../../../../src/core/source-url.ts';
import { CORPUS, corpusEntries, hasCorpus, statementsAt } from './corpus.ts';
import type { Entry, Fact } from './corpus.ts';

const FOLDERS = ['provenance', 'dsse', 'gcb', 'sigstore-bundles', 'oci-layouts', 'image-evidence'];
/** What INDEX calls the source of these is the repository of the workflow: the image was made from another. */
const RUN_ONLY = 'docker-official-images';
/** Statements of builders that have a predicate of their own. */
const OWN_TYPES = ['chainloop.dev/attestation/v0.2', 'https://witness.testifysec.com/attestation-collection/v0.1'];
const CASES = hasCorpus ? corpusEntries(...FOLDERS).flatMap(casesOf) : [];

/** The facts about provenance, with the file that each is about. */
function casesOf({ file, facts = [] }: Entry): readonly (readonly [string, Fact])[] {
  return facts
    .filter(
      ({ predicateType = '' }) => provenanceVersion(predicateType) !== undefined || OWN_TYPES.includes(predicateType),
    )
    .map((fact) => [`${CORPUS}/${file}${fact.file ?? ''}`, fact] as const);
}

/** Repository and commit are looked for in one reading: they are never joined from two. */
function says({ format, sources, definedIn, builderId }: Provenance, { source, commit, builder }: Fact): boolean {
  const key = source === undefined ? undefined : repositoryKey(source);
  const readings = format === RUN_ONLY ? [definedIn].flatMap((reading) => reading ?? []) : sources;
  const found = readings.some(
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
