import { ruleText } from '../claims/from-codeowners.ts';
import { DIALECT_NAMES } from '../codeowners/dialect.ts';
import { withoutUndefined } from '../defined.ts';
import type { Chain, Dossier, Hop } from '../model/chain.ts';
import { entityId } from '../model/entity.ts';
import type { Problem, SignalStrength } from '../model/evidence.ts';
import { compareStrength } from '../model/evidence.ts';
import type { Detail, Step, StepName } from '../model/report.ts';
import type { AskedPath, PathRole } from '../model/source.ts';
import { contributorText } from '../review/contributors.ts';
import type { SourceFacts } from '../source/facts.ts';
import type { Ownership, PathOwnership } from '../source/ownership.ts';
import { decisiveOwnership, disputedOwnerships, driftOf, ownersIn } from '../source/ownership.ts';
import { disputedServices, disputedSources, sourceOf, unheardSource, whyNothingRead } from './source-of.ts';
import { dissentOf, gapStep, hopsFrom, problemsOf, settledStep, unansweredStep } from './step.ts';
import { labelOf } from './wording.ts';

const CONTRIBUTORS_SHOWN = 5;

/** Who owns the path that the image was built from: by CODEOWNERS, else by the catalog's word on the service. */
export function ownersStep(dossier: Dossier): Step {
  const { chain, gathered } = dossier;
  const source = sourceOf(dossier);
  const ownership = decisiveOwnership(source?.ownerships ?? []);
  const owners = ownership === undefined ? [] : hopsFrom(chain, ownership.asked.entity, 'ownedBy');
  const component = chain.hops.find(({ relation }) => relation === 'componentOf');
  const byCatalog = strongestOf(hopsFrom(chain, component?.to, 'ownedBy'));
  const details = ownership === undefined ? [] : ownershipDetails(ownership, source);
  if (ownership !== undefined && owners.length > 0) {
    const step = asSureAsPath(manyAnswers('owners', owners), chain, ownership.asked);
    return { ...step, details: [...details, ...catalogDetail(owners, byCatalog)] };
  }
  const why = [...whyNothingRead(source), ...whyNobody(ownership)];
  const dispute = disputeOf(dossier);
  const isUnowned = ownership?.atCommit.kind === 'unowned';
  if (byCatalog.length > 0 && !isUnowned) {
    const step = manyAnswers('owners', byCatalog);
    return { ...step, details, why: [...step.why, ...why, ...dispute.why], dissent: dispute.dissent };
  }
  if (dispute.why.length > 0 && !isUnowned)
    return {
      ...gapStep('owners', { reason: 'conflict', why: [...dispute.why, ...why], dissent: dispute.dissent }),
      details,
    };
  // Who says that nobody owns it has answered.
  const problems = isUnowned ? [] : [...unheardSource(dossier), ...problemsOf(gathered.problems, 'ownedBy')];
  const gap = unansweredStep('owners', [...problems, ...unreadRules(ownership)], why);
  return { ...gap, details, dissent: byCatalog.flatMap(({ support }) => support.slice(0, 1)).map(dissentOf) };
}

function strongestOf(hops: readonly Hop[]): readonly Hop[] {
  return hops.filter(({ strength }) => hops.every((other) => compareStrength(other.strength, strength) <= 0));
}

/** Owners of a path that was worked out are worked out. */
function asSureAsPath(step: Step, { hops }: Chain, { entity }: AskedPath): Step {
  const path = hops.find(
    ({ relation, to }) => (relation === 'builtAt' || relation === 'contextAt') && entityId(to) === entityId(entity),
  );
  if (path?.strength !== 'inferred' || step.grade === 'inferred') return step;
  return { ...step, grade: 'inferred', why: ['the path is worked out', ...step.why] };
}

/** Owners of sources, paths or services of which nobody knows which is the image's. */
function disputeOf(dossier: Dossier): { readonly why: readonly string[]; readonly dissent: Step['dissent'] } {
  const sources = disputedSources(dossier);
  const paths = disputedOwnerships(sourceOf(dossier)?.ownerships ?? []);
  const owned = sources.length > 0 ? sources.flatMap(({ ownerships }) => decisiveOwnership(ownerships) ?? []) : paths;
  const services = disputedServices(dossier.chain);
  const ids = new Set([...owned.map(({ asked }) => asked.entity), ...services.map(({ to }) => to)].map(entityId));
  const said = dossier.gathered.evidence.filter(
    ({ claim }) => claim.kind === 'edge' && claim.relation === 'ownedBy' && ids.has(entityId(claim.from)),
  );
  return {
    why: [
      ...(sources.length > 0 ? [`${sources.length} sources are equally likely`] : []),
      ...(paths.length > 0 ? [`${paths.length} paths are equally likely`] : []),
      ...(services.length > 0 ? [`${services.length} services are equally likely`] : []),
    ],
    // A catalog can name a service for several reasons, and says the same of it each time.
    dissent: [...new Map(said.map(dissentOf).map((each) => [`${each.answer} ${each.from}`, each])).values()],
  };
}

