import { hash } from 'node:crypto';
import type { ObjectId } from '../../ports/source-code.ts';

export type ObjectFormat = 'sha1' | 'sha256';

const OBJECT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

export function isObjectId(text: string): text is ObjectId {
  return OBJECT_ID.test(text);
}

export function objectFormatOf(id: ObjectId): ObjectFormat {
  return id.length === 40 ? 'sha1' : 'sha256';
}

/** Whether these are the bytes that git knows by that id: header, NUL, content. */
export function isHashOf(id: ObjectId, bytes: Uint8Array): boolean {
  return hash(objectFormatOf(id), bytes) === id;
}
