import { describe, expect, test } from 'vitest';
import { ownersOf } from '../../../../src/core/codeowners/match.ts';
import type { Dialect } from '../../../../src/core/codeowners/model.ts';
import { parseCodeowners } from '../../../../src/core/codeowners/parse.ts';
import { readPublicPatterns } from './fixtures.ts';

const { gitignoreLike, differences } = readPublicPatterns();

function matches(pattern: string, path: string, dialect: Dialect = 'github'): boolean {
  return ownersOf(parseCodeowners(`${pattern} @a`, dialect), path).kind === 'owned';
}

describe.each(['github', 'bitbucketCloud'] as const)('%s', (dialect) => {
  test.each(gitignoreLike)('$name: $pattern', ({ pattern, matches: matching, misses }) => {
    const all = [...matching, ...misses];
    expect(all.filter((path) => matches(pattern, path, dialect))).toEqual(matching);
  });
});

describe('where a public suite says otherwise', () => {
  test.each(differences)('$suite: $says; but $because', ({ pattern, path, suiteMatches }) => {
    expect(matches(pattern, path)).toBe(!suiteMatches);
  });

  test('what two of the suites say of GitHub holds for GitLab', () => {
    expect(matches('lib/*', 'x/lib/a.c', 'gitlab')).toBe(true);
    expect(matches('lib/*/*', 'x/lib/io/a.c', 'gitlab')).toBe(true);
    expect(matches('/[Ll]ib', 'Lib', 'gitlab')).toBe(true);
  });
});
