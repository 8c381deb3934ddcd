import type { ProvenanceFormat, ProvenanceReading } from './format.ts';
import { buildTypeOf } from './format.ts';
import { joinGitHubRun, readGitHubRepository } from './github-context.ts';
import type { Node } from './node.ts';
import { member } from './node.ts';
import { readSlsaV1 } from './slsa-v1.ts';

const BUILD_TYPE = /^https:\/\/github\.com\/slsa-framework\/slsa-github-generator\/delegator-[\w-]+@v\d+$/;

/** slsa-github-generator's framework for builders of others' making ("bring your own builder"). */
export const slsaGitHubDelegator: ProvenanceFormat = {
  id: 'slsa-github-delegator',
  matches: (statement) => BUILD_TYPE.test(buildTypeOf(statement, 'v1') ?? ''),
  read: readDelegator,
};

/** The source is declared by the job's environment: the parameters are the tool's own. */
function readDelegator(statement: Node): ProvenanceReading {
  const environment = member(statement, 'predicate', 'buildDefinition', 'internalParameters');
  return joinGitHubRun(readSlsaV1(statement, readGitHubRepository(environment, 'GITHUB_')), environment);
}
