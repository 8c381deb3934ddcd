import type { Pin } from '../claims/speakers.ts';
import type { Instant } from '../model/outcome.ts';
import type { SignedDocument, Statement } from '../model/statement.ts';
import { readProvenance } from '../provenance/index.ts';
import type { Provenance } from '../provenance/provenance.ts';
import { compareText } from '../graph/order.ts';
import type { Candidate } from './candidates.ts';
import { candidatesOf } from './candidates.ts';
import type { CelEvaluator } from './cel.ts';
import type { Judged } from './judgement.ts';
import type { PolicyInput, Unheard } from './policy-input.ts';
import { unheardOf } from './policy-input.ts';
import type { SignerDemand } from './signer-demand.ts';

/** What judging needs beside the policy and the image. */
export type JudgingOptions = {
  /** The moment as of which ages and expiry dates are told. */
  readonly now: Instant;
  /** Where it is an audit of a moment: what was signed later does not count. */
  readonly at?: Instant;
  /** Whom the user's own configuration trusts to speak for which images. */
  readonly pins: readonly Pin[];
  /** Missing: expressions are undecided. */
  readonly evaluateCel?: CelEvaluator;
  /** Tells whether a version of a package of this type is in a range; undefined where it cannot be told. Missing: ranges are undecided. */
  readonly testRange?: (range: string, packageType: string) => (version: string) => boolean | undefined;
};

/** A document about the image, with what it says. */
export type PolicyDocument = {
  readonly candidate: Candidate;
  readonly statement?: Statement;
  readonly provenance?: Provenance;
};

/** One image under one rule. */
export type Judging = {
  readonly input: PolicyInput;
  readonly options: JudgingOptions;
  /** Whether what is stated of the index is stated of the platform. */
  readonly inheritFromIndex: boolean;
  /** Whom the rule requires as signers here: they may speak for the image (SPEC 3). */
  readonly named: readonly SignerDemand[];
  /** Image signatures and provenance; or what has this predicate type. */
  readonly documentsOf: (predicateType?: string) => readonly PolicyDocument[];
  /** Places that could hold more documents about the image, and were not heard. */
  readonly unheard: readonly Unheard[];
  /** Holds another image, one that this one is based on, against a rule of that name. */
  readonly judgeBase: (rule: string, base: PolicyInput) => Judged;
};

export function startJudging(parts: Pick<Judging, 'input' | 'options' | 'inheritFromIndex' | 'judgeBase'>): Judging {
  const { dossier } = parts.input;
  const read = new Map<string, readonly PolicyDocument[]>();
  const documentsOf = (predicateType?: string): readonly PolicyDocument[] => {
    const known = read.get(predicateType ?? '');
    if (known !== undefined) return known;
    const documents = readDocuments(parts, predicateType);
    read.set(predicateType ?? '', documents);
    return documents;
  };
  const unheard = dossier.gathered.problems.filter(({ relations }) => relations.includes('describedBy')).map(unheardOf);
  return { ...parts, named: [], documentsOf, unheard };
}

/** Each once, however many carriers have it, in an order that does not hang on the network. */
function readDocuments(
  { input: { dossier }, options }: Pick<Judging, 'input' | 'options'>,
  predicateType: string | undefined,
): readonly PolicyDocument[] {
  const signed = new Map(dossier.gathered.documents.map((item) => [keyOf(item.signed), item.signed]));
  const candidates = candidatesOf(dossier, { predicateType, pins: options.pins });
  const once = new Map(candidates.map((candidate) => [identityOf(candidate), candidate]));
  return [...once]
    .sort(([left], [right]) => compareText(left, right))
    .map(([, candidate]) => ({ candidate, ...contentOf(signed.get(keyOf(candidate))) }));
}

function keyOf({ document, carrier }: { readonly document: string; readonly carrier: string }): string {
  return `${document} ${carrier}`;
}

/** One document can be signed in several ways, and hold by one of them. */
function identityOf({ document, endorsedBy, checked }: Candidate): string {
  const how = checked.assurance === 'verified' ? `${checked.root} ${JSON.stringify(checked.signer)}` : checked.code;
  return [document, endorsedBy, checked.assurance, how].join(' ');
}

function contentOf(signed: SignedDocument | undefined): Omit<PolicyDocument, 'candidate'> {
  if (signed?.kind !== 'statement') return {};
  const { statement } = signed;
  const provenance = readProvenance(statement);
  return provenance === undefined ? { statement } : { statement, provenance };
}

/** How a document is named as evidence. */
export function documentText({ candidate: { predicateType, document, carrier } }: PolicyDocument): string {
  return `${predicateType} (${document}), ${carrier}`;
}
