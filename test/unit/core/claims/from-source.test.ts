import { describe, expect, test } from 'vitest';
import { gatheredOfSource } from '../../../../src/core/claims/from-source.ts';
import { ToolError } from '../../../../src/core/errors.ts';
import type { Gathered } from '../../../../src/core/model/chain.ts';
import { absent, failed, found } from '../../../../src/core/model/outcome.ts';
import { factsOfSource } from '../../../../src/core/source/facts.ts';
import { approval, bob, commitOf as forgeCommitOf, requestOf } from '../review/fixtures.ts';
import { AS_IT_IS, askedOf, commitOf, sourceOf } from '../source/reads.ts';

const GONE = new ToolError('TIMED_OUT', 'no answer within 10 s');
const HEARD = forgeCommitOf([requestOf({ opinions: found([approval(bob)]) })]);
const CLONE = { folder: '/home/ada/shop', instead: GONE };

function gatheredOf(parts: Parameters<typeof sourceOf>[0] = {}): Gathered {
  return gatheredOfSource(factsOfSource(sourceOf(parts)));
}
function fact({ evidence }: Gathered, name: string): readonly unknown[] {
  return evidence.flatMap(({ claim, strength, why }) =>
    claim.kind === 'fact' && claim.name === name ? [[claim.value, strength, why]] : [],
  );
}
function reviews({ evidence }: Gathered): readonly unknown[] {
  return evidence.flatMap(({ claim, strength, origin }) =>
    claim.kind === 'edge' && claim.to.kind === 'review' ? [[claim.to.url, strength, origin.collector]] : [],
  );
}
const unheard = ({ problems }: Gathered) =>
  problems.map(({ collector, code, relations }) => [collector, code, relations]);

describe('what a commit says of itself', () => {
  test('is declared: anybody can write a commit', () => {
    const said = gatheredOf();
    expect(fact(said, 'author')).toEqual([['Ada <ada@acme.example>', 'declared', undefined]]);
    expect(fact(said, 'subject')).toEqual([['Sell carts', 'declared', undefined]]);
  });

  test('its committer only where that is somebody else', () => {
    expect(fact(gatheredOf(), 'committer')).toEqual([]);
    const web = commitOf({ committer: { name: 'GitHub', email: '' } });
    expect(fact(gatheredOf({ readingParts: { commit: web } }), 'committer')).toEqual([
      ['GitHub', 'declared', undefined],
    ]);
  });

  test('a message of nothing has no subject', () => {
    expect(fact(gatheredOf({ readingParts: { commit: commitOf({ message: ' \n\n' }) } }), 'subject')).toEqual([]);
  });

  test('nothing is said of an image by the head of its repository', () => {
    const said = gatheredOf({ asked: askedOf(AS_IT_IS) });
    expect(fact(said, 'author')).toEqual([]);
    expect(fact(said, 'branch')).toEqual([]);
  });
});

describe('where a commit stands', () => {
  test('is attested by the repository itself', () => {
    expect(fact(gatheredOf(), 'branch')).toEqual([['refs/heads/main', 'attested', undefined]]);
  });

  test('is only declared by a clone that remembers it, and that the repository was not heard is told', () => {
    const said = gatheredOf({ readingParts: { clone: CLONE } });
    expect(fact(said, 'branch')).toEqual([['refs/heads/main', 'declared', expect.stringContaining(CLONE.folder)]]);
    expect(unheard(said)).toEqual([['git', 'TIMED_OUT', []]]);
  });

  test('is not said where no branch leads to it, or none was heard', () => {
    expect(fact(gatheredOf({ readingParts: { reachability: found({ refs: [] }) } }), 'branch')).toEqual([]);
    expect(fact(gatheredOf({ readingParts: { reachability: failed(GONE) } }), 'branch')).toEqual([]);
  });
});

describe('a signature of the commit', () => {
  const signed = (more: object) =>
    fact(
      gatheredOf({ signature: { kind: 'ssh', result: 'good', key: 'SHA256:x', checkedBy: 'provtrace', ...more } }),
      'commitSignature',
    );

  test('is attested where somebody vouches for its key, and else is anybody’s', () => {
    expect(signed({ trustedBy: 'allowedSigners', identity: 'ada@acme.example' })).toEqual([
      ['good (SSH, ada@acme.example, SHA256:x)', 'attested', undefined],
    ]);
    expect(signed({})).toEqual([['good (SSH, SHA256:x)', 'declared', undefined]]);
  });

  test('that does not hold, or was not checked, is never attested', () => {
    expect(signed({ result: 'bad', trustedBy: 'keyring', why: 'other bytes' })).toEqual([
      ['bad (SSH, SHA256:x)', 'declared', 'other bytes'],
    ]);
    expect(signed({ result: 'unchecked', trustedBy: 'sigstore', identity: 'ada', issuer: 'https://i' })).toEqual([
      ['not checked (SSH, claimed: ada by https://i, SHA256:x)', 'declared', undefined],
    ]);
  });
});

