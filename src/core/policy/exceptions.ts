import { matchesPattern } from '../anchored-pattern.ts';
import type { TracedImage } from '../model/chain.ts';
import { formatRepository } from '../model/image-repository.ts';
import type { Instant } from '../model/outcome.ts';
import type { PolicyException } from './policy.ts';

/** An exception that names this image and rule, and whether its time is over. */
export type FoundException = { readonly exception: PolicyException; readonly isExpired: boolean };

/** Those that hold first, then those that have expired: these except nothing, and are told. */
export function exceptionsFor(
  exceptions: readonly PolicyException[],
  { rule, image, now }: { readonly rule: string; readonly image: TracedImage; readonly now: Instant },
): readonly FoundException[] {
  return exceptions
    .filter((exception) => exception.rule === rule && isAbout(exception, image))
    .map((exception) => ({ exception, isExpired: isExpired(exception, now) }))
    .sort((left, right) => Number(left.isExpired) - Number(right.isExpired));
}

function isAbout(exception: PolicyException, { root, digests }: TracedImage): boolean {
  if ('digest' in exception)
    return [root.digest, digests.platform, ...digests.indexes].some((digest) => digest === exception.digest);
  // Kept at several places it is excepted only where every one of them is.
  return root.foundAt.length > 0 && root.foundAt.every((at) => matchesPattern(exception.images, formatRepository(at)));
}

export function isExpired(exception: PolicyException, now: Instant): boolean {
  // At what is no moment everything has.
  return !(Date.parse(now) < endOf(exception));
}

/** The end of its last day. */
function endOf({ expires }: PolicyException): number {
  return Date.parse(`${expires}T00:00:00Z`) + 24 * 60 * 60_000;
}
