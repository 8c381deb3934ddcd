import type { Digest } from './digest.ts';
import type { ImageRepository } from './image-repository.ts';
import { repositoryKey } from '../source-url.ts';

/** The nodes of a chain. */
export type Entity =
  /** `digest` is of the platform's manifest (of the config, where an archive has no manifest); `foundAt` is where to read it, and no part of what it is. */
  | { readonly kind: 'image'; readonly digest: Digest; readonly foundAt: readonly ImageRepository[] }
  /** An image that is only named: a base without a digest. */
  | { readonly kind: 'imageName'; readonly name: string }
  | { readonly kind: 'build'; readonly builderId: string; readonly invocationId?: string }
  /** `repository` is the display URL of core/source-url; `commit` is 40 or 64 hex, or what was written where it is shorter. */
  | { readonly kind: 'sourceRevision'; readonly repository: string; readonly commit: string }
  /** `commit` is missing where only the path is stated. */
  | { readonly kind: 'sourcePath'; readonly repository: string; readonly commit?: string; readonly path: string }
  | { readonly kind: 'repository'; readonly url: string }
  | { readonly kind: 'review'; readonly url: string }
  | { readonly kind: 'component'; readonly entityRef: string }
  | { readonly kind: 'owner'; readonly handle: string }
  | { readonly kind: 'contact'; readonly address: string }
  /** A document about the image: SBOM, VSA, VEX, signature. */
  | { readonly kind: 'document'; readonly digest: Digest; readonly predicateType: string };
export type EntityKind = Entity['kind'];
export type EntityOf<Kind extends EntityKind> = Extract<Entity, { kind: Kind }>;
export type ImageEntity = EntityOf<'image'>;

/** The same id whoever met the entity first, and however it was spelt. */
export function entityId(entity: Entity): string {
  switch (entity.kind) {
    case 'image':
      return `image:${entity.digest}`;
    case 'imageName':
      return `imageName:${entity.name}`;
    case 'build':
      return `build:${entity.builderId} ${entity.invocationId ?? ''}`;
    case 'sourceRevision':
      return `sourceRevision:${repositoryKey(entity.repository)} ${entity.commit}`;
    case 'sourcePath':
      return `sourcePath:${repositoryKey(entity.repository)} ${entity.commit ?? ''} ${entity.path}`;
    case 'repository':
      return `repository:${repositoryKey(entity.url)}`;
    case 'review':
      return `review:${entity.url}`;
    case 'component':
      return `component:${entity.entityRef}`;
    case 'owner':
      return `owner:${entity.handle}`;
    case 'contact':
      return `contact:${entity.address}`;
    case 'document':
      return `document:${entity.digest} ${entity.predicateType}`;
  }
}
