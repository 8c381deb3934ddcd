import type { Statement } from '../model/statement.ts';
import { buildkitV02, buildkitV1 } from './buildkit/index.ts';
import type { ProvenanceFormat } from './format.ts';
import { githubActions } from './github-actions.ts';
import type { Provenance, ReadProblem } from './provenance.ts';
import { slsaContainerBased } from './slsa-container-based.ts';
import { slsaGitHubDelegator } from './slsa-github-delegator.ts';
import { slsaGitHubGenerator } from './slsa-github-generator.ts';
import { slsaV01 } from './slsa-v0.1.ts';
import { slsaV02 } from './slsa-v0.2.ts';
import { slsaV1 } from './slsa-v1.ts';

/** The first that matches reads: formats of one builder before SLSA's own, which read whatever build type is left. */
const FORMATS: readonly ProvenanceFormat[] = [
  buildkitV02,
  buildkitV1,
  githubActions,
  slsaGitHubGenerator,
  slsaGitHubDelegator,
  slsaContainerBased,
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
