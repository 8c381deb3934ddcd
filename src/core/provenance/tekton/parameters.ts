/** What Tekton's users write by convention: parameters of pipelines and tasks, and the annotations of Pipelines-as-Code. */
import { withoutUndefined } from '../../defined.ts';
import { joinRepositoryPath } from '../../source-url/repository-path.ts';
import type { ProvenanceReading } from '../format.ts';
import type { Node } from '../node.ts';
import { flag, isAbsent, items, member, text } from '../node.ts';
import type { Read, SourceReading } from '../provenance.ts';
import { readFullRef, readRepository } from '../revisions.ts';
import { asPage, readRepositoryPath } from '../run.ts';
import { readSource } from '../sources.ts';

/** By name; a node without a value for a name that is not there. */
export type Values = (name: string) => Node;

/** Konflux' own, and Chains' hint. Values are the task's word. */
const SOURCE_PARAMETERS = [
  { repository: 'git-url', revision: 'revision' },
  { repository: 'CHAINS-GIT_URL', revision: 'CHAINS-GIT_COMMIT' },
] as const;
const PIPELINES_AS_CODE = 'pipelinesascode.tekton.dev/';

/** `{ name: value }`, as in Chains' v0.2. */
export function valuesOfObject(node: Node): Values {
  return (name) => member(node, name);
}

/** `[{ name, value }]`, as in a run's own specification. */
export function valuesOfList(node: Node): Values {
  const list = items(node);
  return (name) => {
    const item = list.find((each) => member(each, 'name').value === name);
    return item === undefined ? { ...node, value: undefined } : member(item, 'value');
  };
}

/** The repository that the user asked to be built. */
export function declaredSource(parameters: Values, annotations: Values): SourceReading | undefined {
  const named = SOURCE_PARAMETERS.find(({ repository }) => !isAbsent(parameters(repository).value));
  const [repository, revision] =
    named === undefined
      ? [annotation(annotations, 'source-repo-url'), annotation(annotations, 'sha')]
      : [parameters(named.repository), parameters(named.revision)];
  return isAbsent(repository.value)
    ? undefined
    : readSource({ uri: repository, ref: revision, grammar: 'auto', role: 'config' });
}

export function annotation(annotations: Values, name: string): Node {
  return annotations(`${PIPELINES_AS_CODE}${name}`);
}

/** The first of several places that Pipelines-as-Code wrote to: it marks labels and annotations of runs and tasks alike. */
export function annotationsIn(places: readonly Node[]): Values {
  return (name) => {
    const found = places.map((place) => member(place, name)).find(({ value }) => !isAbsent(value));
    return found ?? { value: undefined, at: '', problems: [] };
  };
}

/** What Pipelines-as-Code knows of the event and the run. */
export function readAnnotations(
  annotations: Values,
): Pick<ProvenanceReading, 'headRepository' | 'ref' | 'runUrl' | 'trigger'> {
  return withoutUndefined({
    runUrl: asPage(text(annotation(annotations, 'log-url'))),
    trigger: text(annotation(annotations, 'event-type')),
    ref: readFullRef(annotation(annotations, 'source-branch'), 'heads'),
    headRepository: headRepository(annotations),
  });
}

/** Only where both are told: else it is the repository itself. */
function headRepository(annotations: Values): Read<string> | undefined {
  const base = annotation(annotations, 'repo-url');
  return isAbsent(base.value) ? undefined : readRepository(annotation(annotations, 'source-repo-url'));
}

/** Konflux' pair begins at the repository's root; of the tasks' own pair that is so only where the context is the root. */
export function readPaths(parameters: Values): Pick<ProvenanceReading, 'context' | 'dockerfile' | 'hermetic'> {
  const hermetic = flag(parameters('hermetic'));
  const konflux = { context: parameters('path-context'), dockerfile: parameters('dockerfile') };
  if (!isAbsent(konflux.context.value) || !isAbsent(konflux.dockerfile.value)) {
    const context = readRepositoryPath(konflux.context);
    const dockerfile = readRepositoryPath(konflux.dockerfile, context?.value);
    return withoutUndefined({ context, dockerfile, hermetic });
  }
  const context = readRepositoryPath(parameters('CONTEXT'));
  const atRoot = joinRepositoryPath(context?.value ?? '') === '.';
  return withoutUndefined({
    context,
    dockerfile: atRoot ? readRepositoryPath(parameters('DOCKERFILE')) : undefined,
    hermetic,
  });
}
