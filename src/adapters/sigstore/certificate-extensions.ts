import type { ASN1Obj, X509Certificate } from '@sigstore/core';
import { CheckFailure } from './check-failure.ts';

/** `value` is the OCTET STRING; its `subs` are what it holds, if that is DER. */
export type Extension = { readonly critical: boolean; readonly value: ASN1Obj };
/** By object identifier. */
export type Extensions = ReadonlyMap<string, Extension>;

/**
 * A certificate's extensions (RFC 5280, 4.1: `SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }`).
 * @throws CheckFailure `BAD_CERTIFICATE` for one that is there twice, of which two readers could take one each
 */
export function readExtensions(certificate: X509Certificate): Extensions {
  const found = new Map<string, Extension>();
  for (const { subs } of certificate.extensions) {
    const [id, critical] = subs;
    const value = subs.at(-1);
    if (id === undefined || value === undefined) continue;
    const oid = id.toOID();
    if (found.has(oid))
      throw new CheckFailure('BAD_CERTIFICATE', { expected: 'each extension once', got: `${oid} twice` });
    found.set(oid, { critical: subs.length === 3 && critical?.toBoolean() === true, value });
  }
  return found;
}
