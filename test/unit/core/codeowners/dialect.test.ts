import { describe, expect, test } from 'vitest';
import { chooseDialect, codeownersLocations, DIALECT_NAMES } from '../../../../src/core/codeowners/dialect.ts';
import { refusalOf } from './refusal.ts';

describe('locations', () => {
  test.each([
    ['github', ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS']],
    ['gitlab', ['CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS']],
    ['gitea', ['CODEOWNERS', 'docs/CODEOWNERS', '.gitea/CODEOWNERS']],
    ['forgejo', ['CODEOWNERS', 'docs/CODEOWNERS', '.gitea/CODEOWNERS']],
    ['bitbucketCloud', ['.bitbucket/CODEOWNERS']],
    ['bitbucketDataCenter', ['.bitbucket/CODEOWNERS']],
  ] as const)('%s', (forge, locations) => {
    expect(codeownersLocations(forge)).toEqual(locations);
  });

  test('without a forge are all of them, each once, in an order that keeps that of each forge but for .github', () => {
    const all = codeownersLocations();
    expect(new Set(all).size).toBe(6);
    expect(all).toHaveLength(6);
    for (const forge of ['github', 'gitlab', 'gitea', 'bitbucketCloud'] as const) {
      const own = codeownersLocations(forge);
      expect(all.filter((location) => own.includes(location))).toEqual(own);
    }
  });
});

describe('choice', () => {
  test('the forge goes before the place, the place before the text', () => {
    const text = '[Docs]\n*.md @a';
    expect(chooseDialect({ forge: 'forgejo', path: '.gitlab/CODEOWNERS', text })).toMatchObject({
      dialect: 'gitea',
      because: 'forge',
    });
    expect(chooseDialect({ path: '.github/CODEOWNERS', text })).toMatchObject({
      dialect: 'github',
      because: 'location',
    });
    expect(chooseDialect({ path: 'CODEOWNERS', text })).toMatchObject({ dialect: 'gitlab', because: 'content' });
  });

  test.each([
    ['.github', 'github'],
    ['.gitlab', 'gitlab'],
    ['.gitea', 'gitea'],
    ['.bitbucket', 'bitbucketCloud'],
  ])('by the folder %s', (folder, dialect) => {
    const choice = chooseDialect({ path: `${folder}/CODEOWNERS`, text: '' });
    expect(choice).toMatchObject({ dialect, because: 'location' });
    expect(choice.reason).toContain(`${folder}/CODEOWNERS`);
  });

  test.each([
    ['* @a\n[Docs]\n*.md @b', 'gitlab'],
    ['^[Docs] @a @g/h\n*.md', 'gitlab'],
    ['  [Docs][2] @a\r\n*.md', 'gitlab'],
    ['[ab].md @a', 'github'],
    ['[id]/page.ts @a', 'github'],
    ['.*\\\\.go @a', 'gitea'],
    ['docs/.* @a', 'gitea'],
    ['^programs/(a|b)/.* @a', 'gitea'],
    ['a\\\\.b @a', 'gitea'],
    ['README.* @a', 'github'],
    ['/.* @a', 'github'],
    ['src/**/.* @a', 'github'],
    ['# .* and \\\\. and [x]', 'github'],
    ['', 'github'],
  ])('by the text %j', (text, dialect) => {
    expect(chooseDialect({ text }).dialect).toBe(dialect);
  });

  test('says why, and every dialect has a name for people', () => {
    expect(chooseDialect({ text: '* @a' })).toEqual({
      dialect: 'github',
      because: 'default',
      reason: 'nothing in it is of another forge',
    });
    expect(DIALECT_NAMES).toMatchObject({ gitea: 'Gitea and Forgejo', bitbucketDataCenter: 'Bitbucket Data Center' });
  });
});

describe('other formats are refused by their names', () => {
  test.each([
    ['.codeowners', '* @a', 'codeowners-plus'],
    ['codeowners.toml', '', 'codeowners-plus'],
    ['packages/x/.codeowners', '* @a', 'codeowners-plus'],
    ['owners.txt', '* @a\n& src/** @b', 'codeowners-plus'],
    [undefined, '? src/** @b', 'codeowners-plus'],
    ['OWNERS', '', 'Kubernetes OWNERS'],
    ['pkg/OWNERS', 'approvers:\n- jane', 'Kubernetes OWNERS'],
    [undefined, '# comment\nreviewers:\n- jane', 'Kubernetes OWNERS'],
  ])('%s %j', (path, text, name) => {
    const refusal = refusalOf(() => chooseDialect({ ...(path !== undefined && { path }), text }));
    expect(refusal).toMatchObject({ code: 'UNSUPPORTED', got: name });
    expect(refusal?.message).toContain(name);
  });

  test('but what is called CODEOWNERS is what its forge reads it as', () => {
    expect(chooseDialect({ path: '.github/CODEOWNERS', text: '& src/** @b' }).dialect).toBe('github');
  });
});
