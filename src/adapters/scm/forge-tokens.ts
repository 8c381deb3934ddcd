import { ToolError } from '../../core/errors.ts';
import type { Forge, ForgeKind } from '../../core/model/forge.ts';
import { isGithubCloud, isTenancy } from './api-address.ts';
import type { CredentialPrograms, GitCredential } from './credential-programs.ts';
import { GIT_SOURCE } from './credential-programs.ts';
import type { TokenFile, TokenFilesOptions } from './token-files.ts';
import { tokenFiles } from './token-files.ts';

/** A token, and where it was found, as messages name it. The token itself is in no message. */
export type ForgeToken = {
  readonly token: string;
  readonly source: string;
  /** Where it goes with one, as a password. */
  readonly username?: string;
};

/** The user as which git uses the token of a CI job; to the API it goes in a header of its own. */
const JOB_USERNAME = 'gitlab-ci-token';

export function isJobToken(token: ForgeToken | undefined): boolean {
  return token?.username === JOB_USERNAME;
}

export interface ForgeTokens {
  /**
   * The token that the user keeps for this host (`github.com`), and for no other.
   * @throws ToolError `INVALID_CONFIGURATION`, `NOT_READABLE` where there may be one and it could not be read: that must not look like there being none
   */
  tokenFor(host: string): Promise<ForgeToken | undefined>;
}

export type ForgeTokensOptions = TokenFilesOptions & {
  /** Those that the user's configuration names. */
  readonly forges: readonly Forge[];
  /** gh and git, where they may be asked. */
  readonly programs?: CredentialPrograms;
};

/**
 * Tokens in the order of ownership.md 4.7: the variables, the files of gh, glab and tea, gh itself, git's credential helpers, netrc. A variable names no host: it
 * is for github.com and gitlab.com, for what `GH_HOST` and `GITLAB_HOST` name, and for configured forges, and goes nowhere else (SPEC 8). Each host is
 * looked up once.
 */
export function createForgeTokens(options: ForgeTokensOptions): ForgeTokens {
  const find = finderOf(options);
  const asked = new Map<string, Promise<ForgeToken | undefined>>();
  return {
    tokenFor: (written) => {
      const host = written.toLowerCase();
      const known = asked.get(host) ?? find(host);
      asked.set(host, known);
      return known;
    },
  };
}

function finderOf(options: ForgeTokensOptions): (host: string) => Promise<ForgeToken | undefined> {
  const { env, programs } = options;
  const files = tokenFiles(options);
  const named: NamedHosts = {
    github: hostIn(env['GH_HOST']),
    gitlab: hostIn(env['GITLAB_HOST']),
    forges: options.forges,
  };
  return async (host) => {
    const kind = kindOf(host, named);
    for (const variable of variablesFor(host, kind, named)) {
      const token = tokenIn(env[variable], variable);
      if (token !== undefined) return withUsername(token, env);
    }
    const job = kind === 'gitlab' ? jobToken(host, env) : undefined;
    if (job !== undefined) return job;
    const names = kind === 'github' ? [host, `api.${host}`] : [host];
    const own = (['gh', 'glab', 'tea'] as const).filter((name) => kind === undefined || FILE_OF[kind] === name);
    return (
      (await firstOf(
        own.map((name) => files[name]),
        names,
      )) ??
      (kind === undefined || kind === 'github' ? await programs?.askGh(host) : undefined) ??
      fromGit(await programs?.askGit(host), kind) ??
      // Bitbucket wants a user name, and not the password alone.
      (isBitbucket(kind) ? undefined : await firstOf([files.netrc], names))
    );
  };
}

const FILE_OF: Readonly<Record<ForgeKind, 'gh' | 'glab' | 'tea' | undefined>> = {
  github: 'gh',
  gitlab: 'glab',
  gitea: 'tea',
  forgejo: 'tea',
  bitbucketCloud: undefined,
  bitbucketDataCenter: undefined,
};

type NamedHosts = {
  readonly github: string | undefined;
  readonly gitlab: string | undefined;
  readonly forges: readonly Forge[];
};

function kindOf(host: string, named: NamedHosts): ForgeKind | undefined {
  const configured = named.forges.find((forge) => forge.host === host)?.kind;
  if (configured !== undefined) return configured;
  if (isGithubCloud(host) || host === named.github) return 'github';
  if (host === 'bitbucket.org') return 'bitbucketCloud';
  return host === 'gitlab.com' || host === named.gitlab ? 'gitlab' : undefined;
}

