import type { PolicyReport } from '../../core/model/policy-report.ts';
import { documentsText } from '../json.ts';

/** What `schema/policy-report.ts` describes. */
export function renderPolicyJson(report: PolicyReport): string {
  const { action, ...rest } = report;
  return documentsText([{ schema: policySchemaName(action), ...rest }]);
}

/** The name and version of the format of one action’s result. */
export function policySchemaName(action: PolicyReport['action']): string {
  return `provtrace/policy-${action}/1`;
}
