import type { OutputFormat } from '../core/model/formats.ts';
import type { TraceReport, TraceResult } from '../core/model/report.ts';
import type { RenderOptions } from './options.ts';

export type { RenderOptions } from './options.ts';

type Renderer = (report: TraceReport, options: RenderOptions) => string | Promise<string>;

/** Each format is one file, loaded when it is asked for: start-up counts. */
const FORMATS: Readonly<Record<OutputFormat, () => Promise<Renderer>>> = {
  text: async () => (await import('./text/report.ts')).renderText,
  json: async () => (await import('./json.ts')).renderJson,
  ndjson: async () => (await import('./json.ts')).renderLines,
  dot: async () => (await import('./dot.ts')).renderDot,
  mermaid: async () => (await import('./mermaid.ts')).renderMermaid,
  markdown: async () => (await import('./markdown.ts')).renderMarkdown,
};

/** The report as text that ends in a line break, safe for what the format is read by (SPEC 6). */
export async function renderTrace(report: TraceReport, options: RenderOptions): Promise<string> {
  const render = await FORMATS[options.format]();
  return render(report, options);
}

/** One line of `ndjson`, with its line break, for a caller that prints each image as it is done. */
export async function renderTraceLine(result: TraceResult): Promise<string> {
  const { renderLine } = await import('./json.ts');
  return renderLine(result);
}
