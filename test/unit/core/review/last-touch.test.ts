import { describe, expect, test } from 'vitest';
import type { Owner } from '../../../../src/core/codeowners/model.ts';
import type { ContributingPerson } from '../../../../src/core/review/contributors.ts';
import type { KnownOwner } from '../../../../src/core/review/last-touch.ts';
import { lastTouchBy } from '../../../../src/core/review/last-touch.ts';
import { person } from './fixtures.ts';

function contributor(
  name: string,
  month: number,
  identity: { login?: string; emails?: readonly string[] },
): ContributingPerson {
  return {
    name,
    emails: [],
    commits: 1,
    lastCommit: { id: 'a'.repeat(40), at: `2026-0${month}-01T00:00:00Z` },
    ...identity,
  };
}

function owner(kind: Owner['kind'], name: string, more: Partial<KnownOwner> = {}): KnownOwner {
  return { owner: { kind, name, text: kind === 'email' ? name : `@${name}` }, isComplete: true, ...more };
}

const payments = owner('team', 'acme/payments', { accounts: [person('bob'), person('ada')] });
const ada = contributor('Ada', 3, { login: 'Ada' });
const bob = contributor('Bob', 5, { login: 'bob' });
const eve = contributor('Eve', 7, { login: 'eve' });

describe('touched', () => {
  test('by a member of the team, the latest one', () => {
    expect(lastTouchBy([payments], [ada, eve, bob])).toEqual({ kind: 'touched', at: '2026-05-01T00:00:00Z', by: bob });
  });

  test.each<[string, KnownOwner, ContributingPerson]>([
    ['a user, by the login', owner('user', 'ADA'), ada],
    ['an account of GitLab', owner('account', 'ada'), ada],
    ['an address', owner('email', 'Ada@acme.example'), contributor('Ada', 3, { emails: ['ada@acme.example'] })],
    [
      "a user, by the account's address",
      owner('user', 'ada', { accounts: [{ ...person('ada'), email: 'ada@Acme.example' }] }),
      contributor('Ada', 3, { emails: ['ada@acme.example'] }),
    ],
    ['a role whose members are known', owner('role', 'maintainer', { accounts: [person('ada')] }), ada],
  ])('by %s', (_name, known, by) => {
    expect(lastTouchBy([known], [by])).toEqual({ kind: 'touched', at: '2026-03-01T00:00:00Z', by });
  });

  test('by one of whom it is known, although others are not', () => {
    const hidden = owner('team', 'acme/hidden', { isComplete: false });
    expect(lastTouchBy([hidden, payments], [ada]).kind).toBe('touched');
  });
});

describe('not touched', () => {
  test('by others alone', () => {
    expect(lastTouchBy([payments], [eve])).toEqual({ kind: 'notTouched' });
    const known = contributor('Eve', 7, { emails: ['eve@acme.example'] });
    expect(lastTouchBy([owner('email', 'ada@acme.example')], [known])).toEqual({ kind: 'notTouched' });
  });

  test('by anybody, whoever the owners are', () => {
    expect(lastTouchBy([owner('team', 'acme/hidden', { isComplete: false })], [])).toEqual({ kind: 'notTouched' });
  });
});

describe('not known', () => {
  const nameless = contributor('Eve', 7, { emails: ['eve@acme.example'] });
  test.each<[string, KnownOwner, ContributingPerson, string]>([
    ['members are not told', owner('team', 'acme/hidden'), eve, 'not all members of @acme/hidden are known'],
    ['there are more members', { ...payments, isComplete: false }, eve, 'not all members of @acme/payments are known'],
    ['the role has no members here', owner('role', 'maintainer'), eve, 'not all members of @maintainer are known'],
    ['it may be a top-level group', owner('account', 'acme'), eve, 'not all members of @acme are known'],
    [
      'a login and an address may be of one person',
      owner('user', 'ada'),
      nameless,
      'it is not known which account Eve has',
    ],
    [
      'an address and a login may be of one person',
      owner('email', 'ada@acme.example'),
      eve,
      'it is not known which account Eve has',
    ],
  ])('%s', (_name, known, by, why) => {
    expect(lastTouchBy([known], [by])).toEqual({ kind: 'unknown', why });
  });
});
