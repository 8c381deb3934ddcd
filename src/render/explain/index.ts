import type { ExplainFormat, FactWord } from '../../core/explain/facts.ts';
import type { TraceResult } from '../../core/model/report.ts';
import type { RenderOptions } from '../options.ts';

/** One fact about an image: an entry for each platform that was asked for. */
export type ExplainReport = { readonly fact: FactWord; readonly images: readonly TraceResult[] };
export type ExplainRenderOptions = Omit<RenderOptions, 'format'> & { readonly format: ExplainFormat };

type Renderer = (report: ExplainReport, options: ExplainRenderOptions) => string | Promise<string>;

/** Each format is one file, loaded when it is asked for: start-up counts. */
const FORMATS: Readonly<Record<ExplainFormat, () => Promise<Renderer>>> = {
  text: async () => (await import('./text.ts')).renderExplainText,
  json: async () => (await import('./explain-document.ts')).renderExplainJson,
};

/** The explanation as text that ends in a line break, safe for what the format is read by (SPEC 6). */
export async function renderExplanation(report: ExplainReport, options: ExplainRenderOptions): Promise<string> {
  const render = await FORMATS[options.format]();
  return render(report, options);
}
