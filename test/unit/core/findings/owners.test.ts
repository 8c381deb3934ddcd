import { describe, expect, test } from 'vitest';
import { OWNER_RULES } from '../../../../src/core/findings/owners.ts';
import { absent, found } from '../../../../src/core/model/outcome.ts';
import type { ForgeTeam } from '../../../../src/core/model/forge.ts';
import type { SourceRead } from '../../../../src/core/model/source.ts';
import { DOCKERFILE, WHOLE, askedOf, pathOf, ruledBy, sourceOf } from '../source/reads.ts';
import { messagesOf } from './people.ts';

const said = (code: string, read: SourceRead) => messagesOf(OWNER_RULES, code, { sources: [read] });
const contributor = (email: string) => ({
  name: email,
  email,
  commits: 1,
  lastCommit: { id: 'a1'.repeat(20), at: '2026-05-01T10:00:00Z' },
});

describe('OWNERS_CHANGED', () => {
  const changed = (before: string, now: string, paths = [DOCKERFILE, WHOLE]) =>
    said(
      'OWNERS_CHANGED',
      sourceOf({
        asked: askedOf(undefined, paths),
        readingParts: { files: { CODEOWNERS: before }, atHead: { CODEOWNERS: now } },
      }),
    );

  test('names who went and who came', () => {
    expect(changed('* @acme/cart\n', '* @acme/checkout\n')).toEqual([
      'the owners of services/cart/Dockerfile have changed since the commit: no longer @acme/cart, now @acme/checkout',
    ]);
    expect(changed('* @acme/cart\n', '* @acme/cart @acme/checkout\n', [WHOLE])).toEqual([
      'the owners of the repository have changed since the commit: now @acme/checkout',
    ]);
  });

  test('is nothing where they are the same, or another path’s changed, or which path is in dispute', () => {
    expect(changed('* @acme/cart\n', '* @acme/cart\n/docs/ @acme/docs\n')).toEqual([]);
    const two = [DOCKERFILE, pathOf('dockerfile', 'services/pay/Dockerfile')];
    expect(changed('* @acme/cart\n', '* @acme/checkout\n', two)).toEqual([]);
  });
});

describe('OWNERS_INACTIVE', () => {
  const members = (total: number): ForgeTeam => ({
    path: 'acme/cart',
    name: 'Cart',
    members: [{ login: 'grace', kind: 'person', email: 'grace@acme.example' }],
    membersTotal: total,
  });
  const inactive = (more: Partial<SourceRead>) => said('OWNERS_INACTIVE', ruledBy('* @acme/cart\n', more));
  const byEve = { contributors: found([contributor('5+eve@users.noreply.github.com')]) };

  test('a team of which nobody has changed the path', () => {
    expect(inactive({ ...byEve, teams: new Map([['acme/cart', members(1)]]) })).toHaveLength(1);
  });

  test('is not said of a team whose members are not all known', () => {
    expect(inactive(byEve)).toEqual([]);
    expect(inactive({ ...byEve, teams: new Map([['acme/cart', members(2)]]) })).toEqual([]);
  });

  test('is not said where nobody was asked, or a member has', () => {
    expect(inactive({ teams: new Map([['acme/cart', members(1)]]) })).toEqual([]);
    expect(inactive({ contributors: absent('noSuchCommit') })).toEqual([]);
    const contributors = found([contributor('grace@acme.example')]);
    expect(inactive({ contributors, teams: new Map([['acme/cart', members(1)]]) })).toEqual([]);
  });
});

test('CODEOWNERS_LINES_SKIPPED: which lines the forge does not read, three of them in full', () => {
  expect(said('CODEOWNERS_LINES_SKIPPED', ruledBy('* @acme/cart\n'))).toEqual([]);
  const [message] = said('CODEOWNERS_LINES_SKIPPED', ruledBy(`* @acme/cart\n${'![x] @b\n'.repeat(5)}`));
  expect(message).toMatch(/^\.github\/CODEOWNERS: line 2: .+; line 3: .+; line 4: .+, and 2 more$/);
});
