import type { Verdict } from '../policy/evaluate.ts';
import type { ExplainedRule } from '../policy/explain-policy.ts';
import type { PolicyException } from '../policy/policy.ts';

/** What `provtrace policy` tells of a policy file. */
export type PolicyReport =
  | {
      readonly action: 'check';
      readonly path: string;
      readonly rules: readonly { readonly name: string; readonly images: readonly string[]; readonly mode: string }[];
      readonly exceptions: number;
      /** Those whose time is over: they except nothing any more. */
      readonly expired: readonly PolicyException[];
      readonly warnings: readonly string[];
    }
  | {
      readonly action: 'explain';
      readonly path: string;
      /** Without tag or digest. */
      readonly image: string;
      /** None: `byDefault` says what becomes of it. */
      readonly rules: readonly ExplainedRule[];
      readonly byDefault: 'deny' | 'report';
      readonly warnings: readonly string[];
    }
  | { readonly action: 'test'; readonly path: string; readonly cases: readonly TestedCase[] };

/** One layout that was held against the policy, and what was expected of it. */
export type TestedCase = {
  readonly name: string;
  readonly expected: Verdict;
  /** `unread`: the layout could not be read. */
  readonly got: Verdict | 'unread';
  readonly reason: string;
  readonly isAsExpected: boolean;
  /** Requirements that were to fail and did not. */
  readonly notFailing: readonly string[];
};
