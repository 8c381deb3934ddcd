import type { Judged } from './judgement.ts';

/** For each demand that can be made, how it is judged where it is made. */
export type Judges<Demands extends object> = {
  readonly [Name in keyof Demands]-?: (wanted: NonNullable<Demands[Name]>) => Judged;
};

/** Judges every demand that is made, in the order of the table. */
export function judgeEach<Demands extends object>(demands: Demands, judges: Judges<Demands>): readonly Judged[] {
  const judged: Judged[] = [];
  for (const name in judges) {
    const wanted = demands[name];
    if (wanted !== undefined && wanted !== null) judged.push(judges[name](wanted));
  }
  return judged;
}
