import { createHash, randomBytes } from 'node:crypto';
import {
  bits,
  implicit,
  integer,
  nothing,
  objectId,
  octets,
  sequence,
  set,
  tagged,
  time,
  utf8,
  yes,
} from './authority-der.ts';
import { signWith, spki } from './authority-keys.ts';
import type { KeyPair } from './authority-keys.ts';

/** A certificate that can issue others, with the key to do it. */
export type Issuer = { readonly certificate: Buffer; readonly name: Buffer; readonly keyPair: KeyPair };

export type CertificateRequest = {
  readonly subject: Buffer;
  readonly publicKey: KeyPair;
  readonly issuer: { readonly name: Buffer; readonly keyPair: KeyPair };
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Buffer[];
  /** Given the certificate as it would be, an extension more: how certificate logs get their time stamp in. */
  readonly afterwards?: (tbs: Buffer) => Buffer;
};

const FULCIO_ARC = '1.3.6.1.4.1.57264.1';
export const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
export const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
export const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

export function distinguishedName(organization: string, commonName: string): Buffer {
  return sequence(
    set(sequence(objectId('2.5.4.10'), utf8(organization))),
    set(sequence(objectId('2.5.4.3'), utf8(commonName))),
  );
}

/** Fulcio's leaves have no subject: who they are for stands in the alternative name. */
export const NOBODY = sequence();

/** An X.509 certificate (RFC 5280, 4.1), DER. */
export function issueCertificate(request: CertificateRequest): Buffer {
  const { issuer, afterwards } = request;
  const serial = integer(BigInt(`0x01${randomBytes(15).toString('hex')}`));
  const algorithm = signatureAlgorithm(issuer.keyPair);
  const bare = toBeSigned(request, { serial, algorithm, extensions: request.extensions });
  const tbs =
    afterwards === undefined
      ? bare
      : toBeSigned(request, { serial, algorithm, extensions: [...request.extensions, afterwards(bare)] });
  return sequence(tbs, algorithm, bits(signWith(issuer.keyPair, tbs)));
}

type Parts = { readonly serial: Buffer; readonly algorithm: Buffer; readonly extensions: readonly Buffer[] };

function toBeSigned(
  { issuer, subject, publicKey, notBefore, notAfter }: CertificateRequest,
  { serial, algorithm, extensions }: Parts,
): Buffer {
  return sequence(
    tagged(0, integer(2)),
    serial,
    algorithm,
    issuer.name,
    sequence(time(notBefore), time(notAfter)),
    subject,
    spki(publicKey),
    tagged(3, sequence(...extensions)),
  );
}

const SIGNATURE_ALGORITHMS: Readonly<Record<string, Buffer>> = {
  'P-256': sequence(objectId('1.2.840.10045.4.3.2')),
  'P-384': sequence(objectId('1.2.840.10045.4.3.3')),
  'P-521': sequence(objectId('1.2.840.10045.4.3.4')),
  RSA: sequence(objectId('1.2.840.113549.1.1.11'), nothing()),
};

/** The algorithm with which such a key signs certificates. */
export function signatureAlgorithm({ kind }: KeyPair): Buffer {
  const algorithm = SIGNATURE_ALGORITHMS[kind];
  if (algorithm === undefined) throw new Error(`no certificate authority signs with ${kind}`);
  return algorithm;
}

export function extension(oid: string, value: Buffer, critical = false): Buffer {
  return critical ? sequence(objectId(oid), yes(), octets(value)) : sequence(objectId(oid), octets(value));
}

/** What makes a certificate an authority; `pathLength` is how many more may follow below it. */
export function authorityExtensions(keyPair: KeyPair, pathLength?: number): readonly Buffer[] {
  const length = pathLength === undefined ? [] : [integer(pathLength)];
  return [
    extension('2.5.29.19', sequence(yes(), ...length), true),
    extension('2.5.29.15', bits(Buffer.from([0b0000_0110]), 1), true),
    extension('2.5.29.14', octets(keyId(keyPair))),
  ];
}

export function issuedBy(issuer: { readonly keyPair: KeyPair }): Buffer {
  return extension('2.5.29.35', sequence(implicit(0, keyId(issuer.keyPair))));
}

export function signingUsage(): Buffer {
  return extension('2.5.29.15', bits(Buffer.from([0b1000_0000]), 7), true);
}

export function extendedUsages(oids: readonly string[], critical = false): Buffer {
  return extension('2.5.29.37', sequence(...oids.map(objectId)), critical);
}

/** GeneralNames of RFC 5280, by what they are. */
export const names = {
  uri: (text: string): Buffer => implicit(6, Buffer.from(text)),
  email: (text: string): Buffer => implicit(1, Buffer.from(text)),
  host: (text: string): Buffer => implicit(2, Buffer.from(text)),
  /** Fulcio's own form of a user name. */
  other: (text: string): Buffer => tagged(0, objectId(`${FULCIO_ARC}.7`), tagged(0, utf8(text))),
  address: (bytes: readonly number[]): Buffer => implicit(7, Buffer.from(bytes)),
};

export function alternativeNames(...general: readonly Buffer[]): Buffer {
  return extension('2.5.29.17', sequence(...general), true);
}

/** What the token said, under Fulcio's arc: up to 6 as bare text, from 8 on as a UTF8String. */
export function fulcioExtension(number: number, text: string): Buffer {
  return extension(`${FULCIO_ARC}.${number}`, number <= 6 ? Buffer.from(text) : utf8(text));
}

export function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function keyId(keyPair: KeyPair): Buffer {
  return createHash('sha1').update(spki(keyPair)).digest();
}

/** A root authority over itself, valid from ten years before `around` to ten years after. */
export function createRoot(organization: string, keyPair: KeyPair, around: Date): Issuer {
  const name = distinguishedName(organization, 'root');
  const certificate = issueCertificate({
    subject: name,
    publicKey: keyPair,
    issuer: { name, keyPair },
    ...years(around, 10),
    extensions: authorityExtensions(keyPair),
  });
  return { certificate, name, keyPair };
}

export type IntermediateRequest = {
  readonly commonName: string;
  readonly organization: string;
  readonly keyPair: KeyPair;
  readonly around: Date;
  readonly pathLength?: number;
};

export function createIntermediate(
  issuer: Issuer,
  { commonName, organization, keyPair, around, pathLength }: IntermediateRequest,
): Issuer {
  const name = distinguishedName(organization, commonName);
  const certificate = issueCertificate({
    subject: name,
    publicKey: keyPair,
    issuer,
    ...years(around, 5),
    extensions: [...authorityExtensions(keyPair, pathLength), issuedBy(issuer), extendedUsages([CODE_SIGNING])],
  });
  return { certificate, name, keyPair };
}

export function years(around: Date, count: number): { readonly notBefore: Date; readonly notAfter: Date } {
  const span = count * 365 * 24 * 60 * 60 * 1000;
  return { notBefore: new Date(around.getTime() - span), notAfter: new Date(around.getTime() + span) };
}
