import * as v from 'valibot';

/** A moment as RFC 3339 writes it. */
export const moment = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/, 'not a moment'),
  v.transform((text) => new Date(text)),
  v.check((date) => !Number.isNaN(date.getTime()), 'not a moment'),
);

/**
 * Standard base64 with its padding. Node skips whatever does not belong, and two texts would mean one thing; Go, which reads
 * these documents everywhere else, skips line breaks alone, and so there are documents with them.
 */
export const base64Bytes = v.pipe(
  v.string(),
  v.transform((text) => text.replaceAll(/[\r\n]/g, '')),
  v.transform((text) => ({ text, bytes: Buffer.from(text, 'base64') })),
  v.check(({ text, bytes }) => bytes.toString('base64') === text, 'not base64'),
  v.transform(({ bytes }) => bytes),
);

/** Either alphabet, padded or not, as DSSE allows (protocol.md): Google Cloud Build takes the one for URLs. */
export const anyBase64Bytes = v.pipe(
  v.string(),
  v.transform((text) => ({
    bare: text
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replace(/={1,2}$/, ''),
    bytes: Buffer.from(text, 'base64'),
  })),
  v.check(({ bare, bytes }) => bytes.toString('base64url') === bare, 'not base64'),
  v.transform(({ bytes }) => bytes),
);

/** A count as protobuf's JSON writes 64 bits: digits in a string. A number, which others write, is as good. */
export const count = v.pipe(
  v.union([v.string(), v.pipe(v.number(), v.safeInteger())]),
  v.transform(String),
  v.regex(/^(?:0|[1-9]\d{0,18})$/, 'not a count'),
);

/** The first thing that is wrong, with the path to it: `verificationMaterial.tlogEntries.0.logIndex: not a count`. */
export function firstIssue(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const [issue] = issues;
  const path = (issue.path ?? []).map((item) => String(item.key)).join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}
