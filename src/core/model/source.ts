import type { ToolError } from '../errors.ts';
import type { CheckedCommitSignature } from './commit-signature.ts';
import type { DockerfileText } from '../provenance/dockerfile-text.ts';
import type { EntityOf } from './entity.ts';
import type { Evidence } from './evidence.ts';
import type { ForgeCommit, ForgeKind, ForgeTeam } from './forge.ts';
import type { Instant, Outcome } from './outcome.ts';
import type { SignedDocument } from './statement.ts';

/** What was asked about: a revision, or where no commit is known the repository as it is now. */
export type SourceRoot = EntityOf<'sourceRevision'> | EntityOf<'repository'>;

/** What a path is to the image; `repository`: the whole, where nothing narrower is known; `given`: the user asked for it. */
export type PathRole = 'dockerfile' | 'context' | 'pipeline' | 'repository' | 'given';

/** A path whose owners are asked for, and the entity that they own. */
export type AskedPath = {
  readonly role: PathRole;
  /** From the root of the repository; empty for the root itself. */
  readonly path: string;
  readonly kind: 'file' | 'directory';
  readonly entity: EntityOf<'sourcePath'> | SourceRoot;
};

/** One question about a source: what it is about, who named it, and which paths matter. */
export type AskedSource = {
  readonly about: SourceRoot;
  /** As messages name it: `label org.opencontainers.image.source`. */
  readonly namedBy: string;
  /** A commit, branch or tag as the user names it, instead of what `about` says. */
  readonly revision?: string;
  /** Which host's forge it is of, where its address does not tell: that of a clone's remote. */
  readonly host?: string;
  /** Those that matter most first. */
  readonly paths: readonly AskedPath[];
  /** To be found again among the files of the commit; missing where none is known. */
  readonly dockerfiles?: readonly QuotedDockerfile[];
};

/** A Dockerfile of which a document about the image holds the text. */
export type QuotedDockerfile = {
  readonly text: DockerfileText;
  /** That the document is about the image, which has its worth. */
  readonly said: Evidence;
  /** Where it is said to be: by the document itself, else by whatever settles that. */
  readonly path?: EntityOf<'sourcePath'>;
};

/** All that was read about one source; nothing is decided yet. */
export type SourceRead = {
  readonly asked: AskedSource;
  readonly reading: Outcome<SourceReading, SourceAbsence>;
  /** Missing where the commit is not signed, or was not read. */
  readonly signature?: CheckedCommitSignature;
  readonly forge: Outcome<ForgeCommit, ForgeAbsence>;
  /** What the host runs, where that is known. */
  readonly forgeKind?: ForgeKind;
  /** Statements in the notes on the commit, each with what its signature is worth. */
  readonly notes: readonly SignedDocument[];
  /** Of the owners that are teams, by the handle as it was asked (`acme/payments`); those that could not be asked are not there. */
  readonly teams: ReadonlyMap<string, ForgeTeam>;
  /** Missing where it was not asked. */
  readonly contributors?: Outcome<readonly Contributor[], SourceAbsence>;
};
export type ForgeAbsence = 'noForge' | 'noSuchRepository' | 'noSuchCommit';
/** `emptyRepository`: there is one, and it has neither a branch nor a tag. */
export type SourceAbsence = 'noSuchRepository' | 'emptyRepository' | 'noSuchCommit';

/** The id of a git object: 40 lowercase hexadecimal digits of SHA-1, or 64 of SHA-256. */
export type ObjectId = string;

export type SourceReading = {
  readonly commit: SourceCommit;
  /** By the path as it was asked. */
  readonly paths: SourcePaths;
  /**
   * Where the files of a content are that was asked for: those of the asked paths that have it, else all paths that do (of very many, the
   * first), else none. Missing for one that was not looked for everywhere.
   */
  readonly blobPaths?: ReadonlyMap<ObjectId, readonly string[]>;
  /** Failed does not mean unreachable. */
  readonly reachability: Outcome<Reachability, never>;
  readonly head: Outcome<SourceHead, 'noDefaultBranch'>;
  readonly notes: Outcome<SourceNotes, 'noNotes'>;
  /** All branches and tags; missing where they were not heard. */
  readonly refs?: readonly SourceRef[];
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
  /** The whole object as git hashes it, without the header. */
  readonly bytes: Uint8Array;
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

/** Who committed changes to a path as their author, by the commit's own `.mailmap`. */
export type Contributor = {
  readonly name: string;
  readonly email: string;
  readonly commits: number;
  readonly lastCommit: { readonly id: ObjectId; readonly at: Instant };
};

/** What git-notes(1) has of the commit in `refs/notes/commits`, where the tools of SLSA's source track leave a bundle a line. Anybody who may push wrote it. */
export type SourceNotes = { readonly id: ObjectId; readonly bytes: Uint8Array };

/** `refs/heads/main`, `refs/tags/v1.2`, and the commit that it leads to. */
export type SourceRef = { readonly name: string; readonly commit: ObjectId };
