import type { Instant, Outcome } from '../core/model/outcome.ts';
import type {
  ObjectId,
  SourceAbsence,
  SourceReading,
  Reachability,
  Contributor,
  SourceRef,
} from '../core/model/source.ts';

/** A repository, and who named it. */
export type SourceLocation = {
  /** As core/source-url writes it (`https://github.com/acme/shop`), or what only a user names: `ssh://`, `git://`, `file://` of a clone. */
  readonly repository: string;
  /** As a refusal names it: `the label org.opencontainers.image.source`. */
  readonly namedBy: string;
};

export type SourceQuestion = SourceLocation & {
  /** A full id of a commit or of an annotated tag; or the name of a branch or tag, or `HEAD`, as of now. */
  readonly commit: string;
  /** Paths at that commit, from the root of the repository; empty for the root itself. */
  readonly paths: readonly string[];
  /** Paths at the head of the default branch. */
  readonly headPaths: readonly string[];
  /** Contents that are looked for among the files of that commit; those of the other object format are passed over. */
  readonly blobs?: readonly ObjectId[];
};

export type ContributorsQuestion = SourceLocation & {
  /** A full id of a commit. */
  readonly commit: string;
  readonly path: string;
  readonly since: Instant;
};

/** What a repository says of one commit. Nothing here throws, and no code or configuration of a repository is ever run. */
export interface SourceCode {
  read(question: SourceQuestion): Promise<Outcome<SourceReading, SourceAbsence>>;
  /** Most recent first. Costs the folders of every commit in that time. */
  readContributors(question: ContributorsQuestion): Promise<Outcome<readonly Contributor[], SourceAbsence>>;
}

// What `SourceCode` stands on, one repository and one object at a time: the seam at which answers are remembered.

/** The branches and tags of a repository, and how to ask it further. */
export type SourceRefs = {
  /** Under which git finds it: after redirects, and with `.git` where the server wants that. */
  readonly address: string;
  readonly objectFormat: 'sha1' | 'sha256';
  /** Whether the server leaves out what is not wanted; undefined where that is not known. */
  readonly filters?: boolean;
  readonly head?: { readonly branch?: string; readonly commit: ObjectId };
  /** Branches before tags, each in the order of their names. */
  readonly refs: readonly SourceRef[];
  /** The commit that holds the notes on others. */
  readonly notes?: ObjectId;
  readonly movedTo?: string;
  readonly credential?: string;
};

/** `bytes` as git hashes them: `commit 215`, NUL, and the content. The hash was checked. */
export type SourceObject =
  | { readonly kind: 'object'; readonly bytes: Uint8Array }
  | { readonly kind: 'tooLarge'; readonly size: number };
export type SourceObjectMap = ReadonlyMap<ObjectId, SourceObject>;

/** A repository and what it said of itself. */
export type ReachedSource = SourceLocation & { readonly refs: SourceRefs };

/** Nothing here throws. `read` asks nobody; `fetch` goes out to the repository. */
export interface SourceObjects {
  fetchRefs(at: SourceLocation): Promise<Outcome<SourceRefs, 'noSuchRepository'>>;
  /** Those that this repository has shown, and are still there. */
  readObjects(at: SourceLocation, ids: readonly ObjectId[]): Promise<Outcome<SourceObjectMap, never>>;
  /** Brings commits or tags, with their parents and all their folders, to where `readObjects` finds them. */
  fetchCommits(at: ReachedSource, ids: readonly ObjectId[]): Promise<Outcome<readonly ObjectId[], 'noSuchCommit'>>;
  /** Brings files, all together. */
  fetchFiles(at: ReachedSource, ids: readonly ObjectId[]): Promise<Outcome<readonly ObjectId[], 'noSuchCommit'>>;
  /** `commit`: its bytes as in `SourceObject`. */
  fetchReachability(
    at: ReachedSource,
    commit: { readonly id: ObjectId; readonly bytes: Uint8Array },
  ): Promise<Outcome<Reachability, never>>;
  fetchContributors(at: ReachedSource, asked: PathHistory): Promise<Outcome<readonly Contributor[], 'noSuchCommit'>>;
}
export type PathHistory = {
  readonly commit: ObjectId;
  readonly path: string;
  readonly since: Instant;
  /** The content of `.mailmap` at that commit. */
  readonly mailmap: Uint8Array;
};
