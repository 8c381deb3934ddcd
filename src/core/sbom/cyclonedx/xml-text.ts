import type { Serialize } from '@cyclonedx/cyclonedx-library';

type Element = Serialize.XML.Types.SimpleXml.Element;

/** What XML 1.0 has no place for (clause 2.2), lone surrogates among it, and the line breaks that CycloneDX's texts do not have. */
const FORBIDDEN = /[^\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Line breaks and tabs become spaces, other characters that XML cannot hold the replacement character. */
export function replaceForbidden(text: string): string {
  return text.replaceAll(FORBIDDEN, (character) => (/[\t\n\r]/.test(character) ? ' ' : '\ufffd'));
}

/** The element as a document. How deep it nests is bounded by who made it. */
export function xmlText(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${elementText(root, '')}\n`;
}

function elementText({ name, namespace, attributes = {}, children }: Element, indent: string): string {
  const all: Readonly<Record<string, string | number | undefined>> = {
    ...(namespace === undefined ? {} : { xmlns: namespace.toString() }),
    ...attributes,
  };
  const written = Object.entries(all).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escapeText(String(value))}"`],
  );
  const content = contentText(children, indent);
  return `${indent}<${name}${written.join('')}${content === '' ? '/>' : `>${content}</${name}>`}`;
}

function contentText(children: Element['children'], indent: string): string {
  if (children === undefined) return '';
  if (typeof children === 'string' || typeof children === 'number') return escapeText(String(children));
  const lines = [...children].flatMap((child) => (child.type === 'element' ? [elementText(child, `${indent}  `)] : []));
  return lines.length === 0 ? '' : `\n${lines.join('\n')}\n${indent}`;
}

/** Also for attributes. Forbidden characters that reached an id or an address are replaced here. */
function escapeText(text: string): string {
  return replaceForbidden(text).replaceAll(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}
