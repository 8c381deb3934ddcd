import { decodePercent } from './percent.ts';
import type { RawPointer } from './pointer.ts';

const REVISION_PAGES: ReadonlySet<string> = new Set(['tree', 'src', 'commit', 'commits', 'browse']);

/** True for the page of a revision: not of a file, a release's download, or an issue. */
export function isRevisionPage(segments: readonly string[]): boolean {
  return REVISION_PAGES.has((segments[0] === '-' ? segments[1] : segments[0]) ?? '');
}

/** What follows a repository in the address of a forge's page: `tree/main/dir`, `commit/<sha>`, `src/branch/main/dir`. */
export function readWebPath(segments: readonly string[]): RawPointer {
  const rest = segments[0] === '-' ? segments.slice(1) : segments;
  const [page = '', second] = rest;
  switch (page) {
    case 'tree':
    case 'blob':
    case 'blame':
    case 'raw':
    case 'edit':
      return divide(rest.slice(1));
    case 'src':
      // Gitea says which kind of ref it is, Bitbucket does not.
      return second === 'branch' || second === 'tag' || second === 'commit'
        ? divide(rest.slice(2))
        : divide(rest.slice(1));
    case 'commit':
    case 'commits':
    case 'tags':
    case 'branch':
      return { ref: joined(rest.slice(1)) };
    case 'releases':
      return { ref: second === 'tag' ? joined(rest.slice(2)) : undefined };
    case 'browse':
      return { subpath: joined(rest.slice(1)) };
    default:
      return {};
  }
}

/** Ref and path, where nothing says where the ref ends: at the first slash, and flagged where that is a guess. */
function divide(segments: readonly string[]): RawPointer {
  const length = segments[0] === 'refs' ? 3 : 1;
  return {
    ref: joined(segments.slice(0, length)),
    subpath: joined(segments.slice(length)),
    ambiguous: segments.length > length,
  };
}

function joined(segments: readonly string[]): string | undefined {
  return segments.length === 0 ? undefined : segments.map(decodePercent).join('/');
}
