import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HintedRepository } from '../../../../src/core/review/request-address.ts';
import type { ReviewHints } from '../../../../src/core/review/hints.ts';
import { readReviewHints } from '../../../../src/core/review/hints.ts';
import { parseSourceUrl } from '../../../../src/core/source-url.ts';

const ada = { name: 'Ada', email: 'ada@acme.example' };
const CHANGE = `I${'0a'.repeat(20)}`;

function repository(address: string): HintedRepository {
  const result = parseSourceUrl(address, 'web');
  if (result.kind === 'refused') throw new Error(`${address} is no repository`);
  return result.source;
}

function read(message: string, address?: string): ReviewHints {
  return readReviewHints({ message, committer: ada }, address === undefined ? undefined : repository(address));
}

const GITHUB = 'https://github.com/acme/shop';
const GITLAB = 'https://gitlab.com/acme/shop';

describe('requests', () => {
  test.each<[string, string, string | undefined, readonly string[]]>([
    ['Merge pull request #12 from eve/topic\n\nSell more', GITHUB, `${GITHUB}/pull/12`, ['#12', 'Merge pull request']],
    ['Sell more (#12)', GITHUB, `${GITHUB}/pull/12`, ['#12', 'end of the subject']],
    ['Sell more (#12)\r\n\r\ntext', GITHUB, `${GITHUB}/pull/12`, ['#12', 'end of the subject']],
    ['Revert "Sell more (#12)" (#13)', GITHUB, `${GITHUB}/pull/13`, ['#13', 'end of the subject']],
    [
      "Merge pull request 'Sell more (#3)' (#12) from topic into main",
      'https://codeberg.org/acme/shop',
      'https://codeberg.org/acme/shop/pulls/12',
      ['#12', 'Merge pull request'],
    ],
    [
      'Merged in topic (pull request #12)',
      'https://bitbucket.org/acme/shop',
      'https://bitbucket.org/acme/shop/pull-requests/12',
      ['#12', 'Merged in'],
    ],
    [
      'Pull request #12: Sell more',
      'https://git.acme.example/scm/SHOP/shop.git',
      'https://git.acme.example/projects/SHOP/repos/shop/pull-requests/12',
      ['#12', 'Pull request'],
    ],
    [
      "Merge branch 'a' into 'main'\n\nSell\n\nSee merge request acme/shop!12",
      GITLAB,
      `${GITLAB}/-/merge_requests/12`,
      ['acme/shop!12', 'See merge request'],
    ],
    [
      "Merge branch 'a' into 'main'\n\nSee merge request !12",
      GITLAB,
      `${GITLAB}/-/merge_requests/12`,
      ['!12', 'See merge request'],
    ],
    [
      'Merge\n\nSee merge request other/sub/shop!12',
      GITLAB,
      'https://gitlab.com/other/sub/shop/-/merge_requests/12',
      ['other/sub/shop!12', 'See merge request'],
    ],
    [
      'Sell\n\nReviewed-on: https://codeberg.org/acme/shop/pulls/12',
      GITHUB,
      'https://codeberg.org/acme/shop/pulls/12',
      ['#12', 'trailer Reviewed-on'],
    ],
    [
      'Sell\n\nReviewed-on: https://review.example/c/acme/shop/+/4711',
      GITHUB,
      'https://review.example/c/acme/shop/+/4711',
      ['4711', 'trailer Reviewed-on'],
    ],
    [
      'Sell\n\nReviewed-on: https://review.example/4711',
      GITHUB,
      'https://review.example/4711',
      ['4711', 'trailer Reviewed-on'],
    ],
    [
      'Sell\n\nReviewed-on: https://other.example/what/ever',
      GITHUB,
      'https://other.example/what/ever',
      ['other.example/what/ever', 'trailer Reviewed-on'],
    ],
    [
      'Sell\n\nDifferential Revision: https://reviews.example/D77',
      GITHUB,
      'https://reviews.example/D77',
      ['D77', 'trailer Differential Revision'],
    ],
    ['Sell\n\nDifferential Revision: D77', GITHUB, undefined, ['D77', 'trailer Differential Revision']],
    [`Sell\n\nChange-Id: ${CHANGE}`, GITHUB, undefined, [CHANGE, 'trailer Change-Id']],
  ])('%j', (message, address, url, [label, from]) => {
    expect(read(message, address).requests).toEqual([url === undefined ? { label, from } : { label, url, from }]);
  });

  test('the address is not known where the kind of the host is not', () => {
    const [hint] = read('Sell more (#12)', 'https://git.acme.example/acme/shop').requests;
    expect(hint).toEqual({ label: '#12', from: 'end of the subject' });
    expect(read('Sell more (#12)').requests).toEqual([hint]);
    expect(read('Merge\n\nSee merge request a/b!12', GITHUB).requests[0]?.url).toBeUndefined();
  });

  test('a GitLab below a path of its host', () => {
    const hints = readReviewHints(
      { message: 'Merge\n\nSee merge request acme/shop!12', committer: ada },
      { url: 'https://acme.example/gitlab/acme/shop', hostKind: 'gitlab' },
    );
    expect(hints.requests[0]?.url).toBe('https://acme.example/gitlab/acme/shop/-/merge_requests/12');
  });

  test.each([
    'Fix #12',
    'Sell (#12) more',
    'Revert "Sell more (#12)"',
    'text\nMerge pull request #12 from a/b',
    'Sell\n\nSee merge request a/../b c!12',
    'Sell\n\nReviewed-on: javascript:alert(1)',
    'Sell\n\nReviewed-on: https://ada:secret@forge.example/acme/shop/pulls/12',
    'Sell\n\nReviewed-on: soon',
    'Sell\n\nDifferential Revision: DXII',
    'Sell\n\nChange-Id: I123',
    '',
  ])('%j names none', (message) => {
    expect(read(message, GITHUB).requests).toEqual([]);
  });

  test('at GitLab the number at the end of a subject is an issue', () => {
    expect(read('Sell more (#12)', GITLAB).requests).toEqual([]);
  });

  test('one that is named twice is listed once', () => {
    const url = 'https://codeberg.org/acme/shop/pulls/12';
    expect(read(`Sell more (#12)\n\nReviewed-on: ${url}`, 'https://codeberg.org/acme/shop').requests).toEqual([
      { label: '#12', url, from: 'end of the subject' },
    ]);
  });
});

