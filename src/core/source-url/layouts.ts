import type { HostKind } from './model.ts';

/** An address without what its grammar said about a ref: `segments` are the parts of its path, none of them empty. */
export type Place = {
  readonly host: string;
  readonly ssh: boolean;
  /** The port as written, which is no part of the result for ssh. */
  readonly port: string;
  readonly segments: readonly string[];
};
/** Where the repository ends in a path. */
export type Division = {
  /** Where it is not the address's own host. */
  readonly host?: string;
  /** The repository, as the key has it. */
  readonly repository: readonly string[];
  /** The repository as the host serves it, where that is not the key. */
  readonly served?: readonly string[];
  readonly rest: readonly string[];
};
type Layout = {
  readonly kind: HostKind;
  readonly matches: (place: Place) => boolean;
  readonly divide: (place: Place) => Division | undefined;
};

/** Hosts that take `Acme/Shop` and `acme/shop` for one repository. By host alone: a key must not hang on how the address was found. */
const CASE_BLIND = /^(?:github\.com|.+\.ghe\.com|gitlab\.com|bitbucket\.org|dev\.azure\.com|codeberg\.org|gitea\.com)$/;
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['www.github.com', 'github.com'],
  ['ssh.github.com', 'github.com'],
  ['altssh.gitlab.com', 'gitlab.com'],
  ['altssh.bitbucket.org', 'bitbucket.org'],
]);
const BITBUCKET_SERVER_SSH_PORT = '7999';
/** Pages below a repository; forges let no repository be called so. */
const PAGES: ReadonlySet<string> = new Set(['-', 'tree', 'blob', 'commit']);

/** The first that matches; the last always does. */
const LAYOUTS: readonly Layout[] = [
  {
    kind: 'github',
    matches: ({ host }) => host === 'github.com' || host.endsWith('.ghe.com'),
    divide: ({ segments }) => divideAt(segments, 2, 2),
  },
  {
    kind: 'bitbucket',
    matches: ({ host }) => host === 'bitbucket.org',
    divide: ({ segments }) => divideAt(segments, 2, 2),
  },
  {
    kind: 'azure',
    matches: ({ host, segments }) =>
      /(?:^|\.)(?:dev\.azure\.com|visualstudio\.com)$/.test(host) || segments.slice(0, -1).includes('_git'),
    divide: divideAzure,
  },
  {
    kind: 'gitlab',
    matches: ({ host, segments }) =>
      host === 'gitlab.com' || host.startsWith('gitlab.') || segments.slice(0, -1).indexOf('-') >= 2,
    divide: ({ segments }) => divideAt(segments, repositoryLength(segments), 2),
  },
  {
    kind: 'bitbucketServer',
    matches: (place) => bitbucketProject(place) !== undefined,
    divide: bitbucketProject,
  },
  {
    kind: 'gitea',
    matches: ({ host, segments }) =>
      host === 'codeberg.org' ||
      host === 'gitea.com' ||
      (segments[2] === 'src' && ['branch', 'tag', 'commit'].includes(segments[3] ?? '')),
    divide: ({ segments }) => divideAt(segments, 2, 2),
  },
  {
    kind: 'unknown',
    matches: () => true,
    divide: ({ segments }) => divideAt(segments, repositoryLength(segments), 1),
  },
];

/** Steps 9 and 10 of reference/provenance.md 12.3: which host that is, and where the repository ends. */
export function divide(place: Place): (Division & { readonly host: string; readonly kind: HostKind }) | undefined {
  const known = { ...place, host: ALIASES.get(place.host) ?? place.host };
  const layout = LAYOUTS.find(({ matches }) => matches(known));
  const division = layout?.divide(known);
  if (layout === undefined || division === undefined) return undefined;
  return { ...division, host: division.host ?? known.host, kind: layout.kind };
}

/** True where the host takes paths that differ in case only for one. */
export function isCaseBlind(host: string): boolean {
  return CASE_BLIND.test(host);
}

