import { withoutUndefined } from '../defined.ts';
import { codeAt, contactsOfLinks, fields, folderPattern, links, records, text, texts } from './fields.ts';
import { nameless, type CatalogFormat } from './format.ts';
import type { CatalogComponent, CodeLocation } from './model.ts';
import { refOf, teamReference } from './refs.ts';
import { isRecord } from '../json.ts';

const PROVIDER_HOSTS: ReadonlyMap<string, string> = new Map([
  ['github', 'github.com'],
  ['gitlab', 'gitlab.com'],
  ['bitbucket', 'bitbucket.org'],
]);

/** OpsLevel's `opslevel.yml`. A `repository:` alone describes no service. */
export const OPSLEVEL: CatalogFormat = {
  name: 'opslevel',
  marks: (value) => 'version' in value && ['service', 'component', 'repository'].some((key) => isRecord(value[key])),
  read: ({ value, place, placeOf }) => {
    const key = isRecord(value['service']) ? 'service' : 'component';
    if (!isRecord(value[key])) return {};
    const service = fields(value[key]);
    const name = text(service['name']);
    if (name === undefined) return nameless(placeOf([key]), `${key}.name`);
    const shown = links(service['tools']);
    const component: CatalogComponent = withoutUndefined({
      entityRef: refOf('component', name),
      name,
      title: undefined,
      kind: 'component',
      type: text(service['type'])?.toLowerCase(),
      aliases: texts(service['aliases']),
      lifecycle: text(service['lifecycle']),
      tier: text(service['tier']),
      owners: texts(service['owner']).map(teamReference),
      system: text(service['system']) ?? text(service['product']),
      description: text(service['description']),
      links: shown,
      contacts: contactsOfLinks(shown, place),
      images: [],
      code: records(service['repositories']).flatMap(repositoryCode),
      place,
    });
    return { components: [component] };
  },
};

/** `acme/shop` at GitHub, unless it says otherwise; or an address. */
function repositoryCode(repository: Readonly<Record<string, unknown>>): readonly CodeLocation[] {
  const name = text(repository['name']);
  if (name === undefined) return [];
  const host = PROVIDER_HOSTS.get(text(repository['provider'])?.toLowerCase() ?? 'github');
  const pattern = folderPattern(text(repository['path']));
  const paths = pattern === undefined ? [] : [pattern];
  if (/^[a-z]+:\/\//i.test(name)) return codeAt(name, paths);
  return host === undefined ? [] : codeAt(`https://${host}/${name}`, paths);
}
