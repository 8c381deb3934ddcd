import { createHash, hash } from 'node:crypto';
import { readArmour } from '../../core/commit-signature/armour.ts';
import type { CertificateClaims } from '../../core/commit-signature/certificate-claims.ts';
import { readCertificateClaims } from '../../core/commit-signature/certificate-claims.ts';
import type { CmsSignature } from '../../core/commit-signature/cms.ts';
import { parseCmsSignature } from '../../core/commit-signature/cms.ts';
import { ToolError } from '../../core/errors.ts';
import type { CheckedCommitSignature } from '../../core/model/commit-signature.ts';
import type { Checked } from '../../core/model/statement.ts';
import type { CommitSignature } from '../../core/model/source.ts';
import { toBundle } from './cms-bundle.ts';
import type { CommitSignaturesOptions } from './options.ts';

const DIGESTS: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

type CmsCheck = CheckedCommitSignature & { readonly kind: 'x509' | 'gitsign' };
type Claimed = Pick<CmsCheck, 'kind' | 'key' | 'identity' | 'issuer' | 'checkedBy'>;

/**
 * By gitsign, or by S/MIME certificates, of which only what they claim is shown: which authorities may speak for whom is in
 * keyrings that are not read.
 * @throws ToolError for a signature that cannot be read
 */
export async function checkCms(
  { armour, payload }: CommitSignature,
  verifyArtifact: CommitSignaturesOptions['verifyArtifact'],
): Promise<CmsCheck> {
  const signature = parseCmsSignature(readArmour(armour));
  const claims = readCertificateClaims(signature.certificate);
  const claimed = toClaimed(signature, claims);
  if (!isOver(signature, payload)) {
    return { ...claimed, result: 'bad', why: 'the signature is not over this commit' };
  }
  if (!claims.isFulcio) {
    return { ...claimed, result: 'unchecked', why: 'no authority is known that could speak for S/MIME certificates' };
  }
  const bundle = attemptBundle(signature);
  if (bundle instanceof ToolError) return { ...claimed, result: 'unchecked', why: `its log entry: ${bundle.message}` };
  return { ...claimed, ...toResult(await verifyArtifact(bundle, signature.signedAttributes)) };
}

/** A log entry that cannot be read proves nothing, and refutes nothing: nobody has signed it. */
function attemptBundle(signature: CmsSignature): unknown {
  try {
    return toBundle(signature);
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
}

function toClaimed({ certificate }: CmsSignature, { isFulcio, identity, issuer }: CertificateClaims): Claimed {
  return {
    kind: isFulcio ? 'gitsign' : 'x509',
    key: `sha256:${hash('sha256', certificate)}`,
    ...(identity === undefined ? {} : { identity }),
    ...(issuer === undefined ? {} : { issuer }),
    checkedBy: 'provtrace',
  };
}

/** That the signed attributes are about this commit; that they are signed is another question. @throws ToolError `UNSUPPORTED` */
function isOver({ digestAlgorithm, messageDigest }: CmsSignature, payload: Uint8Array): boolean {
  const algorithm = DIGESTS[digestAlgorithm];
  if (algorithm === undefined) {
    throw new ToolError('UNSUPPORTED', `no check exists for signatures over the hash ${digestAlgorithm}`);
  }
  return createHash(algorithm).update(payload).digest().equals(messageDigest);
}

function toResult(checked: Checked): Pick<CmsCheck, 'identity' | 'issuer' | 'result' | 'trustedBy' | 'why'> {
  if (checked.assurance !== 'verified') {
    const why = `expected ${checked.expected}, got ${checked.got}`;
    // Of which only the log entry and the time stamp are read there for the first time.
    const isRefuted = checked.assurance === 'rejected' && checked.code !== 'MALFORMED_BUNDLE';
    return { result: isRefuted ? 'bad' : 'unchecked', why };
  }
  const { signer } = checked;
  if (signer.kind !== 'certificate') return { result: 'unchecked', why: 'it was checked by a key' };
  const { identity, issuer } = signer;
  return { result: 'good', trustedBy: 'sigstore', identity, ...(issuer === undefined ? {} : { issuer }) };
}
