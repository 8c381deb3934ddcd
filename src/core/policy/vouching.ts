import type { Read } from '../provenance/provenance.ts';
import { isSignedBy, signerOf } from './documents.ts';
import type { Judging, PolicyDocument } from './judging.ts';
import type { SignerDemand } from './signer-demand.ts';
import { isAtAnyRef } from './signer-demand.ts';

/** A document with whoever is wanted as its signer; where that is not said, whom the rule names. */
export type Vouching<Document extends PolicyDocument = PolicyDocument> = {
  readonly document: Document;
  readonly signedBy: readonly SignerDemand[] | undefined;
  readonly judging: Judging;
};

/**
 * Whether all that ties the signer to the image is the account that owns the namespace, and neither the policy nor the user nor a platform:
 * any run of that account can have written anything of its source, so its certificate must say the same.
 */
export function isAnyRunOfOwner({ document, signedBy, judging }: Vouching): boolean {
  return document.candidate.speaker?.by === 'namespace' && !isSignedBy(document, signedBy ?? judging.named, judging);
}

/** The same of its ref: a workflow that is named without one can be changed on any branch. */
export function isAtRefOfItsOwn(asked: Vouching): boolean {
  const { document, judging } = asked;
  const { speaker } = document.candidate;
  if (speaker?.by === 'pin' || speaker?.by === 'platform') return false;
  const wanted = asked.signedBy ?? judging.named;
  const atOneRef = wanted.filter((demand) => !isAtAnyRef(demand));
  return isAnyRunOfOwner(asked) || (isSignedBy(document, wanted, judging) && !isSignedBy(document, atOneRef, judging));
}

/** What the certificate authority wrote, by the number of Fulcio's extension. */
export function extensionOf(document: PolicyDocument, number: number): Read<string> | undefined {
  const signer = signerOf(document);
  const value = signer?.kind === 'certificate' ? signer.extensions[number] : undefined;
  return value === undefined || value === '' ? undefined : { value, at: `certificate extension .${number}` };
}
