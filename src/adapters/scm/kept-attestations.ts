import { createHash } from 'node:crypto';
import { ToolError } from '../../core/errors.ts';
import type { Digest } from '../../core/model/digest.ts';
import { parseDigest } from '../../core/model/digest.ts';
import { absent, failed, found } from '../../core/model/outcome.ts';
import type { Instant } from '../../core/model/outcome.ts';
import type { AttestationAnswer, KeptAttestation } from '../../ports/attestation-source.ts';

/** A bundle with an SBOM of a large image reaches 20 MB. */
export const BUNDLE_BYTES_MAX = 32 * 1024 * 1024;
/** Attestations of one digest that are read, so that a list need not go on beyond: images with nightly scans gather hundreds. */
export const ATTESTATIONS_MAX = 100;

/** One entry of a forge's list: which repository keeps the attestation, and how its bundle is read. */
export type ListedAttestation = { readonly repositoryId?: string; readonly readBundle: () => Promise<Uint8Array> };

/** The attestations listed for one digest. */
export type ListAttestations = (subject: Digest) => Promise<readonly ListedAttestation[]>;

/**
 * What was listed for one digest, with each bundle read. What cannot be read costs itself and not its neighbours; a list that cannot be read is a failure.
 */
export async function answerFor(subject: Digest, asOf: Instant, list: ListAttestations): Promise<AttestationAnswer> {
  try {
    const listed = await list(subject);
    const kept = await Promise.all(listed.slice(0, ATTESTATIONS_MAX).map(read));
    const all = listed.length > ATTESTATIONS_MAX ? [...kept, { error: tooMany() }] : kept;
    return { subject, outcome: all.length === 0 ? absent('noAttestations', asOf) : found(all, asOf) };
  } catch (error) {
    return { subject, outcome: failed(asToolError(error)) };
  }
}

async function read({ repositoryId, readBundle }: ListedAttestation): Promise<KeptAttestation> {
  const kept = repositoryId === undefined ? {} : { repositoryId };
  try {
    const bytes = await readBundle();
    return { ...kept, bytes, document: digestOf(bytes) };
  } catch (error) {
    return { ...kept, error: asToolError(error) };
  }
}

function tooMany(): ToolError {
  return new ToolError(
    'TOO_LARGE',
    `there are more than ${ATTESTATIONS_MAX} attestations; the first ${ATTESTATIONS_MAX} were read`,
  );
}

function digestOf(bytes: Uint8Array): Digest {
  const digest = parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  if (digest === undefined) throw new TypeError('SHA-256 gives 64 hexadecimal digits');
  return digest;
}

export function asToolError(error: unknown): ToolError {
  if (error instanceof ToolError) return error;
  throw error;
}
