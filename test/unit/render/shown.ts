import { renderTrace } from '../../../src/render/index.ts';
import type { RenderOptions } from '../../../src/render/index.ts';
import type { TraceReport } from '../../../src/core/model/report.ts';
import { NOW } from '../../support/reports.ts';

/** The report as it is shown on a terminal of 80 columns without colour, unless told otherwise. */
export function shown(report: TraceReport, options: Partial<RenderOptions> = {}): Promise<string> {
  return renderTrace(report, {
    format: 'text',
    colour: false,
    width: 80,
    links: false,
    verbose: false,
    now: NOW,
    ...options,
  });
}
