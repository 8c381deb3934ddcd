import type { VerifyFormat } from '../../core/model/formats.ts';
import type { VerifyReport } from '../../core/model/verify-report.ts';
import type { RenderOptions } from '../options.ts';

export type VerifyRenderOptions = Omit<RenderOptions, 'format'> & {
  readonly format: VerifyFormat;
  /** Of provtrace. */
  readonly version: string;
};

type Renderer = (report: VerifyReport, options: VerifyRenderOptions) => string | Promise<string>;

/** Each format is one file, loaded when it is asked for: start-up counts. */
const FORMATS: Readonly<Record<VerifyFormat, () => Promise<Renderer>>> = {
  text: async () => (await import('./text.ts')).renderVerifyText,
  json: async () => (await import('./json.ts')).renderVerifyJson,
  ndjson: async () => (await import('./json.ts')).renderVerifyLines,
  sarif: async () => (await import('./sarif.ts')).renderSarif,
  junit: async () => (await import('./junit.ts')).renderJunit,
  github: async () => (await import('./github.ts')).renderGithub,
  vsa: async () => (await import('./vsa.ts')).renderVsa,
  markdown: async () => (await import('./markdown.ts')).renderVerifyMarkdown,
};

/** The verdicts as text that ends in a line break, safe for what the format is read by (SPEC 6). */
export async function renderVerify(report: VerifyReport, options: VerifyRenderOptions): Promise<string> {
  const render = await FORMATS[options.format]();
  return render(report, options);
}
