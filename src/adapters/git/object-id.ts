import { hash } from 'node:crypto';
import type { ObjectId } from '../../core/model/source.ts';

export type ObjectFormat = 'sha1' | 'sha256';

const OBJECT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

export function isObjectId(text: string): boolean {
  return OBJECT_ID.test(text);
}

export function objectFormatOf(id: ObjectId): ObjectFormat {
  return id.length === 40 ? 'sha1' : 'sha256';
}

/** The id of an object, from its bytes as git hashes them: header, NUL, content. */
export function idOf(bytes: Uint8Array, format: ObjectFormat): ObjectId {
  return hash(format, bytes);
}

/** Whether these are the bytes that git knows by that id. */
export function isHashOf(id: ObjectId, bytes: Uint8Array): boolean {
  return idOf(bytes, objectFormatOf(id)) === id;
}
