import type { ForgeAccount, ForgeAuthorship, ReviewRequest } from '../model/forge.ts';
import { readReviewHints } from './hints.ts';

/** A commit of a request: its message, its author, and its committer where the forge tells one. */
export type ContributedCommit = { readonly message: string; readonly people: readonly ForgeAuthorship[] };

const NOBODY = { name: '', email: '' };
/** As GitHub signs what is changed on its pages. */
const GITHUB_EMAIL = 'noreply@github.com';

/**
 * Who wrote or committed the commits of a request. For forges that do not tell co-authors: those that a message names are known by the address of a
 * person in the request who has an account.
 * @param isWhole whether all its commits are listed.
 */
export function requestContributors(
  commits: readonly ContributedCommit[],
  isWhole: boolean,
): Pick<ReviewRequest, 'contributors' | 'contributorsComplete'> {
  const people = commits.flatMap((commit) => commit.people).filter(({ email }) => email.toLowerCase() !== GITHUB_EMAIL);
  const accounts = people.flatMap(({ account }) => account ?? []);
  const addresses = new Set(people.flatMap(addressesOf));
  return {
    contributors: [...new Map(accounts.map((account) => [account.login, account])).values()],
    contributorsComplete:
      isWhole &&
      accounts.length === people.length &&
      commits.every(({ message }) => namesNobodyElse(message, addresses)),
  };
}

function addressesOf({ email, account }: ForgeAuthorship): readonly string[] {
  return account === undefined ? [] : [email.toLowerCase(), ...mailOf(account)];
}

function mailOf({ email }: ForgeAccount): readonly string[] {
  return email === undefined ? [] : [email.toLowerCase()];
}

function namesNobodyElse(message: string, addresses: ReadonlySet<string>): boolean {
  const { people, isComplete } = readReviewHints({ message, committer: NOBODY });
  const coAuthors = people.filter(({ role }) => role === 'coAuthor');
  return isComplete && coAuthors.every(({ email }) => email !== undefined && addresses.has(email));
}
