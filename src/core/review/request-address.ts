import type { SourceUrl } from '../source-url.ts';

/** The repository as core/source-url reads its address; `hostKind` as the configuration or a probe knows better. */
export type HintedRepository = Pick<SourceUrl, 'url' | 'hostKind'>;

/** A request that a message names by its number, at the forge of the repository. */
export type NumberedRequest = {
  readonly number: string;
  readonly repository: HintedRepository | undefined;
};

type LabelRow = { readonly path: RegExp; readonly label: (number: string) => string };

const LABELS: readonly LabelRow[] = [
  { path: /\/(?:pulls?|pull-requests)\/(\d{1,10})$/, label: (number) => `#${number}` },
  { path: /\/merge_requests\/(\d{1,10})$/, label: (number) => `!${number}` },
  // Phabricator.
  { path: /\/D(\d{1,10})$/, label: (number) => `D${number}` },
  // Gerrit, with and without the name of the project.
  { path: /^\/c\/.+\/\+\/(\d{1,10})$/, label: (number) => number },
  { path: /^\/(\d{1,10})$/, label: (number) => number },
];

/** Where `#12` is, where the host's kind tells. */
export function pullRequestAddress({ number, repository }: NumberedRequest): string | undefined {
  if (repository === undefined) return undefined;
  const { url, hostKind } = repository;
  switch (hostKind) {
    case 'github':
      return `${url}/pull/${number}`;
    case 'gitea':
      return `${url}/pulls/${number}`;
    case 'bitbucket':
      return `${url}/pull-requests/${number}`;
    case 'bitbucketServer': {
      const [, root, project, name] = /^(.*)\/scm\/([^/]+)\/([^/]+)$/.exec(url) ?? [];
      return name === undefined ? undefined : `${root}/projects/${project}/repos/${name}/pull-requests/${number}`;
    }
    case 'gitlab':
    case 'azure':
    case 'unknown':
      return undefined;
  }
}

/** Where `group/project!12` is; without a project it is of the repository itself. */
export function mergeRequestAddress(
  { number, repository }: NumberedRequest,
  project: string | undefined,
): string | undefined {
  if (repository?.hostKind !== 'gitlab') return undefined;
  const { url } = repository;
  const isOwn = project === undefined || url.toLowerCase().endsWith(`/${project.toLowerCase()}`);
  return `${isOwn ? url : `${new URL(url).origin}/${project}`}/-/merge_requests/${number}`;
}

/** The address of a review that a message holds, and what its forge calls the review; undefined for what is no address that can be shown. */
export function readAddress(text: string): { readonly label: string; readonly url: string } | undefined {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  const path = url.pathname.replace(/\/$/, '');
  for (const { path: pattern, label } of LABELS) {
    const number = pattern.exec(path)?.[1];
    if (number !== undefined) return { label: label(number), url: url.href };
  }
  return { label: `${url.host}${path}`, url: url.href };
}
