import type { ReviewRequest } from '../model/forge.ts';

/** Best first: the request whose merge made the commit, another one that was merged with it, one that is still open. */
export type RequestBasis = 'mergeCommit' | 'merged' | 'open';
export type ChosenRequest = { readonly request: ReviewRequest; readonly basis: RequestBasis };

const BASES: readonly RequestBasis[] = ['mergeCommit', 'merged', 'open'];

/**
 * The request that brought a commit into its repository. Of several that are equally near to it, one into the default branch, then the one that was
 * merged first. None where all were closed without a merge.
 */
export function chooseRequest(
  requests: readonly ReviewRequest[],
  { commit, defaultBranch }: { readonly commit: string; readonly defaultBranch: string | undefined },
): ChosenRequest | undefined {
  const order = ({ request, basis }: ChosenRequest): string =>
    [
      BASES.indexOf(basis),
      request.baseBranch !== undefined && request.baseBranch === defaultBranch ? 0 : 1,
      request.mergedAt ?? '~',
      request.url,
    ].join(' ');
  return requests
    .flatMap((request) => {
      const basis = basisOf(request, commit);
      return basis === undefined ? [] : [{ request, basis }];
    })
    .toSorted((left, right) => (order(left) < order(right) ? -1 : 1))[0];
}

function basisOf({ state, mergeCommit }: ReviewRequest, commit: string): RequestBasis | undefined {
  if (state === 'open') return 'open';
  if (state === 'closed') return undefined;
  return mergeCommit === commit ? 'mergeCommit' : 'merged';
}
