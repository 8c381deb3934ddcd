/** What SLSA's source track says of the commit (reference/provenance.md 8): verdicts on it and its provenance, left in the repository's own notes. */
import { withoutUndefined } from '../defined.ts';
import type { EntityOf } from '../model/entity.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Checked, SignedDocument } from '../model/statement.ts';
import { readSourceProvenance } from '../provenance/source-track.ts';
import { readVerificationSummary } from '../provenance/vsa.ts';
import { repositoryKey } from '../source-url.ts';
import type { SourceFacts } from '../source/facts.ts';
import { GITHUB_ISSUER } from './builders.ts';
import { RANKS } from './ranks.ts';
import { isSpeakingRoot } from './speakers.ts';
import type { Worth } from './worth.ts';
import { reasonFor } from './worth.ts';

type Statement = Extract<SignedDocument, { kind: 'statement' }>;

/** SLSA's own workflows, which compute the level of whichever repository calls them, and that cannot change what they sign. */
const SOURCE_WORKFLOWS = [
  'https://github.com/slsa-framework/source-actions/.github/workflows/compute_slsa_source.yml@refs/heads/main',
  'https://github.com/slsa-framework/slsa-source-poc/.github/workflows/compute_slsa_source.yml@refs/heads/main',
];
/** Fulcio's extension 1.3.6.1.4.1.57264.1.12: the repository of the run. */
const RUN_REPOSITORY = 12;

/** The levels that were verified and the rules that the forge enforced, as the statements about this very commit have them. */
export function claimsOfSourceTrack({ read, commit }: SourceFacts): readonly Evidence[] {
  const { about } = read.asked;
  if (commit === undefined || about.kind === 'repository') return [];
  return read.notes.flatMap((signed) => (isAbout(signed, commit.id) ? claimsOf(signed, about) : []));
}

function isAbout(signed: SignedDocument, commit: string): signed is Statement {
  if (signed.kind !== 'statement' || signed.checked.assurance === 'rejected') return false;
  return signed.statement.subject.some(({ digest }) => digest['gitCommit'] === commit);
}

function claimsOf(signed: Statement, about: EntityOf<'sourceRevision'>): readonly Evidence[] {
  const worth = worthOf(signed, about.repository);
  const levels = levelsIn(signed, about.repository);
  return levels.map(({ value, at }) =>
    withoutUndefined({
      claim: { kind: 'fact' as const, about, name: 'sourceLevel' as const, value },
      strength: worth.strength,
      why: worth.why,
      rank: RANKS[worth.rank],
      boundBy: 'commit' as const,
      origin: { collector: 'git', location: `${signed.carrier} ${at}`, document: signed.document },
    }),
  );
}

/** Of a summary that failed, or is of another repository, none. */
function levelsIn({ statement }: Statement, repository: string): readonly { value: string; at: string }[] {
  const summary = readVerificationSummary(statement);
  if (summary !== undefined) {
    const isSame =
      summary.resourceUri !== undefined && repositoryKey(summary.resourceUri.value) === repositoryKey(repository);
    const levels = summary.verifiedLevels.map(({ value }) => value);
    const [first] = summary.verifiedLevels;
    return isSame && summary.result?.value === 'PASSED' && first !== undefined
      ? [{ value: levels.join(', '), at: first.at }]
      : [];
  }
  const provenance = readSourceProvenance(statement);
  const [first] = provenance?.controls ?? [];
  const isSame = provenance?.repository?.value.key === repositoryKey(repository);
  return isSame && first !== undefined
    ? [{ value: `enforced: ${provenance?.controls.map(({ name }) => name).join(', ')}`, at: first.at }]
    : [];
}

/** Verified where SLSA's own workflow signed in a run of this very repository; anybody may push notes. */
function worthOf({ checked }: Statement, repository: string): Worth {
  if (checked.assurance !== 'verified')
    return {
      strength: 'attested',
      rank: 'unsignedPredicate',
      ...(checked.assurance === 'attested' ? { why: reasonFor(checked.code) } : {}),
    };
  return isSourceWorkflow(checked, repository)
    ? { strength: 'verified', rank: 'platformPredicate' }
    : { strength: 'attested', rank: 'tenantPredicate', why: 'signer not tied to this repository' };
}

function isSourceWorkflow({ signer, root }: Extract<Checked, { assurance: 'verified' }>, repository: string): boolean {
  if (signer.kind !== 'certificate' || signer.issuer !== GITHUB_ISSUER || !isSpeakingRoot(root)) return false;
  const run = signer.extensions[RUN_REPOSITORY];
  return (
    SOURCE_WORKFLOWS.includes(signer.identity) && run !== undefined && repositoryKey(run) === repositoryKey(repository)
  );
}
