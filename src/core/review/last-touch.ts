import type { Owner } from '../codeowners/model.ts';
import type { ForgeAccount } from '../model/forge.ts';
import type { Instant } from '../model/outcome.ts';
import type { ContributingPerson } from './contributors.ts';

/** An owner, and who that is now. */
export type KnownOwner = {
  readonly owner: Owner;
  /** Members of a team, or the account itself; missing where the forge did not tell. */
  readonly accounts?: readonly ForgeAccount[];
  /** False where there are more members than listed. */
  readonly isComplete: boolean;
};

/** When one of the owners last changed the path, within the time that was looked at. */
export type LastTouch =
  | { readonly kind: 'touched'; readonly at: Instant; readonly by: ContributingPerson }
  | { readonly kind: 'notTouched' }
  /** `why`: a phrase. */
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * @param people who changed the path in that time, bots left out.
 */
export function lastTouchBy(owners: readonly KnownOwner[], people: readonly ContributingPerson[]): LastTouch {
  const identities = owners.flatMap(identitiesOf);
  const touches = people.filter((person) => identities.some((identity) => isPerson(identity, person)));
  const last = touches.toSorted((left, right) => (left.lastCommit.at > right.lastCommit.at ? -1 : 1))[0];
  if (last !== undefined) return { kind: 'touched', at: last.lastCommit.at, by: last };
  if (people.length === 0) return { kind: 'notTouched' };
  return whyUnknown(owners, { identities, people }) ?? { kind: 'notTouched' };
}

type Identity = { readonly login?: string; readonly email?: string };

function identitiesOf({ owner, accounts = [] }: KnownOwner): readonly Identity[] {
  const known = accounts.map(({ login, email }) => (email === undefined ? { login } : { login, email }));
  if (owner.kind === 'email') return [{ email: owner.name }, ...known];
  return owner.kind === 'user' || owner.kind === 'account' ? [{ login: owner.name }, ...known] : known;
}

function isPerson({ login, email }: Identity, person: ContributingPerson): boolean {
  return (
    (login !== undefined && login.toLowerCase() === person.login?.toLowerCase()) ||
    (email !== undefined && person.emails.includes(email.toLowerCase()))
  );
}

function whyUnknown(
  owners: readonly KnownOwner[],
  { identities, people }: { readonly identities: readonly Identity[]; readonly people: readonly ContributingPerson[] },
): LastTouch | undefined {
  const hidden = owners.find(({ owner, accounts, isComplete }) =>
    owner.kind === 'user' || owner.kind === 'email' ? false : accounts === undefined || !isComplete,
  );
  if (hidden !== undefined) return { kind: 'unknown', why: `not all members of ${hidden.owner.text} are known` };
  const stranger = people.find((person) => !identities.every((identity) => isComparable(identity, person)));
  return stranger && { kind: 'unknown', why: `it is not known which account ${stranger.name} has` };
}

/** A login and an address may be of one person: only two of a sort can be told apart. */
function isComparable({ login, email }: Identity, person: ContributingPerson): boolean {
  return (login !== undefined && person.login !== undefined) || (email !== undefined && person.emails.length > 0);
}
