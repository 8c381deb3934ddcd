import type { AccountKnowledge, Contributors } from '../review/contributors.ts';
import { contributorsOf } from '../review/contributors.ts';
import type { ReviewHints } from '../review/hints.ts';
import { readReviewHints } from '../review/hints.ts';
import type { ReviewVerdict } from '../review/judge-review.ts';
import { judgeReview } from '../review/judge-review.ts';
import { withoutUndefined } from '../defined.ts';
import type { SourceCommit, SourceRead } from '../model/source.ts';
import { parseSourceUrl } from '../source-url.ts';
import type { Ownership } from './ownership.ts';
import { ownershipsOf } from './ownership.ts';

/** What was read about a source, and what it comes to. */
export type SourceFacts = {
  readonly read: SourceRead;
  /** Missing where it was not read. */
  readonly commit?: SourceCommit;
  /** Of every path that was asked for, in their order. */
  readonly ownerships: readonly Ownership[];
  /** Missing where no forge answered for the commit. */
  readonly review?: ReviewVerdict;
  /** What the commit's message says of it. */
  readonly hints?: ReviewHints;
  /** Missing where they were not asked for, or not heard. */
  readonly contributors?: Contributors;
};

export function factsOfSource(read: SourceRead): SourceFacts {
  const commit = read.reading.kind === 'found' ? read.reading.value.commit : undefined;
  return withoutUndefined({
    read,
    commit,
    ownerships: ownershipsOf(read),
    review: read.forge.kind === 'found' ? judgeReview(read.forge.value) : undefined,
    hints: commit === undefined ? undefined : hintsIn(commit, read),
    contributors:
      read.contributors?.kind === 'found' ? contributorsOf(read.contributors.value, knowledgeOf(read)) : undefined,
  });
}

/** Accounts of the forge, by the addresses that it ties to them. */
function knowledgeOf({ forge, forgeKind, asked: { about } }: SourceRead): AccountKnowledge {
  const host = URL.parse(about.kind === 'repository' ? about.url : about.repository)?.host;
  const authors = forge.kind === 'found' ? [forge.value.author, forge.value.committer] : [];
  return withoutUndefined({
    forge: forgeKind === undefined || host === undefined ? undefined : { kind: forgeKind, host },
    logins: new Map(
      authors.flatMap((each) =>
        each?.account === undefined ? [] : [[each.email.toLowerCase(), each.account.login] as const],
      ),
    ),
  });
}

/** What a repository is at now says nothing about the change that an image was made from. */
function hintsIn(commit: SourceCommit, { asked: { about } }: SourceRead): ReviewHints | undefined {
  if (about.kind === 'repository') return undefined;
  const source = parseSourceUrl(about.repository, 'auto');
  return readReviewHints(commit, source.kind === 'repository' ? source.source : undefined);
}

/** False where the commit was looked for on every branch and tag and is on none: then whoever made it need not be of the repository. */
export function mayBeOfRepository({ read }: SourceFacts): boolean {
  if (read.reading.kind !== 'found') return true;
  const { reachability } = read.reading.value;
  return reachability.kind !== 'found' || reachability.value.refs.length > 0;
}
