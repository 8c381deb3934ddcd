import type { Pin } from '../core/claims/speakers.ts';
import { speakerFor } from '../core/claims/speakers.ts';
import { ToolError } from '../core/errors.ts';
import type { Dossier } from '../core/model/chain.ts';
import { toInstant } from '../core/model/outcome.ts';
import type { VerifyFormat } from '../core/model/formats.ts';
import type { TraceResult } from '../core/model/report.ts';
import type { VerifyResult } from '../core/model/verify-report.ts';
import type { Requirements } from '../core/policy/requirements.ts';
import type { VerifyRenderOptions } from '../render/verify/index.ts';
import { evaluate } from '../core/policy/evaluate.ts';
import { pinnableSigners } from '../core/policy/pinnable.ts';
import { isEmpty, pinsOf } from '../core/policy/requirements.ts';
import { requiringFlags, signerText } from '../core/policy/wording.ts';
import { VERIFY_FORMATS } from '../core/model/formats.ts';
import { clean } from '../render/sanitize.ts';
import type { RawInput, Run, Tools } from './command.ts';
import { EXIT_CODES, worstCode } from './exit-codes.ts';
import { oneOf, textFlags } from './flags.ts';
import { expand, platformChoice } from './images.ts';
import { eachInOrder } from './side-by-side.ts';
import type { TraceSettings } from './trace-image.ts';
import { traceImage } from './trace-image.ts';
import { isTransparencyLogWaived, parseRequirements, verifierOptions } from './verification.ts';

const WAIVED_LOG =
  'no transparency log was required of keys: nobody can see what else they signed, and nothing proves when';

export const run: Run = async (input, tools) => {
  const format = oneOf(tools.global.format ?? 'text', VERIFY_FORMATS, 'format');
  const { verifier, fingerprints } = await tools.openVerifier(verifierOptions(input));
  const requirements = await parseRequirements(input, fingerprints);
  const pins = [...pinsOf(requirements), ...(await tools.trust.readPins())];
  const settings: TraceSettings = {
    choice: platformChoice(input, tools),
    verifier,
    pins,
    bundles: await tools.readBundles(textFlags(input.flags, 'bundle')),
  };
  const references = await expand(input.words, tools);
  const isDemanding = !isEmpty(requirements);
  const waived = isTransparencyLogWaived(input) ? [WAIVED_LOG] : [];
  const kept: VerifyResult[] = [];
  const codes: number[] = [];
  const { renderVerify } = await import('../render/verify/index.ts');
  const write = async (images: readonly VerifyResult[]): Promise<void> =>
    tools.write(await renderVerify({ images, waived }, renderOptions(format, tools)));
  await eachInOrder(references, tools.global.jobs, {
    work: (reference) => traceImage(tools, reference, settings),
    done: async (traced) => {
      const judged = traced.map((result) => judge(result, requirements, pins));
      codes.push(...judged.map(exitCodeOf));
      // A line is written as its image is done, and nothing of it is kept: there may be thousands.
      if (isDemanding && format === 'ndjson') await write(judged);
      else kept.push(...judged);
    },
  });
  tools.progress.update(undefined);
  if (!isDemanding) throw nothingRequired(input, kept, settings);
  if (format !== 'ndjson') await write(kept);
  return worstCode(codes);
};

function judge(result: TraceResult, requirements: Requirements, pins: readonly Pin[]): VerifyResult {
  if (result.kind === 'failed') return result;
  const { dossier, grades } = result;
  return { kind: 'judged', dossier, grades, judgement: evaluate(dossier, requirements, pins) };
}

function renderOptions(format: VerifyFormat, tools: Tools): VerifyRenderOptions {
  return { ...tools.screen, format, verbose: tools.global.verbose, now: toInstant(tools.clock.nowMs()) };
}

function exitCodeOf(result: VerifyResult): number {
  if (result.kind === 'failed') return EXIT_CODES[result.error.code];
  return { pass: 0, fail: 1, undecided: 3 }[result.judgement.verdict];
}

/** Without a requirement anything would pass. What was found is shown, so that the user can say whom to require. */
function nothingRequired({ words }: RawInput, results: readonly VerifyResult[], { pins }: TraceSettings): ToolError {
  const found = results.flatMap((result) => (result.kind === 'judged' ? signersOf(result.dossier, pins) : []));
  const lines = found.flatMap(({ text, flags }) => [
    `  ${text}`,
    ...(flags === undefined ? [] : [`    provtrace verify ${words.join(' ')} ${flags}`]),
  ]);
  const unread = results.flatMap((result) =>
    result.kind === 'failed' ? [`  ${clean(result.reference)} could not be read: ${clean(result.error.message)}`] : [],
  );
  const heading =
    lines.length === 0
      ? 'no signer was found that could be required; provtrace trace shows what there is'
      : 'signers found; to require one:';
  return new ToolError('USAGE', 'verify needs to be told what to require', {
    expected: '--identity with --issuer, --key, --source-repo or another requirement',
    hint: [heading, ...new Set(lines), ...unread].join('\n'),
  });
}

function signersOf(
  dossier: Dossier,
  pins: TraceSettings['pins'],
): readonly { text: string; flags: string | undefined }[] {
  return pinnableSigners(dossier).map(({ identity: signer, root }) => {
    const speaker = speakerFor({ signer, root }, dossier.image.root.foundAt, pins);
    return {
      text: `${clean(signerText(signer))}${speaker === undefined ? ', not tied to this image' : ''}`,
      flags: requiringFlags(signer),
    };
  });
}
