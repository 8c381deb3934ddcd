import { withoutUndefined } from '../defined.ts';
import type { ProvenanceFormat, ProvenanceReading } from './format.ts';
import { buildTypeOf } from './format.ts';
import { readImageInput } from './image-input.ts';
import type { Node } from './node.ts';
import { isAbsent, member, text } from './node.ts';
import type { ResolvedDependency } from './provenance.ts';
import { readRepositoryPath } from './run.ts';
import { readSlsaV1 } from './slsa-v1.ts';
import { readSource } from './sources.ts';

const BUILD_TYPE = /^https:\/\/github\.com\/buildpacks-community\/kpack\/blob\/[^/]+\/docs\/slsa\.md$/;

/** kpack, Buildpacks in Kubernetes (kpack, docs/slsa.md). */
export const kpack: ProvenanceFormat = {
  id: 'kpack',
  matches: (statement) => BUILD_TYPE.test(buildTypeOf(statement, 'v1') ?? ''),
  read: readKpack,
};

/** The parameters are the specification of kpack's Build. Its invocation is an address that has no page. */
function readKpack(statement: Node): ProvenanceReading {
  const external = member(statement, 'predicate', 'buildDefinition', 'externalParameters');
  const git = member(external, 'source', 'git');
  const url = member(git, 'url');
  const declared = isAbsent(url.value)
    ? undefined
    : readSource({ uri: url, ref: member(git, 'revision'), grammar: 'auto', role: 'config' });
  const generic = readSlsaV1(statement, declared);
  return withoutUndefined({
    ...generic,
    runUrl: undefined,
    context: readRepositoryPath(member(external, 'source', 'subPath')),
    resolvedDependencies: [
      ...generic.resolvedDependencies.map(asBuilderImage),
      ...readRunImage(member(external, 'runImage', 'image')),
    ],
  });
}

function asBuilderImage(input: ResolvedDependency): ResolvedDependency {
  return input.name === 'builder-image' ? { ...input, role: 'tool' } : input;
}

/** What the result stands on is among the parameters, and not among the dependencies. */
function readRunImage(node: Node): readonly ResolvedDependency[] {
  const uri = text(node)?.value;
  const image = uri === undefined ? undefined : readImageInput(`docker://${uri}`, {});
  return uri === undefined || image === undefined ? [] : [{ role: 'base', uri, digest: {}, image, at: node.at }];
}