describe('the review of a commit', () => {
  test('is attested by the forge, and a hint of the message is inferred', () => {
    const commit = commitOf({ message: 'Sell carts (#9)\n' });
    expect(reviews(gatheredOf({ forge: found(HEARD), readingParts: { commit } }))).toEqual([
      ['https://forge.example/acme/shop/pull/12', 'attested', 'forge'],
      ['https://github.com/acme/shop/pull/9', 'inferred', 'git'],
    ]);
  });

  test('is not claimed by a forge that has no request, or was not heard', () => {
    expect(reviews(gatheredOf({ forge: found(forgeCommitOf([])) }))).toEqual([]);
    expect(reviews(gatheredOf({ forge: failed(GONE) }))).toEqual([]);
    expect(reviews(gatheredOf({ forge: found(HEARD), asked: askedOf(AS_IT_IS) }))).toEqual([]);
  });
});

describe('who was not heard', () => {
  const ALL = ['reviewedBy', 'ownedBy', 'componentOf', 'contactOf'];

  test('nobody, where everybody answered', () => {
    expect(unheard(gatheredOf())).toEqual([]);
  });

  test('the repository could have said all of it', () => {
    expect(unheard(gatheredOf({ reading: failed(GONE) }))).toEqual([['git', 'TIMED_OUT', ALL]]);
  });

  test('a repository that may only be hidden is not heard; one without the commit has answered', () => {
    expect(unheard(gatheredOf({ reading: absent('noSuchRepository') }))).toEqual([['git', 'NO_SUCH_SOURCE', ALL]]);
    expect(unheard(gatheredOf({ reading: absent('noSuchCommit') }))).toEqual([]);
    expect(unheard(gatheredOf({ reading: absent('emptyRepository') }))).toEqual([]);
  });

  test('the forge could have said who reviewed it', () => {
    expect(unheard(gatheredOf({ forge: failed(GONE) }))).toEqual([['forge', 'TIMED_OUT', ['reviewedBy']]]);
    expect(unheard(gatheredOf({ forge: absent('noSuchRepository') }))).toEqual([
      ['forge', 'NO_SUCH_SOURCE', ['reviewedBy']],
    ]);
    expect(unheard(gatheredOf({ forge: found({ ...HEARD, reviews: failed(GONE) }) }))).toEqual([
      ['forge', 'TIMED_OUT', ['reviewedBy']],
    ]);
    expect(unheard(gatheredOf({ forge: absent('noForge') }))).toEqual([]);
  });

  test('where the commit stands bears on its owners, if anybody is said to be one', () => {
    const files = { '.github/CODEOWNERS': '* @acme/cart\n' };
    expect(unheard(gatheredOf({ readingParts: { files, reachability: failed(GONE) } }))).toEqual([
      ['git', 'TIMED_OUT', ['ownedBy']],
    ]);
    expect(unheard(gatheredOf({ readingParts: { reachability: failed(GONE) } }))).toEqual([['git', 'TIMED_OUT', []]]);
  });

  test('head and notes are told, and settle nothing', () => {
    expect(unheard(gatheredOf({ readingParts: { head: failed(GONE), notes: failed(GONE) } }))).toEqual([
      ['git', 'TIMED_OUT', []],
      ['git', 'TIMED_OUT', []],
    ]);
  });
});

test('the ledger has the repository, the forge where there is one, and CODEOWNERS at both revisions', () => {
  const places = ({ places: all }: Gathered) => all.map(({ carrier, result }) => [carrier, result]);
  expect(places(gatheredOf({ forge: found(HEARD) }))).toEqual([
    ['repository https://github.com/acme/shop', 'found'],
    ['forge github.com', 'found'],
    ['CODEOWNERS at the commit', 'absent'],
    ['CODEOWNERS at the head of the default branch', 'absent'],
  ]);
  expect(places(gatheredOf({ reading: failed(GONE), forge: absent('noSuchCommit') }))).toEqual([
    ['repository https://github.com/acme/shop', 'unheard'],
    ['forge github.com', 'absent'],
  ]);
  expect(places(gatheredOf({ readingParts: { clone: CLONE } }))[0]).toEqual(['clone /home/ada/shop', 'found']);
  expect(gatheredOf().evidence.every(({ boundBy }) => boundBy === 'commit')).toBe(true);
});
