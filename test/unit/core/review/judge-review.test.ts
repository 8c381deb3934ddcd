import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import type { ForgeAccount, ForgeCommit, ForgeSignature, ReviewOpinion } from '../../../../src/core/model/forge.ts';
import { failed, found } from '../../../../src/core/model/outcome.ts';
import type { ReviewVerdict } from '../../../../src/core/review/judge-review.ts';
import { judgeReview } from '../../../../src/core/review/judge-review.ts';
import { OLDER, ada, approval, bob, commitOf, person, requestOf } from './fixtures.ts';

function judged(opinions: readonly ReviewOpinion[], more: Parameters<typeof requestOf>[0] = {}): ReviewVerdict {
  return judgeReview(commitOf([requestOf({ opinions: found(opinions), ...more })]));
}

function standings({ approvals }: ReviewVerdict): readonly string[] {
  return approvals.map(({ standing }) => standing);
}

const silence = new ToolError('RATE_LIMITED', 'forge.example wants no more requests');

describe('an approval', () => {
  test('by another person, of what was merged: two persons', () => {
    const verdict = judged([approval(bob)]);
    expect(verdict.twoPerson).toBe('yes');
    expect(verdict.reasons).toEqual(['#12 was merged', 'approved by bob']);
    expect(standings(verdict)).toEqual(['counts']);
    expect(verdict.mergedByAnother).toBeUndefined();
  });

  const gone: ForgeAccount = { login: 'ghost', kind: 'person' };
  const machine: ForgeAccount = { login: 'approve[bot]', kind: 'bot' };
  const unclear: ForgeAccount = { login: 'bob', kind: 'unknown' };
  const { commit: _commit, ...ofNoCommit } = approval(bob);
  test.each<[string, ReviewOpinion, 'no' | 'unknown', string, string]>([
    [
      'of an older commit',
      approval(bob, { commit: OLDER }),
      'no',
      'stale',
      'the approval by bob is of an older commit',
    ],
    [
      'that the forge calls stale',
      approval(bob, { isStale: true }),
      'no',
      'stale',
      'the approval by bob is of an older commit',
    ],
    ['of their own', approval(ada), 'no', 'own', 'the approval by ada is of their own work'],
    ['of their own, in another case', approval(person('ADA')), 'no', 'own', 'the approval by ADA is of their own work'],
    ['by a bot', approval(machine), 'no', 'bot', 'the approval by approve[bot] is that of a bot'],
    ['that was dismissed', approval(bob, { state: 'dismissed' }), 'no', 'dismissed', 'the review by bob was dismissed'],
    [
      'by who may not write',
      approval(bob, { counts: false }),
      'no',
      'withoutWriteAccess',
      'the approval by bob does not count there',
    ],
    [
      'by an account that is gone',
      approval(undefined),
      'unknown',
      'accountGone',
      'an approval is of an account that is gone',
    ],
    [
      'by the account that stands for those',
      approval(gone),
      'unknown',
      'accountGone',
      'an approval is of an account that is gone',
    ],
    [
      'of a commit that is not told',
      ofNoCommit,
      'unknown',
      'commitUnknown',
      'it is not known which commit bob approved',
    ],
    [
      'by who may be a machine',
      approval(unclear),
      'unknown',
      'personUnknown',
      'it is not known whether bob, who approved, is a person',
    ],
  ])('%s is no second person', (_name, opinion, twoPerson, standing, phrase) => {
    const verdict = judged([opinion]);
    expect(verdict.twoPerson).toBe(twoPerson);
    expect(standings(verdict)).toEqual([standing]);
    expect(verdict.reasons).toEqual(['#12 was merged', phrase]);
  });

  test('that is gone and stale is known not to count', () => {
    expect(judged([approval(undefined, { commit: OLDER })]).twoPerson).toBe('no');
  });

  test('that the forge calls current counts, though a rebase gave the head another name', () => {
    expect(judged([approval(bob, { commit: OLDER, isStale: false })]).twoPerson).toBe('yes');
  });

  test('counts where the forge does not say who may write', () => {
    const { counts: _counts, ...opinion } = approval(bob);
    expect(judged([opinion]).twoPerson).toBe('yes');
  });

  test('that counts is not undone by another that does not', () => {
    const verdict = judged([approval(ada), approval(undefined), approval(bob)]);
    expect(verdict.twoPerson).toBe('yes');
    expect(standings(verdict)).toEqual(['own', 'accountGone', 'counts']);
  });

  test.each(['changesRequested', 'commented', 'pending'] as const)('%s is none', (state) => {
    const verdict = judged([approval(bob, { state })]);
    expect(verdict.approvals).toEqual([]);
    expect(verdict.twoPerson).toBe('no');
    expect(verdict.reasons).toEqual(['#12 was merged', 'nobody approved it']);
  });
});

