import { withoutUndefined } from '../core/defined.ts';
import { ToolError } from '../core/errors.ts';
import type { ReadableSbom } from '../core/sbom/found.ts';
import type { ImageDocuments } from '../core/sbom/image-documents.ts';
import type { Loss, SbomProblem } from '../core/sbom/model.ts';
import type { Tools } from './command.ts';

// What is said on standard error of the SBOM that is written to standard output.

export function tellTrust(
  { document, carrier, grade, why, binding, reading }: ReadableSbom,
  { progress }: Tools,
): void {
  const worth = why === undefined ? grade : `${grade}: ${why}`;
  progress.notice(`SBOM ${document} (${carrier}) is ${worth}`);
  if (binding === 'another')
    progress.notice(`this SBOM names another image, ${reading.sbom.namedDigests.join(', ')}: SBOM_SUBJECT_MISMATCH`);
}

/** Those that were passed over: what is rejected or cannot be read is never hidden. */
export function tellOthers({ sboms }: ImageDocuments, { progress }: Tools): void {
  for (const { document, carrier, trust, why = 'it does not hold', reading } of sboms) {
    const named = `SBOM ${document} (${carrier})`;
    if (trust === 'rejected') progress.notice(`${named} is rejected: ${why}`);
    else if (reading.kind === 'refused') progress.notice(`${named} cannot be read: ${reading.error.message}`);
  }
}

/** Of Buildpacks each has one of its own, and no file is about the whole. */
export function tellParts([best, ...others]: readonly ReadableSbom[], { progress }: Tools): void {
  const parts = others.filter(({ trust }) => trust === best?.trust && trust === 'inImage').length + 1;
  if (parts > 1) progress.notice(`the image holds several: --merge joins the ${parts} SBOMs`);
}

/** Where somebody was not heard, there may be a better one. */
export function tellUnheard(images: readonly ImageDocuments[], { progress }: Tools): void {
  for (const { message } of images.flatMap(({ unheard }) => unheard)) progress.notice(`not heard: ${message}`);
}

/** Absent, rejected and unheard are three answers. */
export function nothingUsable({ traced, sboms, unheard }: ImageDocuments): ToolError {
  const { reference } = traced.dossier.image;
  const [problem] = unheard;
  const refused = sboms.find(({ trust, reading }) => trust !== 'rejected' && reading.kind === 'refused');
  if (refused?.reading.kind === 'refused') return refused.reading.error;
  if (problem !== undefined)
    return new ToolError(
      'NOT_READABLE',
      `no SBOM of ${reference} was heard of, and not everybody could be asked`,
      withoutUndefined({ got: problem.message, hint: problem.hint }),
    );
  const [rejected] = sboms;
  if (rejected !== undefined)
    return new ToolError('DIGEST_MISMATCH', `the SBOM of ${reference} does not hold`, {
      expected: 'a signature that holds, and a statement about this image',
      got: rejected.why ?? 'another one',
      hint: `provtrace sbom --list ${reference} shows all that there are`,
    });
  return new ToolError('NO_SUCH_IMAGE', `${reference} has no SBOM`, {
    expected: 'an attestation, a referrer, a .sbom tag or a layer with one',
    got: 'none where images keep them',
    hint: `provtrace trace --verbose ${reference} shows where was looked`,
  });
}

export function problemText({ code, message, at, count }: SbomProblem): string {
  return `in the SBOM: ${message} (${at}${count === 1 ? '' : `, ${count} times`}; ${code})`;
}

const LOST: Readonly<Record<Loss['reason'], string>> = {
  unread: 'not carried over, since it has no place in the model',
  unwritten: 'not carried over, since the format has no place for it',
  altered: 'carried over in another form',
};

export function lossText({ reason, what, count }: Loss): string {
  return `${LOST[reason]}: ${what}${count === 1 ? '' : ` (${count} times)`}`;
}
