import type { KeyObject } from 'node:crypto';
import type { Authority, Log, TrustRoot, Window } from './trust-root.ts';
import { NEVER } from './trust-root.ts';

const MEDIA_TYPE = 'application/vnd.dev.sigstore.trustedroot+json;version=0.1';

/** Each on a line, as `gh attestation trusted-root` writes them. */
export function trustedRootLines(roots: readonly TrustRoot[]): string {
  return roots.map((root) => `${trustedRootJson(root)}\n`).join('');
}

/**
 * A root of trust as the `trusted_root.json` that it was read from says it (sigstore protobuf-specs, sigstore_trustroot.proto): reading
 * it again gives the same root. Entries that were left out when it was read are not there.
 */
export function trustedRootJson({
  certificateAuthorities,
  timestampAuthorities,
  logs,
  certificateLogs,
}: TrustRoot): string {
  return JSON.stringify({
    mediaType: MEDIA_TYPE,
    tlogs: logs.map(logEntry),
    certificateAuthorities: certificateAuthorities.map(authorityEntry),
    ctlogs: certificateLogs.map(logEntry),
    timestampAuthorities: timestampAuthorities.map(authorityEntry),
  });
}

function authorityEntry({ certificates, validFor }: Authority): object {
  return {
    certChain: { certificates: certificates.map((der) => ({ rawBytes: der.toString('base64') })) },
    validFor: windowEntry(validFor),
  };
}

function logEntry({ url, id, publicKey, validFor }: Log): object {
  return {
    baseUrl: url,
    publicKey: {
      rawBytes: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
      keyDetails: keyDetails(publicKey),
      validFor: windowEntry(validFor),
    },
    logId: { keyId: id.toString('base64') },
  };
}

function windowEntry({ start, end }: Window): object {
  return { start: start.toISOString(), ...(end < NEVER ? { end: end.toISOString() } : {}) };
}

const CURVES: Readonly<Record<string, string>> = {
  prime256v1: 'PKIX_ECDSA_P256_SHA_256',
  secp384r1: 'PKIX_ECDSA_P384_SHA_384',
  secp521r1: 'PKIX_ECDSA_P521_SHA_512',
};

function keyDetails({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  if (asymmetricKeyType === 'ed25519') return 'PKIX_ED25519';
  const curve = CURVES[asymmetricKeyDetails?.namedCurve ?? ''];
  return curve ?? `PKIX_RSA_PKCS1V15_${asymmetricKeyDetails?.modulusLength}_SHA256`;
}
