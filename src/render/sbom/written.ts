import { sumLosses } from '../../core/sbom/notes.ts';
import type { Loss } from '../../core/sbom/model.ts';
import type { Written } from '../../core/sbom/write-options.ts';
import { maskCredentials } from '../credentials.ts';

/** What a terminal or a viewer would act on instead of showing it; a line feed and a tab lay out the document. */
const UNSEEN = /[\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/g;

/** But for line feed and tab: JSON has none unescaped, all other formats may. */
const CONTROLS = /[\p{Cc}--[\n\t]]/gv;

/** Text of whatever format as a terminal can be given it: what has no shape is written as `\uXXXX`. */
export function withoutControls(text: string): string {
  const write = (hex: string): string => `\\u${hex}`;
  return escaped(escaped(text, write), write, CONTROLS);
}

export type WrittenText = { readonly text: string; readonly losses: readonly Loss[] };

/** A document in JSON. Its values are the SBOM's own, but for what looks like a credential, which is told; what has no shape is escaped. */
export function jsonText({ value, losses }: Written<object>): WrittenText {
  let masked = 0;
  const text = JSON.stringify(
    value,
    (_name, member: unknown) => {
      if (typeof member !== 'string') return member;
      const shown = maskCredentials(member);
      if (shown !== member) masked++;
      return shown;
    },
    2,
  );
  return { text: `${escaped(text, (hex) => `\\u${hex}`)}\n`, losses: sumLosses([losses, maskedLoss(masked)]) };
}

/** A document in XML: text between tags and values of attributes are looked at, each by itself. */
export function xmlText({ value, losses }: Written<string>): WrittenText {
  let masked = 0;
  const text = value.replaceAll(/(?<=>)[^<>]+(?=<)|"[^"<>]*"/g, (part) => {
    const shown = maskCredentials(part);
    if (shown !== part) masked++;
    return shown;
  });
  return { text: escaped(text, (hex) => `&#x${hex};`), losses: sumLosses([losses, maskedLoss(masked)]) };
}

function maskedLoss(count: number): readonly Loss[] {
  return count === 0 ? [] : [{ reason: 'altered', what: 'values that look like credentials, which are masked', count }];
}

function escaped(text: string, write: (hex: string) => string, what = UNSEEN): string {
  return text.replaceAll(what, (letter) => write(letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')));
}