function isBitbucket(kind: ForgeKind | undefined): boolean {
  return kind === 'bitbucketCloud' || kind === 'bitbucketDataCenter';
}

/** Fit for a header. */
const TOKEN = /^[\x21-\x7e]+$/;
const GITLAB_VARIABLES = ['GITLAB_TOKEN', 'OAUTH_TOKEN'];

/** The variables that may hold a token for the host, the first first: gh's and glab's own rules, and never further than SPEC 8. */
function variablesFor(host: string, kind: ForgeKind | undefined, named: NamedHosts): readonly string[] {
  const isConfigured = named.forges.some((forge) => forge.host === host);
  const isNamed = isConfigured || host === named.github || host === named.gitlab;
  if (host === 'github.com' || (isNamed && isTenancy(host))) return ['GH_TOKEN', 'GITHUB_TOKEN'];
  if (isNamed && kind === 'github') return ['GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN'];
  if (isConfigured && (kind === 'gitea' || kind === 'forgejo')) return ['GITEA_TOKEN'];
  if (isConfigured && isBitbucket(kind)) return ['BITBUCKET_TOKEN', 'BITBUCKET_APP_PASSWORD'];
  // One token for whichever host: where a host is named, it is that one's alone.
  if (named.gitlab !== undefined) return host === named.gitlab ? GITLAB_VARIABLES : [];
  return host === 'gitlab.com' || (isNamed && kind === 'gitlab') ? GITLAB_VARIABLES : [];
}

/** An app password is one of a user, who is named beside it. */
function withUsername(token: ForgeToken, env: ForgeTokensOptions['env']): ForgeToken {
  if (token.source !== 'BITBUCKET_APP_PASSWORD') return token;
  const user = tokenIn(env['BITBUCKET_USERNAME'], 'BITBUCKET_USERNAME');
  if (user === undefined) {
    throw new ToolError('INVALID_CONFIGURATION', 'BITBUCKET_APP_PASSWORD is set without BITBUCKET_USERNAME', {
      expected: 'the user whose password it is',
      hint: 'set both, or BITBUCKET_TOKEN',
    });
  }
  return { ...token, username: user.token };
}

/** A job's token is for the GitLab that runs the job, and names it. */
function jobToken(host: string, env: ForgeTokensOptions['env']): ForgeToken | undefined {
  if (hostIn(env['CI_SERVER_HOST']) !== host.replace(/:\d+$/, '')) return undefined;
  const token = tokenIn(env['CI_JOB_TOKEN'], 'CI_JOB_TOKEN');
  return token === undefined ? undefined : { ...token, username: JOB_USERNAME };
}

/** Forges take a token in place of a password, and then without the user; Bitbucket wants both. What is a password of another kind stays here. */
function fromGit(credential: GitCredential | undefined, kind: ForgeKind | undefined): ForgeToken | undefined {
  if (credential === undefined || !TOKEN.test(credential.password)) return undefined;
  const token = { token: credential.password, source: GIT_SOURCE };
  // Bitbucket's own name for who comes with a token alone.
  const isAlone = !isBitbucket(kind) || credential.username === 'x-token-auth';
  return isAlone ? token : { ...token, username: credential.username };
}

async function firstOf(files: readonly TokenFile[], hosts: readonly string[]): Promise<ForgeToken | undefined> {
  for (const file of files) {
    const tokens = await file.tokens();
    const host = hosts.find((name) => tokens.has(name));
    const token = host === undefined ? undefined : tokenIn(tokens.get(host), file.path ?? '');
    if (token !== undefined) return token;
  }
  return undefined;
}

function tokenIn(value: string | undefined, source: string): ForgeToken | undefined {
  const token = value?.trim() ?? '';
  if (token === '') return undefined;
  if (TOKEN.test(token)) return { token, source };
  throw new ToolError('INVALID_CONFIGURATION', `${source} holds no token`, {
    expected: 'letters, digits and signs, without spaces',
  });
}

/** glab takes an address too. */
function hostIn(value: string | undefined): string | undefined {
  const host = (value ?? '')
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '');
  return host === '' ? undefined : host;
}
