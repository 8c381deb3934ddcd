import { withoutUndefined } from '../defined.ts';
import { parseDigest } from '../model/digest.ts';
import { parseRepositoryName } from '../model/image-reference.ts';
import { parsePurl } from '../source-url/purl.ts';
import type { ImageInput } from './provenance.ts';

/** In characters; a name has at most 255. */
const IMAGE_ADDRESS_LENGTH_MAX = 1024;
/** `alpine`, `ghcr.io/acme/base:1.4`, `…@sha256:…`: name, tag, digest. */
const REFERENCE =
  /^([^@\s]+?)(?::([A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}))?$/;

/** The image that an input's address names; undefined where it names another thing. `digest` is the input's own digest set. */
export function readImageInput(address: string, digest: Readonly<Record<string, string>>): ImageInput | undefined {
  if (address.length > IMAGE_ADDRESS_LENGTH_MAX) return undefined;
  const own = parseDigest(`sha256:${digest['sha256'] ?? ''}`) ?? parseDigest(`sha512:${digest['sha512'] ?? ''}`);
  const named = /^pkg:/i.test(address) ? fromPurl(address) : fromReference(address, own !== undefined);
  if (named === undefined) return undefined;
  return withoutUndefined({
    name: named.name,
    tag: named.tag,
    digest: own ?? parseDigest(named.digest ?? ''),
    platform: named.platform,
    pinned: named.digest !== undefined,
  });
}

/** An image as a reference or a package URL names it. */
export type NamedImage = {
  readonly name: string;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
  readonly platform?: string | undefined;
};

/** `pkg:docker/ghcr.io/o/n@v?digest=…&platform=…`; `pkg:oci/n@sha256:…?repository_url=ghcr.io/o/n`. A blob or a git bundle in a registry is no image. */
function fromPurl(address: string): NamedImage | undefined {
  const purl = parsePurl(address);
  if (purl === undefined || (purl.type !== 'docker' && purl.type !== 'oci')) return undefined;
  const qualifier = (key: string): string | undefined => purl.qualifiers?.[key] ?? undefined;
  if (qualifier('ref_type') !== undefined) return undefined;
  const path = purl.namespace ? `${purl.namespace}/${purl.name}` : purl.name;
  const repository = parseRepositoryName(qualifier('repository_url') ?? path);
  if (repository === undefined) return undefined;
  const version = purl.version ?? undefined;
  const byDigest = version?.includes(':') ?? false;
  return {
    name: repository.name,
    tag: byDigest ? qualifier('tag') : version,
    digest: byDigest ? version : qualifier('digest'),
    platform: qualifier('platform'),
  };
}

/** Without a scheme, only what has a host and a version: any other word could be the name of anything. */
function fromReference(address: string, versioned: boolean): NamedImage | undefined {
  const scheme = /^(?:docker|docker-image|oci):\/\//i.exec(address)?.[0] ?? '';
  const image = parseImageName(address.slice(scheme.length));
  const hasHost = /^[^/.]*\.[^/]*\//.test(address);
  const versions = versioned || image?.tag !== undefined;
  return scheme !== '' || image?.digest !== undefined || (hasHost && versions) ? image : undefined;
}

/** An image reference as docker has it, with its registry; undefined for what is none. */
export function parseImageName(written: string): NamedImage | undefined {
  if (written.length > IMAGE_ADDRESS_LENGTH_MAX) return undefined;
  const [, path = '', tag, digest] = REFERENCE.exec(written) ?? [];
  const repository = parseRepositoryName(path);
  return repository && { name: repository.name, tag, digest };
}
