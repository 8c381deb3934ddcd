import type { ComponentHash } from './model.ts';

type Algorithm = {
  /** Our name, as in-toto and OCI spell it. */
  readonly id: string;
  /** Missing where the format has no word for it. */
  readonly cyclonedx?: string;
  readonly spdx?: string;
  /** Missing where the length is chosen freely. */
  readonly hexLength?: number;
};

/** CycloneDX `hash-alg`; SPDX 2.3 clause 7.10; SPDX 3 HashAlgorithm differs from it in punctuation alone. */
const ALGORITHMS: readonly Algorithm[] = [
  { id: 'sha256', cyclonedx: 'SHA-256', spdx: 'SHA256', hexLength: 64 },
  { id: 'sha1', cyclonedx: 'SHA-1', spdx: 'SHA1', hexLength: 40 },
  { id: 'sha512', cyclonedx: 'SHA-512', spdx: 'SHA512', hexLength: 128 },
  { id: 'sha384', cyclonedx: 'SHA-384', spdx: 'SHA384', hexLength: 96 },
  { id: 'sha224', spdx: 'SHA224', hexLength: 56 },
  { id: 'sha3-256', cyclonedx: 'SHA3-256', spdx: 'SHA3-256', hexLength: 64 },
  { id: 'sha3-384', cyclonedx: 'SHA3-384', spdx: 'SHA3-384', hexLength: 96 },
  { id: 'sha3-512', cyclonedx: 'SHA3-512', spdx: 'SHA3-512', hexLength: 128 },
  { id: 'blake2b-256', cyclonedx: 'BLAKE2b-256', spdx: 'BLAKE2b-256', hexLength: 64 },
  { id: 'blake2b-384', cyclonedx: 'BLAKE2b-384', spdx: 'BLAKE2b-384', hexLength: 96 },
  { id: 'blake2b-512', cyclonedx: 'BLAKE2b-512', spdx: 'BLAKE2b-512', hexLength: 128 },
  { id: 'blake3', cyclonedx: 'BLAKE3', spdx: 'BLAKE3' },
  { id: 'streebog-256', cyclonedx: 'Streebog-256', hexLength: 64 },
  { id: 'streebog-512', cyclonedx: 'Streebog-512', hexLength: 128 },
  { id: 'md5', cyclonedx: 'MD5', spdx: 'MD5', hexLength: 32 },
  { id: 'md2', spdx: 'MD2', hexLength: 32 },
  { id: 'md4', spdx: 'MD4', hexLength: 32 },
  { id: 'md6', spdx: 'MD6' },
  { id: 'adler32', spdx: 'ADLER32', hexLength: 8 },
];
const BY_NAME = new Map(ALGORITHMS.map((algorithm) => [squash(algorithm.id), algorithm]));
const HEX = /^(?:[0-9a-f]{2})+$/;

/** `SHA-256`, `SHA256`, `sha256` and `sha_256` are one; no two of them fall together without punctuation. */
function squash(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}

/** The hash that name and value are, or undefined: an unknown algorithm, or a value that it cannot give (apk's are base64). */
export function readHash(name: string, value: string): ComponentHash | undefined {
  const algorithm = BY_NAME.get(squash(name));
  const hex = value.trim().toLowerCase();
  if (algorithm === undefined || !HEX.test(hex)) return undefined;
  return algorithm.hexLength === undefined || algorithm.hexLength === hex.length
    ? { algorithm: algorithm.id, value: hex }
    : undefined;
}

/** How a family of formats spells the algorithm; undefined where it has none. */
export function algorithmName(id: string, family: 'cyclonedx' | 'spdx'): string | undefined {
  return BY_NAME.get(squash(id))?.[family];
}
