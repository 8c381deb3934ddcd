import { createHash, randomBytes } from 'node:crypto';
import type { Issuer } from './authority-certificates.ts';
import {
  TIME_STAMPING,
  createRoot,
  distinguishedName,
  extendedUsages,
  issueCertificate,
  issuedBy,
  signatureAlgorithm,
  signingUsage,
  years,
} from './authority-certificates.ts';
import { integer, objectId, octets, sequence, set, tagged, time } from './authority-der.ts';
import type { KeyKind } from './authority-keys.ts';
import { HASHES, createKeyPair, signWith } from './authority-keys.ts';

const OID = {
  signedData: '1.2.840.113549.1.7.2',
  timeStampInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
  anyPolicy: '1.3.6.1.4.1.57264.2',
} as const;

/** A time-stamping authority. */
export type TimestampAuthority = {
  /** Who signs first, the root last, DER. */
  readonly chain: readonly Buffer[];
  /** A TimeStampResp (RFC 3161, 2.4.2) over `bytes`, DER. */
  stamp(bytes: Buffer, at: Date): Buffer;
};

export function createTimestampAuthority(
  organization: string,
  around: Date,
  kind: KeyKind = 'P-384',
): TimestampAuthority {
  const root = createRoot(`${organization} timestamps`, createKeyPair(kind), around);
  const signer = createSigner(root, organization, around);
  return { chain: [signer.certificate, root.certificate], stamp: (bytes, at) => respond(signer, bytes, at) };
}

type Signer = Issuer & { readonly issuerName: Buffer; readonly serial: Buffer };

function createSigner(root: Issuer, organization: string, around: Date): Signer {
  const keyPair = createKeyPair(root.keyPair.kind);
  const name = distinguishedName(`${organization} timestamps`, 'signer');
  const certificate = issueCertificate({
    subject: name,
    publicKey: keyPair,
    issuer: root,
    ...years(around, 5),
    extensions: [signingUsage(), extendedUsages([TIME_STAMPING], true), issuedBy(root)],
  });
  return { certificate, name, keyPair, issuerName: root.name, serial: serialOf(certificate) };
}

/** The serial number follows version and precedes everything else that can vary: `30 len 30 len a0 03 02 01 02 02 len …`. */
function serialOf(certificate: Buffer): Buffer {
  const version = certificate.indexOf(Buffer.from('a003020102', 'hex'));
  const start = version + 5;
  return certificate.subarray(start, start + 2 + (certificate[start + 1] ?? 0));
}

function respond({ keyPair, issuerName, serial }: Signer, bytes: Buffer, at: Date): Buffer {
  const hash = HASHES[keyPair.kind];
  const algorithm = sequence(objectId(OID[hash]));
  const imprint = sequence(algorithm, octets(createHash(hash).update(bytes).digest()));
  const info = sequence(
    integer(1),
    objectId(OID.anyPolicy),
    imprint,
    integer(BigInt(`0x01${randomBytes(7).toString('hex')}`)),
    time(at),
  );
  const attributes = [
    sequence(objectId(OID.contentType), set(objectId(OID.timeStampInfo))),
    sequence(objectId(OID.messageDigest), set(octets(createHash(hash).update(info).digest()))),
  ];
  // Signed as a SET, written as [0] (RFC 5652, 5.4).
  const signature = signWith(keyPair, set(...attributes));
  const signerInfo = sequence(
    integer(1),
    sequence(issuerName, serial),
    algorithm,
    tagged(0, ...attributes),
    signatureAlgorithm(keyPair),
    octets(signature),
  );
  const signedData = sequence(
    integer(3),
    set(algorithm),
    sequence(objectId(OID.timeStampInfo), tagged(0, octets(info))),
    set(signerInfo),
  );
  return sequence(sequence(integer(0)), sequence(objectId(OID.signedData), tagged(0, signedData)));
}

/** What a server answers that would not stamp: a status and no token. */
export function refusal(): Buffer {
  return sequence(sequence(integer(2)));
}
