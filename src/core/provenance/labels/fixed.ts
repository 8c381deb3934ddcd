import { withoutUndefined } from '../../defined.ts';
import { parseSourceUrl } from '../../source-url.ts';
import { joinRepositoryPath } from '../../source-url/repository-path.ts';
import type { Node } from '../node.ts';
import { instant, text } from '../node.ts';
import { asPage, readRepositoryPath } from '../run.ts';
import type { Labelled, LabelReading } from './label-reading.ts';
import type { LabelNodes, LabelValues } from './values.ts';
import { isForgePage, labelled, readBase, readRevision } from './values.ts';
import type { Vocabulary } from './vocabularies.ts';

/** What a vocabulary of the table says; nothing where it is not found. */
export function readFixed(vocabulary: Vocabulary, label: LabelNodes): LabelValues | undefined {
  const { keys, grammar } = vocabulary;
  const foundBy = vocabulary.foundBy ?? Object.values(keys);
  if (!foundBy.some((key) => label(key).value !== undefined)) return undefined;
  const revision = readRevision({
    repository: repositoryNode(label(keys.repository), label(keys.page)),
    grammar,
    revision: label(keys.revision),
    ref: label(keys.ref),
  });
  return withoutUndefined({
    ...revision,
    dockerfile: labelled(readRepositoryPath(label(keys.dockerfile))),
    context: labelled(readRepositoryPath(label(keys.context))),
    ...(vocabulary.contextInAddress === true ? readContextInAddress(revision.source) : {}),
    runUrl: labelled(asPage(text(label(keys.runUrl)))),
    created: labelled(instant(label(keys.created))),
    version: labelled(text(label(keys.version))),
    base: readBase(label(keys.baseName), label(keys.baseDigest)),
  });
}

/** The page counts only where the repository is not named, and only on a forge: elsewhere it is a home page. */
function repositoryNode(repository: Node, page: Node): Node {
  if (typeof page.value !== 'string' || text(repository) !== undefined) return repository;
  const result = parseSourceUrl(page.value, 'web');
  return result.kind === 'repository' && isForgePage(result.source) ? page : repository;
}

/** The library's file may name another Dockerfile; nothing in the image does. */
function readContextInAddress(source: LabelReading['source']): Pick<LabelValues, 'context' | 'dockerfile'> {
  if (source === undefined) return {};
  const directory = source.value.subpath ?? '';
  const path = (...parts: string[]): Labelled<string> | undefined => {
    const value = joinRepositoryPath(...parts);
    return value === undefined ? undefined : { value, keys: source.keys };
  };
  return withoutUndefined({ context: path(directory), dockerfile: path(directory, 'Dockerfile') });
}
