import type { Owner } from '../codeowners/model.ts';
import { problem } from './format.ts';
import type { Catalog, CatalogContact, CatalogPerson, CatalogProblem, CatalogTeam, OwnerReference } from './model.ts';
import { nameOfRef, slugOf } from './refs.ts';

/** No company is that deep. */
const TEAMS_UPWARDS_MAX = 32;

/** Whom a catalog knows an owner as, and by what: the phrase goes on from "it is this team by". */
export type OwnerMatch =
  | { readonly team: CatalogTeam; readonly reason: string }
  | { readonly person: CatalogPerson; readonly reason: string };

export type FoundContact = CatalogContact & {
  /** Whose it is: the owner's own, or of a team above it. */
  readonly of: string;
};

export type ResolvedOwner = {
  /** Several where catalogs describe it each, or where a name is not unique. */
  readonly matches: readonly OwnerMatch[];
  /** Of each match; of a team that has none, those of the nearest team above it. */
  readonly contacts: readonly FoundContact[];
  readonly problems: readonly CatalogProblem[];
};

/** An owner in the words that teams and people are looked up by, each in lower case. */
type Wanted = {
  readonly refs: readonly string[];
  readonly forgeTeam?: string;
  readonly login?: string;
  readonly email?: string;
  readonly teamName?: string;
  readonly personName?: string;
};

/** Who an owner of CODEOWNERS, or of a component, is, and how to reach them. */
export function resolveOwner(asked: Owner | OwnerReference, catalog: Catalog): ResolvedOwner {
  const matches = matchesOf('ref' in asked ? wantedByReference(asked) : wantedByCodeowners(asked), catalog);
  const reached = matches.map((match) => ('team' in match ? ofTeam(match.team, catalog) : ofPerson(match.person)));
  return {
    matches,
    contacts: withoutRepetition(reached.flatMap(({ contacts }) => contacts)),
    problems: reached.flatMap(({ problems }) => problems),
  };
}

function wantedByReference({ kind, ref, text }: OwnerReference): Wanted {
  const name = nameOfRef(ref);
  if (kind === 'email') return { refs: [], email: ref };
  if (kind === 'person') return { refs: [ref], login: name, personName: name };
  return { refs: [ref], forgeTeam: text.replace(/^@/, '').toLowerCase(), teamName: name };
}

function wantedByCodeowners({ kind, name }: Owner): Wanted {
  const lower = name.toLowerCase();
  const last = lower.split('/').at(-1) ?? '';
  switch (kind) {
    case 'team':
      return { refs: [], forgeTeam: lower, teamName: last };
    case 'user':
      return { refs: [], login: lower, personName: lower };
    case 'account':
      return { refs: [], login: lower, forgeTeam: lower, personName: lower, teamName: lower };
    case 'email':
      return { refs: [], email: lower };
    case 'role':
      return { refs: [] };
  }
}

type Way = { readonly reason: string } & (
  | { readonly isTeam: (team: CatalogTeam, wanted: Wanted) => boolean }
  | { readonly isPerson: (person: CatalogPerson, wanted: Wanted) => boolean }
);

/** Strongest first. The first that finds anybody is the answer. */
const WAYS: readonly Way[] = [
  { reason: 'its reference', isTeam: ({ ref }, { refs }) => refs.includes(ref) },
  { reason: 'its reference', isPerson: ({ ref }, { refs }) => refs.includes(ref) },
  { reason: "its forge's team", isTeam: ({ forgeTeam }, wanted) => same(forgeTeam, wanted.forgeTeam) },
  { reason: 'the login', isPerson: ({ login }, wanted) => same(login, wanted.login) },
  {
    reason: 'the e-mail address',
    isPerson: ({ emails }, wanted) => emails.some((email) => same(email.toLowerCase(), wanted.email)),
  },
  {
    reason: "the team's e-mail address",
    isTeam: ({ contacts }, wanted) =>
      contacts.some(({ kind, address }) => kind === 'email' && same(address.toLowerCase(), wanted.email)),
  },
  {
    reason: 'its name',
    isTeam: ({ ref, title }, { teamName = '' }) =>
      slugOf(teamName) !== '' && [nameOfRef(ref), title ?? ''].some((name) => slugOf(name) === slugOf(teamName)),
  },
  {
    reason: 'the name',
    isPerson: ({ ref, login }, wanted) => login === undefined && same(nameOfRef(ref), wanted.personName),
  },
];

function same(left: string | undefined, right: string | undefined): boolean {
  return left !== undefined && left === right;
}

function matchesOf(wanted: Wanted, { teams, people }: Catalog): readonly OwnerMatch[] {
  for (const way of WAYS) {
    const found: readonly OwnerMatch[] =
      'isTeam' in way
        ? teams.filter((team) => way.isTeam(team, wanted)).map((team) => ({ team, reason: way.reason }))
        : people.filter((person) => way.isPerson(person, wanted)).map((person) => ({ person, reason: way.reason }));
    if (found.length > 0) return found;
  }
  return [];
}

type Reached = { readonly contacts: readonly FoundContact[]; readonly problems: readonly CatalogProblem[] };

function ofPerson({ name, emails, place }: CatalogPerson): Reached {
  const contacts = emails.map((address) => ({ kind: 'email' as const, address, place, of: name }));
  return { contacts, problems: [] };
}

/** Its own contacts, else those of the nearest team above it that has any. */
function ofTeam(team: CatalogTeam, { teams }: Catalog): Reached {
  const upwards: CatalogTeam[] = [team];
  for (let above = parentOf(team, teams); above !== undefined; above = parentOf(above, teams)) {
    const isCyclic = upwards.some(({ ref }) => ref === above?.ref);
    if (isCyclic || upwards.length === TEAMS_UPWARDS_MAX) {
      const names = [...upwards, above].map(({ name }) => name).join(', ');
      const message = isCyclic ? `teams above each other: ${names}` : `more than ${TEAMS_UPWARDS_MAX} teams above it`;
      const code = isCyclic ? 'CYCLE' : 'TOO_MANY';
      return { contacts: nearestContacts(upwards), problems: [problem(team.place, code, message)] };
    }
    upwards.push(above);
  }
  return { contacts: nearestContacts(upwards), problems: [] };
}

function parentOf({ parent }: CatalogTeam, teams: readonly CatalogTeam[]): CatalogTeam | undefined {
  return parent === undefined ? undefined : teams.find(({ ref }) => ref === parent);
}

function nearestContacts(upwards: readonly CatalogTeam[]): readonly FoundContact[] {
  const reachable = upwards.find(({ contacts }) => contacts.length > 0);
  return (reachable?.contacts ?? []).map((contact) => ({ ...contact, of: reachable?.name ?? '' }));
}

function withoutRepetition(contacts: readonly FoundContact[]): readonly FoundContact[] {
  const known = new Map<string, FoundContact>();
  for (const contact of contacts) {
    const key = `${contact.kind} ${contact.address.toLowerCase()}`;
    if (!known.has(key)) known.set(key, contact);
  }
  return [...known.values()];
}
