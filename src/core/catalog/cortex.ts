import { withoutUndefined } from '../defined.ts';
import { codeAt, contact, contactsOfLinks, fields, folderPattern, links, records, text, texts } from './fields.ts';
import { nameless, type CatalogFormat } from './format.ts';
import type {
  CatalogComponent,
  CatalogContact,
  CatalogPlace,
  CatalogTeam,
  CodeLocation,
  OwnerReference,
} from './model.ts';
import { ownerReference, refOf, teamReference } from './refs.ts';

type Fields = Readonly<Record<string, unknown>>;

const GIT_HOSTS: ReadonlyMap<string, string> = new Map([
  ['github', 'github.com'],
  ['gitlab', 'gitlab.com'],
  ['bitbucket', 'bitbucket.org'],
]);

/** Cortex's `cortex.yaml`, which is an OpenAPI document with extensions. */
export const CORTEX: CatalogFormat = {
  name: 'cortex',
  marks: (value) => 'openapi' in value && Object.keys(fields(value['info'])).some((key) => key.startsWith('x-cortex-')),
  read: ({ value, place, placeOf }) => {
    const described = fields(value['info']);
    const tag = text(described['x-cortex-tag']);
    if (tag === undefined) return nameless(placeOf(['info']), 'info.x-cortex-tag');
    const type = text(described['x-cortex-type'])?.toLowerCase() ?? 'service';
    if (type === 'team') return { teams: [team(tag, described, place)] };
    return { components: [component({ tag, type }, described, place)] };
  },
};

type Tagged = { readonly tag: string; readonly type: string };

function component({ tag, type }: Tagged, described: Fields, place: CatalogPlace): CatalogComponent {
  const shown = links(described['x-cortex-link']);
  const metadata = fields(described['x-cortex-custom-metadata']);
  const kind = type === 'domain' ? 'domain' : 'component';
  return withoutUndefined({
    entityRef: refOf(kind, tag),
    name: tag,
    title: text(described['title']),
    kind,
    type,
    aliases: [],
    lifecycle: text(metadata['lifecycle']),
    tier: text(metadata['tier']),
    owners: records(described['x-cortex-owners']).flatMap(ownerOf),
    system: records(described['x-cortex-domain-parents']).flatMap((parent) => texts(parent['tag']))[0],
    description: text(described['description']),
    links: shown,
    contacts: [...contacts(described, place), ...contactsOfLinks(shown, place)],
    images: [],
    code: Object.entries(fields(described['x-cortex-git'])).flatMap(([provider, git]) => codeOf(provider, fields(git))),
    place,
  });
}

function team(tag: string, described: Fields, place: CatalogPlace): CatalogTeam {
  const groups = records(fields(described['x-cortex-team'])['groups']);
  const forge = groups.find(({ provider }) => text(provider)?.toUpperCase() === 'GITHUB');
  return withoutUndefined({
    ref: refOf('group', tag),
    name: tag,
    title: text(described['title']),
    contacts: contacts(described, place),
    members: records(fields(described['x-cortex-team'])['members'])
      .flatMap((member) => texts(member['email']))
      .map((email) => refOf('user', email)),
    parent: records(described['x-cortex-parents'])
      .flatMap((parent) => texts(parent['tag']))
      .map((parent) => refOf('group', parent))[0],
    forgeTeam: text(forge?.['name'])?.toLowerCase(),
    place,
  });
}

/** An owner of type `slack` is a place to write to, and nobody. */
function ownerOf(owner: Fields): readonly OwnerReference[] {
  const type = text(owner['type'])?.toLowerCase();
  if (type === 'email') return texts(owner['email']).map((email) => ownerReference(email));
  return type === 'group' ? texts(owner['name']).map(teamReference) : [];
}

function contacts(described: Fields, place: CatalogPlace): readonly CatalogContact[] {
  const channels = [
    ...records(described['x-cortex-owners']).flatMap((owner) => texts(owner['channel'])),
    ...records(fields(described['x-cortex-slack'])['channels']).flatMap((channel) => texts(channel['name'])),
  ];
  const onCall = fields(described['x-cortex-oncall']);
  return [
    ...channels.flatMap((channel) => contact('chat', `#${channel.replace(/^#/, '')}`, place)),
    ...pager('PagerDuty', fields(onCall['pagerduty']), place),
    ...pager('Opsgenie', fields(onCall['opsgenie']), place),
  ];
}

/** `SERVICE`, `SCHEDULE` or `ESCALATION_POLICY` with an id. */
function pager(product: string, { id, type }: Fields, place: CatalogPlace): readonly CatalogContact[] {
  const number = text(id);
  const what = text(type)?.toLowerCase().replaceAll('_', ' ') ?? 'service';
  return contact('pager', number && `${product} ${what} ${number}`, place);
}

function codeOf(provider: string, git: Fields): readonly CodeLocation[] {
  const repository = text(git['repository']);
  const host = GIT_HOSTS.get(provider);
  const pattern = folderPattern(text(git['basepath']));
  if (repository === undefined || host === undefined) return [];
  return codeAt(`https://${host}/${repository}`, pattern === undefined ? [] : [pattern]);
}
