import type { PinnedSigner } from '../claims/speakers.ts';
import type { ToolError } from '../errors.ts';
import type { Instant } from './outcome.ts';

/** A `Pin` that a file can hold: a regular expression is compiled where it is read, and none is kept. */
export type KeptPin = {
  readonly images: string;
  readonly signer: Exclude<PinnedSigner, { kind: 'expression' }>;
  /** As in `Pin`. */
  readonly root?: string;
};

/** One that issues certificates to signers, and when it did. */
export type AuthoritySummary = {
  readonly name: string;
  readonly validFrom: Instant;
  /** Missing where the end is open. */
  readonly validUntil?: Instant;
};

/** A root of trust in use. */
export type RootSummary = {
  readonly name: string;
  readonly kind: 'builtIn' | 'updated' | 'imported' | 'configured';
  /** Where it was published, or the file that holds it. */
  readonly source: string;
  /** When it was published, or last confirmed by its publisher. */
  readonly asOf?: Instant;
  readonly certificateAuthorities: readonly AuthoritySummary[];
  readonly logs: readonly string[];
  readonly timestampAuthorities: number;
  /** When the last of its certificate authorities ends; missing where one has no end. */
  readonly validUntil?: Instant;
};

/** `problems` are entries of roots that could not be read and were left out. */
export type RootList = { readonly roots: readonly RootSummary[]; readonly problems: readonly ToolError[] };
export type ImportedRoots = RootList & {
  /** The copy that was kept. */
  readonly path: string;
  /** False where a file with the same content was imported before. */
  readonly isNew: boolean;
};

/** What asking one repository for its root came to. Whatever is not `updated` left what is in use as it was. */
export type RootUpdate = { readonly name: string; readonly source: string } & (
  | {
      readonly kind: 'updated';
      readonly isChanged: boolean;
      readonly root: RootSummary;
      readonly problems: readonly ToolError[];
    }
  | { readonly kind: 'failed'; readonly error: ToolError }
  /** It was not asked: nothing is known by which its answer could be checked. */
  | { readonly kind: 'unstarted'; /** Where its TUF `root.json` could be put. */ readonly path: string }
);

/** Why a root may not know new signatures, and the command that brings a newer one. */
export type Staleness = { readonly why: string; readonly renew: string };
export type JudgedRoot = RootSummary & { readonly stale?: Staleness };

/** A document of the image by which nobody can be pinned. */
export type Unpinnable = { readonly predicateType: string; readonly carrier: string; readonly why: string };

/** Why nobody was pinned. */
export type PinRefusal = {
  /** They were asked for, and no signature of theirs holds. */
  readonly missing: readonly PinnedSigner[];
  /** Those whose signature holds. */
  readonly found: readonly PinnedSigner[];
  readonly documents: readonly Unpinnable[];
  /** True where a place could not be looked at, in which a signature may be. */
  readonly isUnheard: boolean;
};

/** What `provtrace trust` has to show. */
export type TrustReport =
  | {
      readonly action: 'list';
      readonly roots: readonly JudgedRoot[];
      readonly pins: readonly KeptPin[];
      readonly problems: readonly ToolError[];
    }
  | ({ readonly action: 'import' } & ImportedRoots & { readonly roots: readonly JudgedRoot[] })
  | { readonly action: 'update'; readonly updates: readonly RootUpdate[] }
  | {
      readonly action: 'pin';
      readonly pinned: readonly KeptPin[];
      /** Asked for, and there already. */
      readonly known: readonly KeptPin[];
      /** The file that holds them. */
      readonly path?: string;
      readonly notes: readonly string[];
      readonly refusal?: PinRefusal;
    }
  | { readonly action: 'unpin'; readonly removed: readonly KeptPin[] };
