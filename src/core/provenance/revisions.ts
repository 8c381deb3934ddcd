import { validRef } from '../source-url/pointer.ts';
import type { Node } from './node.ts';
import { complain, isAbsent, text } from './node.ts';
import type { Read } from './provenance.ts';
import { readSourceUrl } from './sources.ts';

/** The full name of a branch (`heads`) or tag of which a CI system wrote the short one. */
export function readFullRef(node: Node, kind: 'heads' | 'tags'): Read<string> | undefined {
  const read = text(node);
  if (read === undefined) return undefined;
  if (validRef(read.value) !== undefined) {
    return read.value.startsWith('refs/') ? read : { value: `refs/${kind}/${read.value}`, at: read.at };
  }
  complain(node, 'MALFORMED_ITEM', 'not a ref');
  return undefined;
}

/** The address of a repository that is not the source: of the fork that a proposed change comes from. */
export function readRepository(node: Node): Read<string> | undefined {
  const source = isAbsent(node.value) ? undefined : readSourceUrl(node, 'web');
  return source && { value: source.url, at: node.at };
}
