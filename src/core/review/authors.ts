import { withoutUndefined } from '../defined.ts';
import type { ForgeAccount, ForgeCommit, ReviewRequest } from '../model/forge.ts';
import type { ChosenRequest } from './choose-request.ts';

/** Whoever wrote a change, and so cannot be its second person. */
export type Authors = {
  readonly accounts: readonly ForgeAccount[];
  /** Who wrote nothing but the merge commit, where the forge does not vouch that it made that commit itself: it may hold changes of its own. */
  readonly mergeAuthor?: ForgeAccount;
  /** Why there may be more of them, as phrases. */
  readonly doubts: readonly string[];
};

/** Forges put the contributions of accounts that are gone under this name. */
const GHOST = 'ghost';
const GITHUB_COMMITTER = { login: 'web-flow', email: 'noreply@github.com' };

/** The authors of the commit with the co-authors that the forge recognised, and who opened the request, wrote or committed what is in it. */
export function authorsOf(commit: ForgeCommit, chosen: ChosenRequest | undefined): Authors {
  const request = chosen?.request;
  const ofRequest = [request?.author, ...(request?.contributors ?? [])].filter(isAuthor);
  const merger = chosen?.basis === 'mergeCommit' ? mergerIn(commit, { request: chosen.request, ofRequest }) : undefined;
  const ofCommit = [commit.author?.account, ...commit.authors]
    .filter(isAuthor)
    .filter((account) => !isSameAccount(account, merger));
  const isVouchedFor =
    commit.signature.kind === 'found' && commit.signature.value.isValid && commit.signature.value.isByForge;
  return withoutUndefined({
    accounts: unique([...ofCommit, ...ofRequest]),
    mergeAuthor: isVouchedFor ? undefined : merger,
    doubts: [...doubtsAboutCommit(commit), ...(request === undefined ? [] : doubtsAboutRequest(request))],
  });
}

/** Forges take logins that differ in case only for one. */
export function isSameAccount(left: ForgeAccount | undefined, right: ForgeAccount | undefined): boolean {
  return left !== undefined && right !== undefined && left.login.toLowerCase() === right.login.toLowerCase();
}

/** True where there is no account any more. */
export function isGone(account: ForgeAccount | undefined): boolean {
  return account === undefined || account.login.toLowerCase() === GHOST;
}

/** Forges write who pressed the button as the author of the merge commit: that is no part of the change. */
function mergerIn(
  { author }: ForgeCommit,
  { request, ofRequest }: { readonly request: ReviewRequest; readonly ofRequest: readonly ForgeAccount[] },
): ForgeAccount | undefined {
  const { mergedBy } = request;
  if (isGone(mergedBy) || !isSameAccount(author?.account, mergedBy)) return undefined;
  return ofRequest.some((account) => isSameAccount(account, mergedBy)) ? undefined : mergedBy;
}

function isAuthor(account: ForgeAccount | undefined): account is ForgeAccount {
  return (
    account !== undefined &&
    !isGone(account) &&
    account.login.toLowerCase() !== GITHUB_COMMITTER.login &&
    account.email?.toLowerCase() !== GITHUB_COMMITTER.email
  );
}

function unique(accounts: readonly ForgeAccount[]): readonly ForgeAccount[] {
  const byLogin = new Map<string, ForgeAccount>();
  for (const account of accounts) {
    const login = account.login.toLowerCase();
    if (!byLogin.has(login)) byLogin.set(login, account);
  }
  return [...byLogin.values()];
}

function doubtsAboutCommit({ author }: ForgeCommit): readonly string[] {
  return isGone(author?.account) ? [`no account is known for the author of the commit`] : [];
}

function doubtsAboutRequest({ label, author, contributorsComplete }: ReviewRequest): readonly string[] {
  return [
    ...(isGone(author) ? [`the account that opened ${label} is gone`] : []),
    ...(contributorsComplete ? [] : [`not everybody who wrote the commits in ${label} is known`]),
  ];
}
