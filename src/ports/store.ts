import type { Digest } from '../core/model/digest.ts';
import type { ImageRepository } from '../core/model/image-repository.ts';
import type { Instant } from '../core/model/outcome.ts';

/** Something that can change, as it was when it was learned. `value` is undefined for an absence that was learned. */
export type Fact = { readonly value: string | undefined; readonly learnedAtMs: number; readonly freshUntilMs: number };

/** `kind` says what is asked (`tag`, `referrers`, …), `scope` where (`registry ghcr.io/acme/shop`), `name` of what. */
export type FactKey = {
  readonly kind: string;
  readonly scope: string;
  readonly name: string;
  /** Salted hash of the credential that it was asked with, empty for none: what one credential was shown is not shown to another. */
  readonly audience: string;
};

/** An image that was seen, and where. */
export type SeenImage = { readonly digest: Digest; readonly repository: ImageRepository; readonly lastSeen: Instant };

/**
 * What was fetched, and no verdict (SPEC 7). Nothing here throws: a store that cannot be read holds nothing, one that cannot be
 * written keeps nothing, and each says so once through `Progress.notice`.
 */
export interface Store {
  /** The bytes of that digest, hashed again as they were read; bytes that do not match are deleted, and are not there. */
  readContent(digest: Digest): Uint8Array | undefined;
  writeContent(digest: Digest, bytes: Uint8Array): void;
  /** Whatever its age: who asks decides what is fresh enough. */
  readFact(key: FactKey): Fact | undefined;
  writeFact(key: FactKey, fact: Fact): void;
  /** Salted hash of a credential, as long as this file lives. */
  audienceOf(credential: string): string;
  recordSeen(image: SeenImage): void;
  /** Images whose digest begins with `sha256:` + `hexPrefix`, most recently seen first. */
  findSeen(hexPrefix: string): readonly SeenImage[];
  close(): void;
}

/** What `provtrace cache` can do with the file itself. */
export interface StoreFile {
  /** Where, how large, how fresh. */
  describe(): StoreDescription;
  /** Deletes facts past their life and content that nothing refers to or that was not read for `unreadDays`. */
  prune(options: { readonly unreadDays: number }): {
    readonly facts: number;
    readonly contents: number;
    readonly bytes: number;
  };
  clear(): void;
  /** Hashes everything again and runs SQLite's own check. */
  check(): StoreCheck;
}
export type StoreDescription = {
  readonly path: string;
  readonly bytes: number;
  readonly schemaVersion: number;
  readonly contents: number;
  readonly contentBytes: number;
  readonly facts: number;
  readonly staleFacts: number;
  readonly images: number;
  readonly oldest?: Instant;
  readonly newest?: Instant;
};
export type StoreCheck = {
  readonly contents: number;
  readonly damaged: readonly Digest[];
  /** What `PRAGMA integrity_check` says beside `ok`. */
  readonly faults: readonly string[];
};
