import { describe, expect, test } from 'vitest';
import { gatheredOfCatalogs } from '../../../../src/core/claims/from-catalog.ts';
import { ToolError } from '../../../../src/core/errors.ts';
import type { Gathered } from '../../../../src/core/model/chain.ts';
import { failed, found } from '../../../../src/core/model/outcome.ts';
import type { CatalogRead } from '../../../../src/core/source/people.ts';
import { peopleOf } from '../../../../src/core/source/people.ts';
import {
  IMAGE,
  catalogsOf,
  componentText,
  configured,
  groupText,
  inRepository,
  readingOf,
  sourceOf,
} from '../source/reads.ts';

const GONE = new ToolError('TIMED_OUT', 'no answer within 10 s', { hint: 'try again' });
const PATH = 'services/cart/catalog-info.yaml';
const TEXT = `${componentText('basket', 'group:default/cart')}---\n${groupText('cart', 'cart@acme.example')}`;
const FILES = { CODEOWNERS: '* @acme/cart\n' };

function gatheredOf(catalogs: CatalogRead, reading = readingOf({ files: FILES })): Gathered {
  return gatheredOfCatalogs(
    IMAGE,
    peopleOf({ image: IMAGE, sources: [sourceOf({ reading: found(reading) })], catalogs }),
  );
}
function edges({ evidence }: Gathered): readonly unknown[] {
  return evidence.map(({ claim, strength }) =>
    claim.kind === 'edge' ? [claim.relation, claim.to.kind, strength] : [],
  );
}

describe('what a catalog says of an image', () => {
  test('is declared by the file beside its code, with where it says so', () => {
    const said = gatheredOf(catalogsOf(inRepository(PATH, TEXT)));
    expect(edges(said).slice(0, 2)).toEqual([
      ['componentOf', 'component', 'declared'],
      ['ownedBy', 'owner', 'declared'],
    ]);
    expect(edges(said)).toContainEqual(['contactOf', 'contact', 'declared']);
    expect(said.evidence[0]?.origin.location).toContain(`${PATH}:1`);
  });

  test('is worked out where only the name, or the owner, is the same', () => {
    const said = gatheredOf(catalogsOf(configured(componentText('cart', 'group:default/other'))));
    expect(edges(said)[0]).toEqual(['componentOf', 'component', 'inferred']);
  });

  test.each([
    ['is on no branch', found({ refs: [] }), 'on no branch and no tag'],
    ['may be on none', failed(GONE), 'was not heard'],
  ] as const)('is worked out in all its parts at a commit that %s', (_what, reachability, why) => {
    const said = gatheredOf(catalogsOf(inRepository(PATH, TEXT)), readingOf({ files: FILES, reachability }));
    expect(said.evidence.length).toBeGreaterThan(2);
    for (const { strength, why: told } of said.evidence) {
      expect(strength).toBe('inferred');
      expect(told).toContain(why);
    }
  });

  test('is worth as much as ever where it is configured', () => {
    const readingApart = readingOf({ files: FILES, reachability: found({ refs: [] }) });
    const said = gatheredOf(catalogsOf(configured(groupText('cart', 'cart@acme.example'))), readingApart);
    expect(edges(said)).toEqual([['contactOf', 'contact', 'declared']]);
  });
});

describe('the ledger', () => {
  test('has a catalog that was read, one that is not there, and one that was not heard, which could have named the owner too', () => {
    const said = gatheredOf({
      ...catalogsOf(configured(TEXT)),
      missing: ['old'],
      unheard: [{ name: 'portal', error: GONE }],
    });
    expect(said.places.map(({ carrier, result }) => [carrier, result])).toEqual([
      ['catalog acme', 'found'],
      ['catalog old', 'absent'],
      ['catalog portal', 'unheard'],
    ]);
    expect(said.problems).toEqual([
      {
        collector: 'catalog',
        at: IMAGE,
        relations: ['ownedBy', 'componentOf', 'contactOf'],
        code: 'TIMED_OUT',
        message: 'catalog portal: no answer within 10 s',
        hint: 'try again',
      },
    ]);
  });

  test('has what is written badly, which nobody needs to hear again', () => {
    const said = gatheredOf(catalogsOf(configured('apiVersion: backstage.io/v1alpha1\nkind: Component\n')));
    expect(said.problems).toEqual([]);
    expect(said.places.map(({ detail }) => detail).join()).toContain('left out');
  });
});
