/**
 * What a commit's message says of its review (reference/ownership.md 7). Whoever writes a commit writes its message: these are hints for where nobody
 * can be asked, never more than `inferred`, and never proof of a review.
 */
import { withoutUndefined } from '../defined.ts';
import type { HintedRepository } from './request-address.ts';
import { mergeRequestAddress, pullRequestAddress, readAddress } from './request-address.ts';

/** A request that the message names. */
export type RequestHint = {
  /** As its forge writes it: `#12`, `!12`, `group/project!12`; Gerrit's change id, Phabricator's `D123`. */
  readonly label: string;
  /** Where a person can look at it; missing where neither the message nor the repository's host tells. */
  readonly url?: string;
  /** What was read, without the names in it: `Merge pull request`, `trailer Reviewed-on`. */
  readonly from: string;
};

/** What somebody is said to have done. */
export type HintedRole = 'reviewer' | 'approver' | 'merger' | 'signer' | 'coAuthor';
export type PersonHint = {
  readonly role: HintedRole;
  /** As written, and without `@`. */
  readonly name: string;
  readonly email?: string;
};

export type ReviewHints = {
  readonly requests: readonly RequestHint[];
  readonly people: readonly PersonHint[];
  /** The commit says that GitHub made it, as it does for merges and changes on its pages. */
  readonly isMadeOnWeb: boolean;
  /** False where the message names more than is listed. */
  readonly isComplete: boolean;
};

export type HintedCommit = {
  readonly message: string;
  readonly committer: { readonly name: string; readonly email: string };
};

/** Of each kind. */
const HINTS_MAX = 50;
/** In characters. */
const LINE_LENGTH_MAX = 1000;

/** The end of the subject of a squashed request; at GitLab `#12` is an issue. */
const SQUASHED = 'end of the subject';
const SUBJECTS: readonly { readonly pattern: RegExp; readonly from: string }[] = [
  { pattern: /^Merge pull request #(\d{1,10}) from /, from: 'Merge pull request' },
  // Gitea and Forgejo.
  { pattern: /^Merge pull request '.*' \(#(\d{1,10})\) from /, from: 'Merge pull request' },
  // Bitbucket Cloud, and Data Center.
  { pattern: /^Merged in .* \(pull request #(\d{1,10})\)$/, from: 'Merged in' },
  { pattern: /^Pull request #(\d{1,10}): /, from: 'Pull request' },
  { pattern: /\(#(\d{1,10})\)$/, from: SQUASHED },
];
const MERGE_REQUEST = /^See merge request (?<project>[\w.-]+(?:\/[\w.-]+)*)?!(?<number>\d{1,10})$/;

const TRAILER = /^(?<token>[A-Za-z][A-Za-z -]{0,40}):[ \t]*(?<value>\S.*)$/;
const ROLES: ReadonlyMap<string, HintedRole> = new Map([
  ['reviewed-by', 'reviewer'],
  // Phabricator.
  ['reviewed by', 'reviewer'],
  ['approved-by', 'approver'],
  ['merged-by', 'merger'],
  ['signed-off-by', 'signer'],
  ['co-authored-by', 'coAuthor'],
]);
const WITH_EMAIL = /^(?<name>[^<>]*)<(?<email>[^<>\s]+@[^<>\s]+)>$/;

/**
 * Trailers are read in the whole message, and not at its end alone: squashed commits bring theirs along.
 * @param repository without it, only addresses that the message itself holds are known.
 */
export function readReviewHints(commit: HintedCommit, repository?: HintedRepository): ReviewHints {
  const [subject = '', ...body] = commit.message.split(/\r?\n/).map((line) => line.trimEnd());
  const lines = body.filter((line) => line.length <= LINE_LENGTH_MAX);
  const requests = distinct([
    ...subjectHint(subject, repository),
    ...lines.flatMap((line) => mergeRequestHint(line, repository)),
    ...lines.flatMap(trailerHint),
  ]);
  const people = distinct(lines.flatMap(peopleIn));
  return {
    requests: requests.slice(0, HINTS_MAX),
    people: people.slice(0, HINTS_MAX),
    isMadeOnWeb: commit.committer.name === 'GitHub' && commit.committer.email === 'noreply@github.com',
    isComplete:
      requests.length <= HINTS_MAX &&
      people.length <= HINTS_MAX &&
      !body.some((line) => line.length > LINE_LENGTH_MAX && TRAILER.test(line)) &&
      subject.length <= LINE_LENGTH_MAX,
  };
}

function subjectHint(subject: string, repository: HintedRepository | undefined): readonly RequestHint[] {
  if (subject.length > LINE_LENGTH_MAX) return [];
  for (const { pattern, from } of SUBJECTS) {
    const number = pattern.exec(subject)?.[1];
    if (number === undefined) continue;
    if (from === SQUASHED && repository?.hostKind === 'gitlab') return [];
    return [withoutUndefined({ label: `#${number}`, url: pullRequestAddress({ number, repository }), from })];
  }
  return [];
}

function mergeRequestHint(line: string, repository: HintedRepository | undefined): readonly RequestHint[] {
  const { project, number } = MERGE_REQUEST.exec(line)?.groups ?? {};
  if (number === undefined) return [];
  const url = mergeRequestAddress({ number, repository }, project);
  return [withoutUndefined({ label: `${project ?? ''}!${number}`, url, from: 'See merge request' })];
}

function trailerHint(line: string): readonly RequestHint[] {
  const { token = '', value = '' } = TRAILER.exec(line)?.groups ?? {};
  const from = `trailer ${token}`;
  switch (token.toLowerCase()) {
    case 'reviewed-on':
    case 'differential revision': {
      const address = readAddress(value);
      if (address !== undefined) return [{ ...address, from }];
      return /^D\d{1,10}$/.test(value) ? [{ label: value, from }] : [];
    }
    case 'change-id':
      return /^I[0-9a-f]{40}$/.test(value) ? [{ label: value, from }] : [];
    default:
      return [];
  }
}

function peopleIn(line: string): readonly PersonHint[] {
  const { token = '', value = '' } = TRAILER.exec(line)?.groups ?? {};
  const role = ROLES.get(token.toLowerCase());
  if (role === undefined) return [];
  // Phabricator lists names in one line.
  const names = token.includes(' ') ? value.split(',') : [value];
  return names.flatMap((name) => personIn(name.trim(), role));
}

function personIn(text: string, role: HintedRole): readonly PersonHint[] {
  const { name = text, email } = WITH_EMAIL.exec(text)?.groups ?? {};
  const plain = name.trim().replace(/^@/, '');
  if (plain === '' && email === undefined) return [];
  return [withoutUndefined({ role, name: plain === '' ? (email ?? '') : plain, email: email?.toLowerCase() })];
}

function distinct<Hint extends RequestHint | PersonHint>(hints: readonly Hint[]): readonly Hint[] {
  const known = new Map<string, Hint>();
  for (const hint of hints) {
    const key = 'label' in hint ? (hint.url ?? hint.label) : `${hint.role} ${hint.email ?? hint.name}`;
    if (!known.has(key)) known.set(key, hint);
  }
  return [...known.values()];
}
