import { withoutUndefined } from '../defined.ts';
import type { ProvenanceFormat, ProvenanceReading } from './format.ts';
import { buildTypeOf } from './format.ts';
import type { Node } from './node.ts';
import { member } from './node.ts';
import { readFullRef } from './revisions.ts';
import { readSlsaV1 } from './slsa-v1.ts';

/** Buildkite's plugin for provenance (buildkite.github.io/slsa-buildtypes, job/v1). */
export const buildkite: ProvenanceFormat = {
  id: 'buildkite',
  matches: (statement) => buildTypeOf(statement, 'v1') === 'https://buildkite.github.io/slsa-buildtypes/job/v1',
  read: readBuildkite,
};

/** The dependency has the branch, also where a tag was built. */
function readBuildkite(statement: Node): ProvenanceReading {
  const generic = readSlsaV1(statement);
  const build = member(statement, 'predicate', 'buildDefinition', 'externalParameters', 'build');
  const ref = readFullRef(member(build, 'tag'), 'tags') ?? generic.ref ?? readFullRef(member(build, 'branch'), 'heads');
  return withoutUndefined({ ...generic, ref });
}
