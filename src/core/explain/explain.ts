import type { BuildLevel } from '../build-level.ts';
import { buildLevelOf } from '../build-level.ts';
import { isUnsigned, bindingOfDocument, reasonFor } from '../claims/worth.ts';
import { inheritedEvidence } from '../graph/inheritance.ts';
import { compareEvidence } from '../graph/order.ts';
import { stepsOf } from '../graph/steps.ts';
import { signerName } from '../graph/signature-step.ts';
import { labelOf } from '../graph/wording.ts';
import type { DocumentAbout, Dossier } from '../model/chain.ts';
import type { Entity } from '../model/entity.ts';
import { entityId } from '../model/entity.ts';
import type { Evidence, Problem, SignalStrength } from '../model/evidence.ts';
import { RELATIONS, compareStrength } from '../model/evidence.ts';
import type { FactSpec, FactWord } from './facts.ts';
import { FACTS, answers, isSubject } from './facts.ts';
import { rankText } from './rank-text.ts';

/** What a piece of evidence came to: it gives the answer, one of the answers that conflict, or it was not followed. */
export type Standing = 'answer' | 'candidate' | 'dissent' | 'discarded';
export type Weighed = {
  readonly evidence: Evidence;
  readonly says: string;
  readonly standing: Standing;
  readonly because: string;
};
/** A document that speaks of the fact, or might, and was not listened to. */
export type NotUsed = { readonly document: DocumentAbout; readonly because: string };

export type Outcome =
  | { readonly kind: 'settled'; readonly answers: readonly string[]; readonly strength: SignalStrength }
  | { readonly kind: 'conflict'; readonly answers: readonly string[] }
  | { readonly kind: 'absent' | 'unheard' };

/** All that bears on one fact about one image, and how the answer came of it. */
export type Explanation = {
  readonly fact: FactWord;
  readonly outcome: Outcome;
  /** By which the answer won, or why there is none. */
  readonly rule: string;
  /** Strongest first. */
  readonly evidence: readonly Weighed[];
  readonly notUsed: readonly NotUsed[];
  /** Who could have said more. */
  readonly problems: readonly Problem[];
  /** Of the build alone. */
  readonly buildLevel?: BuildLevel;
};

/** Why the chain says what it says about one fact. Nothing is decided here: it is told what was. */
export function explain(fact: FactWord, dossier: Dossier): Explanation {
  const spec: FactSpec = FACTS[fact];
  const bearing = bearingEvidence(spec, dossier);
  const settled = settledBy(spec, dossier, bearing);
  const says = sayerOf(spec, dossier);
  const evidence = weighed(bearing, { ...settled, says }, dossier);
  const problems = bearingProblems(spec, dossier);
  const outcome = outcomeOf(settled, problems, says);
  const unheeded = notUsed(dossier);
  return {
    fact,
    outcome,
    rule: ruleOf({ outcome, evidence, notUsed: unheeded }, spec),
    evidence,
    notUsed: unheeded,
    problems,
    ...(fact === 'build' || fact === 'builder' ? { buildLevel: buildLevelOf(dossier) } : {}),
  };
}

/** What the chain made of the question: evidence that supports its answer, or each of those that conflict. */
type Settled = { readonly support: readonly Evidence[]; readonly conflict: readonly Evidence[] };

function settledBy(spec: FactSpec, dossier: Dossier, bearing: readonly Evidence[]): Settled {
  const { relations, name, step } = spec;
  const { chain, image } = dossier;
  if (step !== undefined)
    return { support: stepsOf(dossier).find((each) => each.name === step)?.support ?? [], conflict: [] };
  const isBearing = (item: Evidence): boolean => bearing.includes(item);
  const isOwn = (entity: Entity): boolean => isSubject(spec, entity, image.root);
  if (name !== undefined) {
    const fact = chain.facts.find((each) => each.name === name && isOwn(each.about));
    const isSettled = fact !== undefined && 'value' in fact;
    return { support: isSettled ? fact.support : [], conflict: isSettled ? [] : (fact?.support ?? []) };
  }
  const hops = chain.hops.filter(({ from, relation }) => relations?.includes(relation) === true && isOwn(from));
  const asked = hops.filter(({ relation }) => relation === relations?.[0]);
  const disputes = chain.gaps.filter(({ from, relation }) => relations?.includes(relation) === true && isOwn(from));
  const chosen = asked.length > 0 || relations?.[0] === 'basedOn' ? asked : hops;
  const support = chosen.flatMap((hop) => hop.support).filter(isBearing);
  const candidates = disputes.flatMap((gap) => (gap.reason === 'conflict' ? gap.candidates : []));
  const conflict = support.length === 0 ? candidates.flatMap((hop) => hop.support) : [];
  return {
    support: withOneSource(
      support,
      hops.flatMap((hop) => hop.support),
    ),
    conflict,
  };
}

/** The repository that a revision names is the answer too: both are one carrier's word. */
function withOneSource(support: readonly Evidence[], all: readonly Evidence[]): readonly Evidence[] {
  const key = support.map(repositoryOf).find((repository) => repository !== undefined);
  return key === undefined ? support : [...new Set([...support, ...all.filter((item) => repositoryOf(item) === key)])];
}

function repositoryOf({ claim }: Evidence): string | undefined {
  if (claim.kind !== 'edge') return undefined;
  if (claim.to.kind === 'repository') return entityId(claim.to);
  return claim.to.kind === 'sourceRevision' ? entityId({ kind: 'repository', url: claim.to.repository }) : undefined;
}

