import type { OwnersReport } from '../../core/model/owners-report.ts';
import type { RenderOptions } from '../options.ts';

export type OwnersRenderOptions = Omit<RenderOptions, 'format'> & { readonly format: 'text' | 'json' };

/** The owners as text that ends in a line break, safe for what the format is read by (SPEC 6). */
export async function renderOwners(report: OwnersReport, options: OwnersRenderOptions): Promise<string> {
  if (options.format === 'json') return (await import('./owners-document.ts')).renderOwnersJson(report);
  return (await import('./text.ts')).renderOwnersText(report, options);
}
