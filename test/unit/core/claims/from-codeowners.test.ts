import { describe, expect, test } from 'vitest';
import { claimsOfCodeowners, placesOfCodeowners, ruleText } from '../../../../src/core/claims/from-codeowners.ts';
import { ToolError } from '../../../../src/core/errors.ts';
import { failed, found } from '../../../../src/core/model/outcome.ts';
import type { SourceRead } from '../../../../src/core/model/source.ts';
import { factsOfSource } from '../../../../src/core/source/facts.ts';
import { AS_IT_IS, WHOLE, askedOf, pathOf, readingOf, ruledBy, sourceOf } from '../source/reads.ts';

const GONE = new ToolError('TIMED_OUT', 'no answer within 10 s');
const RULES = '* @acme/platform\n/services/cart/ @acme/cart ops@acme.example\n/services/pay/\n';
const files = { '.github/CODEOWNERS': RULES };

function claimed(read: SourceRead): readonly unknown[] {
  return claimsOfCodeowners(factsOfSource(read)).map(({ claim, strength, origin }) =>
    claim.kind === 'edge' && claim.to.kind === 'owner'
      ? [
          claim.from.kind === 'sourcePath' ? claim.from.path : claim.from.kind,
          claim.to.handle,
          strength,
          origin.location,
        ]
      : [],
  );
}

describe('whom CODEOWNERS names', () => {
  test('for each path that was asked for, by the line that says so', () => {
    expect(claimed(ruledBy(RULES))).toEqual([
      ['services/cart/Dockerfile', '@acme/cart', 'declared', '.github/CODEOWNERS:2 (/services/cart/)'],
      ['services/cart/Dockerfile', 'ops@acme.example', 'declared', '.github/CODEOWNERS:2 (/services/cart/)'],
      ['sourceRevision', '@acme/platform', 'declared', '.github/CODEOWNERS:1 (*)'],
    ]);
  });

  test('nobody, by a rule without owners', () => {
    expect(
      claimed(ruledBy(RULES, { asked: askedOf(undefined, [pathOf('dockerfile', 'services/pay/Dockerfile')]) })),
    ).toEqual([]);
  });

  test('of GitLab each owner by the rule of its own section', () => {
    const text = '* @all\n[Docs]\n*.md @docs\n';
    const read = sourceOf({
      forgeKind: 'gitlab',
      asked: askedOf(undefined, [pathOf('given', 'a.md')]),
      readingParts: { files: { CODEOWNERS: text } },
    });
    expect(claimed(read)).toEqual([
      ['a.md', '@all', 'declared', 'CODEOWNERS:1 (*)'],
      ['a.md', '@docs', 'declared', 'CODEOWNERS:3 ([Docs] *.md)'],
    ]);
    expect(ruleText(factsOfSource(read).ownerships[0]?.atCommit ?? { kind: 'noFile', looked: [] })).toBe(
      'CODEOWNERS:1 (*), CODEOWNERS:3 ([Docs] *.md)',
    );
  });
});

describe('what its word is worth', () => {
  const worth = (read: SourceRead) =>
    claimsOfCodeowners(factsOfSource(read)).map(({ strength, why }) => [strength, why])[0];

  test('nothing but a guess where the commit is not known, or need not be of the repository', () => {
    expect(worth(sourceOf({ readingParts: { files }, asked: askedOf(AS_IT_IS, [WHOLE]) }))).toEqual([
      'inferred',
      expect.stringContaining('no commit is known'),
    ]);
    expect(worth(sourceOf({ readingParts: { files, reachability: found({ refs: [] }) } }))).toEqual([
      'inferred',
      expect.stringContaining('on no branch and no tag'),
    ]);
    expect(worth(sourceOf({ readingParts: { files, reachability: failed(GONE) } }))).toEqual([
      'inferred',
      expect.stringContaining('not heard'),
    ]);
  });

  test('its author’s word where it is', () => {
    expect(worth(ruledBy(RULES))).toEqual(['declared', undefined]);
  });
});

test('the ledger tells no file, an unread one, and which lines the forge leaves out', () => {
  const detail = (reading: SourceRead['reading']) =>
    placesOfCodeowners(factsOfSource(sourceOf({ reading }))).map((place) => [place.result, place.detail]);
  expect(detail(found(readingOf()))[0]).toEqual(['absent', 'none of .github/CODEOWNERS, CODEOWNERS, docs/CODEOWNERS']);
  expect(detail(found(readingOf({ paths: new Map([['CODEOWNERS', failed(GONE)]]), head: failed(GONE) })))).toEqual([
    ['unheard', 'no answer within 10 s'],
  ]);
  expect(detail(found(readingOf({ files: { CODEOWNERS: '* @a\n![x] @b\n' } })))[0]?.[1]).toMatch(
    /^CODEOWNERS: 1 rules, read as github does \(.+\), 1 lines are not read there$/,
  );
  expect(detail(failed(GONE))).toEqual([]);
});
