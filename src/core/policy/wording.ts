import type { PinnedSigner, Speaker } from '../claims/speakers.ts';
import { reasonFor, weakBinding } from '../claims/worth.ts';
import type { SignerIdentity } from '../model/statement.ts';
import type { Candidate } from './candidates.ts';

export function signerText(signer: SignerIdentity): string {
  return signer.kind === 'key'
    ? `key ${signer.fingerprint}`
    : `${signer.identity} by ${signer.issuer ?? 'an issuer that is not named'}`;
}

export function requiredSignerText(signer: PinnedSigner): string {
  if (signer.kind === 'key') return `key ${signer.fingerprint}`;
  const match = signer.kind === 'expression' ? 'expression ' : signer.match === 'pattern' ? 'pattern ' : '';
  return `${match}${signer.identity} by ${signer.issuer}`;
}

/** Why a signer may speak for the image, as a phrase. */
export function speakerText(speaker: Speaker): string {
  switch (speaker.by) {
    case 'pin':
      return speaker.pin.images === '**' ? 'required by name' : `pinned for ${speaker.pin.images}`;
    case 'platform':
      return `the build platform ${speaker.builder}`;
    case 'namespace':
      return `${speaker.owner}, who owns the registry namespace`;
  }
}

/** What came of checking the signature. */
export function signatureText({ checked, boundBy }: Pick<Candidate, 'checked' | 'boundBy'>): string {
  if (checked.assurance !== 'verified')
    return `${reasonFor(checked.code)}: expected ${checked.expected}, got ${checked.got}`;
  const weakness = weakBinding(boundBy);
  return weakness === undefined ? `holds (${checked.root})` : `holds, and is ${weakness}`;
}

/** What a shell takes as one word and as nothing else. */
const PLAIN_WORD = /^[\w@%+=:,./-]+$/;

/**
 * The flags of `verify` that require this signer, ready to copy. Undefined for a key, which is a file that only the user has; and for what
 * is not plain: it is a stranger's word on its way into a shell, and real identities need no quoting.
 */
export function requiringFlags(signer: SignerIdentity): string | undefined {
  if (signer.kind === 'key' || signer.issuer === undefined) return undefined;
  return [signer.identity, signer.issuer].every((word) => PLAIN_WORD.test(word))
    ? `--identity ${signer.identity} --issuer ${signer.issuer}`
    : undefined;
}
