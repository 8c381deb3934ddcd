/** Who changes a path, as people rather than as addresses (reference/ownership.md 7). */
import { withoutUndefined } from '../defined.ts';
import type { Forge, ForgeKind } from '../model/forge.ts';
import type { Instant } from '../model/outcome.ts';

/** An author of commits as git has it, after `.mailmap`. */
export type CommitAuthor = {
  readonly name: string;
  readonly email: string;
  readonly commits: number;
  readonly lastCommit: { readonly id: string; readonly at: Instant };
};

export type ContributingPerson = {
  /** Of their last commit. */
  readonly name: string;
  /** In lower case, those at which no mail arrives left out; the one of the last commit first. */
  readonly emails: readonly string[];
  /** The account, where an address ties one to them. Without `@`. */
  readonly login?: string;
  readonly commits: number;
  readonly lastCommit: CommitAuthor['lastCommit'];
};

export type Contributors = {
  /** Most recent first. */
  readonly people: readonly ContributingPerson[];
  /** Machines and forges, which are nobody to ask. Most recent first. */
  readonly bots: readonly CommitAuthor[];
};

/** Whose accounts are asked for, and which of them are known beside those that an address itself tells. */
export type AccountKnowledge = {
  /** By default GitHub: an address of another forge names another account. */
  readonly forge?: Pick<Forge, 'kind' | 'host'> | undefined;
  /** Logins that the forge ties to addresses, by address in lower case. */
  readonly logins?: ReadonlyMap<string, string>;
};

const GITHUB: Pick<Forge, 'kind' | 'host'> = { kind: 'github', host: 'github.com' };
const GITEA_ADDRESS = /^(?<login>[^@]+)@noreply\.(?<host>[^@]+)$/;
/** Under which accounts hide their addresses: `12345+ada@users.noreply.github.com`, `12345-ada@users.noreply.gitlab.com`, `ada@noreply.codeberg.org`. */
const PRIVATE_ADDRESSES: Readonly<Partial<Record<ForgeKind, RegExp>>> = {
  github: /^(?:\d+\+)?(?<login>[^@+]+)@users\.noreply\.(?<host>[^@]+)$/,
  gitlab: /^\d+-(?<login>[^@]+)@users\.noreply\.(?<host>[^@]+)$/,
  gitea: GITEA_ADDRESS,
  forgejo: GITEA_ADDRESS,
};
const BOT_NAME = /\[bot\]$/;
/** GitHub's apps, GitLab's tokens of projects and groups, and addresses of nobody. */
const BOT_ADDRESS = /\[bot\]@|^(?:project|group)_\d+_bot|^(?:no-?reply|actions)@/;

/** One person an account, e-mail address, or name where there is neither. */
export function contributorsOf(authors: readonly CommitAuthor[], knowledge: AccountKnowledge = {}): Contributors {
  const recent = authors.toSorted((left, right) => compareText(right.lastCommit.at, left.lastCommit.at));
  const people = new Map<string, ContributingPerson>();
  for (const author of recent.filter((each) => !isBot(each))) {
    const person = personOf(author, knowledge);
    const key = keyOf(person);
    const known = people.get(key);
    people.set(key, known === undefined ? person : joined(known, person));
  }
  return { people: [...people.values()], bots: recent.filter(isBot) };
}

function keyOf({ login, emails: [email], name }: ContributingPerson): string {
  if (login !== undefined) return `login ${login.toLowerCase()}`;
  return email === undefined ? `name ${name}` : `mail ${email}`;
}

function isBot({ name, email }: CommitAuthor): boolean {
  return BOT_NAME.test(name.trim()) || BOT_ADDRESS.test(email.toLowerCase());
}

function personOf(author: CommitAuthor, { forge = GITHUB, logins }: AccountKnowledge): ContributingPerson {
  const { name, email, commits, lastCommit } = author;
  const address = email.trim().toLowerCase();
  const login = loginIn(address, forge);
  return withoutUndefined({
    name,
    emails: login === undefined && address !== '' ? [address] : [],
    login: login ?? logins?.get(address),
    commits,
    lastCommit,
  });
}

function loginIn(address: string, forge: Pick<Forge, 'kind' | 'host'>): string | undefined {
  const { login, host } = PRIVATE_ADDRESSES[forge.kind]?.exec(address)?.groups ?? {};
  return host === forge.host ? login : undefined;
}

/** `recent` has the later commit. */
function joined(recent: ContributingPerson, older: ContributingPerson): ContributingPerson {
  return {
    ...recent,
    emails: [...new Set([...recent.emails, ...older.emails])],
    commits: recent.commits + older.commits,
  };
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** `ada (12 commits, the last 2026-03-02)`, by login where there is one. */
export function contributorText({ login, name, commits, lastCommit }: ContributingPerson): string {
  return `${login ?? name} (${commits} ${commits === 1 ? 'commit' : 'commits'}, the last ${lastCommit.at.slice(0, 10)})`;
}
