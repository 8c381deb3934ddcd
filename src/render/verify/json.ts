import type { VerifyReport } from '../../core/model/verify-report.ts';
import { documentLine, documentsText } from '../json.ts';
import { verifyDocument } from './verify-document.ts';

/** One image's document as it is; of several, an array. */
export function renderVerifyJson({ images, ...report }: VerifyReport): string {
  return documentsText(images.map((result) => verifyDocument(result, report)));
}

/** A document a line. */
export function renderVerifyLines({ images, ...report }: VerifyReport): string {
  return images.map((result) => documentLine(verifyDocument(result, report))).join('');
}