describe('people', () => {
  test('by their trailers, in the order of the message', () => {
    const message = [
      'Sell',
      '',
      'Reviewed-by: Bob B. <Bob@acme.example>',
      'approved-by: @carol',
      'Merged-by: Dan',
      '',
      '* squashed',
      '',
      'Signed-off-by: Eve <eve@acme.example>',
      'Co-authored-by: <fay@acme.example>',
      'Reviewed By: gil, hal',
      'Reviewed-by: Bob <bob@acme.example>',
    ].join('\n');
    expect(read(message).people).toEqual([
      { role: 'reviewer', name: 'Bob B.', email: 'bob@acme.example' },
      { role: 'approver', name: 'carol' },
      { role: 'merger', name: 'Dan' },
      { role: 'signer', name: 'Eve', email: 'eve@acme.example' },
      { role: 'coAuthor', name: 'fay@acme.example', email: 'fay@acme.example' },
      { role: 'reviewer', name: 'gil' },
      { role: 'reviewer', name: 'hal' },
    ]);
  });

  test.each([
    'Reviewed-by: nobody in the subject',
    'Sell\n\n  Reviewed-by: indented',
    'Sell\n\nReviewed-by:',
    'Sell\n\nTested-by: Bob',
  ])('%j names none', (message) => {
    expect(read(message).people).toEqual([]);
  });
});

test.each([
  ['GitHub', 'noreply@github.com', true],
  ['GitHub', 'noreply@github.com.evil.example', false],
  ['Ada', 'noreply@github.com', false],
])('committed by %s <%s>: made on the web: %s', (name, email, expected) => {
  expect(readReviewHints({ message: 'Sell', committer: { name, email } }).isMadeOnWeb).toBe(expected);
});

describe('messages of strangers', () => {
  test('at most fifty of each are listed, and it says so', () => {
    const lines = Array.from(
      { length: 51 },
      (_, index) => `Reviewed-by: r${index}\nReviewed-on: https://r.example/${index}`,
    );
    const hints = read(`Sell\n\n${lines.join('\n')}`);
    expect([hints.people.length, hints.requests.length, hints.isComplete]).toEqual([50, 50, false]);
    expect(read(`Sell\n\n${lines.slice(1).join('\n')}`).isComplete).toBe(true);
  });

  test('trailers longer than any are left out, and it says so', () => {
    const long = `Reviewed-by: ${'x'.repeat(1000)}`;
    expect(read(`Sell\n\n${long}\nReviewed-by: Bob`)).toMatchObject({ people: [{ name: 'Bob' }], isComplete: false });
    expect(read(`Sell\n\n${'prose '.repeat(1000)}`).isComplete).toBe(true);
    expect(read(`${'x'.repeat(1000)} (#12)`)).toMatchObject({ requests: [], isComplete: false });
  });

  test('addresses are of http alone, and hold no credential; nothing throws', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.webUrl({ withQueryParameters: true }),
      fc.constantFrom(
        '\n',
        'Reviewed-on: ',
        'Reviewed-by: ',
        'See merge request ',
        'a/b!1',
        ' (#1)',
        'http://u:p@h/',
        'javascript:x',
        '<',
        '>',
        '@',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.constantFrom(GITHUB, GITLAB, undefined), (pieces, address) => {
        for (const { url } of read(pieces.join(''), address).requests) {
          if (url === undefined) continue;
          const { protocol, username, password } = new URL(url);
          expect([['http:', 'https:'].includes(protocol), username, password]).toEqual([true, '', '']);
        }
      }),
    );
  });
});
