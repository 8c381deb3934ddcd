/** What the name and the tag of an image look like (reference/provenance.md 9.4). Anyone can choose them: nothing here is more than `inferred`. */
import type { Entity, ImageEntity } from '../model/entity.ts';
import type { Claim, Evidence, FactName } from '../model/evidence.ts';
import type { ImageRepository } from '../model/image-repository.ts';
import { RANKS } from './ranks.ts';

export type NamedImage = {
  readonly collector: string;
  readonly image: ImageEntity;
  readonly repository: ImageRepository;
  /** As the user wrote it. */
  readonly tag: string | undefined;
};

/** What a tag looks like. */
export type TagReading =
  /** 7 to 40 hex, as written. */
  | { readonly kind: 'commit'; readonly commit: string }
  | { readonly kind: 'pullRequest'; readonly number: string }
  | { readonly kind: 'branch'; readonly branch: string }
  | { readonly kind: 'version'; readonly version: string };

/** `1f2e3d4`, `sha-1f2e3d4` (docker/metadata-action), `<sha>-arm64`. A short one of digits alone is a date or the number of a build. */
const COMMIT_TAG =
  /^(?:sha-)?((?=[0-9]*[a-f])[0-9a-f]{7,40}|[0-9a-f]{40})(?:-(?:386|amd64|arm64|armv?[67]|ppc64le|riscv64|s390x))?$/;
const PULL_REQUEST_TAG = /^pr-(\d{1,10})$/;
/** `latest`, `edge` and `nightly` are moved, and name no branch. */
const BRANCH_TAG = /^(main|master)$/;
/** With a dot: `7` alone can be anything. */
const VERSION_TAG = /^v?\d{1,9}\.\d{1,9}(?:\.\d{1,9})?(?:-[0-9A-Za-z][0-9A-Za-z.-]*)?$/;

export function readTag(tag: string): TagReading | undefined {
  const commit = COMMIT_TAG.exec(tag)?.[1];
  if (commit !== undefined) return { kind: 'commit', commit };
  const number = PULL_REQUEST_TAG.exec(tag)?.[1];
  if (number !== undefined) return { kind: 'pullRequest', number };
  const branch = BRANCH_TAG.exec(tag)?.[1];
  if (branch !== undefined) return { kind: 'branch', branch };
  return VERSION_TAG.test(tag) ? { kind: 'version', version: tag } : undefined;
}

/**
 * The repository that an image's name suggests, where the registry gives its namespaces to the accounts of a forge; undefined elsewhere.
 * GitLab's images may lie up to two levels below their project, and its projects at any depth: only the shortest name is of one project for certain.
 */
export function namesake({ transport, name }: ImageRepository): string | undefined {
  if (transport !== 'registry') return undefined;
  const [host, owner, project, ...rest] = name.split('/');
  if (owner === undefined || project === undefined) return undefined;
  if (host === 'ghcr.io') return `https://github.com/${owner}/${project}`;
  return host === 'registry.gitlab.com' && rest.length === 0 ? `https://gitlab.com/${owner}/${project}` : undefined;
}

/** Repository and commit are both of one carrier, the image's name: a commit is claimed only where the name has the repository too. */
export function claimsOfNaming(named: NamedImage): readonly Evidence[] {
  const { image, repository, tag } = named;
  const url = namesake(repository);
  const reading = tag === undefined ? undefined : readTag(tag);
  return [
    ...(url === undefined ? [] : [repositoryClaim(named, url, reading)]),
    ...(reading === undefined ? [] : tagFacts(reading)).map(([name, value]) =>
      evidence(named, { kind: 'fact', about: image, name, value }),
    ),
  ];
}

function repositoryClaim(named: NamedImage, url: string, reading: TagReading | undefined): Evidence {
  const { image } = named;
  if (reading?.kind !== 'commit')
    return evidence(named, { kind: 'edge', from: image, relation: 'fromRepository', to: { kind: 'repository', url } });
  const to: Entity = { kind: 'sourceRevision', repository: url, commit: reading.commit };
  return evidence(named, { kind: 'edge', from: image, relation: 'builtFrom', to });
}

function tagFacts(reading: TagReading): readonly (readonly [name: FactName, value: string])[] {
  switch (reading.kind) {
    case 'commit':
      return [];
    case 'pullRequest':
      return [['ref', `refs/pull/${reading.number}/merge`]];
    case 'branch':
      return [['ref', `refs/heads/${reading.branch}`]];
    case 'version':
      return [['version', reading.version]];
  }
}

function evidence({ collector, repository, tag }: NamedImage, claim: Claim): Evidence {
  const location = `the name ${repository.name}${tag === undefined ? '' : `:${tag}`}`;
  return { claim, strength: 'inferred', rank: RANKS.naming, boundBy: 'none', origin: { collector, location } };
}
