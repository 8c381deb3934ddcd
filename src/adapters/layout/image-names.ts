import { parseRepositoryName } from '../../core/model/image-reference.ts';

/**
 * Whether the name that the user gave means the one that is written in a layout or archive: literally, as its tag
 * (`1.4` for `docker.io/acme/shop:1.4`), or with Docker Hub's short names (`alpine` for `docker.io/library/alpine:latest`).
 */
export function nameMeans(asked: string, written: string): boolean {
  if (asked === written) return true;
  const tag = tagIn(written);
  if (tag === undefined) return false;
  return asked === tag || fullName(asked) === fullName(written);
}

/** The tag in `name:tag`; undefined where the text has no name before it. */
function tagIn(written: string): string | undefined {
  const colon = written.lastIndexOf(':');
  return colon > written.lastIndexOf('/') ? written.slice(colon + 1) : undefined;
}

function fullName(name: string): string {
  const tag = tagIn(name);
  const bare = tag === undefined ? name : name.slice(0, -tag.length - 1);
  return `${parseRepositoryName(bare)?.name ?? bare}:${tag ?? 'latest'}`;
}

/** The names, in a sentence: the first twenty of them. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED_MAX).join(', ');
  return names.length > LISTED_MAX ? `${shown} and ${names.length - LISTED_MAX} more` : shown;
}

const LISTED_MAX = 20;
