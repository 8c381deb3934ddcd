import { ASN1Obj } from '@sigstore/core';
import type { Extensions } from './certificate-extensions.ts';
import { CheckFailure } from './check-failure.ts';

/** The arc under which Fulcio says what the token said (sigstore/fulcio, docs/oid-info.md). */
const ARC = '1.3.6.1.4.1.57264.1.';
/** The first six hold bare text; those from 8 on a DER UTF8String. 7 is a kind of name and not an extension. */
const BARE_LAST = 6;
const DER_FIRST = 8;
const DER_LAST = 24;

const UTF8_STRING = 0x0c;

/**
 * Fulcio's extensions by the last number of their identifier, as text. Numbers that Fulcio has not given out are passed over.
 * @throws CheckFailure `BAD_CERTIFICATE` for one that is not text, or has anything after its text
 */
export function readFulcioExtensions(extensions: Extensions): Readonly<Record<number, string>> {
  const found: Record<number, string> = {};
  for (const [oid, { value }] of extensions) {
    const number = numberUnderArc(oid);
    if (number >= 1 && number <= BARE_LAST) found[number] = toText(number, value.value);
    if (number >= DER_FIRST && number <= DER_LAST) found[number] = toText(number, unwrapped(number, value.value));
  }
  return found;
}

/** The last number of the identifier; 0 for what is not, or not directly, under Fulcio's arc. */
function numberUnderArc(oid: string): number {
  const rest = oid.startsWith(ARC) ? oid.slice(ARC.length) : '';
  return /^\d+$/.test(rest) ? Number(rest) : 0;
}

function unwrapped(number: number, value: Buffer): Buffer {
  try {
    const string = ASN1Obj.parseBuffer(Buffer.from(value));
    if (string.tag.toDER() === UTF8_STRING) return string.value;
  } catch {
    // Falls through: whatever the parser dislikes is not the string.
  }
  throw new CheckFailure('BAD_CERTIFICATE', {
    expected: `one UTF8String in ${ARC}${number}`,
    got: `0x${value.subarray(0, 16).toString('hex')}`,
  });
}

function toText(number: number, value: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(value);
  } catch {
    throw new CheckFailure('BAD_CERTIFICATE', {
      expected: `UTF-8 in ${ARC}${number}`,
      got: `0x${value.subarray(0, 16).toString('hex')}`,
    });
  }
}
