import type { Party, Tool } from './model.ts';

const SPDX_AGENT = /^(?<role>Person|Organization|Tool):\s*(?<name>\S.*)$/s;

/** SPDX's `Person: name (address)` or `Organization: name (address)` (2.3 clause 7.5); undefined for `NOASSERTION` and for tools. */
export function readSpdxParty(text: string): Party | undefined {
  const { role, name } = SPDX_AGENT.exec(text.trim())?.groups ?? {};
  if (name === undefined || role === 'Tool') return undefined;
  return { ...readParty(name), kind: role === 'Person' ? 'person' : 'organization' };
}

/** SPDX's `Tool: name-version`; some write `name (version)`. */
export function readSpdxTool(text: string): Tool | undefined {
  const { role, name } = SPDX_AGENT.exec(text.trim())?.groups ?? {};
  if (role !== 'Tool' || name === undefined) return undefined;
  const bracketed = splitBracket(name);
  if (bracketed !== undefined && /^v?\d/.test(bracketed.inside))
    return { name: bracketed.before, version: bracketed.inside };
  const lastWord = name.lastIndexOf(' ') + 1;
  const hyphen = name.slice(lastWord).search(/.-v?\d/);
  if (hyphen === -1) return { name };
  return { name: name.slice(0, lastWord + hyphen + 1), version: name.slice(lastWord + hyphen + 2) };
}

/** A name, or a name with an address behind it: `name (address)`, and `name <address>` as package managers write it. */
export function readParty(text: string): Party {
  const bracketed = splitBracket(text.trim());
  if (bracketed === undefined) return { name: text.trim() };
  const { before: name, inside } = bracketed;
  if (inside === '') return { name };
  return inside.includes('@') ? { name, email: inside } : { name: text.trim() };
}

/** `before (inside)` in its two parts, without an expression that would walk back over a long text. */
function splitBracket(text: string): { readonly before: string; readonly inside: string } | undefined {
  const open = { ')': '(', '>': '<' }[text.at(-1) ?? ''];
  const at = open === undefined ? -1 : text.lastIndexOf(open);
  const before = text.slice(0, Math.max(at, 0)).trim();
  return before === '' ? undefined : { before, inside: text.slice(at + 1, -1).trim() };
}

/** What SPDX needs to know, and others do not say: who has an address for letters is taken for a person. */
export function toSpdxParty(party: Party): string {
  const role =
    (party.kind ?? (party.email === undefined ? 'organization' : 'person')) === 'person' ? 'Person' : 'Organization';
  return `${role}: ${party.name}${party.email === undefined ? '' : ` (${party.email})`}`;
}

export function toSpdxTool({ name, version }: Tool): string {
  return `Tool: ${version === undefined ? name : `${name}-${version}`}`;
}