describe('an author cannot be the second person', () => {
  const commits: Record<string, ForgeCommit> = {
    'the author of the commit': commitOf([requestOf({ opinions: found([approval(bob)]) })], {
      author: { name: 'Bob', email: 'bob@acme.example', account: bob },
    }),
    'a co-author': commitOf([requestOf({ opinions: found([approval(bob)]) })], { authors: [ada, bob] }),
    'who wrote or committed a commit in the request': commitOf([
      requestOf({ opinions: found([approval(bob)]), contributors: [ada, bob] }),
    ]),
    'who opened the request': commitOf([requestOf({ opinions: found([approval(bob)]), author: bob })]),
  };
  test.each(Object.entries(commits))('%s', (_name, commit) => {
    const verdict = judgeReview(commit);
    expect(verdict.twoPerson).toBe('no');
    expect(standings(verdict)).toEqual(['own']);
    expect(verdict.authors.accounts.map(({ login }) => login)).toEqual(expect.arrayContaining(['ada', 'bob']));
  });

  test("GitHub's own committer is nobody", () => {
    const verdict = judged([approval(bob)], {
      contributors: [ada, person('web-flow'), { login: 'github', kind: 'unknown', email: 'noreply@github.com' }],
    });
    expect(verdict.authors.accounts).toEqual([ada]);
    expect(verdict.twoPerson).toBe('yes');
  });

  test.each<[string, Parameters<typeof requestOf>[0], string]>([
    [
      'there are more contributors',
      { contributorsComplete: false },
      'not everybody who wrote the commits in #12 is known',
    ],
    ['the account that opened it is gone', { author: person('Ghost') }, 'the account that opened #12 is gone'],
  ])('%s: not known', (_name, more, doubt) => {
    const verdict = judged([approval(bob)], more);
    expect(verdict.twoPerson).toBe('unknown');
    expect(verdict.reasons).toEqual(['#12 was merged', 'approved by bob', doubt]);
  });

  test('the author of the commit has no account: not known', () => {
    const commit = commitOf([requestOf({ opinions: found([approval(bob)]) })], {
      author: { name: 'Bob', email: 'bob@home.example' },
    });
    expect(judgeReview(commit).twoPerson).toBe('unknown');
    expect(judgeReview(commit).reasons).toContain('no account is known for the author of the commit');
  });

  test('doubts about authors do not make a refusal a doubt', () => {
    expect(judged([], { contributorsComplete: false }).twoPerson).toBe('no');
  });

  test('a bot among the authors is told', () => {
    const robot: ForgeAccount = { login: 'renovate[bot]', kind: 'bot' };
    expect(judged([approval(bob)], { contributors: [ada, robot] }).reasons).toContain('a bot is among its authors');
  });
});

describe('whoever merges is the author of the merge commit, and of nothing else', () => {
  const byForge: ForgeSignature = { isValid: true, reason: 'valid', kind: 'openpgp', isByForge: true };
  const merged = (more: Partial<ForgeCommit>, request: Parameters<typeof requestOf>[0] = {}): ReviewVerdict =>
    judgeReview(
      commitOf([requestOf({ mergedBy: bob, opinions: found([approval(bob)]), ...request })], {
        author: { name: 'Bob', email: 'bob@acme.example', account: bob },
        authors: [bob],
        ...more,
      }),
    );

  test('the forge vouches that it made it: their approval counts', () => {
    const verdict = merged({ signature: found(byForge) });
    expect(verdict.twoPerson).toBe('yes');
    expect(verdict.authors).toEqual({ accounts: [ada], doubts: [] });
  });

  test.each<[string, Partial<ForgeCommit>]>([
    ['nobody vouches', {}],
    ['the signature does not hold', { signature: found({ ...byForge, isValid: false }) }],
    ['they signed it themselves', { signature: found({ ...byForge, isByForge: false }) }],
    ['the signature was not heard', { signature: failed(silence) }],
  ])('%s: it may hold changes of theirs, and that is not known', (_name, more) => {
    const verdict = merged(more);
    expect(verdict.twoPerson).toBe('unknown');
    expect(standings(verdict)).toEqual(['mergeUnknown']);
    expect(verdict.authors.mergeAuthor).toEqual(bob);
  });

  test('unless they wrote a part of the request', () => {
    expect(merged({}, { contributors: [ada, bob] }).authors.mergeAuthor).toBeUndefined();
    expect(standings(merged({ signature: found(byForge) }, { contributors: [ada, bob] }))).toEqual(['own']);
  });

  test('unless the commit is not the one that the merge made', () => {
    expect(standings(merged({ signature: found(byForge) }, { mergeCommit: OLDER }))).toEqual(['own']);
  });

  test('unless somebody else merged', () => {
    expect(standings(merged({ signature: found(byForge) }, { mergedBy: person('eve') }))).toEqual(['own']);
  });
});

