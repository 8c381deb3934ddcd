import { describe, expect, test } from 'vitest';
import { found } from '../../../../src/core/model/outcome.ts';
import type { SourceRead } from '../../../../src/core/model/source.ts';
import type { CatalogRead, People } from '../../../../src/core/source/people.ts';
import { peopleOf } from '../../../../src/core/source/people.ts';
import {
  COMMIT,
  DOCKERFILE,
  IMAGE,
  WHOLE,
  askedOf,
  catalogsOf,
  componentText,
  configured,
  groupText,
  inRepository,
  pathOf,
  readingOf,
  sourceOf,
} from './reads.ts';

const CODEOWNERS = { '.github/CODEOWNERS': '* @acme/cart\n' };
const FORK = sourceOf({ reading: found(readingOf({ files: CODEOWNERS, reachability: found({ refs: [] }) })) });
const KNOWN = sourceOf({ readingParts: { files: CODEOWNERS } });
const OTHER_SHOP = 'https://github.com/acme/other';

function people(catalogs: CatalogRead, ...sources: readonly SourceRead[]): People {
  return peopleOf({ image: IMAGE, sources, catalogs });
}
const contactsIn = ({ owners }: People): readonly string[] =>
  owners.flatMap(({ resolved }) => resolved.contacts.map(({ address }) => address));

describe('from the owners of a path to people', () => {
  test('the team of CODEOWNERS is that of the catalog', () => {
    const known = people(catalogsOf(configured(groupText('cart', 'cart@acme.example'))), KNOWN);
    expect(known.owners.map(({ handle, isComponentOwner }) => [handle, isComponentOwner])).toEqual([
      ['@acme/cart', false],
    ]);
    expect(contactsIn(known)).toEqual(['cart@acme.example']);
  });

  test('the service is that of the nearest catalog file at the commit, and so are its owners', () => {
    const text = componentText('cart', 'group:default/cart');
    const known = people(catalogsOf(inRepository('services/cart/catalog-info.yaml', text)), KNOWN);
    expect(known.services[0]).toMatchObject({ rank: 2, component: { entityRef: 'component:default/cart' } });
    expect(known.owners.map(({ handle }) => handle)).toEqual(['@acme/cart', 'group:default/cart']);
  });

  test('of sources in dispute none is the image’s: neither their owners nor their paths count', () => {
    const other = { ...KNOWN, asked: askedOf({ kind: 'sourceRevision', repository: OTHER_SHOP, commit: COMMIT }) };
    const text = componentText('cart-api', 'group:default/cart');
    const known = people(catalogsOf(inRepository('services/cart/catalog-info.yaml', text)), KNOWN, other);
    expect(known.owners).toEqual([]);
    expect(known.services).toEqual([]);
  });

  test('of Dockerfiles in dispute the one in the longer folder does not win', () => {
    const paths = [DOCKERFILE, pathOf('dockerfile', 'services/search/Dockerfile'), WHOLE];
    const files = ['cart', 'search'].map((name) =>
      inRepository(`services/${name}/catalog-info.yaml`, componentText(`${name}-api`, `group:default/${name}`)),
    );
    const known = people(catalogsOf(...files), { ...KNOWN, asked: askedOf(undefined, paths) });
    expect(new Set(known.services.map(({ rank }) => rank))).not.toContain(2);
  });
});

describe('a commit that need not be of the repository', () => {
  const mine = inRepository(
    'services/cart/catalog-info.yaml',
    `${componentText('stolen', 'group:default/mallory')}---\n${groupText('cart', 'mallory@evil.example')}`,
  );

  test('cannot say how a team is reached that somebody else knows', () => {
    const known = people(catalogsOf(configured(groupText('cart', 'cart@acme.example')), mine), FORK);
    expect(contactsIn(known)).toEqual(['cart@acme.example']);
  });

  test('cannot put its service before another one', () => {
    const known = people(catalogsOf(configured(componentText('cart', 'group:default/cart')), mine), FORK);
    const refs = known.services.map(({ component }) => component.entityRef);
    expect([refs[0], refs.at(-1)]).toEqual(['component:default/cart', 'component:default/stolen']);
    expect(known.owners.map(({ handle }) => handle)).not.toContain('group:default/mallory');
  });

  test('is heard where nobody else says anything', () => {
    expect(contactsIn(people(catalogsOf(mine), FORK))).toContain('mallory@evil.example');
  });
});
