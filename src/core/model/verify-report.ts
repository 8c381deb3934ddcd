import type { ToolError } from '../errors.ts';
import type { Judgement } from '../policy/evaluate.ts';
import type { Dossier } from './chain.ts';
import type { Grades } from './report.ts';

/** What `verify` gives: one entry an image (and platform), in the order asked. */
export type VerifyReport = {
  readonly images: readonly VerifyResult[];
  /** What a flag gave up, in words. */ readonly waived: readonly string[];
};
export type VerifyResult =
  | { readonly kind: 'judged'; readonly dossier: Dossier; readonly grades: Grades; readonly judgement: Judgement }
  | { readonly kind: 'failed'; readonly reference: string; readonly error: ToolError };
