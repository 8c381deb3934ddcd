import type { ErrorCode } from '../errors.ts';
import type { TraceResult } from '../model/report.ts';
import type { AttachedDocument } from './attached.ts';
import { sbomsAmong } from './found.ts';
import type { FoundSbom, ReadableSbom } from './found.ts';

export type Traced = Extract<TraceResult, { kind: 'traced' }>;
export type Failed = Extract<TraceResult, { kind: 'failed' }>;

/** One image with the documents that are about it. */
export type ImageDocuments = {
  readonly kind: 'read';
  readonly traced: Traced;
  readonly documents: readonly AttachedDocument[];
  /** Best first. */
  readonly sboms: readonly FoundSbom[];
  /** Who could have had more and was not heard. */
  readonly unheard: readonly Unheard[];
};
export type Unheard = { readonly code: ErrorCode; readonly message: string; readonly hint?: string | undefined };

/** What is known of one image, as the lists of `sbom` show it. */
export function imageDocuments(
  traced: Traced,
  documents: readonly AttachedDocument[],
  unread: readonly Unheard[],
): ImageDocuments {
  const { image, gathered } = traced.dossier;
  const problems = gathered.problems.filter(({ relations }) => relations.includes('describedBy'));
  return { kind: 'read', traced, documents, sboms: sbomsAmong(documents, image), unheard: [...problems, ...unread] };
}

/** Those whose word counts, and that can be read. */
export function usableSboms({ sboms }: ImageDocuments): readonly ReadableSbom[] {
  return sboms.filter(isReadable).filter(({ trust }) => trust !== 'rejected');
}

function isReadable(sbom: FoundSbom): sbom is ReadableSbom {
  return sbom.reading.kind === 'read';
}
