import { withoutUndefined } from '../defined.ts';
import type { ProvenanceFormat, ProvenanceReading } from './format.ts';
import { buildTypeOf } from './format.ts';
import { readGitHubRun } from './github-context.ts';
import type { Node } from './node.ts';
import { member } from './node.ts';
import type { SourceReading } from './provenance.ts';
import { refOf } from './select-source.ts';
import { readSlsaV02 } from './slsa-v0.2.ts';

/** Also `…/slsa-github-generator-go@v1`, as its Go builder was called first. */
const BUILD_TYPE = /^https:\/\/github\.com\/slsa-framework\/slsa-github-generator(?:\/|-go@)/;

/** slsa-github-generator's container, generic and Go generators (`…/container@v1`). */
export const slsaGitHubGenerator: ProvenanceFormat = {
  id: 'slsa-github-generator',
  matches: (statement) => BUILD_TYPE.test(buildTypeOf(statement, 'v0.2') ?? ''),
  read: readGenerator,
};

function readGenerator(statement: Node): ProvenanceReading {
  const generic = readSlsaV02(statement);
  const environment = member(statement, 'predicate', 'invocation', 'environment');
  const { ref, ...run } = readGitHubRun(environment, 'github_', generic.sources[0]?.url);
  const sources = generic.sources.map(withoutGitSuffix);
  const definedIn = generic.definedIn && withoutGitSuffix(generic.definedIn);
  return withoutUndefined({ ...generic, ...run, sources, definedIn, ref: refOf(sources) ?? ref });
}

/** The container generator's documents also have `…@refs/heads/main.git`. */
function withoutGitSuffix(source: SourceReading): SourceReading {
  return source.ref === undefined ? source : { ...source, ref: source.ref.replace(/\.git$/, '') };
}
