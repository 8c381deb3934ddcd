import { SBOM_TYPES } from '../sbom/statement-types.ts';
import { bindingOf } from '../sbom/named-digests.ts';
import { rootDigests } from '../sbom/root-digests.ts';
import type { Reading } from './reading.ts';
import type { FindingRule } from './rule.ts';
import { bothSides, oneFinding } from './rule.ts';

/** Digests that are told; the rest is in the document. */
const NAMED_TOLD_MAX = 3;

/** What SBOMs say of the image that they are stated about. */
export const SBOM_RULES: readonly FindingRule<Reading>[] = [
  {
    code: 'SBOM_SUBJECT_MISMATCH',
    severity: 'warn',
    advice: 'the list may be of another build: scan this image, and attach what comes of it',
    find: ({ signed }, { image: { digests } }) => {
      if (signed.kind !== 'statement' || !SBOM_TYPES.test(signed.statement.predicateType)) return [];
      const named = rootDigests(signed.statement.predicate);
      const own = [...digests.indexes, ...(digests.platform === undefined ? [] : [digests.platform]), digests.config];
      return oneFinding(
        bindingOf(named, own) === 'another' &&
          bothSides(
            [`the SBOM (${signed.carrier})`, `that it is of ${named.slice(0, NAMED_TOLD_MAX).join(', ')}`],
            ['its statement', `that it is of ${digests.platform ?? digests.config}`],
          ),
      );
    },
  },
];
