import { ToolError } from '../errors.ts';
import { sourceOf } from '../graph/source-of.ts';
import type { Chain } from '../model/chain.ts';
import { entityId } from '../model/entity.ts';
import { compareStrength } from '../model/evidence.ts';
import { absent, failed, found } from '../model/outcome.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Step, StepName, TraceResult } from '../model/report.ts';
import type { SourceReading } from '../model/source.ts';
import type { SourceFacts } from '../source/facts.ts';
import { decisiveOwnership, driftOf } from '../source/ownership.ts';
import type { Fact, SourceInput } from './policy-input.ts';
import { unasked } from './policy-input.ts';

type Traced = Extract<TraceResult, { kind: 'traced' }>;

const NOT_ASKED = new ToolError('OFFLINE', 'nobody was asked about the commit, its owners and its service');

/**
 * What a traced image tells of its commit, its owners and its service. Only of a commit that is verified: a label can name anybody's commit,
 * however well that was reviewed.
 */
export function knownSource(traced: Pick<Traced, 'dossier' | 'steps'>): SourceInput {
  const { chain, people } = traced.dossier;
  if (people === undefined) return unasked(NOT_ASKED).source;
  const commit = verifiedCommit(chain);
  const source = sourceOf(traced.dossier);
  if (commit.kind === 'failed') return unasked(commit.error).source;
  if (commit.kind === 'absent' || source === undefined)
    return everywhere(commit.kind === 'absent' ? commit.reason : 'several sources are named, and none is preferred');
  const reading = readingOf(source);
  return {
    branches: known(reading, branchesOf),
    defaultBranch: known(reading, defaultBranchOf),
    signature: known(reading, () => signatureOf(source)),
    review: reviewOf(source),
    owners: ofStep(traced.steps, 'owners', (answer) => [answer]),
    staleOwners: known(reading, (read) => staleOwnersOf(source, read)),
    service: ofStep(traced.steps, 'service', (answer) => answer),
    level: levelOf(chain, commit.value),
  };
}

function everywhere(reason: string): SourceInput {
  const fact = absent(reason);
  return {
    branches: fact,
    defaultBranch: fact,
    signature: fact,
    review: fact,
    owners: fact,
    staleOwners: fact,
    service: fact,
    level: fact,
  };
}

/** Its address, where the chain comes to one that is as good as the gate needs. */
function verifiedCommit({ root, hops, gaps }: Chain): Outcome<string, string> {
  const isOwn = (each: { readonly from: typeof root; readonly relation: string }): boolean =>
    each.relation === 'builtFrom' && entityId(each.from) === entityId(root);
  const hop = hops.find(isOwn);
  if (hop?.to.kind === 'sourceRevision' && hop.strength === 'verified') return found(hop.to.commit);
  const gap = gaps.find(isOwn);
  const problems = hop?.problems ?? (gap?.reason === 'unheard' ? gap.problems : []);
  const [problem] = problems;
  if (problem !== undefined)
    return failed(
      new ToolError('UNREACHABLE', problem.message, problem.hint === undefined ? {} : { hint: problem.hint }),
    );
  if (hop === undefined)
    return absent(gap?.reason === 'conflict' ? 'which commit it was made from is disputed' : 'no commit is known');
  const why = hop.support.find(({ strength }) => strength === hop.strength)?.why;
  return absent(`the commit is only ${hop.strength}${why === undefined ? '' : ` (${why})`}, and must be verified`);
}

function readingOf({ read: { reading } }: SourceFacts): Outcome<SourceReading, string> {
  return reading.kind === 'absent' ? absent(`the repository answered: ${REASONS[reading.reason]}`) : reading;
}
const REASONS = {
  noSuchRepository: 'there is no such repository',
  emptyRepository: 'it is empty',
  noSuchCommit: 'it has no such commit',
} as const;

function known<Value>(
  reading: Outcome<SourceReading, string>,
  look: (reading: SourceReading) => Fact<Value>,
): Fact<Value> {
  return reading.kind === 'found' ? look(reading.value) : reading;
}

function fact<Value>(value: Value, place: string, asOf?: string): Fact<Value> {
  return found({ value, places: [place] }, asOf);
}

const BRANCH = 'refs/heads/';

function branchesOf({ reachability, clone }: SourceReading): Fact<readonly string[]> {
  if (reachability.kind === 'failed') return reachability;
  if (reachability.kind === 'absent') return absent('the repository does not say');
  const branches = reachability.value.refs.filter((ref) => ref.startsWith(BRANCH)).map(shortened);
  return fact(branches, clone === undefined ? 'the repository' : `the clone ${clone.folder}`, reachability.asOf);
}

function shortened(ref: string): string {
  return ref.startsWith(BRANCH) ? ref.slice(BRANCH.length) : ref;
}

function defaultBranchOf({ head }: SourceReading): Fact<string> {
  if (head.kind === 'failed') return head;
  if (head.kind === 'absent' || head.value.branch === undefined) return absent('the repository has no default branch');
  return fact(shortened(head.value.branch), 'the head of the repository', head.asOf);
}

