import { withoutUndefined } from '../defined.ts';
import type { ProvenanceFormat, ProvenanceReading } from './format.ts';
import { buildTypeOf } from './format.ts';
import type { Node } from './node.ts';
import { flag, member, text } from './node.ts';
import type { Read } from './provenance.ts';
import { readFullRef, readRepository } from './revisions.ts';
import { asPage, readEntryPointFile } from './run.ts';
import { refOf } from './select-source.ts';
import { readSlsaV1 } from './slsa-v1.ts';

const RUNNER_BUILD_TYPE = /^https:\/\/gitlab\.com\/gitlab-org\/gitlab-runner\/-\/blob\/[^/]+\/PROVENANCE\.md$/;
const SERVER_BUILD_TYPE = 'https://docs.gitlab.com/ci/pipeline_security/slsa/provenance_v1';

/** GitLab Runner's artifact metadata, also where GitLab's SLSA component signs it (gitlab-runner, PROVENANCE.md). */
export const gitlabRunner: ProvenanceFormat = {
  id: 'gitlab-runner',
  matches: (statement) => RUNNER_BUILD_TYPE.test(buildTypeOf(statement, 'v1') ?? ''),
  read: readRunner,
};

/** GitLab's own attestations (docs.gitlab.com, pipeline_security/slsa/provenance_v1). */
export const gitlabServer: ProvenanceFormat = {
  id: 'gitlab-server',
  matches: (statement) => buildTypeOf(statement, 'v1') === SERVER_BUILD_TYPE,
  read: readServer,
};

/** The names of variables stand among the parameters, with empty values. */
function readRunner(statement: Node): ProvenanceReading {
  const generic = readSlsaV1(statement);
  return withoutUndefined({ ...generic, runUrl: jobPage(generic) });
}

/** The invocation is the number of the job. */
function jobPage({ invocationId, sources: [source] }: ProvenanceReading): Read<string> | undefined {
  if (source === undefined || invocationId === undefined || !/^\d+$/.test(invocationId.value)) return undefined;
  return { value: `${source.url}/-/jobs/${invocationId.value}`, at: invocationId.at };
}

/** Variables can be set by the job itself: they are the tenant's words in the platform's document. */
function readServer(statement: Node): ProvenanceReading {
  const generic = readSlsaV1(statement);
  const external = member(statement, 'predicate', 'buildDefinition', 'externalParameters');
  const variable = (name: string): Node => member(external, 'variables', name);
  const branch = readFullRef(variable('CI_COMMIT_REF_NAME'), 'heads');
  return withoutUndefined({
    ...generic,
    runUrl: asPage(text(variable('CI_JOB_URL'))) ?? asPage(text(variable('CI_PIPELINE_URL'))) ?? jobPage(generic),
    ref: refOf(generic.sources) ?? readFullRef(variable('CI_COMMIT_TAG'), 'tags') ?? branch,
    refProtected: flag(variable('CI_COMMIT_REF_PROTECTED')),
    defaultBranch: text(variable('CI_DEFAULT_BRANCH')),
    trigger: text(variable('CI_PIPELINE_SOURCE')),
    pipelineFile: readEntryPointFile(variable('CI_CONFIG_PATH')),
    repositoryId: text(variable('CI_PROJECT_ID')),
    headRepository: readRepository(variable('CI_MERGE_REQUEST_SOURCE_PROJECT_URL')),
  });
}
