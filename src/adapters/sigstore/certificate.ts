import type { ASN1Obj, X509Certificate } from '@sigstore/core';
import type { SignerIdentity } from '../../core/model/statement.ts';
import { CheckFailure } from './check-failure.ts';
import { readExtensions } from './certificate-extensions.ts';
import type { Extensions } from './certificate-extensions.ts';
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
  const all = readExtensions(leaf);
  assertFit(all, 'signer');
  const extensions = readFulcioExtensions(all);
  const issuer = extensions[8] ?? extensions[1];
  return {
    kind: 'certificate',
    identity: readSubjectAltName(all),
    ...(issuer === undefined ? {} : { issuer }),
    authority: authorityName(leaf),
    extensions,
  };
}

/**
 * That an authority may take part in the signing of code.
 * @throws CheckFailure `BAD_CERTIFICATE`
 */
export function assertFitAuthority(certificate: X509Certificate): void {
  assertFit(readExtensions(certificate), 'authority');
}

/** Every critical extension is understood, and the extended key usage has code signing; an authority's may be silent. */
function assertFit(extensions: Extensions, role: 'signer' | 'authority'): void {
  const unknown = [...extensions].find(([oid, { critical }]) => critical && !UNDERSTOOD.has(oid));
  if (unknown !== undefined) throw bad('critical extensions that are understood', unknown[0]);
  const usages = extensions.get(OID.extKeyUsage)?.value.subs[0]?.subs.map((usage) => usage.toOID());
  if (usages === undefined && role === 'authority') return;
  if (usages?.includes(OID.codeSigning) === true) return;
  throw bad('the extended key usage code signing', usages?.join(', ') ?? 'none');
}

/** One name, because a certificate with two would be two people: whoever compares one of them overlooks the other. */
function readSubjectAltName(extensions: Extensions): string {
  const names = extensions.get(OID.subjectAltName)?.value.subs.flatMap((list) => list.subs) ?? [];
  const [only, ...more] = names;
  if (only === undefined || more.length > 0) throw bad('one subject alternative name', `${names.length}`);
  if (!only.tag.isContextSpecific() || !IDENTITY_NAMES.has(only.tag.number)) {
    throw bad('a URI, an e-mail address, a host or an otherName', `a name of form ${only.tag.number}`);
  }
  const name = textOf(only.tag.number === OTHER_NAME ? otherNameValue(only) : only);
  if (name === '') throw bad('a subject alternative name', 'an empty one');
  return name;
}

/** `OtherName ::= SEQUENCE { type-id OBJECT IDENTIFIER, value [0] EXPLICIT ANY }`; Fulcio has one type, a UTF8String. */
function otherNameValue(name: ASN1Obj): ASN1Obj {
  const [type, wrapper] = name.subs;
  const value = wrapper?.subs[0];
  if (type?.toOID() !== OID.fulcioOtherName || value === undefined) {
    throw bad(`an otherName of type ${OID.fulcioOtherName}`, type?.toOID() ?? 'none');
  }
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
