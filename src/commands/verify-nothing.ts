import { speakerFor } from '../core/claims/speakers.ts';
import type { Pin } from '../core/claims/speakers.ts';
import { ToolError } from '../core/errors.ts';
import type { Dossier } from '../core/model/chain.ts';
import type { VerifyResult } from '../core/model/verify-report.ts';
import { pinnableSigners } from '../core/policy/pinnable.ts';
import { requiringFlags, signerText } from '../core/policy/wording.ts';
import { clean } from '../render/sanitize.ts';
import type { RawInput } from './command.ts';

/** Without a requirement anything would pass. What was found is shown, so that the user can say whom to require. */
export function nothingRequired(
  { words }: RawInput,
  results: readonly VerifyResult[],
  pins: readonly Pin[],
): ToolError {
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
    expected: '--policy, --identity with --issuer, --key, --source-repo or another requirement',
    hint: [heading, ...new Set(lines), ...unread].join('\n'),
  });
}

function signersOf(dossier: Dossier, pins: readonly Pin[]): readonly { text: string; flags: string | undefined }[] {
  return pinnableSigners(dossier).map(({ identity: signer, root }) => {
    const speaker = speakerFor({ signer, root }, dossier.image.root.foundAt, pins);
    return {
      text: `${clean(signerText(signer))}${speaker === undefined ? ', not tied to this image' : ''}`,
      flags: requiringFlags(signer),
    };
  });
}
