import { withoutUndefined } from '../../defined.ts';
import type { Dependency } from '../dependencies.ts';
import { readDependencies, toInputs } from '../dependencies.ts';
import type { ProvenanceFormat, ProvenanceReading } from '../format.ts';
import { buildTypeOf } from '../format.ts';
import { readGitHubRepository, readGitHubRun } from '../github-context.ts';
import type { Node } from '../node.ts';
import { flag, instant, isAbsent, member, text } from '../node.ts';
import { readParameters } from '../parameters.ts';
import type { Read, ResolvedDependency, SourceReading } from '../provenance.ts';
import { asPage } from '../run.ts';
import { refOf, selectSources } from '../select-source.ts';
import { readDockerfileText } from './dockerfile.ts';
import { roleInBuild } from './inputs.ts';
import type { Layout } from './layout.ts';
import { layoutV02, layoutV1 } from './layout.ts';
import type { Origin } from './origin.ts';
import { readOrigin } from './origin.ts';

export const buildkitV02: ProvenanceFormat = {
  id: 'buildkit-v0.2',
  matches: (statement) => buildTypeOf(statement, 'v0.2') === 'https://mobyproject.org/buildkit@v1',
  read: (statement) => readBuildKit(layoutV02(statement)),
};

export const buildkitV1: ProvenanceFormat = {
  id: 'buildkit-v1',
  matches: (statement) =>
    buildTypeOf(statement, 'v1') ===
    'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md',
  read: (statement) => readBuildKit(layoutV1(statement)),
};

function readBuildKit(layout: Layout): ProvenanceReading {
  const origin = readOrigin(layout);
  const { runUrl, ref, ...run } = readGitHubRun(layout.environment, 'github_');
  const builderId = text(layout.builderId);
  const dependencies = readDependencies(layout.dependencies, 'buildkit');
  const sources = selectBuildKitSources(layout, origin, dependencies);
  const dockerfileText = readDockerfileText(layout.extension, member(layout.configSource, layout.fileName).value);
  const resolvedDependencies = toInputs(dependencies, roleInBuild(layout.request, dependencies, dockerfileText?.value));
  return withoutUndefined({
    ...run,
    builderId,
    buildType: text(layout.buildType),
    invocationId: text(layout.invocationId),
    runUrl: runUrl ?? runPageOf(builderId),
    sources,
    buildsAnySource: true as const,
    ref: refOf(sources) ?? (isRunOf(layout, sources) ? ref : undefined),
    dockerfile: origin.dockerfile,
    context: origin.context,
    dockerfileText,
    localContext: origin.localContext,
    resolvedDependencies,
    startedOn: instant(layout.startedOn),
    finishedOn: instant(layout.finishedOn),
    parameters: readParameters(layout.request),
    completeness: withoutUndefined({
      parameters: flag(layout.completeParameters),
      environment: flag(layout.completeEnvironment),
      materials: flag(layout.completeMaterials),
    }),
    hermetic: flagOrFalse(layout, layout.hermetic),
    reproducible: flagOrFalse(layout, layout.reproducible),
    platform: platformOf(resolvedDependencies),
    builderPlatform: text(layout.builderPlatform),
  });
}

/** A git input beside the context is something that a step added: only the context is the source. */
function selectBuildKitSources(
  layout: Layout,
  { declared, hint }: Origin,
  dependencies: readonly Dependency[],
): readonly SourceReading[] {
  const fetched =
    declared === undefined
      ? []
      : selectSources({ at: layout.dependencies, declared, dependencies, prefer: 'declared' });
  return hint === undefined ? fetched : [...fetched, hint];
}

/** The run's ref is the source's only where the run belongs to the source's repository. */
function isRunOf(layout: Layout, [source]: readonly SourceReading[]): boolean {
  return source !== undefined && readGitHubRepository(layout.environment, 'github_')?.key === source.key;
}

/** build-push-action puts the page of the run where the builder's id is expected. */
function runPageOf(builderId: Read<string> | undefined): Read<string> | undefined {
  return /^https?:\/\/[^?#]+\/actions\/runs\/\d+(?:\/|$)/.test(builderId?.value ?? '') ? asPage(builderId) : undefined;
}

/** BuildKit leaves out what is false. Where its whole extension is missing, another tool has rewritten the predicate, and nobody knows. */
function flagOrFalse(layout: Layout, node: Node): Read<boolean> | undefined {
  if (!isAbsent(node.value)) return flag(node);
  return isAbsent(layout.extension.value) ? undefined : { value: false, at: node.at };
}

/** Of the images that the result may stand on, where they agree. */
function platformOf(dependencies: readonly ResolvedDependency[]): Read<string> | undefined {
  const bases = dependencies.filter(({ role, image }) => role === 'base' && image?.platform !== undefined);
  const [first, ...others] = bases;
  const platform = first?.image?.platform;
  if (first === undefined || platform === undefined) return undefined;
  return others.every(({ image }) => image?.platform === platform) ? { value: platform, at: first.at } : undefined;
}
