import { withoutUndefined } from '../defined.ts';
import type { Evidence, Place, SignalStrength } from '../model/evidence.ts';
import type { SourceFacts } from '../source/facts.ts';
import { doubtAbout } from '../source/facts.ts';
import type { Ownership, PathOwnership } from '../source/ownership.ts';
import { ownersIn } from '../source/ownership.ts';
import { evidenceOf } from './about-source.ts';
import { RANKS } from './ranks.ts';

/** Whom CODEOWNERS names for each path that was asked for, at the commit. */
export function claimsOfCodeowners(facts: SourceFacts): readonly Evidence[] {
  return facts.ownerships.flatMap((ownership) => claimsOf(ownership, facts));
}

function claimsOf({ asked, atCommit }: Ownership, facts: SourceFacts): readonly Evidence[] {
  const worth = worthOf(facts);
  return ownersIn(atCommit).map((owner) =>
    evidenceOf(
      { kind: 'edge', from: asked.entity, relation: 'ownedBy', to: { kind: 'owner', handle: owner.text } },
      {
        ...worth,
        collector: 'codeowners',
        rank: RANKS.codeowners,
        location: ruleText(atCommit, owner.text) ?? 'CODEOWNERS',
      },
    ),
  );
}

/** A file is its author's declaration; of whom that is, less is known where the commit need not be of the repository, or of the image. */
function worthOf(facts: SourceFacts): { strength: SignalStrength; why?: string } {
  const { about } = facts.read.asked;
  if (about.kind === 'repository')
    return { strength: 'inferred', why: 'no commit is known: these are the owners at the head of the default branch' };
  const doubt = doubtAbout(facts);
  if (doubt !== undefined) return { strength: 'inferred', why: `${doubt}: anybody may have written its CODEOWNERS` };
  return { strength: 'declared' };
}

/** `.github/CODEOWNERS:12 (services/cart/)`: the rules that decide, or those of them that name this owner. */
export function ruleText(ownership: PathOwnership, owner?: string): string | undefined {
  if (!('answer' in ownership)) return undefined;
  const { answer } = ownership;
  if (answer.kind === 'noRule') return undefined;
  const rules = answer.rules.filter((rule) => owner === undefined || rule.owners.some(({ text }) => text === owner));
  const places = rules.map(({ line, pattern, section }) =>
    [`${answer.file}:${line}`, `(${section === undefined ? '' : `[${section}] `}${pattern})`].join(' '),
  );
  return places.length === 0 ? undefined : places.join(', ');
}

/** Where was looked, for each revision; a file that is not there is an answer. */
export function placesOfCodeowners({ read, ownerships }: SourceFacts): readonly Place[] {
  const [first] = ownerships;
  if (first === undefined || read.reading.kind !== 'found') return [];
  const { head } = read.reading.value;
  return [
    placeOfRules(first.atCommit, { at: read.asked.about, carrier: 'CODEOWNERS at the commit' }),
    ...(first.atHead === undefined
      ? []
      : [
          placeOfRules(
            first.atHead,
            withoutUndefined({
              at: read.asked.about,
              carrier: 'CODEOWNERS at the head of the default branch',
              asOf: head.kind === 'failed' ? undefined : head.asOf,
            }),
          ),
        ]),
  ];
}

function placeOfRules(ownership: PathOwnership, about: Pick<Place, 'at' | 'carrier' | 'asOf'>): Place {
  switch (ownership.kind) {
    case 'noFile':
      return { ...about, result: 'absent', detail: `none of ${ownership.looked.join(', ')}` };
    case 'unread':
      return { ...about, result: 'unheard', detail: ownership.error.message };
    case 'noRule':
    case 'unowned':
    case 'owned': {
      const { file, dialect } = ownership.rules;
      const skipped = file.problems.filter(({ effect }) => effect === 'skipped').length;
      const lines = skipped === 0 ? '' : `, ${skipped} lines are not read there`;
      return {
        ...about,
        result: 'found',
        detail: `${file.path}: ${file.rules.length} rules, read as ${dialect.dialect} does (${dialect.reason})${lines}`,
      };
    }
  }
}
