import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import { SOURCE_RULES } from '../../../../src/core/findings/source.ts';
import { absent, failed, found } from '../../../../src/core/model/outcome.ts';
import type { SourceRead } from '../../../../src/core/model/source.ts';
import { commitOf as forgeCommitOf } from '../review/fixtures.ts';
import { AS_IT_IS, COMMIT, HEAD, SHOP, WHOLE, askedOf, sourceOf } from '../source/reads.ts';
import { messagesOf } from './people.ts';

const GONE = new ToolError('TIMED_OUT', 'no answer within 10 s');
const CLONE = { folder: '/home/ada/shop', instead: GONE };
const said = (code: string, read: SourceRead, ref?: string) =>
  messagesOf(SOURCE_RULES, code, { sources: [read], ...(ref === undefined ? {} : { ref }) });

describe('COMMIT_UNREACHABLE', () => {
  const unreachable = { reachability: found({ refs: [] }) };

  test('a commit on no branch and no tag', () => {
    expect(said('COMMIT_UNREACHABLE', sourceOf({ readingParts: unreachable }))).toEqual([
      `${COMMIT} is on no branch and no tag of ${SHOP}`,
    ]);
  });

  test('as far as a clone knows, where the repository was not heard', () => {
    expect(said('COMMIT_UNREACHABLE', sourceOf({ readingParts: { ...unreachable, clone: CLONE } }))[0]).toContain(
      'as the clone /home/ada/shop remembers it',
    );
  });

  test('not one that is on a branch, nor one of which that was not heard', () => {
    expect(said('COMMIT_UNREACHABLE', sourceOf())).toEqual([]);
    expect(said('COMMIT_UNREACHABLE', sourceOf({ readingParts: { reachability: failed(GONE) } }))).toEqual([]);
  });

  test('nothing is found of sources in dispute', () => {
    const read = sourceOf({ readingParts: unreachable });
    expect(messagesOf(SOURCE_RULES, 'COMMIT_UNREACHABLE', { sources: [read, read] })).toEqual([]);
  });
});

describe('TAG_MOVED', () => {
  const TAG = 'refs/tags/v1';
  const refs = (commit: string) => [{ name: TAG, commit }];

  test('a tag that leads elsewhere now, or is gone', () => {
    expect(said('TAG_MOVED', sourceOf({ readingParts: { refs: refs(HEAD) } }), TAG)).toEqual([
      `${TAG} is ${HEAD} now, and the image is of ${COMMIT}`,
    ]);
    expect(said('TAG_MOVED', sourceOf({ readingParts: { refs: [] } }), TAG)[0]).toContain('is no longer there');
  });

  test('not one that is where it was, nor a branch, nor what was not heard', () => {
    expect(said('TAG_MOVED', sourceOf({ readingParts: { refs: refs(COMMIT) } }), TAG)).toEqual([]);
    expect(said('TAG_MOVED', sourceOf({ readingParts: { refs: refs(HEAD) } }), 'refs/heads/main')).toEqual([]);
    expect(said('TAG_MOVED', sourceOf(), TAG)).toEqual([]);
  });

  test('not by a clone, which does not follow tags', () => {
    expect(said('TAG_MOVED', sourceOf({ readingParts: { refs: [], clone: CLONE } }), TAG)).toEqual([]);
  });

  test('not by the head of a repository, where no commit is known', () => {
    const read = sourceOf({ asked: askedOf(AS_IT_IS, [WHOLE]), readingParts: { refs: refs(HEAD) } });
    expect(said('TAG_MOVED', read, TAG)).toEqual([]);
  });
});

describe('COMMIT_MISSING', () => {
  test.each([
    ['noSuchCommit', `${SHOP} has no commit ${COMMIT}`],
    ['emptyRepository', `${SHOP} is empty`],
    ['noSuchRepository', `there is no ${SHOP}, or it may not be seen`],
  ] as const)('%s', (reason, message) => {
    expect(said('COMMIT_MISSING', sourceOf({ reading: absent(reason) }))).toEqual([message]);
  });

  test('a repository without a default branch', () => {
    const read = sourceOf({ reading: absent('noSuchCommit'), asked: askedOf(AS_IT_IS) });
    expect(said('COMMIT_MISSING', read)).toEqual([`${SHOP} has no default branch`]);
  });

  test('not what was not heard', () => {
    expect(said('COMMIT_MISSING', sourceOf({ reading: failed(GONE) }))).toEqual([]);
  });
});

test('COMMIT_SIGNATURE_BAD: one that does not hold, and none that was not checked', () => {
  const signature = { kind: 'ssh', checkedBy: 'provtrace', why: 'other bytes' } as const;
  expect(said('COMMIT_SIGNATURE_BAD', sourceOf({ signature: { ...signature, result: 'bad' } }))[0]).toContain(
    'other bytes',
  );
  expect(said('COMMIT_SIGNATURE_BAD', sourceOf({ signature: { ...signature, result: 'unchecked' } }))).toEqual([]);
});

test('REPO_RENAMED: by the repository, or by its forge, and not where it is only written otherwise', () => {
  const now = (movedTo: string) => said('REPO_RENAMED', sourceOf({ readingParts: { movedTo } }));
  expect(now('https://github.com/acme/store')).toEqual([`${SHOP} is now https://github.com/acme/store`]);
  expect(now('https://GitHub.com/acme/shop.git')).toEqual([]);
  const repository = { path: 'acme/store', url: 'https://github.com/acme/store' };
  expect(said('REPO_RENAMED', sourceOf({ forge: found(forgeCommitOf([], { repository })) }))).toHaveLength(1);
});
