import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import { absent, failed, found } from '../../../../src/core/model/outcome.ts';
import { doubtAbout, factsOfSource } from '../../../../src/core/source/facts.ts';
import { ada, approval, bob, commitOf as forgeCommitOf, requestOf } from '../review/fixtures.ts';
import { AS_IT_IS, WHOLE, askedOf, commitOf, sourceOf } from './reads.ts';

const GONE = new ToolError('TIMED_OUT', 'no answer within 10 s');
const contributor = (name: string, email: string) => ({
  name,
  email,
  commits: 1,
  lastCommit: { id: 'a1'.repeat(20), at: '2026-05-01T10:00:00Z' },
});

describe('what a source comes to', () => {
  test('nothing, where it was not heard', () => {
    const facts = factsOfSource(sourceOf({ reading: failed(GONE) }));
    expect(facts).toMatchObject({ ownerships: [] });
    expect(facts).not.toHaveProperty('commit');
    expect(facts).not.toHaveProperty('hints');
  });

  test('the forge’s verdict only where the forge answered', () => {
    expect(factsOfSource(sourceOf()).review).toBeUndefined();
    const answered = forgeCommitOf([requestOf({ opinions: found([approval(bob)]) })]);
    expect(factsOfSource(sourceOf({ forge: found(answered) })).review?.twoPerson).toBe('yes');
  });

  test('the message of a head is no hint about the change that the image was made from', () => {
    const readingParts = { commit: commitOf({ message: 'Sell carts (#12)\n' }) };
    expect(factsOfSource(sourceOf({ readingParts })).hints?.requests).toMatchObject([
      { url: 'https://github.com/acme/shop/pull/12' },
    ]);
    const head = sourceOf({ readingParts, asked: askedOf(AS_IT_IS, [WHOLE]) });
    expect(factsOfSource(head).hints).toBeUndefined();
  });

  test('bots are no contributors, and the forge’s accounts are known by their addresses', () => {
    const people = [contributor('Ada', 'ada@acme.example'), contributor('renovate[bot]', 'bot@acme.example')];
    const facts = factsOfSource(
      sourceOf({
        contributors: found(people),
        forge: found(forgeCommitOf([], { author: { name: 'Ada', email: 'ADA@acme.example', account: ada } })),
      }),
    );
    expect(facts.contributors?.people.map(({ name, login }) => [name, login])).toEqual([['Ada', 'ada']]);
    expect(facts.contributors?.bots.map(({ name }) => name)).toEqual(['renovate[bot]']);
  });
});

describe('whether a commit is of its repository', () => {
  const doubt = (parts: Parameters<typeof sourceOf>[0]) => doubtAbout(factsOfSource(sourceOf(parts)));

  test('it is, where a branch or a tag leads to it', () => {
    expect(doubt({})).toBeUndefined();
  });

  test('it need not be, where none does', () => {
    expect(doubt({ readingParts: { reachability: found({ refs: [] }) } })).toContain('on no branch and no tag');
  });

  test('that it was not heard is no proof either', () => {
    expect(doubt({ readingParts: { reachability: failed(GONE) } })).toContain('was not heard');
  });

  test('a head is of its repository by being its head', () => {
    expect(doubt({ asked: askedOf(AS_IT_IS), readingParts: { reachability: failed(GONE) } })).toBeUndefined();
  });

  test('of what was not read there is no doubt to tell', () => {
    expect(doubt({ reading: absent('noSuchCommit') })).toBeUndefined();
  });
});
