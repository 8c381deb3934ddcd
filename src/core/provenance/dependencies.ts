import { withoutUndefined } from '../defined.ts';
import { isRecord } from '../json.ts';
import { parseSourceUrl } from '../source-url.ts';
import type { SourceGrammar } from '../source-url.ts';
import { readImageInput } from './image-input.ts';
import type { Node } from './node.ts';
import { address, complain, isAbsent, items, member, text } from './node.ts';
import type { ResolvedDependency, SourceReading } from './provenance.ts';
import { completeSource } from './sources.ts';
import { readDigestSet } from './statement.ts';

/** An input of the build, and the revision that it is, where it is one. */
export type Dependency = { readonly input: ResolvedDependency; readonly source?: SourceReading };

const ARCHIVE = /\.(?:tar|tgz|tbz2?|txz|tar\.[a-z0-9]+|zip|jar|whl|gem|rpm|deb|apk)$/i;

/** SLSA v0.2's materials, v1's resolvedDependencies. An item that is none is left out, with a problem. */
export function readDependencies(list: Node, grammar: SourceGrammar): readonly Dependency[] {
  return items(list).flatMap((item) => {
    if (isRecord(item.value)) return [readDependency(item, grammar)];
    complain(item, 'MALFORMED_ITEM', 'not an object');
    return [];
  });
}

/** One ResourceDescriptor. */
export function readDependency(item: Node, grammar: SourceGrammar): Dependency {
  const uri = member(item, 'uri');
  const name = member(item, 'name');
  // Some builders have the address under `name`.
  const located = isAbsent(uri.value) ? name : uri;
  const digest = readDigestSet(member(item, 'digest'));
  const image = readImageInput(address(located)?.value ?? '', digest);
  const source = image === undefined ? readSourceInput(item, located, grammar) : undefined;
  if ((image ?? source) !== undefined && Object.keys(digest).length === 0) {
    complain(item, 'MISSING_MATERIAL_DIGEST', 'an input without a digest');
  }
  const input = withoutUndefined({
    role: source === undefined ? ('other' as const) : ('source' as const),
    uri: text(uri)?.value,
    name: text(name)?.value,
    digest,
    image,
    at: item.at,
  });
  return source === undefined ? { input } : { input, source };
}

function readSourceInput(item: Node, uri: Node, grammar: SourceGrammar): SourceReading | undefined {
  const digest = member(item, 'digest');
  const result = parseSourceUrl(address(uri)?.value ?? '', grammar);
  if (result.kind === 'refused' || !(result.source.gitLike || isGitDigest(digest, uri))) return undefined;
  return completeSource(result.source, { uri, grammar, role: 'candidate', digest });
}

/** A commit where a plain web address does not say git: nobody gives a file's SHA-1 alone, and never under `sha256`. */
function isGitDigest(digest: Node, uri: Node): boolean {
  const { gitCommit, sha1, sha256 } = readDigestSet(digest);
  const isArchive = ARCHIVE.test(text(uri)?.value ?? '');
  return gitCommit !== undefined || ((sha1 ?? sha256)?.length === 40 && !isArchive);
}

/** The inputs as they are told, with the parts that the builder's own reader gives them. */
export function toInputs(
  dependencies: readonly Dependency[],
  roleOf: (dependency: Dependency) => ResolvedDependency['role'] = ({ input }) => input.role,
): readonly ResolvedDependency[] {
  return dependencies.map((dependency) => ({ ...dependency.input, role: roleOf(dependency) }));
}
