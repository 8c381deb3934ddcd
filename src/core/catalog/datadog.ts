import { withoutUndefined } from '../defined.ts';
import { codeAt, contact, contactsOfLinks, fields, links, records, text, texts, webAddress } from './fields.ts';
import { nameless, type CatalogDocument, type CatalogFormat } from './format.ts';
import type { CatalogComponent, CatalogContact, CatalogLink, CatalogPlace, CodeLocation } from './model.ts';
import { parseRef, refOf, teamReference } from './refs.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Datadog's `service.datadog.yaml` (v2, v2.1, v2.2) and `entity.datadog.yaml` (v3). */
export const DATADOG: CatalogFormat = {
  name: 'datadog',
  marks: (value) => isV2(value) || (value['apiVersion'] === 'v3' && text(value['kind']) !== undefined),
  read: (document) => {
    const read = isV2(document.value) ? readV2(document) : readV3(document);
    if (read !== undefined) return { components: [read] };
    return nameless(document.place, isV2(document.value) ? 'dd-service' : 'metadata.name');
  },
};

function isV2(value: Fields): boolean {
  const version = value['schema-version'];
  return typeof version === 'string' && /^v2(\.\d+)?$/.test(version);
}

function readV2({ value, place }: CatalogDocument): CatalogComponent | undefined {
  const name = text(value['dd-service']);
  if (name === undefined) return undefined;
  // v2 has lists of their own for what v2.1 made links.
  const repositories = records(value['repos']).map((repository) => ({ ...repository, type: 'repo' }));
  const shown = links([...records(value['links']), ...repositories, ...records(value['docs'])]);
  const integrations = fields(value['integrations']);
  return withoutUndefined({
    entityRef: refOf('component', name),
    name,
    title: undefined,
    kind: 'component',
    type: text(value['type'])?.toLowerCase(),
    aliases: [],
    lifecycle: text(value['lifecycle']),
    tier: text(value['tier']),
    owners: texts(value['team']).map(teamReference),
    system: text(value['application']),
    description: text(value['description']),
    links: shown,
    contacts: [
      ...contacts(value['contacts'], place),
      ...pagers(
        { pagerduty: integrations['pagerduty'], opsgenie: integrations['opsgenie'], key: 'service-url' },
        place,
      ),
      ...contactsOfLinks(shown, place),
    ],
    images: [],
    code: repositoriesOf(shown),
    place,
  });
}

function readV3({ value, place }: CatalogDocument): CatalogComponent | undefined {
  const metadata = fields(value['metadata']);
  const name = text(metadata['name']);
  if (name === undefined) return undefined;
  const kind = text(value['kind'])?.toLowerCase() ?? '';
  const spec = fields(value['spec']);
  const integrations = fields(value['integrations']);
  const shown = links(metadata['links']);
  const ours = kind === 'service' ? 'component' : kind;
  return withoutUndefined({
    entityRef: refOf(ours, name, text(metadata['namespace'])),
    name,
    title: text(metadata['displayName']),
    kind: ours,
    type: (text(spec['type']) ?? (ours === 'component' ? 'service' : undefined))?.toLowerCase(),
    aliases: [],
    lifecycle: text(spec['lifecycle']),
    tier: text(spec['tier']),
    owners: [...texts(metadata['owner']), ...additionalOwners(metadata)].map(teamReference),
    system: texts(spec['componentOf'])
      .map((part) => parseRef(part, { kind: 'system' }))
      .find((part) => part.startsWith('system:')),
    description: text(metadata['description']),
    links: shown,
    contacts: [
      ...contacts(metadata['contacts'], place),
      ...pagers({ pagerduty: integrations['pagerduty'], opsgenie: integrations['opsgenie'], key: 'serviceURL' }, place),
      ...contactsOfLinks(shown, place),
    ],
    images: [],
    code: codeLocations(value, shown),
    place,
  });
}

function additionalOwners(metadata: Fields): readonly string[] {
  return records(metadata['additionalOwners']).flatMap((owner) => texts(owner['name']));
}

/** What is declared with its paths says more than a link to the repository. */
function codeLocations(value: Fields, shown: readonly CatalogLink[]): readonly CodeLocation[] {
  const declared = records(fields(value['datadog'])['codeLocations']).flatMap((location) =>
    codeAt(location['repositoryURL'], texts(location['paths'])),
  );
  return declared.length > 0 ? declared : repositoriesOf(shown);
}

function repositoriesOf(shown: readonly CatalogLink[]): readonly CodeLocation[] {
  return shown.filter(({ type }) => type?.toLowerCase() === 'repo').flatMap(({ url }) => codeAt(url));
}

function contacts(value: unknown, place: CatalogPlace): readonly CatalogContact[] {
  return records(value).flatMap((each) =>
    contact(text(each['type'])?.toLowerCase() === 'email' ? 'email' : 'chat', each['contact'], place),
  );
}

type Pagers = { readonly pagerduty: unknown; readonly opsgenie: unknown; readonly key: string };

/** In v2 PagerDuty's is the address itself. */
function pagers({ pagerduty, opsgenie, key }: Pagers, place: CatalogPlace): readonly CatalogContact[] {
  return [pagerduty, opsgenie].flatMap((pager) =>
    contact('pager', webAddress(pager) ?? webAddress(fields(pager)[key]), place),
  );
}
