import { withoutUndefined } from '../defined.ts';
import { backstageCode, backstageContacts, backstageImages } from './backstage-annotations.ts';
import { contact, contactsOfLinks, fields, links, records, text, texts } from './fields.ts';
import { nameless, type CatalogDocument, type CatalogFormat } from './format.ts';
import type { Catalog, CatalogComponent, CatalogPerson, CatalogTeam } from './model.ts';
import { ownerReference, parseRef, refOf } from './refs.ts';

/** Backstage's `catalog-info.yaml`, and the entities of its API. */
export const BACKSTAGE: CatalogFormat = {
  name: 'backstage',
  marks: ({ apiVersion, kind }) =>
    typeof apiVersion === 'string' && apiVersion.startsWith('backstage.io/') && typeof kind === 'string',
  read: (document) => {
    const kind = text(document.value['kind'])?.toLowerCase() ?? '';
    const entity = entityOf(document);
    if (kind === 'location') return locations(entity);
    if (entity.name === '') return nameless(document.place, 'metadata.name');
    return (KINDS.get(kind) ?? NOTHING)(entity);
  },
};

type Entity = {
  readonly document: CatalogDocument;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly annotations: Readonly<Record<string, unknown>>;
  readonly spec: Readonly<Record<string, unknown>>;
};

type ReadEntity = (entity: Entity) => Partial<Catalog>;
const NOTHING: ReadEntity = () => ({});

/** Templates, domains and kinds of plugins say nothing about images and people. */
const KINDS: ReadonlyMap<string, ReadEntity> = new Map<string, ReadEntity>([
  ['component', (entity) => ({ components: [component(entity)] })],
  ['api', (entity) => ({ components: [component(entity)] })],
  ['resource', (entity) => ({ components: [component(entity)] })],
  ['system', (entity) => ({ components: [component(entity)] })],
  ['group', (entity) => ({ teams: [team(entity)] })],
  ['user', (entity) => ({ people: [person(entity)] })],
]);

function entityOf(document: CatalogDocument): Entity {
  const metadata = fields(document.value['metadata']);
  return {
    document,
    kind: text(document.value['kind'])?.toLowerCase() ?? '',
    name: text(metadata['name']) ?? '',
    namespace: text(metadata['namespace']) ?? 'default',
    metadata,
    annotations: fields(metadata['annotations']),
    spec: fields(document.value['spec']),
  };
}

function component(entity: Entity): CatalogComponent {
  const { kind, name, namespace, metadata, annotations, spec } = entity;
  const { place } = entity.document;
  const shown = links(metadata['links']);
  const system = text(spec['system']);
  return withoutUndefined({
    entityRef: refOf(kind, name, namespace),
    name,
    title: text(metadata['title']),
    kind,
    type: text(spec['type'])?.toLowerCase(),
    aliases: texts(annotations['backstage.io/kubernetes-id']),
    lifecycle: text(spec['lifecycle']),
    tier: undefined,
    owners: ownersOf(entity),
    system: system === undefined ? undefined : parseRef(system, { kind: 'system', namespace }),
    description: text(metadata['description']),
    links: shown,
    contacts: [...backstageContacts(annotations, place), ...contactsOfLinks(shown, place)],
    images: backstageImages(annotations),
    code: backstageCode(annotations),
    place,
  });
}

/** A live catalog's relations outrank `spec.owner`, from which and from elsewhere it made them. */
function ownersOf({ document, spec, namespace }: Entity): CatalogComponent['owners'] {
  const related = records(document.value['relations'])
    .filter((relation) => relation['type'] === 'ownedBy')
    .flatMap((relation) => texts(relation['targetRef']));
  const written = related.length > 0 ? related : texts(spec['owner']);
  return written.map((owner) => ownerReference(owner, namespace));
}

function team({ document, name, namespace, metadata, annotations, spec }: Entity): CatalogTeam {
  const { place } = document;
  const profile = fields(spec['profile']);
  const parent = text(spec['parent']);
  const shown = links(metadata['links']);
  const member = (written: string): string => parseRef(written, { kind: 'user', namespace });
  return withoutUndefined({
    ref: refOf('group', name, namespace),
    name,
    title: text(profile['displayName']) ?? text(metadata['title']),
    contacts: [
      ...contact('email', profile['email'], place),
      ...backstageContacts(annotations, place),
      ...contactsOfLinks(shown, place),
    ],
    members: texts(spec['members']).map(member),
    parent: parent === undefined ? undefined : parseRef(parent, { kind: 'group', namespace }),
    forgeTeam: text(annotations['github.com/team-slug'])?.toLowerCase(),
    place,
  });
}

function person({ document, name, namespace, annotations, spec }: Entity): CatalogPerson {
  return withoutUndefined({
    ref: refOf('user', name, namespace),
    name: text(fields(spec['profile'])['displayName']) ?? name,
    login: text(annotations['github.com/user-login'])?.toLowerCase(),
    emails: texts(fields(spec['profile'])['email']),
    place: document.place,
  });
}

function locations({ document, spec }: Entity): Partial<Catalog> {
  const { place } = document;
  return { targets: [...texts(spec['target']), ...texts(spec['targets'])].map((target) => ({ target, place })) };
}
