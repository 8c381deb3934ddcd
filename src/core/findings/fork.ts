import type { Read } from '../provenance/provenance.ts';
import { compareRepositoryKeys } from '../source-url.ts';
import type { Proposal } from './environment.ts';
import { proposedChange } from './environment.ts';
import type { Reading } from './reading.ts';
import { keyOf, triggerOf } from './reading.ts';
import type { FindingRule } from './rule.ts';
import { bothSides, oneFinding, saidBy } from './rule.ts';

const PROPOSAL_TRIGGER = /^(?:pull_request(?:_target|_review)?|merge_request_event)$/;

/** Whose change was built. */
export const FORK_RULES: readonly FindingRule<Reading>[] = [
  {
    code: 'FORK_BUILD',
    severity: 'high',
    advice: 'whoever owns the fork wrote what is in the image: do not release it',
    find: ({ root, signed }, examined) => {
      const change = root && proposedChange(root);
      return oneFinding(change !== undefined && isOfFork(change) && told(change), {
        evidence: saidBy(signed.document, 'builtFrom', examined),
      });
    },
  },
  {
    code: 'FORK_UNKNOWN',
    severity: 'warn',
    advice: 'look at the proposed change to see whose it was',
    find: (reading) => {
      const trigger = triggerOf(reading);
      const isProposal = trigger !== undefined && PROPOSAL_TRIGGER.test(trigger);
      const unknown = reading.root !== undefined && proposedChange(reading.root) === undefined;
      return oneFinding(
        isProposal &&
          unknown &&
          `the run was for a proposed change (${trigger}), and the predicate does not say from which repository it came`,
      );
    },
  },
];

function isOfFork({ head, base, fork }: Proposal): boolean {
  return fork || compareRepositoryKeys(comparable(head), comparable(base)) === 'different';
}

/** GitHub has `owner/name`, the others addresses. */
function comparable({ value }: Read<string>): string {
  return keyOf(value) ?? value.toLowerCase();
}

function told({ head, base }: Proposal): string {
  return bothSides(
    [head.at, `that the change comes from ${head.value}`],
    [base.at, `that it was built for ${base.value}`],
  );
}
