import { ToolError } from '../errors.ts';
import type { BerElement } from './ber.ts';
import { objectIdentifier, readBer, readBerMembers } from './ber.ts';
import { areSameBytes } from './same-bytes.ts';

/** A detached signature in Cryptographic Message Syntax (RFC 5652, 5), by one signer. Its shape is right; nothing is verified. */
export type CmsSignature = {
  /** The signer's, DER. */
  readonly certificate: Uint8Array;
  /** Of what was signed, by its object identifier. */
  readonly digestAlgorithm: string;
  readonly messageDigest: Uint8Array;
  /** What the signature is over: the SET OF signed attributes. */
  readonly signedAttributes: Uint8Array;
  readonly signature: Uint8Array;
  /** By object identifier; nobody has signed them. */
  readonly unsignedAttributes: ReadonlyMap<string, readonly BerElement[]>;
};

const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
} as const;
const TAG = { octets: 0x04, sequence: 0x30, set: 0x31, first: 0xa0, second: 0xa1 } as const;

/** @throws ToolError `MALFORMED`, and `UNSUPPORTED` for what is no detached signature by one signer with signed attributes */
export function parseCmsSignature(bytes: Uint8Array): CmsSignature {
  const [type, wrapped] = membersOf(readBer(bytes), TAG.sequence);
  if (objectIdentifier(present(type)) !== OID.signedData) throw unsupported('is no signature');
  const [signedData] = membersOf(present(wrapped), TAG.first);
  const [, , encapsulated, ...rest] = membersOf(present(signedData), TAG.sequence);
  assertDetached(present(encapsulated));
  const certificates = rest.filter(({ tag }) => tag === TAG.first).flatMap((set) => readBerMembers(set));
  const signers = membersOf(present(rest.at(-1)), TAG.set);
  const [signer, ...more] = signers;
  if (signer === undefined || more.length > 0) throw unsupported(`has ${signers.length} signers`);
  return readSigner(signer, certificates);
}

/** The value of an attribute that is there once with one value. */
export function onlyValue(attributes: CmsSignature['unsignedAttributes'], oid: string): BerElement | undefined {
  const values = attributes.get(oid) ?? [];
  return values.length === 1 ? values[0] : undefined;
}

function readSigner(signer: BerElement, certificates: readonly BerElement[]): CmsSignature {
  const [, identifier, digestAlgorithm, signed, ...rest] = membersOf(signer, TAG.sequence);
  if (signed?.tag !== TAG.first) throw unsupported('has no signed attributes');
  // Algorithm, signature, and what is not signed.
  const [, value, unsigned] = rest;
  const attributes = readAttributes(signed);
  return {
    certificate: findCertificate(present(identifier), certificates),
    digestAlgorithm: objectIdentifier(present(membersOf(present(digestAlgorithm), TAG.sequence)[0])),
    messageDigest: readMessageDigest(attributes),
    // "A separate encoding of the signedAttrs field is performed for message digest calculation. The IMPLICIT [0] tag in the
    // signedAttrs is not used for the DER encoding, rather an EXPLICIT SET OF tag is used" (RFC 5652, 5.4).
    signedAttributes: withTag(TAG.set, signed.raw),
    signature: octetsOf(present(value)),
    unsignedAttributes: unsigned?.tag === TAG.second ? readAttributes(unsigned) : new Map(),
  };
}

function readMessageDigest(attributes: CmsSignature['unsignedAttributes']): Uint8Array {
  const type = onlyValue(attributes, OID.contentType);
  if (type === undefined || objectIdentifier(type) !== OID.data) throw malformed('does not say that it is over data');
  const digest = onlyValue(attributes, OID.messageDigest);
  if (digest === undefined) throw malformed('does not say what it is over');
  return octetsOf(digest);
}

/** What was signed stands in the commit, and beside it would stand something else. */
function assertDetached(encapsulated: BerElement): void {
  const [type, ...content] = membersOf(encapsulated, TAG.sequence);
  if (objectIdentifier(present(type)) !== OID.data || content.length > 0) throw unsupported('is not detached');
}

/** `SignerIdentifier` as issuer and serial number, which is how all write it; both are compared byte by byte. */
function findCertificate(identifier: BerElement, certificates: readonly BerElement[]): Uint8Array {
  if (identifier.tag !== TAG.sequence) throw unsupported('names its certificate by the identifier of a key');
  const [issuer, serial] = membersOf(identifier, TAG.sequence);
  const found = certificates.find(({ raw }) => {
    const names = certificateFields({ raw });
    return areSameBytes(names.issuer.raw, present(issuer).raw) && areSameBytes(names.serial.raw, present(serial).raw);
  });
  if (found === undefined) throw unsupported('does not have the certificate of its signer');
  return found.raw;
}

/** `TBSCertificate ::= SEQUENCE { [0] version OPTIONAL, serial, signature, issuer, validity, subject, … }` (RFC 5280, 4.1). */
export function certificateFields({ raw }: Pick<BerElement, 'raw'>) {
  const [signed] = membersOf(readBer(raw), TAG.sequence);
  const members = membersOf(present(signed), TAG.sequence);
  const [serial, , issuer, , subject, , ...more] = members[0]?.tag === TAG.first ? members.slice(1) : members;
  return { serial: present(serial), issuer: present(issuer), subject: present(subject), more };
}

function readAttributes(set: BerElement): ReadonlyMap<string, readonly BerElement[]> {
  const attributes = new Map<string, readonly BerElement[]>();
  for (const attribute of readBerMembers(set)) {
    const [type, values] = membersOf(attribute, TAG.sequence);
    const oid = objectIdentifier(present(type));
    attributes.set(oid, [...(attributes.get(oid) ?? []), ...membersOf(present(values), TAG.set)]);
  }
  return attributes;
}

function membersOf(element: BerElement, tag: number): readonly BerElement[] {
  if (element.tag !== tag) throw malformed('has something where something else should be');
  return readBerMembers(element);
}

function withTag(tag: number, raw: Uint8Array): Uint8Array {
  const copy = raw.slice();
  copy[0] = tag;
  return copy;
}

/** @throws ToolError `MALFORMED` */
export function octetsOf({ tag, content }: BerElement): Uint8Array {
  if (tag !== TAG.octets) throw malformed('has no bytes where they should be');
  return content;
}

function present(element: BerElement | undefined): BerElement {
  if (element === undefined) throw malformed('has too little in it');
  return element;
}

function malformed(how: string): ToolError {
  return new ToolError('MALFORMED', `what should be a CMS signature ${how}`);
}

function unsupported(how: string): ToolError {
  return new ToolError('UNSUPPORTED', `the CMS message ${how}`);
}