/** A key that nobody vouches for can be anybody's; the forge vouches for those that it ties to accounts. */
function signatureOf({ read: { signature, forge } }: SourceFacts): SourceInput['signature'] {
  if (signature === undefined) return absent('the commit is not signed');
  const signer = signature.identity ?? signature.key ?? 'a key that is not named';
  const own = { isGood: signature.result === 'good' && signature.trustedBy !== undefined, signer };
  if (own.isGood || signature.result === 'bad') return fact(withWhy(own, signature.why), 'the signature in the commit');
  if (forge.kind === 'failed') return forge;
  const claimed =
    forge.kind === 'found' && forge.value.signature.kind === 'found' ? forge.value.signature.value : undefined;
  if (claimed === undefined) return fact(withWhy(own, signature.why), 'the signature in the commit');
  const ofForge = { isGood: claimed.isValid, signer: claimed.signer ?? signer };
  return fact(withWhy(ofForge, claimed.isValid ? undefined : claimed.reason), 'the forge');
}

function withWhy<Signature extends object>(
  signature: Signature,
  why: string | undefined,
): Signature & { why?: string } {
  return why === undefined ? signature : { ...signature, why };
}

/** Doubts about who wrote it, or about an approval, leave it open. */
function reviewOf({ read: { forge }, review }: SourceFacts): SourceInput['review'] {
  if (forge.kind === 'failed') return forge;
  if (review === undefined)
    return forge.kind === 'absent' && forge.reason !== 'noForge'
      ? absent('the forge does not know the commit')
      : failed(
          new ToolError('UNSUPPORTED', 'no forge is known that could say who reviewed it', {
            hint: 'name it under forges in the configuration',
          }),
        );
  const reasons = review.reasons.join('; ');
  if (review.twoPerson === 'unknown')
    return failed(new ToolError('UNSUPPORTED', `who reviewed it is not clear: ${reasons}`));
  if (review.twoPerson === 'no') return absent(reasons);
  const logins = review.approvals.flatMap(({ standing, opinion }) =>
    standing === 'counts' && opinion.by !== undefined ? [opinion.by.login] : [],
  );
  const { accounts, mergeAuthor } = review.authors;
  const authors = [...accounts, ...(mergeAuthor === undefined ? [] : [mergeAuthor])].map(({ login }) => login);
  return fact({ reviewers: logins, authors }, review.chosen?.request.url ?? 'the forge');
}

/** Owners that the default branch names no more, or that the forge does not know. */
function staleOwnersOf({ ownerships, read: { forge } }: SourceFacts, { head }: SourceReading): Fact<readonly string[]> {
  if (head.kind === 'failed') return head;
  const ownership = decisiveOwnership(ownerships);
  if (ownership?.atHead?.kind === 'unread') return failed(ownership.atHead.error);
  const { atCommit } = ownership ?? {};
  const lines =
    atCommit?.kind === 'owned' && atCommit.answer.kind === 'owned' ? atCommit.answer.rules.map(({ line }) => line) : [];
  const errors = forge.kind === 'found' ? forge.value.codeownersErrors : [];
  const unknown = errors.filter(({ line, kind }) => lines.includes(line) && /owner/i.test(kind));
  const gone = ownership === undefined ? [] : (driftOf(ownership)?.gone ?? []);
  return fact(
    [...gone, ...unknown.map(({ path, line, kind }) => `${path} line ${line}: ${kind}`)],
    'CODEOWNERS at the head of the default branch',
    head.asOf,
  );
}

/** As the chain shows it, where somebody declared it: what was worked out is no answer to act upon. */
function ofStep<Value>(steps: readonly Step[], name: StepName, value: (answer: string) => Value): Fact<Value> {
  const step = steps.find((each) => each.name === name);
  const why = step?.why.join('; ') ?? '';
  if (step?.gap === 'unheard') return failed(new ToolError('UNREACHABLE', why || `the ${name} could not be heard`));
  if (step?.answer === undefined || step.grade === undefined || step.grade === 'none')
    return absent(why || (step?.gap === 'conflict' ? 'it is disputed' : 'nobody says'));
  if (compareStrength(step.grade, 'declared') < 0) return absent(`${step.answer} is only ${step.grade}: ${why}`);
  return fact(value(step.answer), step.support[0]?.origin.location ?? name, step.asOf);
}

function levelOf({ facts }: Chain, commit: string): Fact<number> {
  const stated = facts.find(
    ({ name, about }) => name === 'sourceLevel' && about.kind === 'sourceRevision' && about.commit === commit,
  );
  if (stated === undefined) return absent('nobody states it');
  if ('conflict' in stated) return absent(`it is disputed: ${stated.conflict.join(', or ')}`);
  const [, level] = /\bSLSA_SOURCE_LEVEL_([0-4])\b/.exec(stated.value) ?? [];
  if (level === undefined) return absent(`${stated.value} is no level`);
  if (stated.strength !== 'verified') return absent(`level ${level} is only ${stated.strength}`);
  return fact(Number(level), stated.support[0]?.origin.location ?? 'the notes on the commit');
}
