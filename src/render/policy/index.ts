import type { PolicyReport } from '../../core/model/policy-report.ts';
import type { RenderOptions } from '../options.ts';

export type PolicyRenderOptions = Omit<RenderOptions, 'format' | 'now'> & { readonly format: 'text' | 'json' };

/** What `provtrace policy` tells, as text that ends in a line break, safe for what the format is read by (SPEC 6). */
export async function renderPolicy(report: PolicyReport, options: PolicyRenderOptions): Promise<string> {
  if (options.format === 'json') return (await import('./policy-document.ts')).renderPolicyJson(report);
  return (await import('./text.ts')).renderPolicyText(report, options);
}
