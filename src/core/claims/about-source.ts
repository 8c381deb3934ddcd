import { withoutUndefined } from '../defined.ts';
import type { Entity } from '../model/entity.ts';
import type { Claim, Evidence, Place, Problem, Relation, SignalStrength } from '../model/evidence.ts';
import type { Instant, Outcome } from '../model/outcome.ts';

// What evidence, problems and places of sources, forges and catalogs are made with.

export type Answered = {
  readonly collector: string;
  readonly strength: SignalStrength;
  readonly why?: string;
  readonly asOf?: Instant;
};

export function evidenceOf(claim: Claim, answered: Answered & { rank: number; location: string }): Evidence {
  const { collector, strength, why, asOf, rank, location } = answered;
  return withoutUndefined({ claim, strength, why, rank, boundBy: 'commit', origin: { collector, location }, asOf });
}

export function problemOf(
  outcome: Outcome<unknown, string>,
  about: { readonly collector: string; readonly at: Entity; readonly relations: readonly Relation[] },
): readonly Problem[] {
  if (outcome.kind !== 'failed') return [];
  const { code, message, hint } = outcome.error;
  return [withoutUndefined({ ...about, code, message, hint })];
}

const ABSENCES: Readonly<Record<string, string>> = {
  noSuchRepository: 'there is no such repository, or it may not be seen',
  emptyRepository: 'the repository is empty',
  noSuchCommit: 'the repository has no such commit',
};

export function placeOf(outcome: Outcome<unknown, string>, about: Pick<Place, 'at' | 'carrier'>): Place {
  switch (outcome.kind) {
    case 'found':
      return withoutUndefined({ ...about, result: 'found', asOf: outcome.asOf });
    case 'absent':
      return withoutUndefined({ ...about, result: 'absent', detail: ABSENCES[outcome.reason], asOf: outcome.asOf });
    case 'failed':
      return { ...about, result: 'unheard', detail: outcome.error.message };
  }
}

export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url;
}
