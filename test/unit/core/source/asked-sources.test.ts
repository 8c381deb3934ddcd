import { describe, expect, test } from 'vitest';
import { trace } from '../../../../src/core/graph/trace.ts';
import type { Entity } from '../../../../src/core/model/entity.ts';
import type { Evidence } from '../../../../src/core/model/evidence.ts';
import type { AskedSource } from '../../../../src/core/model/source.ts';
import { askedSources, parentOf } from '../../../../src/core/source/asked-sources.ts';
import { IMAGE, gathered, repository, revision, says } from '../graph/evidence.ts';

const OTHER = 'e2'.repeat(20);
const path = (name: string, of = 'acme/shop', commit?: string): Entity => ({
  kind: 'sourcePath',
  repository: `https://github.com/${of}`,
  path: name,
  ...(commit === undefined ? {} : { commit }),
});

function asked(...evidence: readonly Evidence[]): readonly AskedSource[] {
  return askedSources(trace(IMAGE, gathered(evidence)));
}
const pathsIn = (source: AskedSource | undefined) => source?.paths.map(({ role, path: name }) => `${role} ${name}`);

describe('the sources that a chain asks about', () => {
  test('nobody is asked where nothing is claimed', () => {
    expect(asked()).toEqual([]);
  });

  test('the commit it settles on, by who named it, and the whole repository last', () => {
    const [source, ...more] = asked(says('builtFrom', revision('acme/shop'), { at: 'label revision' }));
    expect(more).toEqual([]);
    expect(source).toMatchObject({ about: revision('acme/shop'), namedBy: 'label revision' });
    expect(pathsIn(source)).toEqual(['repository ']);
  });

  test('a commit that loses is not asked about', () => {
    const sources = asked(
      says('builtFrom', revision('acme/shop'), { strength: 'verified' }),
      says('builtFrom', revision('mallory/shop'), { strength: 'declared' }),
    );
    expect(sources.map(({ about }) => about)).toEqual([revision('acme/shop')]);
  });

  test('every candidate of a conflict, and no more of them than somebody can make us ask', () => {
    const commits = ['1', '2', '3', '4', '5', '6'].map((digit) => revision('acme/shop', digit.repeat(40)));
    expect(asked(...commits.slice(0, 2).map((each) => says('builtFrom', each)))).toHaveLength(2);
    expect(asked(...commits.map((each) => says('builtFrom', each)))).toHaveLength(4);
  });

  test('the repository alone where no commit is known', () => {
    expect(asked(says('fromRepository', repository('acme/shop'))).map(({ about }) => about)).toEqual([
      repository('acme/shop'),
    ]);
  });

  test('the Dockerfile before the context before the pipeline', () => {
    const build: Entity = { kind: 'build', builderId: 'https://builder.example' };
    const [source] = asked(
      says('builtFrom', revision('acme/shop')),
      says('builtBy', build),
      says('ranBy', path('.github/workflows/release.yml'), { from: build }),
      says('contextAt', path('services/cart')),
      says('builtAt', path('services/cart/Dockerfile')),
    );
    expect(pathsIn(source)).toEqual([
      'dockerfile services/cart/Dockerfile',
      'context services/cart',
      'pipeline .github/workflows/release.yml',
      'repository ',
    ]);
  });

  test('a path of another repository, or of another commit, is no path of this one', () => {
    const [source] = asked(
      says('builtFrom', revision('acme/shop')),
      says('builtAt', path('services/pay/Dockerfile', 'mallory/shop')),
      says('contextAt', path('services/pay', 'acme/shop', OTHER)),
    );
    expect(pathsIn(source)).toEqual(['repository ']);
  });

  test('a repository is the same however it is written', () => {
    const [source] = asked(
      says('builtFrom', revision('acme/shop')),
      says('builtAt', path('Dockerfile', 'Acme/shop.git')),
    );
    expect(pathsIn(source)).toEqual(['dockerfile Dockerfile', 'repository ']);
  });
});

test.each([
  ['a/b/c', 'a/b'],
  ['a', ''],
  ['', ''],
])('the folder that %j is in is %j', (inside, folder) => {
  expect(parentOf(inside)).toBe(folder);
});
