import type { Digest } from './digest.ts';
import type { Entity, EntityKind } from './entity.ts';
import type { ErrorCode } from '../errors.ts';
import type { Instant } from './outcome.ts';

type RelationSpec = {
  readonly from: readonly EntityKind[];
  readonly to: EntityKind | readonly EntityKind[];
  readonly answers: 'one' | 'many';
};

/** What can be claimed, and how many true answers one entity can have. */
export const RELATIONS = {
  /** A platform's manifest in an index. */
  memberOf: { from: ['image'], to: 'image', answers: 'many' },
  builtBy: { from: ['image'], to: 'build', answers: 'one' },
  builtFrom: { from: ['image'], to: 'sourceRevision', answers: 'one' },
  /** Dockerfile path. */
  builtAt: { from: ['image'], to: 'sourcePath', answers: 'one' },
  /** The directory that was the build's context. */
  contextAt: { from: ['image'], to: 'sourcePath', answers: 'one' },
  /** No commit known. */
  fromRepository: { from: ['image'], to: 'repository', answers: 'one' },
  /** The revision of the run's own workflow: not the image's source. */
  ranFrom: { from: ['build'], to: 'sourceRevision', answers: 'one' },
  /** The pipeline's definition file. */
  ranBy: { from: ['build'], to: 'sourcePath', answers: 'one' },
  /** Inputs that are images, other than the base. */
  builtWith: { from: ['image'], to: ['image', 'imageName'], answers: 'many' },
  basedOn: { from: ['image'], to: ['image', 'imageName'], answers: 'one' },
  inRepository: { from: ['sourceRevision'], to: 'repository', answers: 'one' },
  reviewedBy: { from: ['sourceRevision'], to: 'review', answers: 'many' },
  /** Of a revision or a repository: as a whole. */
  ownedBy: { from: ['sourcePath', 'sourceRevision', 'repository', 'component'], to: 'owner', answers: 'many' },
  componentOf: { from: ['image'], to: 'component', answers: 'one' },
  contactOf: { from: ['owner', 'component'], to: 'contact', answers: 'many' },
  describedBy: { from: ['image'], to: 'document', answers: 'many' },
} as const satisfies Record<string, RelationSpec>;
export type Relation = keyof typeof RELATIONS;

/** Weakest first. An order, never a score. */
export const SIGNAL_STRENGTHS = ['inferred', 'declared', 'attested', 'verified'] as const;
export type SignalStrength = (typeof SIGNAL_STRENGTHS)[number];
/** Whoever owns something is at best declared: CODEOWNERS and catalogs are declarations (SPEC 3). */
export const OWNERSHIP_GRADES = ['inferred', 'declared'] as const satisfies readonly SignalStrength[];

/** Negative where `left` is weaker. */
export function compareStrength(left: SignalStrength, right: SignalStrength): number {
  return SIGNAL_STRENGTHS.indexOf(left) - SIGNAL_STRENGTHS.indexOf(right);
}

/** The named values that an entity can have. A fact has one true answer, except those in `MANY_VALUED_FACTS`. */
export type FactName =
  | 'platform'
  | 'configDigest'
  | 'created'
  | 'author'
  | 'committer'
  | 'committedOn'
  | 'subject'
  | 'commitSignature'
  | 'sourceLevel'
  | 'branch'
  | 'version'
  | 'ref'
  | 'trigger'
  | 'runUrl'
  | 'runner'
  | 'startedOn'
  | 'finishedOn'
  | 'buildType'
  | 'dirty'
  | 'hermetic'
  | 'completeMaterials'
  | 'reproducible'
  | 'diffIds'
  | `label:${string}`;

/** Something true or false, whoever says it: an edge, or a named value of one entity. */
export type Claim =
  | { readonly kind: 'edge'; readonly from: Entity; readonly relation: Relation; readonly to: Entity }
  | { readonly kind: 'fact'; readonly about: Entity; readonly name: FactName; readonly value: string };

/** Where it was read, precisely enough for a person to go and look: the collector, the place, and the document with the path in it. */
export type Origin = { readonly collector: string; readonly location: string; readonly document?: Digest };

/** Which member of the image's digest set the document is about (reference/provenance.md 2). */
export type BoundBy = 'index' | 'platform' | 'config' | 'attestationManifest' | 'commit' | 'none';

/** One source saying one claim, and what its word is worth. */
export type Evidence = {
  readonly claim: Claim;
  readonly strength: SignalStrength;
  /** Orders sources of one strength; smaller is better (core/claims/ranks.ts). */
  readonly rank: number;
  /** Why it is not stronger, as a phrase that completes `attested: …`. */
  readonly why?: string;
  readonly boundBy: BoundBy;
  readonly origin: Origin;
  /** The config labels that it rests on: where all of them, or one that it needs, come from the base image, it settles nothing. */
  readonly labels?: readonly string[];
  /** Where the answer can change. */
  readonly asOf?: Instant;
};

/** A source that could not be heard, or that said something unreadable. */
export type Problem = {
  readonly collector: string;
  readonly at: Entity;
  /** What it could have said more about. */
  readonly relations: readonly Relation[];
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
};

/** The ledger: where was looked, and with what result. */
export type Place = {
  readonly at: Entity;
  /** Such as `referrers API`, `tag sha256-….att`. */
  readonly carrier: string;
  /** The digest that was asked for, where it is not the entity's own. */
  readonly asked?: Digest;
  readonly result: 'found' | 'absent' | 'unheard';
  /** What was found there, or why it was not heard. */
  readonly detail?: string;
  readonly asOf?: Instant;
};
