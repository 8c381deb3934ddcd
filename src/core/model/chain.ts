import type { DigestSet } from './image.ts';
import type { Platform } from './descriptor.ts';
import type { Entity } from './entity.ts';
import type { Evidence, FactName, Place, Problem, Relation, SignalStrength } from './evidence.ts';
import type { ReadProblemCode } from '../provenance/provenance.ts';
import type { People } from '../source/people.ts';
import type { SignedDocument } from './statement.ts';

/** All that was read about one root; nothing is decided yet. */
export type Gathered = {
  readonly evidence: readonly Evidence[];
  readonly problems: readonly Problem[];
  readonly places: readonly Place[];
  readonly documents: readonly DocumentAbout[];
  readonly remarks: readonly Remark[];
};
/** What reading a document showed beside what it says: a placeholder, a password in an address. Some are findings (core/findings). */
export type Remark = {
  readonly about: Entity;
  readonly code: ReadProblemCode;
  readonly message: string;
  readonly location: string;
};
/** A document, and the entity that it was found for. */
export type DocumentAbout = { readonly about: Entity; readonly signed: SignedDocument };

/** A step that the evidence settles. */
export type Hop = {
  readonly from: Entity;
  readonly relation: Relation;
  readonly to: Entity;
  readonly strength: SignalStrength;
  readonly support: readonly Evidence[];
  /** Weaker evidence for another answer, and evidence that settles nothing (inherited labels): shown, never dropped. */
  readonly dissent: readonly Evidence[];
  /** Who could have said more and could not be heard. */
  readonly problems: readonly Problem[];
};
/** A step that it does not settle, and why. */
export type Gap = { readonly from: Entity; readonly relation: Relation; readonly dissent: readonly Evidence[] } & (
  | { readonly reason: 'absent' }
  | { readonly reason: 'unheard'; readonly problems: readonly Problem[] }
  | { readonly reason: 'conflict'; readonly candidates: readonly Hop[] }
);
/** A named value that the evidence settles, or (`conflict`) does not. */
export type SettledFact = {
  readonly about: Entity;
  readonly name: FactName;
  readonly strength: SignalStrength;
  readonly support: readonly Evidence[];
  readonly dissent: readonly Evidence[];
} & ({ readonly value: string } | { readonly conflict: readonly string[] });

/** What one root's evidence comes to. */
export type Chain = {
  readonly root: Entity;
  readonly hops: readonly Hop[];
  readonly gaps: readonly Gap[];
  readonly facts: readonly SettledFact[];
};

export type Severity = 'info' | 'warn' | 'high';
/** Something that does not fit or promises less than it seems to. It never changes a grade by itself, and is never hidden. */
export type Finding = {
  readonly code: string;
  readonly severity: Severity;
  readonly about: Entity;
  /** What was seen, with both sides. */
  readonly message: string;
  readonly advice: string;
  readonly evidence: readonly Evidence[];
};

/** Everything that is judged or shown about one platform of one image. */
export type Dossier = {
  readonly image: TracedImage;
  readonly chain: Chain;
  readonly gathered: Gathered;
  readonly findings: readonly Finding[];
  /** From the commit on; missing where nobody was asked (`--no-source`). */
  readonly people?: People;
};
/** What was asked for, and which image that is. */
export type TracedImage = {
  readonly reference: string;
  /** As it was typed, or `latest`; missing where the image was asked for by digest. */
  readonly tag?: string;
  readonly root: Extract<Entity, { kind: 'image' }>;
  readonly digests: DigestSet;
  readonly platform?: Platform;
  /** When the tag was last seen to name this digest, where a tag was asked for. */
  readonly asOf?: string;
};