function divideAt(segments: readonly string[], length: number, least: number): Division | undefined {
  const repository = withoutGitSuffix(segments.slice(0, length));
  return repository.length < least ? undefined : { repository, rest: segments.slice(length) };
}

/** Up to and with the segment that ends in `.git`, else up to a page of the forge, else all. */
function repositoryLength(segments: readonly string[]): number {
  const git = segments.findIndex((segment) => segment.endsWith('.git'));
  if (git >= 0) return git + 1;
  const page = segments.findIndex((segment, index) => index >= 2 && index + 1 < segments.length && PAGES.has(segment));
  return page >= 0 ? page : segments.length;
}

function withoutGitSuffix(segments: readonly string[]): readonly string[] {
  const last = segments.at(-1)?.replace(/(?:\.git)+$/, '');
  return last === undefined || last === '' ? segments.slice(0, -1) : [...segments.slice(0, -1), last];
}

/**
 * `org/project/_git/repo` on dev.azure.com, with its older hosts; `org/_git/repo` is the repository that is named like its project.
 * A server of one's own has any path before `_git`.
 */
function divideAzure({ host, ssh, segments }: Place): Division | undefined {
  const azure = 'dev.azure.com';
  if (ssh && (host === `ssh.${azure}` || host === 'vs-ssh.visualstudio.com')) {
    const [version, organisation, project, name, ...rest] = segments;
    if (version !== 'v3' || organisation === undefined || project === undefined || name === undefined) return undefined;
    return { host: azure, repository: [organisation, project, '_git', name], rest };
  }
  const git = segments.indexOf('_git');
  const name = segments[git + 1];
  if (git < 0 || name === undefined) return undefined;
  const rest = segments.slice(git + 2);
  const organisation = /^(.+)\.visualstudio\.com$/.exec(host)?.[1];
  if (host !== azure && organisation === undefined) return { repository: segments.slice(0, git + 2), rest };
  const before = segments.slice(0, git).filter((segment) => segment !== 'DefaultCollection');
  const [owner, project = name] = organisation === undefined ? before : [organisation, ...before];
  return owner === undefined ? undefined : { host: azure, repository: [owner, project, '_git', name], rest };
}

/** `[context/]scm/PRJ/repo`, `[context/]projects/PRJ/repos/repo`, `users/NAME/repos/repo`, and `PRJ/repo` by ssh. */
function bitbucketProject({ ssh, port, segments }: Place): Division | undefined {
  const found = ssh ? projectBySsh(port, segments) : projectByWeb(segments);
  if (found === undefined) return undefined;
  const { context, project, name, rest } = found;
  const [bare] = withoutGitSuffix([name]);
  if (bare === undefined) return undefined;
  return { repository: [...context, project, bare], served: [...context, 'scm', project, bare], rest };
}

type Project = {
  readonly context: readonly string[];
  readonly project: string;
  readonly name: string;
  readonly rest: readonly string[];
};

function projectBySsh(port: string, [project, name, ...rest]: readonly string[]): Project | undefined {
  if (port !== BITBUCKET_SERVER_SSH_PORT || project === undefined || name === undefined) return undefined;
  return { context: [], project, name, rest };
}

function projectByWeb(segments: readonly string[]): Project | undefined {
  const repos = segments.indexOf('repos');
  const kind = segments[repos - 2];
  const owner = segments[repos - 1];
  const name = segments[repos + 1];
  if (repos >= 2 && owner !== undefined && name !== undefined && (kind === 'projects' || kind === 'users')) {
    const project = kind === 'users' ? `~${owner}` : owner;
    return { context: segments.slice(0, repos - 2), project, name, rest: segments.slice(repos + 2) };
  }
  // Nothing comes after a clone address, so that a group called `scm` elsewhere is not taken for one.
  const scm = segments.length - 3;
  const [project, last] = segments.slice(scm + 1);
  if (segments[scm] !== 'scm' || project === undefined || last === undefined) return undefined;
  return { context: segments.slice(0, scm), project, name: last, rest: [] };
}
