import type { ProvenanceFormat } from './format.ts';
import { buildTypeOf } from './format.ts';
import { readSlsaV1 } from './slsa-v1.ts';

/** Chainguard's builds of packages with melange, beside the package (melange, pkg/build/slsa.go). What they were made from is in the package: they name no repository. */
export const melange: ProvenanceFormat = {
  id: 'melange',
  matches: (statement) => buildTypeOf(statement, 'v1') === 'https://chainguard.dev/buildtypes/melange/v1',
  read: (statement) => readSlsaV1(statement),
};
