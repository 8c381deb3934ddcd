/** Every document of the corpus that may say where an image came from, read; the table is printed by `vitest run test/corpus/provenance-table.test.ts`. */
import { globSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isRecord } from '../../src/core/json.ts';
import type { Statement } from '../../src/core/model/statement.ts';
import { readLabels } from '../../src/core/provenance/labels/index.ts';
import { readProvenance } from '../../src/core/provenance/index.ts';
import { readVerificationSummary } from '../../src/core/provenance/vsa.ts';
import { repositoryKey } from '../../src/core/source-url.ts';
import type { Entry, Fact } from '../unit/core/provenance/corpus.ts';
import { CORPUS, corpusEntries, hasCorpus, statementsAt } from '../unit/core/provenance/corpus.ts';

const FOLDERS = ['provenance', 'dsse', 'gcb', 'oci-layouts', 'oci-manifests', 'image-evidence', 'vsa'];

/** What was read out of one document, whichever reader it was. */
type Found = {
  readonly reader: string;
  readonly predicateType?: string;
  readonly subjects: readonly string[];
  readonly builder?: string;
  readonly buildType?: string;
  readonly revisions: readonly { readonly key: string; readonly commit?: string; readonly ref?: string }[];
};
type Row = {
  readonly file: string;
  readonly found: readonly Found[];
  readonly facts: readonly Fact[];
  /** Facts of the index that nothing read says. */
  readonly unsaid: readonly string[];
};

