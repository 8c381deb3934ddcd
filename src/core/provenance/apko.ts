import type { ProvenanceFormat } from './format.ts';
import { buildTypeOf } from './format.ts';
import { readSlsaV1 } from './slsa-v1.ts';

const BUILD_TYPE = /^https:\/\/chainguard\.dev\/buildtypes\/apko(?:aas)?\/v1$/;

/**
 * Chainguard's builds with apko. They name no repository and no commit, and `org.opencontainers.image.base.digest` in their parameters is the image's
 * own digest: neither is read as more than a parameter.
 */
export const apko: ProvenanceFormat = {
  id: 'apko',
  matches: (statement) => BUILD_TYPE.test(buildTypeOf(statement, 'v1') ?? ''),
  read: (statement) => readSlsaV1(statement),
};
