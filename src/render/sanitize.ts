import { maskCredentials } from './credentials.ts';

/**
 * The one place that makes the words of strangers (labels, names, addresses, messages of servers) safe to show. `clean` is for every
 * carrier; on top of it each carrier has its own escapes. Every format goes through these, and none prints a stranger's text by itself.
 */

/** In UTF-16 units; a longer value is cut, and ends in `…`. No value that provtrace reads is longer by right. */
const VALUE_LENGTH_MAX = 64 * 1024;
/** Terminals ignore a longer hyperlink (VTE's limit). */
const LINK_LENGTH_MAX = 2083;

const ESC = '\u001b';
const ST = `(?:\u0007|${ESC}\\\\|\u009c)`;
/** Control sequences as terminals read them (ECMA-48): CSI, then OSC, DCS, SOS, PM and APC up to their end, then all other escapes. */
const SEQUENCES = new RegExp(
  [
    `(?:${ESC}\\[|\u009b)[0-?]*[ -/]*[@-~]`,
    `(?:${ESC}[\\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007${ESC}\u009c]*${ST}`,
    `${ESC}[ -/]*[0-~]`,
  ].join('|'),
  'g',
);
/** All that breaks a line or looks like a space; U+2800 is Braille's empty cell. */
const SPACES = /[\t\n\v\f\r\u0085\u2800\p{Z}]/gu;
/** Controls, direction and other format characters, lone surrogates, private use, and whatever else has no shape of its own. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;
/** More marks on one letter than any script writes would run over the lines above and below. */
const STACKED_MARKS = /(\p{M}{4})\p{M}+/gu;
/** The older command syntax of GitHub's runner, Azure's agent and TeamCity, which they find anywhere in a line of a log. */
const LOG_COMMAND = /##(?=\w*\[)/g;

/** One line of visible text: no control, direction or invisible characters, no credentials, no commands to a CI runner. */
export function clean(text: string, lengthMax: number = VALUE_LENGTH_MAX): string {
  const visible = /^[ -~]*$/.test(text)
    ? text
    : text.replace(SEQUENCES, '').replace(SPACES, ' ').replace(INVISIBLE, '').replace(STACKED_MARKS, '$1');
  return cut(maskCredentials(visible).replace(LOG_COMMAND, '# #'), lengthMax);
}

function cut(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  // Cutting between the halves of a surrogate pair would leave one half alone.
  return `${text.slice(0, lengthMax - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The address as a link may carry it, percent-encoded; undefined for what is not https, or names a user. */
export function safeLink(text: string): string | undefined {
  const address = clean(text);
  if (!/^https:\/\//i.test(address) || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  // Parentheses, brackets and pipes mean something in Markdown; encoded they mean the same address.
  const href = url.href.replace(/[^\w!#$%&+,./:;=?@~-]/g, (sign) => `%${hex(sign)}`);
  return url.username !== '' || url.password !== '' || href.length > LINK_LENGTH_MAX ? undefined : href;
}

function hex(sign: string): string {
  return sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
}

/** What GitHub and GitLab make a link, a mention or a cross-reference of: addresses, `@name`, `#12`, `!12`, `GH-12`. */
const MARKDOWN_ACTIVE = /@|:\/\/|www\.|[#!$%&~]\d|GH-\d/i;
const MARKDOWN_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '|': '&#124;',
  '`': '&#96;',
};

/** Prose for Markdown, also in a table: it formats, links, mentions and embeds nothing. */
export function markdownProse(text: string, lengthMax?: number): string {
  return clean(text, lengthMax)
    .split(' ')
    .map((word) => (MARKDOWN_ACTIVE.test(word) ? markdownCode(word) : plainMarkdown(word)))
    .join(' ');
}

function plainMarkdown(word: string): string {
  return word.replace(/[\\*_[\]~#$^]/g, '\\$&').replace(/[&<>|`]/g, (sign) => MARKDOWN_ENTITIES[sign] ?? '');
}

/**
 * A value for Markdown, as code: renderers look for nothing in code. What would end the code, the table's cell or a surrounding HTML
 * element stands between two pieces of code, as an entity.
 */
export function markdownCode(text: string, lengthMax?: number): string {
  return clean(text, lengthMax)
    .split(/([`|<>])/)
    .map((part) => MARKDOWN_ENTITIES[part] ?? (part === '' ? '' : `\`${part}\``))
    .join('');
}

/**
 * Lines of a Mermaid label, with its quotes. All but letters, digits and a few signs are entities: Mermaid finds directives (`%%{`), styles and
 * Markdown inside quotes too.
 */
export function mermaidLabel(lines: readonly string[], lengthMax?: number): string {
  return `"${lines.map((line) => mermaidText(clean(line, lengthMax))).join('<br/>')}"`;
}

function mermaidText(text: string): string {
  return text.replace(/[^\p{L}\p{N}\p{M} /.,()@=-]|^(?:\d(?=\d*[.)])|-)/gu, (sign) => `#${sign.codePointAt(0)};`);
}

/** Lines of a DOT string, with its quotes (graphviz.org/doc/info/lang.html); Graphviz decodes HTML entities in every string. */
export function dotString(lines: readonly string[], lengthMax?: number): string {
  const escaped = lines.map((line) => clean(line, lengthMax).replaceAll('&', '&amp;').replace(/["\\]/g, '\\$&'));
  return `"${escaped.join('\\n')}"`;
}

const XML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text of an element or an attribute (XML 1.0): what is clean has none of the characters that no document may have. */
export function xmlText(text: string): string {
  return clean(text).replace(/[&<>"']/g, (sign) => XML_ENTITIES[sign] ?? '');
}

/** A CSV cell, quoted (RFC 4180), that no spreadsheet takes for a formula. */
export function csvCell(text: string): string {
  const value = clean(text);
  const inert = /^ *[=+\-@%|＝＋－＠]/.test(value) ? `'${value}` : value;
  return `"${inert.replaceAll('"', '""')}"`;
}

/** The message of a GitHub workflow command: what follows its second `::`. */
export function workflowCommandValue(text: string): string {
  return clean(text).replaceAll('%', '%25');
}

/** A property of a GitHub workflow command: `file`, `title`. */
export function workflowCommandProperty(text: string): string {
  return workflowCommandValue(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
