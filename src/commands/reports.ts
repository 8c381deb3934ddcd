import { ToolError } from '../core/errors.ts';
import type { VerifyFormat } from '../core/model/formats.ts';
import { VERIFY_FORMATS } from '../core/model/formats.ts';
import type { VerifyReport } from '../core/model/verify-report.ts';
import type { VerifyRenderOptions } from '../render/verify/index.ts';
import type { OptionSpec, RawInput, Tools } from './command.ts';
import { oneOf, textFlags } from './flags.ts';

export const REPORT_OPTION: OptionSpec = {
  flags: '--report <format=file>',
  summary: `write the verdicts to a file too, beside the result: ${VERIFY_FORMATS.join(', ')} (repeatable)`,
  repeatable: true,
};

/** A report beside the one on standard output. */
export type ReportRequest = { readonly format: VerifyFormat; readonly path: string };

/** @throws ToolError `USAGE` */
export function parseReports({ flags }: RawInput): readonly ReportRequest[] {
  const requests = textFlags(flags, 'report').map(parseReport);
  const twice = requests.find(({ path }, index) => requests.findIndex((each) => each.path === path) < index);
  if (twice !== undefined)
    throw new ToolError('USAGE', `two reports would be written to ${twice.path}`, { expected: 'a file for each' });
  return requests;
}

function parseReport(text: string): ReportRequest {
  const [, format = '', path = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (format === '' || path.trim() === '')
    throw new ToolError('USAGE', `--report names no format and file: ${text}`, {
      expected: 'FORMAT=FILE, such as sarif=provtrace.sarif',
    });
  return { format: oneOf(format, VERIFY_FORMATS, 'format'), path };
}

/** Writes each to its file; and, where one is for GitHub’s runner, the summary of the step. */
export async function writeReports(
  report: VerifyReport,
  { reports, options }: { readonly reports: readonly ReportRequest[]; readonly options: VerifyRenderOptions },
  tools: Pick<Tools, 'writeFile' | 'writeSummary'>,
): Promise<void> {
  const { renderVerify } = await import('../render/verify/index.ts');
  const render = (format: VerifyFormat): Promise<string> =>
    renderVerify(report, { ...options, format, colour: false, links: false });
  for (const { format, path } of reports) await tools.writeFile(path, await render(format));
  const isForRunner = [options, ...reports].some(({ format }) => format === 'github');
  if (isForRunner) await tools.writeSummary(await render('markdown'));
}
