import type { BerElement } from './ber.ts';
import { objectIdentifier, readBer, readBerMembers } from './ber.ts';
import { certificateFields, octetsOf } from './cms.ts';

/** What a certificate says of itself, whoever wrote it. */
export type CertificateClaims = {
  /** Whether it has what Fulcio writes and nobody else: it was made for one signature, and its times say nothing later. */
  readonly isFulcio: boolean;
  /** The subject alternative name; the e-mail address or common name of the subject where there is none. */
  readonly identity?: string;
  /** Who identified the holder (Fulcio); the organisation or common name of the issuer for any other. */
  readonly issuer?: string;
};

const OID = {
  subjectAltName: '2.5.29.17',
  fulcioArc: '1.3.6.1.4.1.57264.1.',
  fulcioIssuerBare: '1.3.6.1.4.1.57264.1.1',
  fulcioIssuer: '1.3.6.1.4.1.57264.1.8',
  commonName: '2.5.4.3',
  organisation: '2.5.4.10',
  email: '1.2.840.113549.1.9.1',
} as const;
/** GeneralName (RFC 5280, 4.2.1.6): rfc822Name, dNSName, uniformResourceIdentifier. */
const NAME_TAGS: ReadonlySet<number> = new Set([0x81, 0x82, 0x86]);
const EXTENSIONS = 0xa3;

/** @throws ToolError `MALFORMED` */
export function readCertificateClaims(certificate: Uint8Array): CertificateClaims {
  const { issuer, subject, more } = certificateFields({ raw: certificate });
  const extensions = readExtensions(more.find(({ tag }) => tag === EXTENSIONS));
  const isFulcio = [...extensions.keys()].some((oid) => oid.startsWith(OID.fulcioArc));
  const names = attributesOf(subject);
  const identity = alternativeName(extensions) ?? names.get(OID.email) ?? names.get(OID.commonName);
  const authority = attributesOf(issuer);
  const issuedBy = isFulcio
    ? tokenIssuer(extensions)
    : (authority.get(OID.organisation) ?? authority.get(OID.commonName));
  return {
    isFulcio,
    ...(identity === undefined ? {} : { identity }),
    ...(issuedBy === undefined ? {} : { issuer: issuedBy }),
  };
}

/** The last member of an extension is its value: `SEQUENCE { extnID, critical DEFAULT FALSE, extnValue OCTET STRING }`. */
function readExtensions(wrapped: BerElement | undefined): ReadonlyMap<string, Uint8Array> {
  const [list] = wrapped === undefined ? [] : readBerMembers(wrapped);
  const found = new Map<string, Uint8Array>();
  for (const extension of list === undefined ? [] : readBerMembers(list)) {
    const members = readBerMembers(extension);
    const [id, value] = [members[0], members.at(-1)];
    if (id !== undefined && value !== undefined) found.set(objectIdentifier(id), octetsOf(value));
  }
  return found;
}

function alternativeName(extensions: ReadonlyMap<string, Uint8Array>): string | undefined {
  const value = extensions.get(OID.subjectAltName);
  const names = value === undefined ? [] : readBerMembers(readBer(value));
  const name = names.find(({ tag }) => NAME_TAGS.has(tag));
  return name === undefined ? undefined : textOf(name.content);
}

function tokenIssuer(extensions: ReadonlyMap<string, Uint8Array>): string | undefined {
  const value = extensions.get(OID.fulcioIssuer);
  if (value !== undefined) return textOf(readBer(value).content);
  const bare = extensions.get(OID.fulcioIssuerBare);
  return bare === undefined ? undefined : textOf(bare);
}

/** `Name ::= SEQUENCE OF SET OF SEQUENCE { type, value }`: the first of each type. */
function attributesOf(name: BerElement): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const attribute of readBerMembers(name).flatMap((set) => readBerMembers(set))) {
    const [type, value] = readBerMembers(attribute);
    const oid = type === undefined ? '' : objectIdentifier(type);
    if (value !== undefined && !found.has(oid)) found.set(oid, textOf(value.content));
  }
  return found;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
