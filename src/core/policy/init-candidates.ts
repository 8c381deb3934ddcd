import { trustLeaves } from './documents.ts';
import { tagPattern } from './init-signers.ts';
import { allOf } from './judgement.ts';
import type { JudgingOptions } from './judging.ts';
import { documentText, startJudging } from './judging.ts';
import type { PolicyInput } from './policy-input.ts';
import { VULNERABILITY_SEVERITIES } from './policy-input.ts';
import type { WithProvenance } from './sections/provenance.ts';
import { provenancesOf } from './sections/provenance.ts';
import type { SignerDemand } from './signer-demand.ts';

/** A demand that could be made, by values of which the tightest is first; none where nothing is known by which to make it. */
export type Candidate = {
  readonly section: string;
  readonly name: string;
  readonly values: readonly unknown[];
  readonly why: string;
};
type Known = {
  readonly options: Pick<JudgingOptions, 'now' | 'pins'>;
  readonly signers: readonly SignerDemand[];
  readonly inheritFromIndex: boolean;
};

/** In the order in which they are written. */
export function candidatesFor(inputs: readonly PolicyInput[], known: Known): readonly Candidate[] {
  const documents = inputs.map((input) => trustedProvenance(input, known));
  const first = documents.flatMap((each) => each.slice(0, 1));
  const isEverywhere = first.length === inputs.length;
  return [
    ...(isEverywhere ? ofProvenance(first) : [none('provenance', 'present')]),
    ...ofMaterials(documents.flat()),
    fixed('sbom', 'present', 'each has a signed SBOM'),
    fixed('sbom', 'boundToDigest', 'it names the digest of the image'),
    fixed('source', 'signedCommits', 'the signatures of the commits are good'),
    { section: 'source', name: 'reviewedBy', values: [2, 1], why: 'as many approved each of the commits, at least' },
    {
      section: 'source',
      name: 'onBranch',
      values: [{ defaultBranch: true }],
      why: 'the default branch holds the commits',
    },
    fixed('source', 'ownersPresent', 'what was built has owners'),
    fixed('source', 'ownersNotStale', 'they are still there'),
    fixed('source', 'serviceKnown', 'the service is known'),
    {
      section: 'vulnerabilities',
      name: 'noneAbove',
      values: VULNERABILITY_SEVERITIES,
      why: 'what the scans report is no graver',
    },
  ];
}

function trustedProvenance(
  input: PolicyInput,
  { options, signers, inheritFromIndex }: Known,
): readonly WithProvenance[] {
  const started = startJudging({ input, options, inheritFromIndex, judgeBase: (rule) => allOf(rule, []) });
  const judging = { ...started, named: signers };
  return provenancesOf(judging).filter((document) =>
    trustLeaves(document, 'provenance', { signedBy: undefined, judging }).every(({ verdict }) => verdict === 'pass'),
  );
}

function ofProvenance(documents: readonly WithProvenance[]): readonly Candidate[] {
  const why = `stated by ${documents.map(documentText).join(', and ')}`;
  const listed = (name: string, value: (document: WithProvenance) => string | undefined): Candidate => {
    const values = distinct(literal(documents.flatMap((document) => value(document) ?? [])));
    return { section: 'provenance', name, values: values.length === 0 ? [] : [values], why };
  };
  return [
    fixed('provenance', 'present', why),
    buildersOf(documents, why),
    listed('buildTypes', ({ provenance }) => provenance.buildType?.value),
    listed('repositories', ({ candidate }) => candidate.source.repository),
    listed('repositoryIds', ({ provenance }) => provenance.repositoryId?.value),
    { section: 'provenance', name: 'ref', ...refOf(documents, why) },
    listed('triggers', ({ provenance }) => provenance.trigger?.value),
    listed('runners', ({ provenance }) => provenance.runner?.value),
    { section: 'provenance', name: 'buildLevel', values: [3, 2, 1], why: 'who signed it gives this level' },
    fixed('provenance', 'hermetic', why),
    fixed('provenance', 'complete', why),
    {
      section: 'provenance',
      name: 'noFindings',
      values: ['info', 'warn', 'high'].map((severity) => ({ severity })),
      why: 'nothing graver was found; codes can be named one by one',
    },
  ];
}

function buildersOf(documents: readonly WithProvenance[], why: string): Candidate {
  const ids = distinct(literal(documents.flatMap(({ provenance }) => provenance.builderId?.value ?? [])));
  const open = distinct(ids.map(atNextTag));
  const loose = ids.join(' ') === open.join(' ') ? '' : '; left loose, since the next release has another tag';
  return { section: 'provenance', name: 'builders', values: open.length === 0 ? [] : [open], why: `${why}${loose}` };
}

function refOf(documents: readonly WithProvenance[], why: string): Pick<Candidate, 'values' | 'why'> {
  const refs = distinct(documents.flatMap(({ candidate }) => candidate.source.ref ?? []));
  const branches = refs.flatMap((ref) => (ref.startsWith('refs/heads/') ? [ref.slice('refs/heads/'.length)] : []));
  const tags = distinct(
    refs.flatMap((ref) => (ref.startsWith('refs/tags/') ? [tagPattern(ref).slice('refs/tags/'.length)] : [])),
  );
  const value = { ...(branches.length === 0 ? {} : { branches }), ...(tags.length === 0 ? {} : { tags }) };
  const loose = tags.length === 0 ? '' : `; left loose, since the next release has another tag than ${refs.join(', ')}`;
  return { values: Object.keys(value).length === 0 ? [] : [value], why: `${why}${loose}` };
}

function ofMaterials(documents: readonly WithProvenance[]): readonly Candidate[] {
  const why = `listed by ${documents.map(documentText).join(', and ')}`;
  const inputs = documents.flatMap(({ provenance }) => provenance.resolvedDependencies);
  const bases = distinct(
    literal(inputs.flatMap(({ role, image }) => (role === 'base' && image !== undefined ? [image.name] : []))),
  );
  return [
    { section: 'materials', name: 'baseImages', values: bases.length === 0 ? [] : [bases], why },
    { section: 'materials', name: 'digests', values: inputs.length === 0 ? [] : [true], why },
  ];
}

function fixed(section: string, name: string, why: string): Candidate {
  return { section, name, values: [true], why };
}

function none(section: string, name: string): Candidate {
  return { section, name, values: [], why: '' };
}

/** What holds a wildcard would be read as a pattern for more than itself. */
function literal(texts: readonly string[]): readonly string[] {
  return texts.filter((text) => !text.includes('*'));
}

function atNextTag(builder: string): string {
  return builder.replace(/refs\/tags\/.+$/, tagPattern);
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
