import { withoutUndefined } from '../defined.ts';
import { repositoryKey } from '../source-url.ts';
import type { ProvenanceFormat, ProvenanceReading } from './format.ts';
import { githubActions } from './github-actions.ts';
import type { Node } from './node.ts';
import { member } from './node.ts';

const META_REPOSITORY = repositoryKey('https://github.com/docker-library/meta');

/** Docker Official Images: GitHub's build type, written by a workflow that builds for all of their repositories (docker-library/meta-scripts). */
export const dockerOfficialImages: ProvenanceFormat = {
  id: 'docker-official-images',
  matches: (statement) => {
    const predicate = { value: statement.predicate, at: '$.predicate', problems: [] };
    const external = member(predicate, 'buildDefinition', 'externalParameters');
    const { value: repository } = member(external, 'workflow', 'repository');
    return (
      githubActions.matches(statement) &&
      typeof repository === 'string' &&
      repositoryKey(repository) === META_REPOSITORY &&
      typeof member(external, 'inputs', 'buildId').value === 'string'
    );
  },
  read: readOfficialImage,
};

/** The repository and its commit are those of the workflow. What the image was made from stands in the image's annotations. */
function readOfficialImage(statement: Node): ProvenanceReading {
  const generic = githubActions.read(statement);
  return withoutUndefined({
    ...generic,
    sources: [],
    ref: undefined,
    resolvedDependencies: generic.resolvedDependencies.map((input) => ({ ...input, role: 'tool' as const })),
  });
}
