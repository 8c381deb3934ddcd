/** git itself refuses longer paths on every common system. */
const PATH_LENGTH_MAX = 4096;

/**
 * Path parts joined, relative to the repository's root, with `.` and `..` resolved; `.` for the root itself.
 * Undefined for what leads out of the repository, or is no path at all.
 */
export function joinRepositoryPath(...parts: readonly string[]): string | undefined {
  const joined = parts.join('/');
  if (joined.length > PATH_LENGTH_MAX || /\p{C}/u.test(joined)) return undefined;
  const segments: string[] = [];
  for (const segment of joined.split('/')) {
    if (segment === '..') {
      if (segments.pop() === undefined) return undefined;
    } else if (segment !== '' && segment !== '.') {
      segments.push(segment);
    }
  }
  return segments.join('/') || '.';
}
