import type { SignalStrength } from '../model/evidence.ts';
import type { Grade, Step, StepName } from '../model/report.ts';
import type { SbomDiff } from './diff.ts';
import { diffSboms } from './diff.ts';
import type { ReadableSbom } from './found.ts';
import type { ImageDocuments, Traced } from './image-documents.ts';
import { usableSboms } from './image-documents.ts';

/** The steps of the chain by which two images have another origin. */
export const ORIGIN_STEPS = ['signature', 'build', 'source', 'commit', 'path', 'owners', 'service', 'base'] as const;
export type OriginStep = Extract<StepName, (typeof ORIGIN_STEPS)[number]>;

/** What a step of the chain came to, in one image and in the other; without an answer it is a gap. */
export type OriginChange = { readonly step: OriginStep; readonly before: OriginAnswer; readonly after: OriginAnswer };
export type OriginAnswer = {
  readonly answer?: string;
  readonly grade?: Grade | SignalStrength;
  readonly gap?: NonNullable<Step['gap']>;
};

/** How one image differs from another: in where it is from, and in what is in it. */
export type ImageDiff = {
  readonly before: ImageDocuments;
  readonly after: ImageDocuments;
  readonly origin: readonly OriginChange[];
  /** Of the best SBOM of each; missing where one of them has none. */
  readonly components?: ComponentsDiff;
};
export type ComponentsDiff = SbomDiff & { readonly from: ReadableSbom; readonly to: ReadableSbom };

export function diffImages(before: ImageDocuments, after: ImageDocuments): ImageDiff {
  const [from] = usableSboms(before);
  const [to] = usableSboms(after);
  const origin = ORIGIN_STEPS.flatMap((step) => changeOf(step, before.traced, after.traced));
  if (from === undefined || to === undefined) return { before, after, origin };
  return { before, after, origin, components: { from, to, ...diffSboms(from.reading.sbom, to.reading.sbom) } };
}

/**
 * A change of the grade alone is one too: what was verified and is now declared has another origin, for all that is known. What was not
 * heard on both sides is not the same on both.
 */
function changeOf(step: OriginStep, before: Traced, after: Traced): readonly OriginChange[] {
  const [one, other] = [answerOf(step, before), answerOf(step, after)];
  const isHeard = one.gap !== 'unheard';
  const isSame = isHeard && one.answer === other.answer && one.grade === other.grade && one.gap === other.gap;
  return isSame ? [] : [{ step, before: one, after: other }];
}

function answerOf(name: OriginStep, { steps }: Traced): OriginAnswer {
  const step = steps.find((each) => each.name === name);
  return {
    ...(step?.answer === undefined ? {} : { answer: step.answer }),
    ...(step?.grade === undefined ? {} : { grade: step.grade }),
    ...(step?.gap === undefined ? {} : { gap: step.gap }),
  };
}
