import * as v from 'valibot';
import { withoutUndefined } from '../defined.ts';
import { nearest } from '../nearest.ts';
import { codeAt, contact, contactsOfLinks, fields, imagePattern, links, texts } from './fields.ts';
import { problem, type CatalogDocument, type CatalogFormat } from './format.ts';
import { joinCatalogs, type Catalog, type CatalogPlace } from './model.ts';
import { ownerReference, parseRef, refOf } from './refs.ts';

const oneOrMore = v.optional(v.union([v.string(), v.array(v.string())]));
const one = v.optional(v.string());
const linkSchema = v.strictObject({ url: v.string(), title: one, type: one });

const teamSchema = v.strictObject({
  name: one,
  members: oneOrMore,
  /** `acme/payments`. */
  github: one,
  email: oneOrMore,
  slack: oneOrMore,
  chat: oneOrMore,
  pagerduty: one,
  opsgenie: one,
  /** An address. */
  onCall: one,
  parent: one,
});
const serviceSchema = v.strictObject({
  title: one,
  type: one,
  owner: oneOrMore,
  aliases: oneOrMore,
  tier: one,
  lifecycle: one,
  system: one,
  description: one,
  repo: one,
  /** Patterns in `repo`. */
  paths: oneOrMore,
  images: oneOrMore,
  links: v.optional(v.array(v.union([v.string(), linkSchema]))),
});
const personSchema = v.strictObject({ name: one, email: oneOrMore, github: one });

type Item<Shape> = { readonly name: string; readonly item: Shape; readonly place: CatalogPlace };

/** Our own format (reference/ownership.md 5.3): `version: 1` with `teams`, `services` and `people`, each by its name. */
export const OWN: CatalogFormat = {
  name: 'provtrace',
  marks: (value) => 'version' in value && [...SECTIONS.keys()].some((key) => key in value),
  read: (document) =>
    joinCatalogs(
      Object.keys(document.value).map((key) => {
        if (key === 'version') return checkedVersion(document);
        return (
          SECTIONS.get(key)?.(document) ?? {
            problems: [unknownKey(document, [key], ['version', ...SECTIONS.keys()])],
          }
        );
      }),
    ),
};

type ReadSection = (document: CatalogDocument) => Partial<Catalog>;
const SECTIONS: ReadonlyMap<string, ReadSection> = new Map<string, ReadSection>([
  ['teams', (document) => items(document, { section: 'teams', schema: teamSchema }, team)],
  ['services', (document) => items(document, { section: 'services', schema: serviceSchema }, service)],
  ['people', (document) => items(document, { section: 'people', schema: personSchema }, person)],
]);

function checkedVersion({ value, placeOf }: CatalogDocument): Partial<Catalog> {
  if (value['version'] === '1') return {};
  return { problems: [problem(placeOf(['version']), 'WRONG_VALUE', 'version is not 1, so not all may be understood')] };
}

type ItemSchema = v.StrictObjectSchema<v.ObjectEntries, undefined>;
type Section<Schema> = { readonly section: string; readonly schema: Schema };

/** Each on its own: one that is wrong costs itself, and not the others. */
function items<Schema extends ItemSchema>(
  document: CatalogDocument,
  { section, schema }: Section<Schema>,
  read: (item: Item<v.InferOutput<Schema>>) => Partial<Catalog>,
): Partial<Catalog> {
  return joinCatalogs(
    Object.entries(fields(document.value[section])).map(([name, value]) => {
      const parsed = v.safeParse(schema, value === '' ? {} : value);
      if (parsed.success) return read({ name, item: parsed.output, place: document.placeOf([section, name]) });
      return { problems: parsed.issues.map((issue) => faultIn(document, { keys: [section, name], issue, schema })) };
    }),
  );
}

type Fault = {
  readonly keys: readonly string[];
  readonly issue: v.BaseIssue<unknown>;
  readonly schema: ItemSchema;
};

function faultIn(document: CatalogDocument, { keys, issue, schema }: Fault) {
  const inItem = (issue.path ?? []).map((part) => String(part.key));
  const at = [...keys, ...inItem];
  const known = Object.keys(schema.entries);
  const [first] = inItem;
  if (first !== undefined && !known.includes(first)) return unknownKey(document, at, known);
  const message = `${at.join('.')} is not what is expected: ${issue.message.toLowerCase()}`;
  return problem(document.placeOf(at), 'WRONG_VALUE', message);
}

function unknownKey({ placeOf }: CatalogDocument, keys: readonly string[], known: readonly string[]) {
  const near = nearest(keys.at(-1) ?? '', known);
  const hint = near === undefined ? `known are ${known.join(', ')}` : `did you mean ${near}?`;
  return problem(placeOf(keys), 'UNKNOWN_KEY', `unknown key ${keys.join('.')}`, { hint });
}

function team({ name, item, place }: Item<v.InferOutput<typeof teamSchema>>): Partial<Catalog> {
  const contacts = [
    ...texts(item.email).flatMap((email) => contact('email', email, place)),
    ...[...texts(item.slack), ...texts(item.chat)].flatMap((channel) => contact('chat', channel, place)),
    ...contact('pager', item.pagerduty && `PagerDuty ${item.pagerduty}`, place),
    ...contact('pager', item.opsgenie && `Opsgenie ${item.opsgenie}`, place),
    ...contact('onCall', item.onCall, place),
  ];
  const read = withoutUndefined({
    ref: refOf('group', name),
    name,
    title: item.name,
    contacts,
    members: texts(item.members).map((member) => parseRef(member, { kind: 'user' })),
    parent: item.parent === undefined ? undefined : parseRef(item.parent, { kind: 'group' }),
    forgeTeam: item.github?.replace(/^@/, '').toLowerCase(),
    place,
  });
  return { teams: [read] };
}

function service({ name, item, place }: Item<v.InferOutput<typeof serviceSchema>>): Partial<Catalog> {
  const shown = links(item.links?.map((link) => (typeof link === 'string' ? { url: link } : link)));
  const read = withoutUndefined({
    entityRef: refOf('component', name),
    name,
    title: item.title,
    kind: 'component',
    type: item.type?.toLowerCase() ?? 'service',
    aliases: texts(item.aliases),
    lifecycle: item.lifecycle,
    tier: item.tier,
    owners: texts(item.owner).map((owner) => ownerReference(owner)),
    system: item.system,
    description: item.description,
    links: shown,
    contacts: contactsOfLinks(shown, place),
    images: texts(item.images).map(imagePattern),
    code: codeAt(item.repo, texts(item.paths)),
    place,
  });
  return { components: [read] };
}

function person({ name, item, place }: Item<v.InferOutput<typeof personSchema>>): Partial<Catalog> {
  const login = item.github?.replace(/^@/, '').toLowerCase();
  const read = { ref: refOf('user', name), name: item.name ?? name, emails: texts(item.email), place };
  return { people: [login === undefined ? read : { ...read, login }] };
}
