import { createHash } from 'node:crypto';
import type { KeyPair } from './authority-keys.ts';
import { createKeyPair, signWith, spki } from './authority-keys.ts';

/** A log entry as bundles have it (protobuf-specs, sigstore_rekor.proto), in JSON. */
export type LogEntryJson = {
  logIndex: string;
  logId: { keyId: string };
  kindVersion: { kind: string; version: string };
  integratedTime?: string;
  inclusionPromise?: { signedEntryTimestamp: string };
  inclusionProof?: {
    logIndex: string;
    rootHash: string;
    treeSize: string;
    hashes: string[];
    checkpoint?: { envelope: string };
  };
  canonicalizedBody: string;
};
export type EntryBody = { readonly apiVersion: string; readonly kind: string; readonly spec: unknown };

/** A transparency log. `append` gives the entry with everything that proves it. */
export type TransparencyLog = {
  readonly keyPair: KeyPair;
  readonly id: Buffer;
  readonly url: string;
  append(body: EntryBody, at: Date): LogEntryJson;
};

/** Rekor v1 promises with a time, and proves; it signs its checkpoints as `signs`, which is a pod's name in a cluster. */
export function createRekorV1(url: string, signs = new URL(url).host): TransparencyLog {
  const keyPair = createKeyPair('P-256');
  const id = createHash('sha256').update(spki(keyPair)).digest();
  const tree = createTree();
  return {
    keyPair,
    id,
    url,
    append(body, at) {
      const canonical = Buffer.from(JSON.stringify(body));
      const integratedTime = Math.floor(at.getTime() / 1000);
      const proof = tree.append(canonical);
      const logIndex = 1_000_000 + proof.index;
      // RFC 8785 sorts the members, which these are.
      const promised = JSON.stringify({
        body: canonical.toString('base64'),
        integratedTime,
        logID: id.toString('hex'),
        logIndex,
      });
      const note = `${signs} - 1193050959916656506\n${proof.size}\n${proof.root.toString('base64')}\n`;
      return {
        ...entryOf(body, canonical, id),
        logIndex: String(logIndex),
        integratedTime: String(integratedTime),
        inclusionPromise: { signedEntryTimestamp: signWith(keyPair, Buffer.from(promised)).toString('base64') },
        inclusionProof: inclusionProof(
          proof,
          signedNote(note, { name: signs, id, signature: signWith(keyPair, Buffer.from(note)) }),
        ),
      };
    },
  };
}

/** Rekor v2 (tiles) only proves, with an Ed25519 key and its own host as origin. */
export function createRekorV2(url: string, name = new URL(url).host): TransparencyLog {
  const keyPair = createKeyPair('Ed25519');
  // C2SP signed-note: the key's identifier depends on its name; 0x01 is Ed25519.
  const id = createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.from([1]))
    .update(spki(keyPair).subarray(-32))
    .digest();
  const tree = createTree();
  return {
    keyPair,
    id,
    url,
    append(body) {
      const canonical = Buffer.from(JSON.stringify(body));
      const proof = tree.append(canonical);
      const note = `${name}\n${proof.size}\n${proof.root.toString('base64')}\n`;
      return {
        ...entryOf(body, canonical, id),
        logIndex: String(proof.index),
        inclusionProof: inclusionProof(
          proof,
          signedNote(note, { name, id, signature: signWith(keyPair, Buffer.from(note)) }),
        ),
      };
    },
  };
}

function entryOf({ kind, apiVersion }: EntryBody, canonical: Buffer, id: Buffer) {
  return {
    logId: { keyId: id.toString('base64') },
    kindVersion: { kind, version: apiVersion },
    canonicalizedBody: canonical.toString('base64'),
  };
}

type Proof = {
  readonly index: number;
  readonly size: number;
  readonly root: Buffer;
  readonly hashes: readonly Buffer[];
};

function inclusionProof({ index, size, root, hashes }: Proof, envelope: string) {
  return {
    logIndex: String(index),
    rootHash: root.toString('base64'),
    treeSize: String(size),
    hashes: hashes.map((hash) => hash.toString('base64')),
    checkpoint: { envelope },
  };
}

function signedNote(
  note: string,
  by: { readonly name: string; readonly id: Buffer; readonly signature: Buffer },
): string {
  return `${note}\n\u2014 ${by.name} ${Buffer.concat([by.id.subarray(0, 4), by.signature]).toString('base64')}\n`;
}

/** A Merkle tree (RFC 6962, 2.1) that has five leaves of others in it already, so that proofs have branches. */
function createTree() {
  const leaves = Array.from({ length: 5 }, (_, index) => leafHash(Buffer.from(`entry of another, ${index}`)));
  return {
    append(body: Buffer): Proof {
      const index = leaves.push(leafHash(body)) - 1;
      return { index, size: leaves.length, root: treeHash(leaves), hashes: pathTo(index, leaves) };
    },
  };
}

function leafHash(body: Buffer): Buffer {
  return createHash('sha256')
    .update(Buffer.from([0]))
    .update(body)
    .digest();
}

function nodeHash(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256')
    .update(Buffer.from([1]))
    .update(left)
    .update(right)
    .digest();
}

function treeHash(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return only;
  const split = splitOf(leaves.length);
  return nodeHash(treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
}

function pathTo(index: number, leaves: readonly Buffer[]): readonly Buffer[] {
  if (leaves.length === 1) return [];
  const split = splitOf(leaves.length);
  return index < split
    ? [...pathTo(index, leaves.slice(0, split)), treeHash(leaves.slice(split))]
    : [...pathTo(index - split, leaves.slice(split)), treeHash(leaves.slice(0, split))];
}

/** The largest power of two below `count`. */
function splitOf(count: number): number {
  return 2 ** Math.ceil(Math.log2(count) - 1);
}
