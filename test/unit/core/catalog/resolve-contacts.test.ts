import { describe, expect, test } from 'vitest';
import type { Owner } from '../../../../src/core/codeowners/model.ts';
import type { Catalog, OwnerReference } from '../../../../src/core/catalog/model.ts';
import { formatPlace } from '../../../../src/core/catalog/model.ts';
import { resolveOwner } from '../../../../src/core/catalog/resolve-contacts.ts';
import { readFixture, readMonorepo, readText, shownContacts } from './catalogs.ts';

const owner = (kind: Owner['kind'], name: string): Owner => ({ kind, name, text: `@${name}` });

/** Who it is, by what, and how to reach them. */
function resolved(asked: Owner | OwnerReference, catalog: Catalog): readonly [readonly string[], readonly string[]] {
  const { matches, contacts } = resolveOwner(asked, catalog);
  const found = matches.map((match) => `${'team' in match ? match.team.ref : match.person.ref} by ${match.reason}`);
  return [found, shownContacts(contacts)];
}

describe('owners of CODEOWNERS', async () => {
  const catalog = await readMonorepo(['people/teams.yaml']);
  const own = ['email payments@acme.example', 'pager Opsgenie team pay'];

  test.each([
    [owner('team', 'acme/Payments'), ["group:default/payments by its forge's team"], own],
    [owner('team', 'other-org/payments'), ['group:default/payments by its name'], own],
    [owner('account', 'payments'), ['group:default/payments by its name'], own],
    [owner('user', 'ADA-lovelace'), ['user:default/ada by the login'], ['email Ada@acme.example']],
    [owner('email', 'ada@ACME.example'), ['user:default/ada by the e-mail address'], ['email Ada@acme.example']],
    [owner('email', 'payments@acme.example'), ["group:default/payments by the team's e-mail address"], own],
    [owner('user', 'ada'), [], []],
    [owner('team', 'acme/nobody'), [], []],
    [owner('role', 'developer'), [], []],
  ] as const)('%o', (asked, matches, contacts) => {
    expect(resolved(asked, catalog)).toEqual([matches, contacts]);
  });

  test('a team without an address is reached by the team above it, which is named', () => {
    const { contacts } = resolveOwner(owner('team', 'acme/platform'), catalog);
    expect(contacts.map(({ kind, address, of }) => [kind, address, of])).toEqual([
      ['email', 'finance@acme.example', 'finance'],
      ['chat', 'https://acme.example/chat/finance', 'finance'],
    ]);
    expect(formatPlace(contacts[0]!.place)).toMatch(
      /^people\/teams\.yaml:17 of https:\/\/github\.com\/acme\/mono at a{40}$/,
    );
  });
});

describe('owners of components', () => {
  const catalog = readFixture('provtrace.yaml');
  const reference = (kind: OwnerReference['kind'], ref: string, text: string): OwnerReference => ({ kind, ref, text });

  test.each([
    [reference('team', 'group:default/finance', 'finance'), ['group:default/finance by its reference']],
    [reference('team', 'group:acme/payments', '@Acme/Payments'), ["group:default/payments by its forge's team"]],
    [reference('team', 'group:other/finance', 'other/finance'), ['group:default/finance by its name']],
    [reference('person', 'user:default/alice', 'user:alice'), ['user:default/alice by its reference']],
    [reference('email', 'a@acme.example', 'A@acme.example'), ['user:default/alice by the e-mail address']],
  ] as const)('%o', (asked, matches) => {
    expect(resolved(asked, catalog)[0]).toEqual(matches);
  });

  test('a title is a name too, as ServiceNow has it', () => {
    const teams = readText('version: 1\nteams: { t-17: { name: Payments & Billing, email: p@acme.example } }\n');
    expect(resolved(reference('team', 'group:default/payments billing', 'Payments Billing'), teams)).toEqual([
      ['group:default/t-17 by its name'],
      ['email p@acme.example'],
    ]);
  });

  test('two catalogs that describe one team both count, and what they share is said once', () => {
    const twice = readText(
      'version: 1\nteams: { a: { email: a@acme.example } }\n---\nversion: 1\nteams: { a: { email: A@acme.example, slack: "#a" } }\n',
    );
    const [matches, contacts] = resolved(reference('team', 'group:default/a', 'a'), twice);
    expect(matches).toHaveLength(2);
    expect(contacts).toEqual(['email a@acme.example', 'chat #a']);
  });

  test('names without letters are nobody', () => {
    const dashes = readText('version: 1\nteams: { "--": { email: a@acme.example } }\n');
    expect(resolved(owner('team', 'acme/..'), dashes)).toEqual([[], []]);
  });
});
