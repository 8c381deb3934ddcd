import type { AccountKnowledge, Contributors } from '../review/contributors.ts';
import { contributorsOf } from '../review/contributors.ts';
import type { ReviewHints } from '../review/hints.ts';
import { readReviewHints } from '../review/hints.ts';
import type { ReviewVerdict } from '../review/judge-review.ts';
import { judgeReview } from '../review/judge-review.ts';
import { withoutUndefined } from '../defined.ts';
import type { ForgeKind } from '../model/forge.ts';
import type { SourceCommit, SourceRead } from '../model/source.ts';
import type { HostKind } from '../source-url.ts';
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
function hintsIn(commit: SourceCommit, { asked: { about }, forgeKind }: SourceRead): ReviewHints | undefined {
  if (about.kind === 'repository') return undefined;
  const parsed = parseSourceUrl(about.repository, 'auto');
  if (parsed.kind !== 'repository') return readReviewHints(commit);
  const hostKind = forgeKind === undefined ? parsed.source.hostKind : HOST_KINDS[forgeKind];
  return readReviewHints(commit, { url: parsed.source.url, hostKind });
}

/** The configuration and a probe know more than a host's name tells. */
const HOST_KINDS: Readonly<Record<ForgeKind, HostKind>> = {
  github: 'github',
  gitlab: 'gitlab',
  gitea: 'gitea',
  forgejo: 'gitea',
  bitbucketCloud: 'bitbucket',
  bitbucketDataCenter: 'bitbucketServer',
};

/**
 * Why whoever made the commit need not be of the repository: forges serve the commits of forks under its address. Undefined where a branch
 * or a tag was found to lead to it. That none was heard is no proof: a history can be made so long that nobody can follow it.
 */
export function doubtAbout({ read: { asked, reading } }: SourceFacts): string | undefined {
  if (reading.kind !== 'found' || asked.about.kind === 'repository') return undefined;
  const { reachability } = reading.value;
  if (reachability.kind !== 'found')
    return 'whether the commit is on a branch or a tag of the repository was not heard';
  return reachability.value.refs.length > 0 ? undefined : 'the commit is on no branch and no tag of the repository';
}
