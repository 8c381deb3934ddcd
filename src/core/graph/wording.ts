import { formatRepository } from '../model/image-repository.ts';
import type { Entity } from '../model/entity.ts';

/** An entity as a person would write it, on one line. */
export function labelOf(entity: Entity): string {
  switch (entity.kind) {
    case 'image': {
      const [at] = entity.foundAt;
      return at === undefined ? entity.digest : `${formatRepository(at)}@${entity.digest}`;
    }
    case 'imageName':
      return entity.name;
    case 'build':
      return entity.builderId || 'a builder that does not name itself';
    case 'sourceRevision':
      return `${entity.repository}@${entity.commit}`;
    case 'sourcePath':
      return entity.path === '' ? '. (the root of the repository)' : entity.path;
    case 'repository':
    case 'review':
      return entity.url;
    case 'component':
      return entity.entityRef;
    case 'owner':
      return entity.handle;
    case 'contact':
      return entity.address;
    case 'document':
      return `${entity.predicateType} (${entity.digest})`;
  }
}

/** Where a person can look at it in a browser; undefined where no address is sure. */
export function linkOf(entity: Entity): string | undefined {
  if (entity.kind === 'sourceRevision') return commitLink(entity.repository, entity.commit);
  if (entity.kind === 'build') return onlyHttps(entity.builderId);
  return entity.kind === 'repository' || entity.kind === 'review' ? onlyHttps(entity.url) : undefined;
}

/** The page of a commit, where the host is one whose addresses are known. */
function commitLink(repository: string, commit: string): string | undefined {
  if (!/^[0-9a-f]{7,64}$/.test(commit)) return undefined;
  if (/^https:\/\/(?:github\.com|[^/]+\.ghe\.com|codeberg\.org)\//.test(repository))
    return `${repository}/commit/${commit}`;
  if (repository.startsWith('https://gitlab.com/')) return `${repository}/-/commit/${commit}`;
  if (repository.startsWith('https://bitbucket.org/')) return `${repository}/commits/${commit}`;
  return undefined;
}

function onlyHttps(url: string): string | undefined {
  return url.startsWith('https://') ? url : undefined;
}
