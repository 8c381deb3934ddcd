import type { X509Certificate } from '@sigstore/core';
import { assertFitAuthority } from './certificate.ts';
import type { CertificateAuthority, Domain, RememberingCertificate } from './material.ts';

/**
 * The authorities of the domain whose chain bears the leaf's signature, at whatever time. `chain` is what the document brought:
 * whoever wrote it wants it believed, so that each of it is verified up to the domain's own before it may vouch for the leaf.
 * @throws CheckFailure `BAD_CERTIFICATE` for an intermediate that is vouched for and unfit
 */
export function issuingAuthorities(
  leaf: X509Certificate,
  chain: readonly RememberingCertificate[],
  domain: Domain,
): readonly CertificateAuthority[] {
  return domain.certificateAuthorities
    .map((authority) => withVouchedFor(authority, chain))
    .filter(({ certChain }) => certChain.some((issuer) => isIssuedBy(leaf, issuer)));
}

/** `@sigstore/verify` anchors trust in whatever is in `certChain`: what is added here has been verified, and is nobody's root. */
function withVouchedFor(
  authority: CertificateAuthority,
  chain: readonly RememberingCertificate[],
): CertificateAuthority {
  let trusted = authority.certChain;
  for (const certificate of chain.toReversed()) {
    if (certificate.subject.equals(certificate.issuer) || trusted.some((known) => known.equals(certificate))) continue;
    if (!certificate.isCA || !trusted.some((issuer) => isIssuedBy(certificate, issuer))) continue;
    assertFitAuthority(certificate);
    trusted = [certificate, ...trusted];
  }
  return { ...authority, certChain: trusted };
}

/** By name and signature; and by key identifier where both have one, which spares checking the signature of each namesake. */
function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  const [named, own] = [certificate.extAuthorityKeyID?.keyIdentifier, issuer.extSubjectKeyID?.keyIdentifier];
  if (named !== undefined && own !== undefined && !named.equals(own)) return false;
  return issuer.subject.equals(certificate.issuer) && certificate.verify(issuer);
}
