import { joinCatalogs } from '../../../../src/core/catalog/model.ts';
import type { Catalog } from '../../../../src/core/catalog/model.ts';
import { readCatalogFile } from '../../../../src/core/catalog/read-file.ts';
import type { ImageEntity } from '../../../../src/core/model/entity.ts';
import type { Outcome } from '../../../../src/core/model/outcome.ts';
import { absent, found } from '../../../../src/core/model/outcome.ts';
import type {
  AskedPath,
  AskedSource,
  SourceCommit,
  SourceEntry,
  SourcePaths,
  SourceRead,
  SourceReading,
  SourceRoot,
} from '../../../../src/core/model/source.ts';
import type { CatalogRead } from '../../../../src/core/source/people.ts';
import { digestOf } from '../../../support/reports.ts';

/** Sources as the adapters hand them over, put together by hand. */

export const SHOP = 'https://github.com/acme/shop';
export const COMMIT = 'c0'.repeat(20);
export const HEAD = 'd1'.repeat(20);
export const REVISION: SourceRoot = { kind: 'sourceRevision', repository: SHOP, commit: COMMIT };
export const AS_IT_IS: SourceRoot = { kind: 'repository', url: SHOP };
export const IMAGE: ImageEntity = {
  kind: 'image',
  digest: digestOf('a1'),
  foundAt: [{ transport: 'registry', name: 'ghcr.io/acme/cart' }],
};
export const WHOLE: AskedPath = { role: 'repository', kind: 'directory', path: '', entity: REVISION };

export function pathOf(role: AskedPath['role'], path: string, kind: AskedPath['kind'] = 'file'): AskedPath {
  return { role, kind, path, entity: { kind: 'sourcePath', repository: SHOP, commit: COMMIT, path } };
}

export const DOCKERFILE = pathOf('dockerfile', 'services/cart/Dockerfile');

export function commitOf(more: Partial<SourceCommit> = {}): SourceCommit {
  const ada = { name: 'Ada', email: 'ada@acme.example', at: '2026-05-01T10:00:00Z' };
  return {
    id: COMMIT,
    tree: '7e'.repeat(20),
    parents: [],
    author: ada,
    committer: ada,
    message: 'Sell carts\n',
    bytes: new Uint8Array(),
    ...more,
  };
}

export function fileOf(text: string): Outcome<SourceEntry, 'noSuchPath'> {
  return found({ kind: 'file', id: 'f1'.repeat(20), bytes: new TextEncoder().encode(text) });
}

export function pathsOf(files: Readonly<Record<string, string>>): SourcePaths {
  return new Map(Object.entries(files).map(([path, text]) => [path, fileOf(text)] as const));
}

/** A commit on `main`, which is its head too; `files` by path, at the commit, and at the head where they differ there. */
export function readingOf({
  files = {},
  atHead = files,
  ...more
}: Partial<SourceReading> & {
  readonly files?: Readonly<Record<string, string>>;
  readonly atHead?: Readonly<Record<string, string>>;
} = {}): SourceReading {
  return {
    commit: commitOf(),
    paths: pathsOf(files),
    reachability: found({ refs: ['refs/heads/main'] }),
    head: found({ branch: 'refs/heads/main', commit: HEAD, paths: pathsOf(atHead) }),
    notes: absent('noNotes'),
    ...more,
  };
}

export function askedOf(about: SourceRoot = REVISION, paths: readonly AskedPath[] = [DOCKERFILE, WHOLE]): AskedSource {
  return { about, namedBy: 'the label org.opencontainers.image.source', paths };
}

export function sourceOf(
  more: Partial<SourceRead> & { readonly readingParts?: Parameters<typeof readingOf>[0] } = {},
): SourceRead {
  const { readingParts, ...rest } = more;
  return {
    asked: askedOf(),
    reading: found(readingOf(readingParts)),
    forge: absent('noForge'),
    forgeKind: 'github',
    notes: [],
    teams: new Map(),
    ...rest,
  };
}

/** By its `.github/CODEOWNERS` alone. */
export function ruledBy(codeowners: string, more: Partial<SourceRead> = {}): SourceRead {
  return sourceOf({ readingParts: { files: { '.github/CODEOWNERS': codeowners } }, ...more });
}

/** A catalog that the user configured. */
export function configured(text: string): Catalog {
  return readCatalogFile({ bytes: Buffer.from(text), path: 'catalog.yaml', origin: { name: 'acme' } });
}

/** A catalog file in the repository at the commit. */
export function inRepository(path: string, text: string, repository = SHOP, commit = COMMIT): Catalog {
  const origin = { name: `${repository} at ${commit}`, repository, commit };
  return readCatalogFile({ bytes: Buffer.from(text), path, origin });
}

export function catalogsOf(...catalogs: readonly Catalog[]): CatalogRead {
  return { catalog: joinCatalogs(catalogs), unheard: [], missing: [] };
}

export function componentText(name: string, owner: string): string {
  return [
    'apiVersion: backstage.io/v1alpha1',
    'kind: Component',
    `metadata: { name: ${name} }`,
    `spec: { type: service, lifecycle: production, owner: ${owner} }`,
    '',
  ].join('\n');
}

export function groupText(name: string, mail: string, forgeTeam = `acme/${name}`): string {
  return [
    'apiVersion: backstage.io/v1alpha1',
    'kind: Group',
    `metadata: { name: ${name}, annotations: { github.com/team-slug: ${forgeTeam} } }`,
    `spec: { type: team, children: [], profile: { email: ${mail} } }`,
    '',
  ].join('\n');
}
