import { dirname } from 'node:path';
import * as v from 'valibot';
import { parseJson } from '../../core/json.ts';
import type { KeptPin } from '../../core/model/trust-report.ts';
import { createFolder, damaged, messageOf, readIfThere, replacePrivately } from './private-files.ts';

/** A pin as it stands in the file: of a key it has the key too, in PEM, as a fingerprint alone can check nothing. */
export type FilePin = KeptPin & { readonly publicKey?: string };

/** Runs `operation` while no other process does so for the same path. */
export type WhileLocked = <Value>(path: string, operation: () => Value) => Value;

/** Far more than anybody pins by hand, and read in an instant. */
const PINS_BYTES_MAX = 4 * 1024 * 1024;

const text = v.pipe(v.string(), v.minLength(1));
const signerSchema = v.variant('kind', [
  v.strictObject({
    kind: v.literal('certificate'),
    issuer: text,
    identity: text,
    match: v.picklist(['exact', 'pattern']),
  }),
  v.strictObject({
    kind: v.literal('key'),
    fingerprint: v.pipe(text, v.regex(/^sha256:[0-9a-f]{64}$/, 'not a fingerprint')),
  }),
]);
const fileSchema = v.strictObject({
  version: v.literal(1),
  pins: v.array(
    v.strictObject({
      images: text,
      signer: signerSchema,
      root: v.exactOptional(text),
      publicKey: v.exactOptional(text),
    }),
  ),
});

/** The pins in the file, none where there is no file. Damage is never read as "no pins". @throws ToolError `INVALID_CONFIGURATION` */
export function readPinsFile(path: string): readonly FilePin[] {
  const bytes = readIfThere(path, PINS_BYTES_MAX);
  if (bytes === undefined) return [];
  try {
    return v.parse(fileSchema, parseJson(bytes, 'the file')).pins;
  } catch (cause) {
    const got = v.isValiError(cause)
      ? `${v.getDotPath(cause.issues[0]) ?? 'the document'}: ${cause.issues[0].message}`
      : messageOf(cause);
    throw damaged(path, {
      expected: 'the pins that provtrace trust pin wrote',
      got,
      hint: 'restore it, or remove it and pin again',
      cause,
    });
  }
}

/**
 * Reads, changes and writes the pins as one step among all processes.
 * @throws ToolError `INVALID_CONFIGURATION`, `OUTPUT_NOT_WRITABLE`
 */
export function changePinsFile(
  path: string,
  whileLocked: WhileLocked,
  change: (pins: readonly FilePin[]) => readonly FilePin[],
): void {
  createFolder(dirname(path));
  whileLocked(path, () => {
    const pins = change(readPinsFile(path)).toSorted((left, right) => (pinKey(left) < pinKey(right) ? -1 : 1));
    replacePrivately(path, `${JSON.stringify({ version: 1, pins }, undefined, 2)}\n`);
  });
}

/** The same for pins that say the same. */
export function pinKey({ images, signer, root }: KeptPin): string {
  return JSON.stringify(
    signer.kind === 'key' ? [images, signer.fingerprint] : [images, signer.issuer, signer.identity, signer.match, root],
  );
}
