import type { Traced } from '../../core/sbom/image-documents.ts';
import { imageFacts } from '../../core/sbom/enrich/image-facts.ts';
import { chainStatement } from '../../core/sbom/enrich/statement.ts';
import { documentsText } from '../json.ts';
import { traceDocument } from '../trace-document.ts';

/** The trace document, as `trace --format json` writes it. */
export function renderTraceDocument(traced: readonly Traced[]): string {
  return documentsText(traced.map(traceDocument));
}

/** The same as the predicate of a statement about the image. */
export function renderStatement(traced: Traced): string {
  return documentsText([chainStatement(imageFacts(traced.dossier.image), traceDocument(traced))]);
}
