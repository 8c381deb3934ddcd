import { withoutUndefined } from '../defined.ts';
import { codeAt, contactsOfLinks, fields, links, text, texts } from './fields.ts';
import { nameless, type CatalogFormat } from './format.ts';
import type { CatalogComponent } from './model.ts';
import { refOf, teamReference } from './refs.ts';

/** Atlassian Compass's `compass.yml`. Its owner is a number, which only Compass turns into a name. */
export const COMPASS: CatalogFormat = {
  name: 'compass',
  marks: (value) => 'configVersion' in value,
  read: ({ value, place }) => {
    const name = text(value['name']);
    if (name === undefined) return nameless(place, 'name');
    const shown = links(value['links']);
    const details = fields(value['fields']);
    const component: CatalogComponent = withoutUndefined({
      entityRef: refOf('component', name),
      name,
      title: undefined,
      kind: 'component',
      type: text(value['typeId'])?.toLowerCase(),
      aliases: texts(value['id']),
      lifecycle: text(details['lifecycle']),
      tier: text(details['tier']),
      owners: texts(value['ownerId']).map(teamReference),
      system: undefined,
      description: text(value['description']),
      links: shown,
      contacts: contactsOfLinks(shown, place),
      images: [],
      code: shown.filter(({ type }) => type?.toUpperCase() === 'REPOSITORY').flatMap(({ url }) => codeAt(url)),
      place,
    });
    return { components: [component] };
  },
};
