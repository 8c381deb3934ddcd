import type { TrustMaterial } from '@sigstore/verify';
import { ASN1Obj, X509Certificate } from '@sigstore/core';
import type { Authority, Log, TrustRoot } from './trust-root.ts';

export type CertificateAuthority = TrustMaterial['certificateAuthorities'][number];
export type LogAuthority = TrustMaterial['tlogs'][number];

/** A root of trust in the form that `@sigstore/verify` takes. One domain, one verifier: nothing of another root is ever in it. */
export type Domain = {
  readonly root: TrustRoot;
  readonly certificateAuthorities: readonly CertificateAuthority[];
  readonly timestampAuthorities: readonly CertificateAuthority[];
  readonly logs: readonly LogAuthority[];
  readonly certificateLogs: readonly LogAuthority[];
};

export function openDomain(root: TrustRoot): Domain {
  return {
    root,
    certificateAuthorities: root.certificateAuthorities.map(toCertificateAuthority),
    timestampAuthorities: root.timestampAuthorities.map(toCertificateAuthority),
    logs: root.logs.map(toLogAuthority),
    certificateLogs: root.certificateLogs.map(toLogAuthority),
  };
}

/**
 * A certificate that remembers whose signature it was found to bear. `@sigstore/verify` checks the chain anew for each moment
 * and each time stamp; the two certificates are the same every time, and P-384 takes most of a verification's milliseconds.
 */
export class RememberingCertificate extends X509Certificate {
  readonly #signedBy = new WeakMap<X509Certificate, boolean>();

  /** @throws Error for what is not DER, of kinds that differ */
  static override parse(der: Buffer<ArrayBuffer>): RememberingCertificate {
    return new RememberingCertificate(ASN1Obj.parseBuffer(der));
  }

  override verify(issuer: X509Certificate = this): boolean {
    const known = this.#signedBy.get(issuer);
    if (known !== undefined) return known;
    const holds = super.verify(issuer);
    this.#signedBy.set(issuer, holds);
    return holds;
  }
}

function toCertificateAuthority({ certificates, validFor }: Authority): CertificateAuthority {
  return { certChain: certificates.map((der) => RememberingCertificate.parse(Buffer.from(der))), validFor };
}

function toLogAuthority({ id, url, publicKey, validFor }: Log): LogAuthority {
  return { logID: id, baseURL: url, publicKey, validFor };
}
