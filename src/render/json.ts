import type { TraceReport, TraceResult } from '../core/model/report.ts';
import { clean } from './sanitize.ts';
import { traceDocument } from './trace-document.ts';

/** One image's document as it is; of several, an array. */
export function renderJson({ images }: TraceReport): string {
  return documentsText(images.map(traceDocument));
}

/** As the whole of an output. */
export function documentsText(documents: readonly object[]): string {
  const [only, ...others] = documents;
  return `${stringify(only !== undefined && others.length === 0 ? only : documents, 2)}\n`;
}

/** A document a line. */
export function renderLines({ images }: TraceReport): string {
  return images.map(renderLine).join('');
}

export function renderLine(result: TraceResult): string {
  return documentLine(traceDocument(result));
}

/** As a line of `ndjson`. */
export function documentLine(document: object): string {
  return `${stringify(document)}\n`;
}

/** Every value is cleaned on its way out; all names are ours. */
function stringify(document: unknown, indent?: number): string {
  return JSON.stringify(
    document,
    (_name, value: unknown) => (typeof value === 'string' ? clean(value) : value),
    indent,
  );
}
