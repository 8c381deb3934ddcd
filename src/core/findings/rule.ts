import type { Dossier, Finding } from '../model/chain.ts';
import type { Evidence } from '../model/evidence.ts';

/** All that was gathered and settled about one image; findings are what is not known yet. */
export type Examined = Omit<Dossier, 'findings'>;
/** `severity` where it is not the rule's own; `about` where it is not the image. */
export type Found = Pick<Finding, 'message'> & Partial<Pick<Finding, 'about' | 'severity' | 'evidence'>>;

/** One red flag (reference/provenance.md 15), and where one looks for it: in the whole, or in each document that speaks of this image. */
export type FindingRule<Subject> = Pick<Finding, 'code' | 'severity' | 'advice'> & {
  readonly find: (subject: Subject, examined: Examined) => readonly Found[];
};

/** For a rule that has at most one thing to say. */
export function oneFinding(message: string | false | undefined, more: Omit<Found, 'message'> = {}): readonly Found[] {
  return message === undefined || message === false ? [] : [{ message, ...more }];
}

/** Both sides of a contradiction, in one form everywhere. */
export function bothSides(
  left: readonly [who: string, says: string],
  right: readonly [who: string, says: string],
): string {
  return `${left[0]} says ${left[1]}, ${right[0]} ${right[1]}`;
}

/** What a document said under this name of a fact or relation. */
export function saidBy(document: string, name: string, { gathered }: Examined): readonly Evidence[] {
  return gathered.evidence.filter(
    ({ claim, origin }) =>
      origin.document === document && (claim.kind === 'edge' ? claim.relation : claim.name) === name,
  );
}
