import { withoutUndefined } from '../core/defined.ts';
import { toInstant } from '../core/model/outcome.ts';
import type { VerifyFormat } from '../core/model/formats.ts';
import { VERIFY_FORMATS } from '../core/model/formats.ts';
import type { JudgedPlatforms, VerifyReport, VerifyResult } from '../core/model/verify-report.ts';
import type { Verdict } from '../core/policy/evaluate.ts';
import { verdictOf } from '../core/policy/verdict.ts';
import type { VerifyRenderOptions } from '../render/verify/index.ts';
import type { Run, Tools } from './command.ts';
import { EXIT_CODES, worstCode } from './exit-codes.ts';
import { oneOf } from './flags.ts';
import { parseReports, writeReports } from './reports.ts';
import { eachInOrder } from './side-by-side.ts';
import { traceImage } from './trace-image.ts';
import { isTransparencyLogWaived } from './verification.ts';
import type { JudgedImage } from './verify-gate.ts';
import { openGate } from './verify-gate.ts';
import { nothingRequired } from './verify-nothing.ts';
import { verifyTargets } from './verify-targets.ts';

export const WAIVED_LOG =
  'no transparency log was required of keys: nobody can see what else they signed, and nothing proves when';

export const run: Run = async (input, tools) => {
  const format = oneOf(tools.global.format ?? 'text', VERIFY_FORMATS, 'format');
  const reports = parseReports(input);
  const gate = await openGate(input, tools);
  const { targets, unread } = await verifyTargets(input, tools);
  const waived = isTransparencyLogWaived(input) ? [WAIVED_LOG] : [];
  const { policyPath, policyDigest } = gate;
  const about = withoutUndefined({ waived, policyPath, policyDigest });
  const kept: VerifyResult[] = [];
  const together: JudgedPlatforms[] = [];
  const codes: number[] = [];
  const options = renderOptions(format, tools);
  const { renderVerify } = await import('../render/verify/index.ts');
  const write = async (report: VerifyReport): Promise<void> => tools.write(await renderVerify(report, options));
  const done = async (judged: JudgedImage): Promise<void> => {
    const platforms = judged.together === undefined ? [] : [judged.together];
    codes.push(...judged.results.map(exitCodeOf), ...platforms.map((each) => VERDICT_CODES[each.judged.verdict]));
    // A line is written as its image is done, and nothing of it is kept but for other reports: there may be thousands.
    const isWritten = gate.isDemanding && format === 'ndjson';
    if (isWritten) await write({ ...about, images: judged.results, platforms });
    if (isWritten && reports.length === 0) return;
    kept.push(...judged.results);
    together.push(...platforms);
  };
  if (unread.length > 0) await done({ results: unread });
  await eachInOrder(targets, tools.global.jobs, {
    work: async ({ reference, foundIn }) => gate.judge(await traceImage(tools, reference, gate.settings), foundIn),
    done,
  });
  tools.progress.update(undefined);
  if (!gate.isDemanding) throw nothingRequired(input, kept, gate.settings.pins);
  const report: VerifyReport = { ...about, images: kept, platforms: together };
  if (format !== 'ndjson') await write(report);
  await writeReports(report, { reports, options }, tools);
  return worstCode(codes);
};

function renderOptions(format: VerifyFormat, tools: Tools): VerifyRenderOptions {
  const { version } = tools;
  return { ...tools.screen, format, version, verbose: tools.global.verbose, now: toInstant(tools.clock.nowMs()) };
}

const VERDICT_CODES: Readonly<Record<Verdict, number>> = { pass: 0, fail: 1, undecided: 3 };

function exitCodeOf(result: VerifyResult): number {
  return result.kind === 'failed' ? EXIT_CODES[result.error.code] : VERDICT_CODES[verdictOf(result)];
}
