import { hash } from 'node:crypto';
import type { CmsSignature } from '../../core/commit-signature/cms.ts';
import type { ProtobufFields } from '../../core/commit-signature/protobuf.ts';
import { readProtobuf } from '../../core/commit-signature/protobuf.ts';

/** A log entry as Sigstore bundles have it, in JSON (protobuf-specs, sigstore_rekor.proto). */
export type LogEntryJson = Readonly<Record<string, unknown>> & { readonly hasCheckpoint: boolean };

/** The fields of `TransparencyLogEntry` and of the messages in it, by number. */
const ENTRY = { logIndex: 1, logId: 2, kind: 3, time: 4, promise: 5, proof: 6, body: 7 } as const;
const PROOF = { logIndex: 1, rootHash: 2, treeSize: 3, hashes: 4, checkpoint: 5 } as const;
const ONLY = 1;
const KIND = { kind: 1, version: 2 } as const;

/**
 * The entry that gitsign has put into a signature. It leaves out the body, which can be made again from the signature: of an entry
 * about anything else the log's proof will not hold.
 * @throws ToolError `MALFORMED`
 */
export function readLogEntry(bytes: Uint8Array, signature: CmsSignature): LogEntryJson {
  const entry = readProtobuf(bytes);
  const [kind, promise, proof] = [within(entry, ENTRY.kind), within(entry, ENTRY.promise), within(entry, ENTRY.proof)];
  const checkpoint = proof === undefined ? undefined : within(proof, PROOF.checkpoint);
  const body = bytesOf(entry, ENTRY.body);
  return {
    logIndex: countOf(entry, ENTRY.logIndex),
    logId: { keyId: base64(bytesOf(within(entry, ENTRY.logId), ONLY)) },
    kindVersion: { kind: textOf(kind, KIND.kind), version: textOf(kind, KIND.version) },
    integratedTime: countOf(entry, ENTRY.time),
    ...(promise === undefined ? {} : { inclusionPromise: { signedEntryTimestamp: base64(bytesOf(promise, ONLY)) } }),
    ...(proof === undefined ? {} : { inclusionProof: proofJson(proof, checkpoint) }),
    canonicalizedBody: base64(body.length === 0 ? hashedRekord(signature) : body),
    hasCheckpoint: checkpoint !== undefined,
  };
}

function proofJson(proof: ProtobufFields, checkpoint: ProtobufFields | undefined): unknown {
  return {
    logIndex: countOf(proof, PROOF.logIndex),
    rootHash: base64(bytesOf(proof, PROOF.rootHash)),
    treeSize: countOf(proof, PROOF.treeSize),
    hashes: (proof.get(PROOF.hashes) ?? []).map((each) => base64(typeof each === 'bigint' ? NOTHING : each)),
    ...(checkpoint === undefined ? {} : { checkpoint: { envelope: textOf(checkpoint, ONLY) } }),
  };
}

/** An entry of kind hashedrekord/0.0.1 as Rekor keeps it: the members in the order of their names. */
function hashedRekord({ signedAttributes, signature, certificate }: CmsSignature): Uint8Array {
  const body = {
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: { hash: { algorithm: 'sha256', value: hash('sha256', signedAttributes) } },
      signature: { content: base64(signature), publicKey: { content: base64(Buffer.from(pem(certificate))) } },
    },
  };
  return Buffer.from(JSON.stringify(body));
}

function pem(certificate: Uint8Array): string {
  const lines = base64(certificate).match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

const NOTHING = new Uint8Array();

/** Of a field that is there several times, the last counts. */
function within(fields: ProtobufFields, number: number): ProtobufFields | undefined {
  const value = fields.get(number)?.at(-1);
  return value instanceof Uint8Array ? readProtobuf(value) : undefined;
}

function bytesOf(fields: ProtobufFields | undefined, number: number): Uint8Array {
  const value = fields?.get(number)?.at(-1);
  return value instanceof Uint8Array ? value : NOTHING;
}

function textOf(fields: ProtobufFields | undefined, number: number): string {
  return new TextDecoder().decode(bytesOf(fields, number));
}

function countOf(fields: ProtobufFields, number: number): string {
  const value = fields.get(number)?.at(-1) ?? 0n;
  return typeof value === 'bigint' ? String(value) : '';
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
