import { ToolError } from '../errors.ts';
import type { Digest } from './digest.ts';
import { parseDigest } from './digest.ts';
import type { ImageRepository } from './image-repository.ts';

/** What the user typed (SPEC 1), understood and not yet looked for. */
export type ImageReference =
  /** `tag` and `digest` may both be given; then the tag must answer the digest. A registry reference has at least one of them. */
  | {
      readonly kind: 'located';
      readonly text: string;
      readonly repository: ImageRepository;
      readonly tag?: string;
      readonly digest?: Digest;
    }
  /** An image seen before: the beginning of its digest, 12 or more hex characters. */
  | { readonly kind: 'seen'; readonly text: string; readonly hexPrefix: string };

const FORMS =
  'use NAME[:TAG][@sha256:DIGEST], docker://NAME, oci:DIR[:REF], oci-archive:FILE[:REF], docker-archive:FILE[:REF], or sha256:HEX of an image seen before';

// The grammar of distribution's `reference` package, which every registry and client follows.
const HOST =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]{1,5})?$/;
const PATH_PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST_FORM = '@sha256: and 64 lowercase hexadecimal characters';
const REFERENCE_LENGTH_MAX = 4096;
const NAME_LENGTH_MAX = 255;
const DOCKER_HUB = 'docker.io';

/**
 * @param resolvePath makes a path absolute.
 * @throws ToolError `INVALID_REFERENCE`
 */
export function parseImageReference(text: string, resolvePath: (path: string) => string): ImageReference {
  if (text.length === 0 || text.length > REFERENCE_LENGTH_MAX)
    throw invalid(text, `a reference of 1 to ${REFERENCE_LENGTH_MAX} characters`);
  const seen = /^sha256:([0-9a-f]{12,64})$/.exec(text)?.[1];
  if (seen !== undefined) return { kind: 'seen', text, hexPrefix: seen };
  if (text.startsWith('sha256:')) throw invalid(text, 'sha256: and 12 to 64 lowercase hexadecimal characters');
  for (const transport of ['oci', 'oci-archive', 'docker-archive'] as const) {
    if (text.startsWith(`${transport}:`))
      return parseLocal(text, transport, text.slice(transport.length + 1), resolvePath);
  }
  return parseRegistry(text, text.startsWith('docker://') ? text.slice('docker://'.length) : text);
}

function parseLocal(
  text: string,
  transport: 'oci' | 'oci-archive' | 'docker-archive',
  rest: string,
  resolvePath: (path: string) => string,
): ImageReference {
  const at = rest.lastIndexOf('@');
  const digest = at < 0 ? undefined : parseDigest(rest.slice(at + 1));
  if (digest === undefined && at >= 0 && /^sha(?:256|512):/.test(rest.slice(at + 1)))
    throw invalid(text, DIGEST_FORM, rest.slice(at));
  const place = digest === undefined ? rest : rest.slice(0, at);
  // As in skopeo: what follows the first colon is the reference, so a path cannot have one.
  const colon = place.indexOf(':');
  const path = colon < 0 ? place : place.slice(0, colon);
  const ref = colon < 0 ? '' : place.slice(colon + 1);
  if (path === '' || path.includes('\0')) throw invalid(text, `${transport}:PATH[:REF]`);
  return {
    kind: 'located',
    text,
    repository: { transport, name: resolvePath(path) },
    ...(ref === '' ? {} : { tag: ref }),
    ...(digest === undefined ? {} : { digest }),
  };
}

function parseRegistry(text: string, name: string): ImageReference {
  // Docker's grammar has it too: who gives 64 hexadecimal characters means a digest.
  if (/^[0-9a-f]{64}$/.test(name)) throw invalid(text, 'sha256: before the digest of an image seen before');
  const at = name.indexOf('@');
  const digest = at < 0 ? undefined : parseDigest(name.slice(at + 1));
  if (at >= 0 && digest === undefined) throw invalid(text, DIGEST_FORM, name.slice(at));
  const named = at < 0 ? name : name.slice(0, at);
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/');
  const tag = tagged ? named.slice(colon + 1) : undefined;
  if (tag !== undefined && !TAG.test(tag)) throw invalid(text, 'a tag of letters, digits, _ . - (at most 128)', tag);
  const repository = parseRepositoryName(tagged ? named.slice(0, colon) : named);
  if (repository === undefined)
    throw invalid(text, 'a name of lowercase letters, digits and . _ - / after an optional host');
  const chosenTag = tag ?? (digest === undefined ? 'latest' : undefined);
  return {
    kind: 'located',
    text,
    repository,
    ...(chosenTag === undefined ? {} : { tag: chosenTag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/**
 * `alpine`, `acme/shop`, `ghcr.io/acme/shop` to the repository in its registry, with Docker Hub's short names as docker has them;
 * undefined for what is no name.
 */
export function parseRepositoryName(name: string): ImageRepository | undefined {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const hasHost = /[.:[]/.test(first) || first === 'localhost' || first.toLowerCase() !== first;
  const host = hasHost ? first : DOCKER_HUB;
  const path = hasHost ? name.slice(slash + 1) : name;
  if (!HOST.test(host) || path.length > NAME_LENGTH_MAX || !path.split('/').every((part) => PATH_PART.test(part)))
    return undefined;
  const hub = ['docker.io', 'index.docker.io', 'registry-1.docker.io'].includes(host.toLowerCase());
  const full = hub && !path.includes('/') ? `library/${path}` : path;
  return { transport: 'registry', name: `${hub ? DOCKER_HUB : host.toLowerCase()}/${full}` };
}

function invalid(text: string, expected: string, got?: string): ToolError {
  return new ToolError('INVALID_REFERENCE', `not an image reference: ${text.slice(0, 200) || '(empty)'}`, {
    expected,
    ...(got === undefined ? {} : { got: got.slice(0, 200) }),
    hint: FORMS,
  });
}
