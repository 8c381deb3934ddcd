import type { Instant } from '../model/outcome.ts';

/** A root of trust that provtrace carries with it: facts that others published, never edited here. */
export type EmbeddedRoot = {
  readonly name: string;
  /** Where the document was published, and in which version. */
  readonly source: string;
  /** When that version was published. */
  readonly asOf: Instant;
  /** A `trusted_root.json` as published (sigstore protobuf-specs, sigstore_trustroot.proto). */
  readonly document: unknown;
};
