import type { ProvenanceFormat } from './format.ts';
import { buildTypeOf } from './format.ts';
import { readSlsaV02 } from './slsa-v0.2.ts';
import { readSlsaV1 } from './slsa-v1.ts';

const BUILD_TYPES: ReadonlySet<string | undefined> = new Set([
  'https://cloudbuild.googleapis.com/CloudBuildYaml@v1',
  'https://github.com/Attestations/GitHubActionsWorkflow@v1',
]);

/** tejolote watches a build from outside and writes its provenance afterwards: whoever ran it signs it, and not the builder that it names. */
export const tejoloteV02: ProvenanceFormat = {
  id: 'tejolote-v0.2',
  matches: (statement) => BUILD_TYPES.has(buildTypeOf(statement, 'v0.2')),
  read: readSlsaV02,
};

/** The same, in SLSA's later form. */
export const tejoloteV1: ProvenanceFormat = {
  id: 'tejolote-v1',
  matches: (statement) => BUILD_TYPES.has(buildTypeOf(statement, 'v1')),
  read: (statement) => readSlsaV1(statement),
};
