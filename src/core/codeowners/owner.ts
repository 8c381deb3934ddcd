import type { Owner } from './model.ts';

const LOGIN = /^@[\w-]+$/;
const TEAM = /^@[\w-]+\/[\w.-]+$/;
const EMAIL = /^[^\s@]+@[^\s@]+$/;
/** How many of a group Bitbucket asks, and how it chooses them: no part of the name. */
const SELECTION = /:[a-z_]+(?:\(\d*\))?$/;

const GITLAB_ROLE = /(?<![\w@])@@(?<role>developer|maintainer|owner)s?(?!\w)/gi;
/** A dot or a slash at the end belongs to the sentence. */
const GITLAB_NAME = /(?<![\w@])@(?<name>(?:[\w-]|[./]+(?=[\w-]))+)/g;
/** Found by its `@`, so that a long word is not tried from each of its letters. */
const GITLAB_EMAIL = /@(?<=(?<local>[^@\s]{1,100})@)(?<host>[^@\s]{1,255})(?<=\w)/g;

/** `@user`, `@org/team` or an e-mail address; undefined for what GitHub calls an invalid owner. */
export function parseGithubOwner(text: string): Owner | undefined {
  if (LOGIN.test(text)) return { kind: 'user', name: text.slice(1), text };
  if (TEAM.test(text)) return { kind: 'team', name: text.slice(1), text };
  return EMAIL.test(text) ? { kind: 'email', name: text, text } : undefined;
}

/** `@org/team`, else a user, with or without `@`: an e-mail address is looked up as a user's name too. */
export function parseGiteaOwner(text: string): Owner {
  const name = text.startsWith('@') ? text.slice(1) : text;
  return { kind: name.includes('/') ? 'team' : 'user', name, text };
}

/** An e-mail address, a user's name, or `@workspace/group`, each with a selection such as `:random(2)`. */
export function parseBitbucketCloudOwner(text: string): Owner | undefined {
  const name = text.replace(SELECTION, '');
  if (EMAIL.test(name)) return { kind: 'email', name, text };
  const bare = name.startsWith('@') ? name.slice(1) : name;
  if (bare === '' || bare.includes('@')) return undefined;
  return { kind: bare.includes('/') ? 'team' : 'user', name: bare, text };
}

/** An e-mail address, `@user` or `@reviewer-group/name`, whose blanks are escaped. */
export function parseBitbucketDataCenterOwner(text: string): Owner | undefined {
  const name = text.replaceAll(/(?<!\\)\\+(?=\s)/g, '').replace(SELECTION, '');
  if (EMAIL.test(name)) return { kind: 'email', name, text };
  if (!name.startsWith('@') || name.length === 1) return undefined;
  const group = /^@reviewer-group\/(?<name>.+)$/.exec(name)?.groups?.['name'];
  return group === undefined ? { kind: 'user', name: name.slice(1), text } : { kind: 'team', name: group, text };
}

/** What GitLab finds in the text after a pattern or a section's name. */
export type GitlabReferences = {
  /** In the order of the text. */
  readonly owners: readonly Owner[];
  /** The words in which there is none. */
  readonly strays: readonly string[];
};

/** `at`: where its `@` is. */
type Reference = { readonly at: number; readonly owner: Owner };

/** GitLab searches the text rather than splitting it: prose is without effect, and a name in what looks like a comment is an owner. */
export function gitlabReferences(text: string): GitlabReferences {
  const references = new Map<number, Reference>();
  // `@a,@b` looks like an address with `b` as its host: what is a name is no address.
  for (const reference of [...gitlabEmails(text), ...gitlabNames(text), ...gitlabRoles(text)]) {
    references.set(reference.at, reference);
  }
  const inOrder = [...references.values()].sort((left, right) => left.at - right.at);
  return { owners: inOrder.map(({ owner }) => owner), strays: wordsWithout(references, text) };
}

function gitlabEmails(text: string): readonly Reference[] {
  return Array.from(text.matchAll(GITLAB_EMAIL), ({ index, groups }) => {
    const address = `${groups?.['local'] ?? ''}@${groups?.['host'] ?? ''}`;
    return { at: index, owner: { kind: 'email', name: address, text: address } };
  });
}

function gitlabNames(text: string): readonly Reference[] {
  return Array.from(text.matchAll(GITLAB_NAME), ({ 0: written, 1: name = '', index }) => {
    return { at: index, owner: { kind: name.includes('/') ? 'team' : 'account', name, text: written } };
  });
}

function gitlabRoles(text: string): readonly Reference[] {
  return Array.from(text.matchAll(GITLAB_ROLE), ({ 0: written, 1: role = '', index }) => {
    return { at: index, owner: { kind: 'role', name: role.toLowerCase(), text: written } };
  });
}

function wordsWithout(references: ReadonlyMap<number, Reference>, text: string): readonly string[] {
  const words = Array.from(text.matchAll(/\S+/g), ({ 0: word, index }) => ({ word, index }));
  const holdsReference = ({ word, index }: { readonly word: string; readonly index: number }): boolean => {
    for (let at = word.indexOf('@'); at !== -1; at = word.indexOf('@', at + 1)) {
      if (references.has(index + at)) return true;
    }
    return false;
  };
  return words.filter((word) => !holdsReference(word)).map(({ word }) => word);
}