function bearingEvidence(spec: FactSpec, { image, gathered }: Dossier): readonly Evidence[] {
  const signed = new Set(
    gathered.documents.filter(({ signed }) => !isUnsigned(signed)).map(({ signed }) => signed.document),
  );
  return gathered.evidence
    .filter(({ claim }) => {
      const subject = claim.kind === 'edge' ? claim.from : claim.about;
      return isSubject(spec, subject, image.root) && answers(spec, claim, signed);
    })
    .toSorted(compareEvidence);
}

function weighed(
  bearing: readonly Evidence[],
  { support, conflict, says }: Settled & { says: Says },
  { image, gathered }: Dossier,
): readonly Weighed[] {
  const inherited = inheritedEvidence(image.root, gathered.evidence);
  const best = bearing.find((item) => support.includes(item));
  return bearing.map((item): Weighed => {
    const judged = { evidence: item, says: says(item) };
    if (inherited.has(item)) return { ...judged, standing: 'discarded', because: 'its base image has the same label' };
    if (support.includes(item))
      return {
        ...judged,
        standing: 'answer',
        because: item === best ? 'the best of those that give the answer' : 'gives the answer too',
      };
    if (conflict.includes(item)) return { ...judged, standing: 'candidate', because: 'as good as the others' };
    return { ...judged, standing: 'dissent', because: best === undefined ? 'not followed' : lost(item, best) };
  });
}

/** Why one piece of evidence was not followed, and another was. */
function lost(item: Evidence, best: Evidence): string {
  if (compareStrength(item.strength, best.strength) < 0) return `${item.strength} is weaker than ${best.strength}`;
  if (
    item.claim.kind === 'fact' &&
    best.claim.kind === 'fact' &&
    entityId(item.claim.about) !== entityId(best.claim.about)
  )
    return 'about another build than the one that the image is from';
  if (item.rank > best.rank) return `${rankText(item.rank)} comes after ${rankText(best.rank)}`;
  return 'it answers another question, and bears on this one';
}

function outcomeOf({ support, conflict }: Settled, problems: readonly Problem[], says: Says): Outcome {
  const answers = (items: readonly Evidence[]): readonly string[] => [...new Set(items.map(says))];
  const [best] = support.toSorted(compareEvidence);
  if (best !== undefined)
    return { kind: 'settled', answers: answers(isOne(best) ? [best] : support), strength: best.strength };
  if (conflict.length > 0) return { kind: 'conflict', answers: answers(conflict) };
  return { kind: problems.length > 0 ? 'unheard' : 'absent' };
}

function isOne({ claim }: Evidence): boolean {
  return claim.kind === 'fact' || RELATIONS[claim.relation].answers === 'one';
}

function ruleOf(
  { outcome, evidence, notUsed: unheeded }: Pick<Explanation, 'outcome' | 'evidence' | 'notUsed'>,
  { relations }: FactSpec,
): string {
  if (outcome.kind === 'absent' && evidence.length > 0) return 'what was said settles nothing';
  if (outcome.kind === 'absent') return unheeded.length > 0 ? 'nobody says who is listened to' : 'nobody says';
  if (outcome.kind === 'unheard') return 'nobody who was heard says; others were not heard';
  if (outcome.kind === 'conflict')
    return 'strength and rank are equal, and the answers are not: a conflict is a result';
  if (relations?.[0] === 'describedBy') return 'each document stands for itself';
  const best = evidence.find(({ standing }) => standing === 'answer')?.evidence;
  const next = evidence.find(({ standing }) => standing === 'dissent')?.evidence;
  const carrier = relations?.includes('builtFrom') === true ? '; repository and commit are from one carrier' : '';
  if (best === undefined || next === undefined) return `nobody says otherwise${carrier}`;
  if (next.strength !== best.strength) return `the strongest wins: ${best.strength} before ${next.strength}${carrier}`;
  return `of one strength the better rank wins: ${rankText(best.rank)} before ${rankText(next.rank)}${carrier}`;
}

/** Rejected documents, and those about something else, whatever they may say. */
function notUsed({ image, gathered }: Dossier): readonly NotUsed[] {
  return gathered.documents.flatMap((document): NotUsed[] => {
    const { signed } = document;
    if (signed.checked.assurance === 'rejected')
      return [{ document, because: `rejected: ${reasonFor(signed.checked.code)}` }];
    const isOther = signed.kind !== 'opaque' && bindingOfDocument(signed, image.digests) === undefined;
    return isOther ? [{ document, because: 'about another digest than this image’s' }] : [];
  });
}

function bearingProblems({ relations, of }: FactSpec, { image, gathered }: Dossier): readonly Problem[] {
  return gathered.problems.filter(
    ({ at, relations: unheard }) =>
      (at.kind !== 'image' || entityId(at) === entityId(image.root)) &&
      (relations === undefined || of === 'build'
        ? unheard.includes('builtBy')
        : relations.some((relation) => unheard.includes(relation))),
  );
}

type Says = (item: Evidence) => string;

/** What a piece of evidence answers to the question: who asks for the repository is not answered with a commit, nor who asks for the signer with a document. */
function sayerOf({ relations, documents }: FactSpec, { gathered }: Dossier): Says {
  const signers = new Map(
    gathered.documents.flatMap(({ signed: { document, checked } }) =>
      checked.assurance === 'verified' ? [[document, signerName(checked.signer)] as const] : [],
    ),
  );
  return ({ claim, origin: { document } }) => {
    if (claim.kind === 'fact') return claim.value;
    if (relations?.[0] === 'fromRepository' && claim.to.kind === 'sourceRevision') return claim.to.repository;
    const signer = documents === 'signatures' && document !== undefined ? signers.get(document) : undefined;
    return signer === undefined ? labelOf(claim.to) : `${signer}, of ${labelOf(claim.to)}`;
  };
}
