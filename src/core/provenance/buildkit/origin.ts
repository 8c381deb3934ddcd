/**
 * Where the files came from: a git context, which BuildKit fetched itself, or the client's disk, of which only the client says what it was
 * (buildx's `vcs` hints).
 */
import { withoutUndefined } from '../../defined.ts';
import { parseSourceUrl } from '../../source-url.ts';
import { joinRepositoryPath } from '../../source-url/repository-path.ts';
import type { ProvenanceReading } from '../format.ts';
import type { Node } from '../node.ts';
import { address, complain, isAbsent, items, member, text } from '../node.ts';
import type { Read, SourceReading } from '../provenance.ts';
import { readRepositoryPath } from '../run.ts';
import { completeSource, readSource, splitDirty } from '../sources.ts';
import type { Layout } from './layout.ts';

const DEFAULT_DOCKERFILE = 'Dockerfile';
/** A request may have been made by another's frontend, and so on. */
const REQUEST_DEPTH_MAX = 8;

export type Origin = Pick<ProvenanceReading, 'context' | 'dockerfile' | 'localContext'> & {
  /** The git context, as it was declared. */
  readonly declared?: SourceReading;
  readonly hint?: SourceReading;
};

export function readOrigin(layout: Layout): Origin {
  const vcs = member(layout.extension, 'vcs');
  const locals = items(member(layout.request, 'locals')).map((local) => member(local, 'name').value);
  const config = findGitConfig(layout.configSource, layout.request, 0);
  const fileName = member(config?.node ?? layout.configSource, config?.fileName ?? layout.fileName);
  const localContext = locals.includes('context') && config === undefined;
  return withoutUndefined({
    declared: config?.source,
    hint: readHint(vcs),
    dockerfile:
      locals.includes('dockerfile') || config === undefined
        ? localDockerfile(vcs, fileName)
        : readDockerfile(fileName, config.source.subpath ?? ''),
    context: config === undefined ? readRepositoryPath(member(vcs, 'localdir:context')) : contextOf(config.source),
    localContext: localContext ? { value: true, at: member(layout.request, 'locals').at } : undefined,
  });
}

type GitConfig = { readonly node: Node; readonly source: SourceReading; readonly fileName?: 'path' };

/**
 * The config source that is a git context. Where it names an input of the request (a bake target, a named context), that input has it; where
 * a frontend passed the request on, the first one (`root`) has it.
 */
function findGitConfig(configSource: Node, request: Node, depth: number): GitConfig | undefined {
  const uri = member(configSource, 'uri');
  const source = readGitContext(configSource, uri);
  if (source !== undefined) return { node: configSource, source };
  if (depth >= REQUEST_DEPTH_MAX) return undefined;
  const input = typeof uri.value === 'string' ? uri.value.replace(/^input:/, '') : '';
  for (const nested of [member(request, 'inputs', input), member(request, 'root')]) {
    if (isAbsent(nested.value)) continue;
    const found = findGitConfig(member(nested, 'configSource'), member(nested, 'request'), depth + 1);
    if (found !== undefined) return { ...found, fileName: 'path' };
  }
  return undefined;
}

/** An http tarball and a name are contexts too, and no repositories. */
function readGitContext(configSource: Node, uri: Node): SourceReading | undefined {
  const result = parseSourceUrl(address(uri)?.value ?? '', 'buildkit');
  if (result.kind === 'refused') return undefined;
  const digest = member(configSource, 'digest');
  return completeSource(result.source, { uri, digest, grammar: 'buildkit', role: 'config' });
}

/** What buildx found in the client's working tree. */
function readHint(vcs: Node): SourceReading | undefined {
  const source = readSource({ uri: member(vcs, 'source'), grammar: 'auto', role: 'hint' });
  const revision = member(vcs, 'revision');
  const written = text(revision);
  if (source === undefined || written === undefined) return source;
  const { commit, dirty } = splitDirty(written.value);
  if (/^[0-9a-f]{7,64}$/.test(commit)) {
    return { ...source, commit, commitAt: revision.at, ...(dirty ? { dirty: true as const } : {}) };
  }
  complain(revision, 'MALFORMED_ITEM', 'not the id of a commit');
  return source;
}

function readDockerfile(fileName: Node, directory: string): Read<string> | undefined {
  return readRepositoryPath(
    isAbsent(fileName.value) ? { ...fileName, value: DEFAULT_DOCKERFILE } : fileName,
    directory,
  );
}

/** Without the hint nobody knows where in the repository the directory was; buildx leaves it out where it was outside. */
function localDockerfile(vcs: Node, fileName: Node): Read<string> | undefined {
  const directory = readRepositoryPath(member(vcs, 'localdir:dockerfile'));
  return directory && readDockerfile(fileName, directory.value);
}

function contextOf({ subpath, at }: SourceReading): Read<string> {
  return { value: joinRepositoryPath(subpath ?? '') ?? '.', at };
}
