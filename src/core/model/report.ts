import type { ToolError } from '../errors.ts';
import type { Dossier } from './chain.ts';
import type { Entity } from './entity.ts';
import type { Evidence, SignalStrength } from './evidence.ts';
import type { Instant } from './outcome.ts';

/** What `trace` gives: one entry an image (and platform), in the order asked. */
export type TraceReport = { readonly images: readonly TraceResult[] };
export type TraceResult =
  | {
      readonly kind: 'traced';
      readonly dossier: Dossier;
      readonly steps: readonly Step[];
      readonly grades: Grades;
      /** What it stands on, nearest first, each traced for itself, its people left out; missing where that was not asked. */
      readonly bases?: readonly TraceResult[];
    }
  | { readonly kind: 'failed'; readonly reference: string; readonly error: ToolError };

export type Grade = SignalStrength | 'none';
/** SPEC 3: each as weak as its weakest step, and `none` where a step is a gap. */
export type Grades = { readonly origin: Grade; readonly ownership: Grade };

/** In the order in which they are printed. */
export const STEP_NAMES = [
  'image',
  'platform',
  'signature',
  'build',
  'source',
  'commit',
  'review',
  'path',
  'owners',
  'service',
  'contact',
  'base',
  'sbom',
] as const;
export type StepName = (typeof STEP_NAMES)[number];

/** One line of the chain, with all that belongs to it. Every format shows these. */
export type Step = {
  readonly name: StepName;
  /** Missing where nothing is claimed: image and platform are what the digests say, checked by hashing. */
  readonly grade?: Grade;
  /** What the step comes to, short enough for a line; undefined for a gap. */
  readonly answer?: string;
  readonly entity?: Entity;
  /** Where a person can look: only https. */
  readonly link?: string;
  /** Named values that belong to it, in the order to show them: ref, path, run, times. */
  readonly details: readonly Detail[];
  /** Why it is not `verified`, or why there is no answer: phrases, strongest reason first. */
  readonly why: readonly string[];
  readonly gap?: 'absent' | 'unheard' | 'conflict';
  readonly support: readonly Evidence[];
  readonly dissent: readonly Dissent[];
  readonly asOf?: Instant;
};
export type Detail = {
  readonly name: string;
  readonly value: string;
  readonly grade?: SignalStrength;
  readonly link?: string;
};
/** Another answer, who gives it, and why it does not win. In a conflict every candidate is listed here. */
export type Dissent = {
  readonly answer: string;
  readonly grade: SignalStrength;
  readonly why?: string;
  readonly from: string;
};
