import { withoutUndefined } from '../../defined.ts';
import type { ProvenanceFormat, ProvenanceReading } from '../format.ts';
import { buildTypeOf } from '../format.ts';
import type { Node } from '../node.ts';
import { anyMember, entries, member, text } from '../node.ts';
import { readParameters } from '../parameters.ts';
import type { Read, ResolvedDependency } from '../provenance.ts';
import { readFullRef, readRepository } from '../revisions.ts';
import { readRepositoryPath } from '../run.ts';
import { readSlsaV01 } from '../slsa-v0.1.ts';
import { readSlsaV1 } from '../slsa-v1.ts';
import { readDockerStep } from './docker-step.ts';

/** `…@v1`, which is later, is another tool's (tejolote). */
const BUILD_TYPE_V01 =
  /^https:\/\/cloudbuild\.googleapis\.com\/(?:GoogleHostedWorker|CloudBuildYaml|CloudBuildSteps)@v0\.\d+$/;
const BUILD_TYPES_V1: ReadonlySet<string | undefined> = new Set([
  'https://cloud.google.com/build/gcb-buildtypes/google-worker/v1',
  // Its draft, in which `buildConfigSource` was called `configSource`.
  'https://slsa-framework.github.io/gcb-buildtypes/triggered-build/v1',
]);
/** Of triggers for pull requests. */
const HEAD_REPOSITORY = '_HEAD_REPO_URL';
const BUILD_NAME = /^projects\/[^/?#]+\/locations\/[^/?#]+\/builds\/[^/?#]+$/;

/** Google Cloud Build's first form, whose arguments are Cloud Build's own record of the build. */
export const googleCloudBuildV01: ProvenanceFormat = {
  id: 'google-cloud-build-v0.1',
  matches: (statement) => BUILD_TYPE_V01.test(buildTypeOf(statement, 'v0.1') ?? ''),
  read: readV01,
};

/** Google Cloud Build of a trigger (cloud.google.com, gcb-buildtypes/google-worker/v1). */
export const googleCloudBuildV1: ProvenanceFormat = {
  id: 'google-cloud-build-v1',
  matches: (statement) => BUILD_TYPES_V1.has(buildTypeOf(statement, 'v1')),
  read: readV1,
};

function readV01(statement: Node): ProvenanceReading {
  const build = member(statement, 'predicate', 'recipe', 'arguments');
  const substitutions = member(build, 'substitutions');
  const generic = readSlsaV01(statement);
  return withoutUndefined({
    ...generic,
    runUrl: runUrl(text(member(build, 'name'))),
    ref: generic.ref ?? substitutedRef(substitutions),
    trigger: text(member(substitutions, 'TRIGGER_NAME')),
    headRepository: readRepository(member(substitutions, HEAD_REPOSITORY)),
    // The rest of the arguments is what became of the build.
    parameters: readParameters(ownSubstitutions(substitutions)),
    ...(generic.sources.length === 0 ? {} : readDockerStep(member(build, 'steps'))),
  });
}

/** The build's record in the API, which the second form has as its invocation. */
function runUrl(name: Read<string> | undefined): Read<string> | undefined {
  if (name === undefined || !BUILD_NAME.test(name.value)) return undefined;
  return { value: `https://cloudbuild.googleapis.com/v1/${name.value}`, at: name.at };
}

/** The user's own begin with an underscore. */
function ownSubstitutions(substitutions: Node): Node {
  const own = entries(substitutions).filter(([name]) => name.startsWith('_'));
  return { ...substitutions, value: Object.fromEntries(own.map(([name, { value }]) => [name, value])) };
}

function readV1(statement: Node): ProvenanceReading {
  const definition = member(statement, 'predicate', 'buildDefinition');
  const external = member(definition, 'externalParameters');
  const internal = member(definition, 'internalParameters');
  const system = member(internal, 'systemSubstitutions');
  const generic = readSlsaV1(statement);
  const detected = member(anyMember(external, 'buildConfigSource', 'configSource'), 'pathAutodetect');
  return withoutUndefined({
    ...generic,
    pipelineFile:
      generic.pipelineFile ?? (typeof detected.value === 'string' ? readRepositoryPath(detected) : undefined),
    ref: generic.ref ?? substitutedRef(system),
    trigger: text(member(system, 'TRIGGER_NAME')) ?? text(member(internal, 'triggerUri')),
    headRepository:
      readRepository(member(external, 'substitutions', HEAD_REPOSITORY)) ??
      readRepository(member(system, HEAD_REPOSITORY)),
    context: readRepositoryPath(member(external, 'sourceToBuild', 'dir')),
    resolvedDependencies: generic.resolvedDependencies.map(asStepImage),
  });
}

function substitutedRef(substitutions: Node): Read<string> | undefined {
  const branch = member(substitutions, 'BRANCH_NAME');
  return readFullRef(member(substitutions, 'TAG_NAME'), 'tags') ?? readFullRef(branch, 'heads');
}

/** The images are those of the build's steps, never what a Dockerfile begins with. */
function asStepImage(input: ResolvedDependency): ResolvedDependency {
  return input.image === undefined ? input : { ...input, role: 'tool' };
}
