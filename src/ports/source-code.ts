import type { ToolError } from '../core/errors.ts';
import type { Instant, Outcome } from '../core/model/outcome.ts';

/** The id of a git object: 40 lowercase hexadecimal digits of SHA-1, or 64 of SHA-256. */
export type ObjectId = string;

/** A repository, and who named it. */
export type SourceLocation = {
  /** As core/source-url writes it (`https://github.com/acme/shop`), or what only a user names: `ssh://`, `git://`, `file://` of a clone. */
  readonly repository: string;
  /** As a refusal names it: `the label org.opencontainers.image.source`. */
  readonly namedBy: string;
};

/** `emptyRepository`: there is one, and it has neither a branch nor a tag. */
export type SourceAbsence = 'noSuchRepository' | 'emptyRepository' | 'noSuchCommit';

export type SourceQuestion = SourceLocation & {
  /** A full id of a commit or of an annotated tag; or the name of a branch or tag, or `HEAD`, as of now. */
  readonly commit: string;
  /** Paths at that commit, from the root of the repository; empty for the root itself. */
  readonly paths: readonly string[];
  /** Paths at the head of the default branch. */
  readonly headPaths: readonly string[];
};

export type SourceReading = {
  readonly commit: SourceCommit;
  /** By the path as it was asked. */
  readonly paths: SourcePaths;
  /** Failed does not mean unreachable. */
  readonly reachability: Outcome<Reachability, never>;
  readonly head: Outcome<SourceHead, 'noDefaultBranch'>;
  /** The address under which the repository is now, where it is another one. */
  readonly movedTo?: string;
  /** Where the credential that it was read with was found: `GH_TOKEN`. Missing where it was read without. */
  readonly credential?: string;
  /** Set where branches and tags are as a clone on this machine remembers them. */
  readonly clone?: {
    readonly folder: string;
    /** Why the repository itself was not heard; missing where the clone is what was asked about. */
    readonly instead?: ToolError;
  };
};

export type SourceCommit = {
  readonly id: ObjectId;
  readonly tree: ObjectId;
  readonly parents: readonly ObjectId[];
  readonly author: SourcePerson;
  readonly committer: SourcePerson;
  /** In full, without what follows a NUL. */
  readonly message: string;
  readonly signature?: CommitSignature;
};

/** As the commit says, which anybody can write. */
export type SourcePerson = {
  readonly name: string;
  readonly email: string;
  /** Missing where the commit holds no time that can be written. */
  readonly at?: Instant;
};

/** Of any kind, checked by nobody yet. */
export type CommitSignature = {
  /** The armoured block, as `gpg`, `gpgsm`, `ssh-keygen` or `gitsign` made it. */
  readonly armour: string;
  /** What was signed: the bytes of the commit without its signatures. */
  readonly payload: Uint8Array;
};

export type SourcePaths = ReadonlyMap<string, Outcome<SourceEntry, 'noSuchPath'>>;
export type SourceEntry =
  | { readonly kind: 'file'; readonly id: ObjectId; readonly bytes: Uint8Array }
  /** A symbolic link, which is not followed. */
  | { readonly kind: 'link'; readonly id: ObjectId; readonly target: string }
  | { readonly kind: 'folder'; readonly id: ObjectId; readonly names: readonly FolderName[] }
  | { readonly kind: 'submodule'; readonly commit: ObjectId };
/** In git's order: by bytes, folders as if they ended in a slash. */
export type FolderName = { readonly name: string; readonly kind: SourceEntry['kind'] };

/** The branches and tags that were found to lead to the commit, the default branch first; none: it is on no branch and no tag. */
export type Reachability = { readonly refs: readonly string[] };

export type SourceHead = {
  /** `refs/heads/main`; missing where the head of the repository is on no branch. */
  readonly branch?: string;
  readonly commit: ObjectId;
  readonly paths: SourcePaths;
};

export type ContributorsQuestion = SourceLocation & {
  /** A full id of a commit. */
  readonly commit: string;
  readonly path: string;
  readonly since: Instant;
};

/** Who committed changes to a path as their author, by the commit's own `.mailmap`. */
export type Contributor = {
  readonly name: string;
  readonly email: string;
  readonly commits: number;
  readonly lastCommit: { readonly id: ObjectId; readonly at: Instant };
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
  readonly movedTo?: string;
  readonly credential?: string;
};
/** `refs/heads/main`, `refs/tags/v1.2`, and the commit that it leads to. */
export type SourceRef = { readonly name: string; readonly commit: ObjectId };

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
