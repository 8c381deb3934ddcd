import type { Judged } from '../judgement.ts';
import { allOf } from '../judgement.ts';
import type { Judging } from '../judging.ts';
import { factLeaf } from '../facts.ts';
import { judgeEach } from '../judge-each.ts';
import type { SourceInput } from '../policy-input.ts';
import { unheardOf } from '../policy-input.ts';
import type { Requirement } from '../requirement-shape.ts';
import { allowed } from '../stated.ts';
import { commitLeaves } from './commit.ts';

type SourceDemand = NonNullable<Requirement['source']>;
/** What is known of the commit, each part on its own. */
export function judgeSource(demand: SourceDemand, judging: Judging): Judged {
  const { source } = judging.input;
  return allOf('source', [
    ...commitLeaves(judging),
    ...judgeEach<SourceDemand>(demand, {
      onBranch: (wanted) => judgeBranch(wanted, source),
      signedCommits: () =>
        factLeaf('source.signedCommits', source.signature, {
          expected: 'a commit whose signature is good',
          text: ({ isGood, signer, why }) =>
            `${isGood ? 'good' : 'not established'}, by ${signer}${why === undefined ? '' : `: ${why}`}`,
          holds: ({ isGood }) => isGood,
        }),
      reviewedBy: (wanted) =>
        factLeaf('source.reviewedBy', source.review, {
          expected: `approved by ${wanted} or more who are not its authors`,
          text: reviewText,
          // Where nobody is known to have written it, nobody is known not to have.
          holds: (facts) => facts.authors.length > 0 && othersOf(facts).length >= wanted,
        }),
      ownersPresent: () => judgeOwners('source.ownersPresent', source),
      ownersNotStale: () => judgeStale(source),
      serviceKnown: () =>
        factLeaf('source.serviceKnown', source.service, {
          expected: 'a service that it is part of',
          text: (name) => name,
          holds: (name) => name !== '',
        }),
    }),
  ]);
}

type Review = { readonly reviewers: readonly string[]; readonly authors: readonly string[] };

function reviewText(facts: Review): string {
  const others = othersOf(facts);
  const names = others.length === 0 ? '' : ` (${others.join(', ')})`;
  return `${others.length}${names}; written by ${facts.authors.join(', ') || 'nobody who is known'}`;
}

function judgeBranch(
  { branches = [], defaultBranch }: NonNullable<SourceDemand['onBranch']>,
  facts: SourceInput,
): Judged {
  const own = facts.defaultBranch;
  const isOpen = defaultBranch !== undefined && own.kind === 'failed';
  const name = defaultBranch !== undefined && own.kind === 'found' ? own.value.value : undefined;
  const isWanted = (branch: string): boolean => branch === name || allowed(branches, branch);
  const judged = factLeaf('source.onBranch', facts.branches, {
    expected: `on ${[...branches, ...(defaultBranch === undefined ? [] : [`the default branch${name === undefined ? '' : ` (${name})`}`])].join(', or ')}`,
    text: (held) => held.join(', ') || 'on no branch',
    holds: (held) => held.some(isWanted),
  });
  if (judged.verdict !== 'fail' || !isOpen || facts.branches.kind !== 'found') return judged;
  return { ...judged, verdict: 'undecided', unheard: [unheardOf(own.error)] };
}

/** Those who approved and did not write it. Accounts have no case. */
function othersOf({ reviewers, authors }: Review): readonly string[] {
  const wrote = new Set(authors.map((author) => author.toLowerCase()));
  const approved = new Map(reviewers.map((name) => [name.toLowerCase(), name]));
  return [...approved].filter(([key]) => !wrote.has(key)).map(([, name]) => name);
}

function judgeOwners(requirement: string, { owners }: SourceInput): Judged {
  return factLeaf(requirement, owners, {
    expected: 'at least one owner',
    text: (found) => found.join(', ') || 'none',
    holds: (found) => found.length > 0,
  });
}

/** Where there are no owners none of them is gone, and nothing is as demanded. */
function judgeStale(facts: SourceInput): Judged {
  const requirement = 'source.ownersNotStale';
  const owners = judgeOwners(requirement, facts);
  if (owners.verdict !== 'pass') return owners;
  return factLeaf(requirement, facts.staleOwners, {
    expected: 'owners who are all still there',
    text: (gone) => (gone.length === 0 ? 'all are' : `gone: ${gone.join(', ')}`),
    holds: (gone) => gone.length === 0,
  });
}
