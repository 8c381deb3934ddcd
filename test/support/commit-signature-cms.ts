import { X509Certificate, createHash } from 'node:crypto';
import type { Authority, Leaf } from './authority.ts';
import type { Issuer } from './authority-certificates.ts';
import { integer, nothing, objectId, octets, sequence, set, tagged, time } from './authority-der.ts';
import { entryBody } from './authority-entries.ts';
import { signWith } from './authority-keys.ts';
import type { KeyPair } from './authority-keys.ts';
import type { LogEntryJson } from './authority-log.ts';
import { armoured } from './commit-signature-ssh.ts';

const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  timestamp: '1.2.840.113549.1.9.16.2.14',
  sha256: '2.16.840.1.101.3.4.2.1',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  logEntry: '1.3.6.1.4.1.57264.3.1',
} as const;

/** How a commit is to be signed as gitsign signs. Everything has a default that verifies. */
export type GitsignRequest = {
  readonly authority: Authority;
  readonly leaf?: Leaf;
  /** What the log has: the entry, nothing, or an entry as it is altered. */
  readonly log?: 'v1' | 'none' | ((entry: LogEntryJson) => LogEntryJson);
  readonly loggedAt?: Date;
  readonly timestamped?: boolean;
  /** What the log's entry is about, where that is not the signed attributes. */
  readonly entryAbout?: Buffer;
  /** The bytes of the attribute for the log's entry. */
  readonly logAttribute?: Buffer;
};

/** The armour of a CMS signature by a certificate that lives for ten minutes, with its log entry beside it. */
export function gitsign(payload: Buffer, request: GitsignRequest): string {
  const { authority, leaf = authority.issue({ identity: 'jane@acme.example' }), log = 'v1' } = request;
  const issuer = authority.intermediates[0] ?? authority.root;
  return signCms(payload, {
    certificate: leaf.certificate,
    keyPair: leaf.keyPair,
    issuer,
    at: authority.at,
    unsigned: (attributes, signature) => {
      const body = entryBody('hashedrekord/0.0.1', {
        signed: request.entryAbout ?? attributes,
        signature,
        hash: 'sha256',
        signer: { certificate: leaf.certificate },
      });
      const entry = authority.rekor.v1.append(body, request.loggedAt ?? new Date(authority.at.getTime() + 60_000));
      const logged = typeof log === 'function' ? log(entry) : entry;
      const stamp = request.timestamped === true ? [attribute(OID.timestamp, tokenOf(authority, signature))] : [];
      if (log === 'none') return stamp;
      return [...stamp, attribute(OID.logEntry, octets(request.logAttribute ?? logEntryMessage(logged)))];
    },
  });
}

export type CmsRequest = {
  readonly certificate: Buffer;
  readonly keyPair: KeyPair;
  readonly issuer: Pick<Issuer, 'name'>;
  readonly at: Date;
  readonly unsigned?: (attributes: Buffer, signature: Buffer) => readonly Buffer[];
  readonly serial?: Buffer;
};

export function signCms(payload: Buffer, request: CmsRequest): string {
  const { certificate, keyPair, issuer, at, unsigned = () => [] } = request;
  const digest = createHash('sha256').update(payload).digest();
  const attributes = [
    attribute(OID.contentType, objectId(OID.data)),
    attribute(OID.signingTime, time(at)),
    attribute(OID.messageDigest, octets(digest)),
  ];
  const signature = signWith(keyPair, set(...attributes));
  const beside = unsigned(set(...attributes), signature);
  const serial = request.serial ?? integer(BigInt(`0x${new X509Certificate(certificate).serialNumber}`));
  const signer = sequence(
    integer(1),
    sequence(issuer.name, serial),
    sequence(objectId(OID.sha256)),
    tagged(0, ...attributes),
    sequence(objectId(OID.ecdsaWithSha256)),
    octets(signature),
    ...(beside.length === 0 ? [] : [tagged(1, ...beside)]),
  );
  const signedData = sequence(
    integer(1),
    set(sequence(objectId(OID.sha256), nothing())),
    sequence(objectId(OID.data)),
    tagged(0, certificate),
    set(signer),
  );
  return armoured(sequence(objectId(OID.signedData), tagged(0, signedData)), 'SIGNED MESSAGE');
}

/** The token in a response: its second member. */
function tokenOf({ timestamps, at }: Authority, signature: Buffer): Buffer {
  const response = timestamps.stamp(signature, new Date(at.getTime() + 60_000));
  const status = 4 + (response[5] ?? 0) + 2;
  return response.subarray(status);
}

function attribute(oid: string, value: Buffer): Buffer {
  return sequence(objectId(oid), set(value));
}

/** `TransparencyLogEntry` in protobuf, without the body, as gitsign writes it. */
export function logEntryMessage(entry: LogEntryJson): Buffer {
  const { inclusionPromise: promise, inclusionProof: proof } = entry;
  return Buffer.concat([
    numberField(1, entry.logIndex),
    bytesField(2, bytesField(1, fromBase64(entry.logId.keyId))),
    bytesField(3, Buffer.concat([bytesField(1, entry.kindVersion.kind), bytesField(2, entry.kindVersion.version)])),
    numberField(4, entry.integratedTime ?? '0'),
    ...(promise === undefined ? [] : [bytesField(5, bytesField(1, fromBase64(promise.signedEntryTimestamp)))]),
    ...(proof === undefined
      ? []
      : [
          bytesField(
            6,
            Buffer.concat([
              numberField(1, proof.logIndex),
              bytesField(2, fromBase64(proof.rootHash)),
              numberField(3, proof.treeSize),
              ...proof.hashes.map((hash) => bytesField(4, fromBase64(hash))),
              ...(proof.checkpoint === undefined ? [] : [bytesField(5, bytesField(1, proof.checkpoint.envelope))]),
            ]),
          ),
        ]),
  ]);
}

function numberField(number: number, value: string): Buffer {
  return value === '0' ? Buffer.alloc(0) : Buffer.concat([varint(BigInt(number * 8)), varint(BigInt(value))]);
}

function bytesField(number: number, value: Buffer | string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(BigInt(number * 8 + 2)), varint(BigInt(bytes.length)), bytes]);
}

function varint(value: bigint): Buffer {
  const low = Number(value & 0x7fn);
  return value < 0x80n ? Buffer.from([low]) : Buffer.concat([Buffer.from([low | 0x80]), varint(value >> 7n)]);
}

function fromBase64(text: string): Buffer {
  return Buffer.from(text, 'base64');
}