/** By the part of the file's name: why nothing of provenance is in it. */
const NOTHING: readonly (readonly [file: RegExp, why: string])[] = [
  [/^oci-layouts\/ggcr-/, 'images of random bytes, without labels and attestations'],
  [
    /^oci-layouts\/apko-base_image\//,
    'an image of apko without annotations; its author tells the builder (claims of history)',
  ],
  [/^oci-layouts\/notation-trustpolicies\//, 'settings of Notation'],
  [/^dsse\/anchore\/.*tampered\.cdx/, 'the payload was altered and is no JSON any more'],
  [
    /^provenance\/buildkit\/actions-toolkit__metadata/,
    'a predicate in buildx’s record of a build, about no image: there is no statement',
  ],
  [/^dsse\/witness\/.*policy-signed/, 'a policy of witness'],
  [/^dsse\/in-toto\//, 'a link and a layout of in-toto 0.9, which are no statements'],
  [
    /^oci-manifests\/buildx-imagetools\//,
    'manifests and configs without labels; annotations that name attestation manifests alone',
  ],
  [/^oci-manifests\/docker-inspect\/cnb-run-image/, 'a run image, whose one label is its stack'],
  [/^oci-manifests\/buildkit-golden\//, 'a manifest and a config without labels'],
  [/^oci-manifests\/containers-image\//, 'manifests whose annotations are made up'],
];
/** `<file>: <fact>` that is not said, and why not. */
const EXPLAINED: Readonly<Record<string, string>> = {
  'provenance/docker-official-images/meta-scripts__out.json: https://github.com/docker-library/meta@refs/heads/main 0123456789abcdef0123456789abcdef01234567':
    'the index means the repository of the workflow, which is read as where the build is defined; what the image was made from is in its annotation',
};

const ROWS = hasCorpus ? corpusEntries(...FOLDERS).map(rowOf) : [];

function rowOf({ file, facts = [] }: Entry): Row {
  const found = foundIn(`${CORPUS}/${file}`);
  const unsaid = facts.flatMap((fact) => (found.some((one) => says(one, fact)) ? [] : [factText(fact)]));
  return { file, found, facts, unsaid };
}

function foundIn(path: string): readonly Found[] {
  const files = statSync(path).isDirectory()
    ? globSync(`${path}/**`).filter((file) => statSync(file).isFile())
    : [path];
  return [...statementsAt(path).map(ofStatement), ...files.sort().flatMap(ofLabels)];
}

function ofStatement(statement: Statement): Found {
  const { predicateType, subject } = statement;
  const subjects = subject.flatMap(({ digest }) => Object.values(digest));
  const provenance = readProvenance(statement);
  if (provenance === undefined) {
    const reader = readVerificationSummary(statement) === undefined ? 'listed' : 'verification summary';
    return { reader, predicateType, subjects, revisions: [] };
  }
  const { format: reader, sources: revisions, builderId, buildType } = provenance;
  const builder = builderId?.value ?? '';
  return { reader, predicateType, subjects, builder, buildType: buildType?.value ?? '', revisions };
}

/** The labels of a config and the annotations of a manifest, wherever they stand in the file. */
function ofLabels(file: string): readonly Found[] {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // A layer, or lines of JSON, which are statements.
    return [];
  }
  return labelSets(json).flatMap((labels) =>
    readLabels(labels).map(({ vocabulary, source, commit, ref }) => ({
      reader: `labels: ${vocabulary}`,
      subjects: [],
      revisions:
        source === undefined
          ? []
          : [{ key: source.value.key, ...(commit && { commit: commit.value }), ...(ref && { ref: ref.value }) }],
    })),
  );
}

function labelSets(node: unknown): readonly Readonly<Record<string, string>>[] {
  if (Array.isArray(node)) return node.flatMap(labelSets);
  // What a predicate holds are no labels of an image.
  if (!isRecord(node) || '_type' in node) return [];
  const own = [node['Labels'], node['annotations']].filter(isRecord).map((set) => {
    const texts = Object.entries(set).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return Object.fromEntries(texts);
  });
  return [...own, ...Object.values(node).flatMap(labelSets)];
}

/** All that the index states of one document, said by one reading: nothing is joined from two. */
function says({ predicateType, subjects, builder, buildType, revisions }: Found, fact: Fact): boolean {
  const key = fact.source === undefined ? undefined : repositoryKey(fact.source);
  const commit = fact.commit ?? fact.revision;
  const isRevision =
    (key === undefined && commit === undefined) ||
    revisions.some((found) => (key ?? found.key) === found.key && (commit ?? found.commit) === found.commit);
  const told =
    fact.subjectSha256 ?? (fact.firstSubject === undefined ? [] : [fact.firstSubject.replace('sha256:', '')]);
  return (
    isRevision &&
    (fact.predicateType === undefined || fact.predicateType === predicateType) &&
    (fact.builder === undefined || (builder ?? '').startsWith(fact.builder)) &&
    (fact.buildType === undefined || fact.buildType === buildType) &&
    told.every((hex) => subjects.includes(hex))
  );
}

/** What the index states, in short. */
function factText({ source, commit, revision, predicateType, carrier }: Fact): string {
  return [source ?? predicateType ?? carrier, commit ?? revision].filter((part) => part !== undefined).join(' ');
}

function agreement({ file, found, facts, unsaid }: Row): string {
  if (unsaid.length > 0) return unsaid.map((fact) => EXPLAINED[`${file}: ${fact}`] ?? `DISAGREES: ${fact}`).join('; ');
  if (facts.length > 0) return `agrees on ${facts.length}`;
  return found.length > 0 ? 'the index states nothing' : (NOTHING.find(([name]) => name.test(file))?.[1] ?? 'UNREAD');
}

function line(row: Row): string {
  const readers = [...new Set(row.found.map(({ reader }) => reader))].join(', ') || '–';
  const revisions = row.found.flatMap((found) => found.revisions.map(({ key, commit }) => `${key}@${commit ?? '–'}`));
  return [row.file, readers, [...new Set(revisions)].join(' ') || '–', `${row.facts.length}`, agreement(row)].join(
    ' | ',
  );
}

describe.skipIf(!hasCorpus)(`the provenance of the corpus (skipped without ${CORPUS})`, () => {
  test('every document is read, and the table of them printed', () => {
    const table = ['file | read as | revisions | facts of the index | agreement', ...ROWS.map(line)];
    process.stdout.write(`${table.join('\n')}\n`);
    expect(ROWS.length).toBeGreaterThan(80);
    expect(table.filter((text) => text.endsWith('UNREAD'))).toEqual([]);
  });

  test('no file of these folders is left out of the index', () => {
    const files = FOLDERS.flatMap((folder) => globSync(`${CORPUS}/${folder}/**`)).filter((file) =>
      statSync(file).isFile(),
    );
    const isListed = (file: string): boolean => ROWS.some((row) => file.startsWith(`${CORPUS}/${row.file}`));
    expect(files.length).toBeGreaterThan(200);
    expect(files.filter((file) => !isListed(file))).toEqual([]);
  });

  test('no disagreement is left unexplained', () => {
    expect(ROWS.map(agreement).filter((text) => text.includes('DISAGREES'))).toEqual([]);
  });

  test('no explanation is left over', () => {
    const unsaid = ROWS.flatMap((row) => row.unsaid.map((fact) => `${row.file}: ${fact}`));
    expect(Object.keys(EXPLAINED).filter((fact) => !unsaid.includes(fact))).toEqual([]);
    const silent = ROWS.filter(({ found }) => found.length === 0).map(({ file }) => file);
    expect(NOTHING.filter(([name]) => !silent.some((file) => name.test(file)))).toEqual([]);
  });
});