describe('merged by another', () => {
  test('without an approval: no second person, and said so', () => {
    const verdict = judged([], { mergedBy: bob });
    expect(verdict.twoPerson).toBe('no');
    expect(verdict.mergedByAnother).toEqual(bob);
    expect(verdict.reasons).toEqual(['#12 was merged', 'nobody approved it', 'merged by bob, who did not write it']);
  });

  test('where an approval may count: not told, since it may be the merger who approved', () => {
    const verdict = judged([approval({ login: 'bob', kind: 'unknown' })], { mergedBy: bob });
    expect(verdict.mergedByAnother).toBeUndefined();
    expect(judged([], { mergedBy: bob, opinions: failed(silence) }).mergedByAnother).toBeUndefined();
  });

  test('by an author, or by an account that is gone: nobody', () => {
    expect(judged([], { mergedBy: ada }).mergedByAnother).toBeUndefined();
    expect(judged([], { mergedBy: person('ghost') }).mergedByAnother).toBeUndefined();
  });
});

describe('which request', () => {
  const other = { url: 'https://forge.example/acme/shop/pull/9', label: '#9' };
  const chosen = (...requests: Parameters<typeof commitOf>[0]): readonly (string | undefined)[] => {
    const verdict = judgeReview(commitOf(requests));
    return [verdict.chosen?.request.label, verdict.chosen?.basis];
  };

  test('the merged one that made the commit comes first', () => {
    const earlier = requestOf({ ...other, mergeCommit: OLDER, mergedAt: '2026-01-01T00:00:00Z' });
    expect(chosen(earlier, requestOf())).toEqual(['#12', 'mergeCommit']);
  });

  test('then one that was merged, and an open one last', () => {
    const open = requestOf({ state: 'open' });
    const merged = requestOf({ ...other, mergeCommit: OLDER });
    expect(chosen(open, merged)).toEqual(['#9', 'merged']);
    expect(chosen(open)).toEqual(['#12', 'open']);
  });

  test('of several, the one into the default branch, then the earliest', () => {
    const intoMain = requestOf({ mergeCommit: OLDER, mergedAt: '2026-03-01T00:00:00Z' });
    const earlier = requestOf({ ...other, mergeCommit: OLDER, mergedAt: '2026-02-01T00:00:00Z' });
    expect(chosen(intoMain, { ...earlier, baseBranch: 'topic' })).toEqual(['#12', 'merged']);
    expect(chosen(intoMain, earlier)).toEqual(['#9', 'merged']);
    expect(chosen(earlier, intoMain)).toEqual(['#9', 'merged']);
  });

  test('an open one passes nothing, however often it was approved', () => {
    const verdict = judged([approval(bob)], { state: 'open' });
    expect(verdict.twoPerson).toBe('no');
    expect(verdict.reasons).toEqual(['#12 is still open', 'approved by bob']);
  });

  test('one that was closed brought nothing', () => {
    expect(judgeReview(commitOf([requestOf({ state: 'closed' })]))).toEqual({
      twoPerson: 'no',
      reasons: ['#12 was closed without a merge'],
      authors: { accounts: [ada], doubts: [] },
      approvals: [],
    });
    const two = judgeReview(commitOf([requestOf({ state: 'closed' }), requestOf({ ...other, state: 'closed' })]));
    expect(two.reasons).toEqual(['#12, #9 were closed without a merge']);
  });
});

describe('what was not heard is not known', () => {
  test('there is no request: no', () => {
    const verdict = judgeReview(commitOf([]));
    expect(verdict.twoPerson).toBe('no');
    expect(verdict.reasons).toEqual(['no pull or merge request brought it into the repository']);
    expect(judgeReview(commitOf([], { reviews: found([]) })).twoPerson).toBe('no');
  });

  test('requests', () => {
    const verdict = judgeReview(commitOf([], { reviews: failed(silence) }));
    expect(verdict.twoPerson).toBe('unknown');
    expect(verdict.reasons).toEqual(['who reviewed it was not heard: forge.example wants no more requests']);
  });

  test('opinions', () => {
    const verdict = judged([], { opinions: failed(silence) });
    expect(verdict.twoPerson).toBe('unknown');
    expect(verdict.reasons).toEqual([
      '#12 was merged',
      'the reviews of #12 were not heard: forge.example wants no more requests',
    ]);
  });
});
