/** One record, and the line on which it begins, counted from 1. */
export type CsvRecord = { readonly cells: readonly string[]; readonly line: number };

/** RFC 4180 with any separator. A quote that is never closed takes the rest of the text, which `isWhole` tells. */
export function parseCsv(
  text: string,
  separator: string,
): { readonly records: readonly CsvRecord[]; readonly isWhole: boolean } {
  const records: CsvRecord[] = [];
  let cells: string[] = [];
  let at = 0;
  let line = 1;
  let firstLine = 1;
  let isWhole = true;
  while (at < text.length) {
    const cell = cellAt(text, at, separator);
    isWhole &&= cell.isClosed;
    cells.push(cell.value);
    line += cell.lines;
    at = cell.end;
    const isLast = text[at] !== separator;
    if (isLast) {
      if (cells.some((value) => value !== '')) records.push({ cells, line: firstLine });
      cells = [];
      if (text[at] === '\r' && text[at + 1] === '\n') at++;
      line++;
      firstLine = line;
    }
    at++;
  }
  return { records, isWhole };
}

type Cell = { readonly value: string; readonly end: number; readonly lines: number; readonly isClosed: boolean };

/** `end`: where the separator or the end of the line is. `lines`: how many it goes on. */
function cellAt(text: string, start: number, separator: string): Cell {
  if (text[start] !== '"') {
    const end = endOfPlain(text, start, separator);
    return { value: text.slice(start, end).trim(), end, lines: 0, isClosed: true };
  }
  let from = start + 1;
  let value = '';
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote === -1) {
      value += text.slice(from);
      return { value, end: text.length, lines: newlinesIn(value), isClosed: false };
    }
    value += text.slice(from, quote);
    if (text[quote + 1] !== '"') {
      const end = endOfPlain(text, quote + 1, separator);
      // Text after the closing quote is kept: it is wrong, and it is somebody's.
      return { value: (value + text.slice(quote + 1, end)).trim(), end, lines: newlinesIn(value), isClosed: true };
    }
    value += '"';
    from = quote + 2;
  }
}

function endOfPlain(text: string, start: number, separator: string): number {
  let end = start;
  while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end++;
  return end;
}

function newlinesIn(text: string): number {
  return text.split('\n').length - 1;
}

const SEPARATORS = [',', ';', '\t'] as const;

/** What the first line has most of, outside of quotes: a comma where it has none. */
export function separatorOf(text: string): string {
  const header = text.slice(0, endOfPlain(text, 0, '')).replaceAll(/"[^"]*"/g, '');
  const counted = SEPARATORS.map((separator) => ({ separator, count: header.split(separator).length }));
  return counted.reduce((best, each) => (each.count > best.count ? each : best)).separator;
}
