import type { TraceReport, TraceResult } from '../core/model/report.ts';
import { clean } from './sanitize.ts';
import { traceDocument } from './trace-document.ts';

/** One image's document as it is; of several, an array. */
export function renderJson({ images }: TraceReport): string {
  const documents = images.map(traceDocument);
  const [only, ...others] = documents;
  return `${stringify(only !== undefined && others.length === 0 ? only : documents, 2)}\n`;
}

/** A document a line. */
export function renderLines({ images }: TraceReport): string {
  return images.map(renderLine).join('');
}

export function renderLine(result: TraceResult): string {
  return `${stringify(traceDocument(result))}\n`;
}

/** Every value is cleaned on its way out; all names are ours. */
function stringify(document: unknown, indent?: number): string {
  return JSON.stringify(
    document,
    (_name, value: unknown) => (typeof value === 'string' ? clean(value) : value),
    indent,
  );
}
