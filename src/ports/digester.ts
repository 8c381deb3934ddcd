import type { Digest, DigestAlgorithm } from '../core/model/digest.ts';

/** Hashing, which the pure core is given and does not do. */
export type Digester = (algorithm: DigestAlgorithm, bytes: Uint8Array) => Digest;
