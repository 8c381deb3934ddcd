import type { Forge, ForgeKind } from '../../core/model/forge.ts';
import { isGithubCloud } from './api-address.ts';

/** How the forges of one kind want to be asked, and what is said of their tokens. */
export type KindTraits = {
  /** Sent with every question. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of the Authorization header, for a token that comes without a user name. */
  readonly scheme: 'Bearer' | 'token';
  /** The variable that holds a token for the host, as in forge-tokens.ts. */
  readonly variable: (host: string) => string;
  /** How to come by a token, where a program keeps them. */
  readonly login?: (host: string) => string;
  /** What a token must be allowed to, so that commits and reviews can be read. */
  readonly scope: string;
  /** What a token does to the limit of requests. */
  readonly raise: string;
};

const JSON_ANSWERS = { accept: 'application/json' };
const GITEA: KindTraits = {
  headers: JSON_ANSWERS,
  scheme: 'token',
  variable: () => 'GITEA_TOKEN',
  scope: 'the scopes read:repository and read:organization',
  raise: 'raises the limit',
};
const BITBUCKET: KindTraits = {
  headers: JSON_ANSWERS,
  scheme: 'Bearer',
  variable: () => 'BITBUCKET_TOKEN',
  scope: 'the scopes to read repositories and pull requests',
  raise: 'raises the limit',
};

const TRAITS: Readonly<Record<ForgeKind, KindTraits>> = {
  github: {
    // The newer version leaves out the inline bundles, which serve where storage cannot be reached; servers of one's own know this one alone.
    headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
    scheme: 'Bearer',
    variable: (host) => (isGithubCloud(host) ? 'GH_TOKEN' : 'GH_ENTERPRISE_TOKEN'),
    login: (host) => `gh auth login --hostname ${host}`,
    scope: 'the permissions contents: read and pull requests: read',
    raise: 'raises the limit to 5,000 requests an hour',
  },
  gitlab: {
    headers: JSON_ANSWERS,
    scheme: 'Bearer',
    variable: () => 'GITLAB_TOKEN',
    login: (host) => `glab auth login --hostname ${host}`,
    scope: 'the scope read_api',
    raise: 'raises the limit',
  },
  gitea: GITEA,
  forgejo: GITEA,
  bitbucketCloud: BITBUCKET,
  bitbucketDataCenter: BITBUCKET,
};

export function traitsOf({ kind }: Forge): KindTraits {
  return TRAITS[kind];
}

/** `set GH_TOKEN, or log in: gh auth login --hostname github.com`. */
export function tokenAdvice(forge: Forge): string {
  const { variable, login } = traitsOf(forge);
  const set = `set ${variable(forge.host)}`;
  return login === undefined
    ? `${set}, or keep one in git's credential helper`
    : `${set}, or log in: ${login(forge.host)}`;
}

/** `renew it: gh auth login --hostname github.com`. */
export function renewalAdvice(forge: Forge): string {
  const { login } = traitsOf(forge);
  return login === undefined ? `renew it in your settings at ${forge.host}` : `renew it: ${login(forge.host)}`;
}
