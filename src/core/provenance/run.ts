import { withoutUndefined } from '../defined.ts';
import { parseSourceUrl } from '../source-url.ts';
import { joinRepositoryPath } from '../source-url/repository-path.ts';
import type { Node } from './node.ts';
import { anyMember, complain, flag, instant, member, text } from './node.ts';
import type { Provenance, Read } from './provenance.ts';

/** The read value where it is the address of a page. */
export function asPage(read: Read<string> | undefined): Read<string> | undefined {
  return read !== undefined && /^https?:\/\//i.test(read.value) && URL.canParse(read.value) ? read : undefined;
}

/** A path in a repository, relative to its root; undefined, with a problem, for one that leads out of it. */
export function readRepositoryPath(node: Node, directory = ''): Read<string> | undefined {
  const written = text(node);
  if (written === undefined) return undefined;
  const path = joinRepositoryPath(directory, written.value);
  if (path !== undefined) return { value: path, at: node.at };
  complain(node, 'PATH_OUTSIDE_REPOSITORY', 'the path leads out of the repository');
  return undefined;
}

/**
 * An entry point of v0.1 and v0.2, where it is a file: the field also has targets, names of jobs, and constants.
 * An address of a file on a forge gives its path there.
 */
export function readEntryPointFile(node: Node): Read<string> | undefined {
  const written = text(node);
  if (written === undefined) return undefined;
  if (written.value.includes('://')) {
    const page = parseSourceUrl(written.value, 'web');
    const path = page.kind === 'repository' ? page.source.subpath : undefined;
    return path === undefined ? undefined : { value: path, at: node.at };
  }
  return /[./]/.test(written.value) && !/[@:\s]/.test(written.value) ? readRepositoryPath(node) : undefined;
}

/** The metadata of v0.1 and v0.2, whose only difference is the name of one member of `completeness`. */
export function readOldMetadata(
  metadata: Node,
  parameters: 'arguments' | 'parameters',
): Pick<Provenance, 'invocationId' | 'runUrl' | 'startedOn' | 'finishedOn' | 'completeness' | 'reproducible'> {
  const completeness = member(metadata, 'completeness');
  // in-toto-golang writes `ID`.
  const invocationId = text(anyMember(metadata, 'buildInvocationId', 'buildInvocationID'));
  return withoutUndefined({
    invocationId,
    runUrl: asPage(invocationId),
    startedOn: instant(member(metadata, 'buildStartedOn')),
    finishedOn: instant(member(metadata, 'buildFinishedOn')),
    completeness: withoutUndefined({
      parameters: flag(member(completeness, parameters)),
      environment: flag(member(completeness, 'environment')),
      materials: flag(member(completeness, 'materials')),
    }),
    reproducible: flag(member(metadata, 'reproducible')),
  });
}
