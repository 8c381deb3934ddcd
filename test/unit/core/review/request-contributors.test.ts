import { expect, test } from 'vitest';
import type { ForgeAccount, ForgeAuthorship } from '../../../../src/core/model/forge.ts';
import type { ContributedCommit } from '../../../../src/core/review/request-contributors.ts';
import { requestContributors } from '../../../../src/core/review/request-contributors.ts';
import { ada, bob } from './fixtures.ts';

function by(account: ForgeAccount | undefined, email: string): ForgeAuthorship {
  return { name: 'Somebody', email, ...(account === undefined ? {} : { account }) };
}

const adaAtHome = by(ada, 'Ada@home.example');

function commit(people: readonly ForgeAuthorship[], coAuthor?: string): ContributedCommit {
  return { message: coAuthor === undefined ? 'Sell' : `Sell\n\nCo-authored-by: ${coAuthor}`, people };
}

test('everybody who wrote or committed, each once', () => {
  const { contributors, contributorsComplete } = requestContributors(
    [commit([adaAtHome, by(bob, 'bob@acme.example')]), commit([adaAtHome])],
    true,
  );
  expect([contributors, contributorsComplete]).toEqual([[ada, bob], true]);
});

test("GitHub's own address is nobody", () => {
  const { contributors, contributorsComplete } = requestContributors(
    [commit([adaAtHome, by(undefined, 'NoReply@github.com')])],
    true,
  );
  expect([contributors, contributorsComplete]).toEqual([[ada], true]);
});

test.each<[string, ContributedCommit, boolean, boolean]>([
  ['commits are missing', commit([adaAtHome]), false, false],
  ['an author has no account', commit([by(undefined, 'eve@acme.example')]), true, false],
  ['a co-author is nobody known', commit([adaAtHome], 'Eve <eve@acme.example>'), true, false],
  ['a co-author has no address', commit([adaAtHome], 'Eve'), true, false],
  ['a co-author is known by the address of a commit', commit([adaAtHome], 'Ada <ada@home.example>'), true, true],
  [
    'a co-author is known by the address of an account',
    commit([by({ ...ada, email: 'Ada@acme.example' }, 'x@home.example')], 'Ada <ada@acme.example>'),
    true,
    true,
  ],
  [
    'the message names more than is read',
    {
      message: `Sell\n\n${Array.from({ length: 51 }, (_, index) => `Signed-off-by: s${index}`).join('\n')}`,
      people: [adaAtHome],
    },
    true,
    false,
  ],
])('%s', (_name, only, isWhole, expected) => {
  expect(requestContributors([only], isWhole).contributorsComplete).toBe(expected);
});
