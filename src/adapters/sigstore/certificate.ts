import type { ASN1Obj, X509Certificate } from '@sigstore/core';
import type { SignerIdentity } from '../../core/model/statement.ts';
import { CheckFailure } from './check-failure.ts';
import { readFulcioExtensions } from './fulcio-extensions.ts';

const OID = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35',
  subjectKeyId: '2.5.29.14',
  extKeyUsage: '2.5.29.37',
  certificateTimestamps: '1.3.6.1.4.1.11129.2.4.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  commonName: '2.5.4.3',
  organisation: '2.5.4.10',
  fulcioOtherName: '1.3.6.1.4.1.57264.1.7',
} as const;

/** What is understood here or by `@sigstore/verify`. A critical extension that nobody understands forbids the certificate (RFC 5280, 4.2). */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  OID.keyUsage,
  OID.subjectAltName,
  OID.basicConstraints,
  OID.authorityKeyId,
  OID.subjectKeyId,
  OID.extKeyUsage,
  OID.certificateTimestamps,
]);

/** The forms of a name that an identity can have (RFC 5280, 4.2.1.6), by context tag. */
const OTHER_NAME = 0;
const IDENTITY_NAMES: ReadonlySet<number> = new Set([
  OTHER_NAME,
  1 /* rfc822Name */,
  2 /* dNSName */,
  6 /* uniformResourceIdentifier */,
]);

type CertificateIdentity = Extract<SignerIdentity, { kind: 'certificate' }>;

/**
 * Who a signing certificate says that its holder is. Says nothing about who issued it.
 * @throws CheckFailure `BAD_CERTIFICATE`
 */
export function readIdentity(leaf: X509Certificate): CertificateIdentity {
  assertFitForSigning(leaf);
  const extensions = readFulcioExtensions(leaf);
  const issuer = extensions[8] ?? extensions[1];
  return {
    kind: 'certificate',
    identity: readSubjectAltName(leaf),
    ...(issuer === undefined ? {} : { issuer }),
    authority: authorityName(leaf),
    extensions,
  };
}

/**
 * That a certificate may take part in code signing: every critical extension is understood, none is there twice, and its
 * extended key usage includes code signing. An authority's may be silent on the last, a signer's may not.
 * @throws CheckFailure `BAD_CERTIFICATE`
 */
export function assertFitForSigning(certificate: X509Certificate, role: 'signer' | 'authority' = 'signer'): void {
  const seen = new Set<string>();
  for (const extension of certificate.extensions) {
    const [first] = extension.subs;
    const oid = first?.toOID() ?? '';
    if (seen.has(oid)) throw bad('each extension once', `${oid} twice`);
    seen.add(oid);
    if (!UNDERSTOOD.has(oid) && certificate.extension(oid)?.critical === true)
      throw bad('critical extensions that are understood', oid);
  }
  const usages = certificate.extension(OID.extKeyUsage)?.valueObj.subs[0]?.subs.map((usage) => usage.toOID());
  if (usages === undefined && role === 'authority') return;
  if (usages?.includes(OID.codeSigning) !== true)
    throw bad('the extended key usage code signing', usages?.join(', ') ?? 'none');
}

/** One name, because a certificate with two would be two people: whoever compares one of them overlooks the other. */
function readSubjectAltName(leaf: X509Certificate): string {
  const names = leaf.extension(OID.subjectAltName)?.valueObj.subs.flatMap((list) => list.subs) ?? [];
  const [only, ...more] = names;
  if (only === undefined || more.length > 0) throw bad('one subject alternative name', `${names.length}`);
  if (!only.tag.isContextSpecific() || !IDENTITY_NAMES.has(only.tag.number)) {
    throw bad(
      'a URI, an e-mail address, a host or an otherName as subject alternative name',
      `a name of form ${only.tag.number}`,
    );
  }
  const name = textOf(only.tag.number === OTHER_NAME ? otherNameValue(only) : only);
  if (name === '') throw bad('a subject alternative name', 'an empty one');
  return name;
}

/** `OtherName ::= SEQUENCE { type-id OBJECT IDENTIFIER, value [0] EXPLICIT ANY }`; Fulcio has one type, a UTF8String. */
function otherNameValue(name: ASN1Obj): ASN1Obj {
  const [type, wrapper] = name.subs;
  const value = wrapper?.subs[0];
  if (type?.toOID() !== OID.fulcioOtherName || value === undefined)
    throw bad(`an otherName of type ${OID.fulcioOtherName}`, type?.toOID() ?? 'none');
  return value;
}

/** The organisation that issued it, or else its common name: what a person calls the authority. */
export function authorityName(leaf: X509Certificate): string {
  const attributes = issuerAttributes(leaf);
  return attributes.get(OID.organisation) ?? attributes.get(OID.commonName) ?? '';
}

/** `Name ::= SEQUENCE OF SET OF SEQUENCE { type, value }`: the first of each type. The issuer is the fourth member of the certificate. */
function issuerAttributes(leaf: X509Certificate): ReadonlyMap<string, string> {
  const names = leaf.tbsCertificate.subs[3]?.subs ?? [];
  const found = new Map<string, string>();
  for (const attribute of names.flatMap((set) => set.subs)) {
    const [type, value] = attribute.subs;
    if (type !== undefined && value !== undefined && !found.has(type.toOID())) found.set(type.toOID(), textOf(value));
  }
  return found;
}

function textOf(value: ASN1Obj): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(value.value);
}

function bad(expected: string, got: string): CheckFailure {
  return new CheckFailure('BAD_CERTIFICATE', { expected, got });
}
