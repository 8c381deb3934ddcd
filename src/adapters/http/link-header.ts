// A target and its parameters (RFC 8288, 3).
const LINK = /[\s,]*<([^>]*)>((?:\s*;\s*[^\s=;,]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)/y;
const RELATION = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]*))/i;

/** The target of the first link with `rel="next"`, as it was written; undefined where there is none. */
export function parseNextLink(header: string): string | undefined {
  LINK.lastIndex = 0;
  for (let link = LINK.exec(header); link !== null; link = LINK.exec(header)) {
    const [, target, parameters = ''] = link;
    const [, quoted, plain] = RELATION.exec(parameters) ?? [];
    if ((quoted ?? plain ?? '').toLowerCase().split(/\s+/).includes('next')) return target;
  }
  return undefined;
}
