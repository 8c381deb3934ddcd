import type { Statement } from '../model/statement.ts';
import { apko } from './apko.ts';
import { azureDevOps } from './azure-devops.ts';
import { buildkite } from './buildkite.ts';
import { buildkitV02, buildkitV1 } from './buildkit/index.ts';
import { chainloop } from './chainloop.ts';
import { dockerOfficialImages } from './docker-official-images.ts';
import type { ProvenanceFormat } from './format.ts';
import { githubActions } from './github-actions.ts';
import { gitlabRunner, gitlabServer } from './gitlab.ts';
import { googleCloudBuildV01, googleCloudBuildV1 } from './google-cloud-build/index.ts';
import { jenkinsGenerator, jenkinsPlugin } from './jenkins.ts';
import { kpack } from './kpack.ts';
import { melange } from './melange.ts';
import type { Provenance, ReadProblem } from './provenance.ts';
import { slsaContainerBased } from './slsa-container-based.ts';
import { slsaGitHubDelegator } from './slsa-github-delegator.ts';
import { slsaGitHubGenerator } from './slsa-github-generator.ts';
import { slsaV01 } from './slsa-v0.1.ts';
import { slsaV02 } from './slsa-v0.2.ts';
import { slsaV1 } from './slsa-v1.ts';
import { tejoloteV02, tejoloteV1 } from './tejolote.ts';
import { tektonV02, tektonV1 } from './tekton/index.ts';
import { witnessCollection, witnessSlsa } from './witness.ts';

/** The first that matches reads: formats of one builder before SLSA's own, which read whatever build type is left. */
export const FORMATS: readonly ProvenanceFormat[] = [
  buildkitV02,
  buildkitV1,
  dockerOfficialImages,
  githubActions,
  slsaGitHubGenerator,
  slsaGitHubDelegator,
  slsaContainerBased,
  googleCloudBuildV01,
  googleCloudBuildV1,
  tektonV02,
  tektonV1,
  gitlabRunner,
  gitlabServer,
  kpack,
  witnessCollection,
  witnessSlsa,
  chainloop,
  jenkinsGenerator,
  jenkinsPlugin,
  azureDevOps,
  buildkite,
  apko,
  melange,
  tejoloteV02,
  tejoloteV1,
  slsaV01,
  slsaV02,
  slsaV1,
];

/** What the statement says about the build; undefined for a statement that is no provenance. Never throws, whatever the predicate. */
export function readProvenance(statement: Statement): Provenance | undefined {
  const format = FORMATS.find(({ matches }) => matches(statement));
  if (format === undefined) return undefined;
  const problems: ReadProblem[] = [];
  const reading = format.read({ value: statement, at: '$', problems });
  return { format: format.id, ...reading, problems };
}
