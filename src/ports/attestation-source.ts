import type { ToolError } from '../core/errors.ts';
import type { Digest } from '../core/model/digest.ts';
import type { Forge } from '../core/model/forge.ts';
import type { Outcome } from '../core/model/outcome.ts';

export type AttestationQuery = {
  readonly forge: Forge;
  /** Whose: `acme/shop`, `group/subgroup/project`; at GitHub also an account with all its repositories, `acme`. */
  readonly path: string;
  /** What the attestations are about, each once. */
  readonly digests: readonly Digest[];
};

/** A Sigstore bundle that a forge keeps, or why what it lists could not be read. */
export type KeptAttestation = {
  /** The forge's own word on which repository keeps it: its number, as text. */
  readonly repositoryId?: string;
} & ({ readonly bytes: Uint8Array; /** Of the bytes. */ readonly document: Digest } | { readonly error: ToolError });

export type AttestationAnswer = {
  readonly subject: Digest;
  readonly outcome: Outcome<readonly KeptAttestation[], 'noAttestations'>;
};

/** What forges keep about digests, outside every registry. Never throws; every list and every bundle is bounded. */
export interface AttestationSource {
  /** An answer for each digest, in their order. */
  fetchAttestations(query: AttestationQuery): Promise<readonly AttestationAnswer[]>;
}