/** All answers stand, on one line. */
function manyAnswers(name: StepName, hops: readonly Hop[]): Step {
  const [first] = hops;
  if (first === undefined) return unansweredStep(name, []);
  const weakest = hops.reduce<SignalStrength>(
    (known, { strength }) => (compareStrength(strength, known) < 0 ? strength : known),
    first.strength,
  );
  return {
    ...settledStep(name, first),
    grade: weakest,
    answer: hops.map(({ to }) => labelOf(to)).join(' '),
    support: hops.flatMap(({ support }) => support),
  };
}

function unreadRules(ownership: Ownership | undefined): readonly Pick<Problem, 'message'>[] {
  return ownership?.atCommit.kind === 'unread' ? [ownership.atCommit.error] : [];
}

function whyNobody(ownership: Ownership | undefined): readonly string[] {
  if (ownership === undefined) return [];
  const { atCommit, asked } = ownership;
  switch (atCommit.kind) {
    case 'noFile':
      return ['there is no CODEOWNERS at the commit'];
    case 'noRule':
      return [`no rule of ${atCommit.rules.file.path} is about ${pathText(asked)}`];
    case 'unowned':
      return [`${ruleText(atCommit) ?? 'CODEOWNERS'} says that nobody owns ${pathText(asked)}`];
    case 'unread':
      return [atCommit.error.message];
    case 'owned':
      return [];
  }
}

const ROLES: Readonly<Record<PathRole, string>> = {
  dockerfile: 'Dockerfile',
  context: 'context',
  pipeline: 'pipeline',
  repository: 'whole repository',
  given: 'path',
};

function pathText({ role, path }: AskedPath): string {
  return role === 'repository' ? 'the repository as a whole' : path === '' ? 'its root' : path;
}

/** Which path was asked for, which line answers, by whose rules, what is so today, and who owns the other paths. */
function ownershipDetails(ownership: Ownership, source: SourceFacts | undefined): readonly Detail[] {
  const { asked, atCommit } = ownership;
  const rule = ruleText(atCommit);
  const dialect = 'rules' in atCommit ? atCommit.rules.dialect : undefined;
  return [
    {
      name: 'asked for',
      value:
        asked.role === 'repository'
          ? 'the repository as a whole (no narrower path is known)'
          : `${ROLES[asked.role]} ${asked.path}`,
    },
    ...(rule === undefined ? [] : [{ name: 'rule', value: rule }]),
    ...(dialect === undefined
      ? []
      : [{ name: 'read as', value: `${DIALECT_NAMES[dialect.dialect]} (${dialect.reason})` }]),
    ...todayDetail(ownership),
    ...contributorDetails(source),
    ...(source?.ownerships ?? [])
      .filter((other) => other !== ownership && other.asked.role !== 'repository')
      .flatMap((other) => otherDetail(other, atCommit)),
  ];
}

/** Who could answer for the path, whoever owns it. */
function contributorDetails(source: SourceFacts | undefined): readonly Detail[] {
  const people = source?.contributors?.people ?? [];
  const shown = people.slice(0, CONTRIBUTORS_SHOWN).map(contributorText);
  const more = people.length > CONTRIBUTORS_SHOWN ? `, and ${people.length - CONTRIBUTORS_SHOWN} more` : '';
  return shown.length === 0 ? [] : [{ name: 'changed of late by', value: `${shown.join(', ')}${more}` }];
}

function todayDetail(ownership: Ownership): readonly Detail[] {
  if (ownership.atHead === undefined || ownership.atHead.kind === 'unread') return [];
  if (driftOf(ownership) === undefined) return [{ name: 'today', value: 'the same' }];
  const now = ownersIn(ownership.atHead).map(({ text }) => text);
  return [{ name: 'today', value: now.length === 0 ? 'nobody' : now.join(' ') }];
}

function otherDetail({ asked, atCommit }: Ownership, decisive: PathOwnership): readonly Detail[] {
  const owners = ownersIn(atCommit)
    .map(({ text }) => text)
    .join(' ');
  if (
    owners === '' ||
    owners ===
      ownersIn(decisive)
        .map(({ text }) => text)
        .join(' ')
  )
    return [];
  return [{ name: `${ROLES[asked.role]} ${asked.path}`, value: owners }];
}

/** The catalog's owner beside that of CODEOWNERS, where it is written otherwise. */
function catalogDetail(owners: readonly Hop[], byCatalog: readonly Hop[]): readonly Detail[] {
  const known = new Set(owners.map(({ to }) => labelOf(to)));
  return byCatalog
    .filter(({ to }) => !known.has(labelOf(to)))
    .map(({ to, strength }) => withoutUndefined({ name: 'by the catalog', value: labelOf(to), grade: strength }));
}
