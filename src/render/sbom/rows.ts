import type { ComponentRows } from '../../core/sbom/rows.ts';
import { clean } from '../sanitize.ts';
import { columnsOf } from '../text/width.ts';

/** A wider cell moves the rest of its own line alone. */
const CELL_COLUMNS_MAX = 48;
/** What spreadsheets take for the beginning of a formula, the wide signs among it (OWASP, "CSV Injection"). */
const FORMULA = /^\s*[=+\-@＝＋－＠]/;

/** A CI runner takes a line that begins with `::name` for a command, whatever space is before it. */
const COMMAND = /^(\s*)::(?=[a-z])/i;

/** A line of text that no runner acts upon. */
export function plainLine(text: string): string {
  return text.replace(COMMAND, '$1: :');
}

/** A line for each component, its columns under one another. */
export function tableText({ columns, rows }: ComponentRows): string {
  const lines = [columns, ...rows].map((cells) => cells.map((cell) => clean(cell)));
  const widths = columns.map((_, index) =>
    lines.reduce((widest, cells) => Math.max(widest, Math.min(columnsOf(cells[index] ?? ''), CELL_COLUMNS_MAX)), 0),
  );
  const textOf = (cells: readonly string[]): string =>
    cells.map((cell, index) => padded(cell, widths[index])).join('  ');
  return lines.map((cells) => `${plainLine(textOf(cells)).trimEnd()}\n`).join('');
}

function padded(cell: string, width = 0): string {
  return `${cell}${' '.repeat(Math.max(0, width - columnsOf(cell)))}`;
}

/** RFC 4180, with line feeds alone. What would be a formula has an apostrophe before it. */
export function csvText({ columns, rows }: ComponentRows): string {
  return [columns, ...rows].map((cells) => `${cells.map(csvCell).join(',')}\n`).join('');
}

function csvCell(text: string): string {
  const shown = clean(text);
  const safe = FORMULA.test(shown) ? `'${shown}` : shown;
  return /[",]|^::/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
