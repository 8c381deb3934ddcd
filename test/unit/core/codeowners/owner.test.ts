import { describe, expect, test } from 'vitest';
import {
  gitlabReferences,
  parseBitbucketCloudOwner,
  parseBitbucketDataCenterOwner,
  parseGiteaOwner,
  parseGithubOwner,
} from '../../../../src/core/codeowners/owner.ts';

describe('github', () => {
  test.each([
    ['@jane-doe', 'user', 'jane-doe'],
    ['@jane_acme', 'user', 'jane_acme'],
    ['@acme/pay.ments', 'team', 'acme/pay.ments'],
    ['jane@acme.example', 'email', 'jane@acme.example'],
  ])('%s', (text, kind, name) => {
    expect(parseGithubOwner(text)).toEqual({ kind, name, text });
  });
  test.each(['jane', '@', '@acme/', '@/team', '@acme/a/b', '@a@b', '@dependabot[bot]', 'a@b@c', '@@developer'])(
    '%s is none',
    (text) => {
      expect(parseGithubOwner(text)).toBeUndefined();
    },
  );
});

test.each([
  ['@jane', 'user', 'jane'],
  ['jane', 'user', 'jane'],
  ['@acme/pay', 'team', 'acme/pay'],
  ['a@b.example', 'user', 'a@b.example'],
])('gitea: %s', (text, kind, name) => {
  expect(parseGiteaOwner(text)).toEqual({ kind, name, text });
});

describe('bitbucket cloud', () => {
  test.each([
    ['jane@acme.example', 'email', 'jane@acme.example'],
    ['@jane', 'user', 'jane'],
    ['jane', 'user', 'jane'],
    ['@acme/pay', 'team', 'acme/pay'],
    ['@acme/pay:random(2)', 'team', 'acme/pay'],
    ['@acme/pay:least_busy(1)', 'team', 'acme/pay'],
    ['@acme/pay:all', 'team', 'acme/pay'],
  ])('%s', (text, kind, name) => {
    expect(parseBitbucketCloudOwner(text)).toEqual({ kind, name, text });
  });
  test.each(['@', '@a@b@c', ':random(2)'])('%s is none', (text) => {
    expect(parseBitbucketCloudOwner(text)).toBeUndefined();
  });
});

describe('bitbucket data center', () => {
  test.each([
    ['jane@acme.example', 'email', 'jane@acme.example'],
    ['@jane', 'user', 'jane'],
    ['@reviewer-group/pay', 'team', 'pay'],
    ['@reviewer-group/pay:random(2)', 'team', 'pay'],
    ['@reviewer-group/pay\\ people', 'team', 'pay people'],
    ['@reviewer-group/pay\\\\ people', 'team', 'pay people'],
  ])('%s', (text, kind, name) => {
    expect(parseBitbucketDataCenterOwner(text)).toEqual({ kind, name, text });
  });
  test.each(['jane', '@', '#'])('%s is none', (text) => {
    expect(parseBitbucketDataCenterOwner(text)).toBeUndefined();
  });
});

describe('gitlab', () => {
  test.each([
    ['@jane', [['account', 'jane']]],
    ['@group/sub/sub-sub', [['team', 'group/sub/sub-sub']]],
    ['jane@acme.example', [['email', 'jane@acme.example']]],
    [
      '@@developer @@Maintainers @@OWNER',
      [
        ['role', 'developer'],
        ['role', 'maintainer'],
        ['role', 'owner'],
      ],
    ],
    [
      '@a # and @b',
      [
        ['account', 'a'],
        ['account', 'b'],
      ],
    ],
    [
      '@a,@b',
      [
        ['account', 'a'],
        ['account', 'b'],
      ],
    ],
    ['(ask @a.b.)', [['account', 'a.b']]],
    [
      'z@z.example @a',
      [
        ['email', 'z@z.example'],
        ['account', 'a'],
      ],
    ],
    ['jane, a@b.example.', [['email', 'a@b.example']]],
    ['jane @ @@guest @@developers2', []],
  ])('%s', (text, owners) => {
    expect(gitlabReferences(text).owners.map(({ kind, name }) => [kind, name])).toEqual(owners);
  });

  test('words without a reference are strays', () => {
    expect(gitlabReferences('@a # and (@b) or c@d.example, jane').strays).toEqual(['#', 'and', 'or', 'jane']);
  });
});
