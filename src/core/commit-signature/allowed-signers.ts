import type { SignerOptions } from './allowed-signer-options.ts';
import { parseSignerOptions } from './allowed-signer-options.ts';
import type { LocalTime } from './allowed-signer-time.ts';
import { readSshKeyLine } from './ssh-key-line.ts';

/** Of the longest keys, some 3,000 characters. */
const LINE_LENGTH_MAX = 16 * 1024;

/** One line of a list of allowed signers (ssh-keygen(1), ALLOWED SIGNERS). */
export type AllowedSigner = SignerOptions & {
  /** From 1. */
  readonly line: number;
  /** Patterns of e-mail addresses. */
  readonly principals: string;
  /** As SSH writes it. */
  readonly key: Uint8Array;
};
/** `refused`: lines that are not read, and why; nobody is allowed by them. */
export type AllowedSigners = {
  readonly signers: readonly AllowedSigner[];
  readonly refused: readonly { readonly line: number; readonly why: string }[];
};

/** `localTime`: what a moment without a time zone is, which is this machine's. */
export function parseAllowedSigners(text: string, localTime: LocalTime): AllowedSigners {
  const signers: AllowedSigner[] = [];
  const refused: { line: number; why: string }[] = [];
  for (const [index, written] of text.split('\n').entries()) {
    const content = written.trim();
    if (content === '' || content.startsWith('#')) continue;
    const line = index + 1;
    const parsed = parseLine(content, localTime);
    if (typeof parsed === 'string') refused.push({ line, why: parsed });
    else signers.push({ line, ...parsed });
  }
  return { signers, refused };
}

/** Why it is refused, where it is. */
function parseLine(content: string, localTime: LocalTime): Omit<AllowedSigner, 'line'> | string {
  if (content.length > LINE_LENGTH_MAX) return `has more than ${LINE_LENGTH_MAX} characters`;
  const { principals, rest } = takePrincipals(content);
  if (principals === '') return 'has no principals';
  const bare = readSshKeyLine(rest);
  if (bare !== undefined) return { principals, key: bare };
  const { field, rest: afterOptions } = takeField(rest);
  const key = readSshKeyLine(afterOptions);
  if (key === undefined) return 'has no key that can be read';
  const options = parseSignerOptions(field, localTime);
  return typeof options === 'string' ? options : { principals, key, ...options };
}

/** They may stand in quotation marks, which nothing escapes. */
function takePrincipals(text: string): { readonly principals: string; readonly rest: string } {
  if (!text.startsWith('"')) {
    const { field, rest } = takeField(text);
    return { principals: field, rest };
  }
  const end = text.indexOf('"', 1);
  return end < 0 ? { principals: '', rest: '' } : { principals: text.slice(1, end), rest: text.slice(end + 1).trim() };
}

/** Up to the first blank outside quotation marks. */
function takeField(text: string): { readonly field: string; readonly rest: string } {
  let isQuoted = false;
  let end = 0;
  for (; end < text.length && (isQuoted || !isBlank(text[end])); end++) {
    if (text[end] === '\\' && text[end + 1] === '"') end += 1;
    else if (text[end] === '"') isQuoted = !isQuoted;
  }
  return { field: text.slice(0, end), rest: text.slice(end).trim() };
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}
