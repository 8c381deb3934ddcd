import type { Location } from './locate.ts';
import type { SourceGrammar, SourceUrlFlag } from './model.ts';
import { decodePercent } from './percent.ts';
import { isPlaceholder } from './placeholder.ts';
import { joinRepositoryPath } from './repository-path.ts';

/** A place in a repository: what is left of an address when the repository is taken away. */
export type Pointer = {
  readonly ref?: string;
  readonly commit?: string;
  readonly subpath?: string;
  readonly flags: readonly SourceUrlFlag[];
};
/** As cut out of the text, not looked at yet. */
export type RawPointer = {
  readonly ref?: string | undefined;
  readonly commit?: string | undefined;
  readonly subpath?: string | undefined;
  readonly ambiguous?: boolean;
};

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i;
/** git-check-ref-format(1), as far as a ref that breaks it would mislead: no spaces, controls, or globs. */
const REF = /^(?!-)(?!.*\.\.)[^\p{C}\p{Z}~^:?*[\\]+$/u;

/** The full commit id that `text` is, in lowercase, or undefined. */
export function fullCommit(text: string | undefined): string | undefined {
  return text !== undefined && COMMIT.test(text) ? text.toLowerCase() : undefined;
}

/** The ref that `text` is, or undefined for what git would not take for one. */
export function validRef(text: string | undefined): string | undefined {
  return text === undefined || isPlaceholder(text) || !REF.test(text) ? undefined : text;
}

/** Divides the path into the repository's own, and what the grammar says about a place in it (12.3 step 8). */
export function cutPointer(
  location: Location,
  grammar: SourceGrammar,
): { readonly path: string; readonly raw: RawPointer } {
  const { path, fragment, query } = location;
  const at = path.indexOf('@');
  const spdx = grammar === 'spdx' || (grammar === 'auto' && at >= 0);
  if (spdx) {
    const ref = at < 0 ? undefined : decodePercent(path.slice(at).replace(/^@+/, ''));
    return { path: at < 0 ? path : path.slice(0, at), raw: { ref, subpath: decodePercent(fragment) } };
  }
  if (grammar === 'web') return { path, raw: {} };
  const colon = fragment.indexOf(':');
  const asked = buildkitQuery(query);
  const ref = colon < 0 ? fragment : fragment.slice(0, colon);
  return {
    path,
    raw: {
      ref: ref === '' ? asked.ref : decodePercent(ref),
      commit: asked.commit,
      subpath: colon < 0 ? asked.subpath : decodePercent(fragment.slice(colon + 1)),
    },
  };
}

/** `?ref=…&subdir=…`: the keys of BuildKit's query form. */
function buildkitQuery(query: string): RawPointer {
  const asked = new URLSearchParams(query);
  const ref =
    asked.get('ref') ?? qualified('refs/tags/', asked.get('tag')) ?? qualified('refs/heads/', asked.get('branch'));
  return {
    ref: ref ?? undefined,
    commit: asked.get('checksum') ?? asked.get('commit') ?? undefined,
    subpath: asked.get('subdir') ?? undefined,
  };
}

function qualified(prefix: string, name: string | null): string | undefined {
  if (name === null || name === '') return undefined;
  return name.startsWith(prefix) ? name : `${prefix}${name}`;
}

/** Steps 11 and 12: what is a full commit id is no ref, and a path stays within the repository. */
export function completePointer(raw: RawPointer): Pointer {
  const commit = fullCommit(raw.commit) ?? fullCommit(raw.ref);
  const ref = fullCommit(raw.ref) === undefined ? validRef(raw.ref) : undefined;
  const subpath = joinRepositoryPath(raw.subpath ?? '');
  const flags: SourceUrlFlag[] = [];
  if (raw.ambiguous === true && commit === undefined) flags.push('AMBIGUOUS_REF');
  if (subpath === undefined) flags.push('PATH_OUTSIDE_REPOSITORY');
  return {
    ...(ref === undefined ? {} : { ref }),
    ...(commit === undefined ? {} : { commit }),
    ...(subpath === undefined || subpath === '.' ? {} : { subpath }),
    flags,
  };
}
