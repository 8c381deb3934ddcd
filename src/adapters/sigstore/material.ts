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
 * A certificate that remembers its own bytes, and whose signature it was found to bear. `@sigstore/verify` checks the chain anew
 * for each moment and each time stamp, and encodes certificates anew to compare them: most of a verification's milliseconds.
 */
export class RememberingCertificate extends X509Certificate {
  readonly #der: Buffer;
  readonly #signedBy = new WeakMap<X509Certificate, boolean>();

  constructor(der: Buffer<ArrayBuffer>) {
    super(ASN1Obj.parseBuffer(der));
    this.#der = der;
  }

  /** @throws Error for what is not DER, of kinds that differ */
  static fromDer(der: Buffer): RememberingCertificate {
    return new RememberingCertificate(Buffer.from(der));
  }

  override equals(other: X509Certificate): boolean {
    return other instanceof RememberingCertificate ? this.#der.equals(other.#der) : super.equals(other);
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
  return { certChain: certificates.map((der) => RememberingCertificate.fromDer(der)), validFor };
}

function toLogAuthority({ id, url, publicKey, validFor }: Log): LogAuthority {
  return { logID: id, baseURL: url, publicKey, validFor };
}
