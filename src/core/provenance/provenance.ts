import type { Digest } from '../model/digest.ts';
import type { Instant } from '../model/outcome.ts';
import type { SourceUrl } from '../source-url.ts';

/** A value, and the JSON path in the statement where it was read (`$.predicate.builder.id`). */
export type Read<Value> = { readonly value: Value; readonly at: string };

/** What a reader should know of a document. None of them keeps the rest from being read; the codes are those of reference/provenance.md 15 where it has one. */
export type ReadProblemCode =
  /** Of the wrong type or shape; it was left out. */
  | 'MALFORMED_ITEM'
  /** Beyond a limit; the rest was left out. */
  | 'TRUNCATED'
  /** `unknown`, `$VCS_REF`: absent. */
  | 'PLACEHOLDER_VALUE'
  | 'CREDENTIALS_IN_URL'
  | 'AMBIGUOUS_REF'
  /** Several sources, and nothing says which: none of `sources` is preferred. */
  | 'AMBIGUOUS_SOURCE'
  /** The declared source is none of the dependencies, and another repository is. */
  | 'CONFIG_SOURCE_MISMATCH'
  /** Two parts of one document give two commits, or two refs, for one thing. */
  | 'CONTRADICTION'
  | 'MISSING_MATERIAL_DIGEST'
  /** A commit under the name of an algorithm that did not make it. */
  | 'DIGEST_ALG_MISLABEL'
  | 'PATH_OUTSIDE_REPOSITORY'
  /** A parameter is called like a secret. Its value is masked. */
  | 'INSECURE_BUILD_PARAM'
  | 'NOT_A_REPOSITORY';
/** `message` holds no text of the document: it is a phrase that completes "…: ". */
export type ReadProblem = { readonly code: ReadProblemCode; readonly at: string; readonly message: string };

/**
 * Why a repository is among the sources.
 * - `material`: the dependency that the declared source names, or the only git dependency of a build that declares none.
 * - `config`: declared, and not among the dependencies.
 * - `candidate`: a git dependency that nothing points to.
 * - `hint`: asserted by the client that asked for the build; the builder did not see it.
 */
export type SourceRole = 'material' | 'config' | 'candidate' | 'hint';

/** A repository, and the revision of it, as one part of the document has them: never a commit from elsewhere. */
export type SourceReading = SourceUrl & {
  readonly role: SourceRole;
  /** Under which name the digest set has the commit (`gitCommit`, `sha1`, …); missing where it is not in one. */
  readonly digestKey?: string;
  /** The working tree was not the commit's. */
  readonly dirty?: true;
  /** Where the address is. */
  readonly at: string;
  /** Where the commit is. */
  readonly commitAt?: string;
};

/**
 * - `source`: a git revision.
 * - `base`: an image that the result may stand on: that of the final stage where the document tells, else of any stage.
 * - `tool`: what built, and is no part of the result: frontends, scanners, builder images.
 */
export type DependencyRole = 'source' | 'base' | 'tool' | 'other';

/** SLSA ResourceDescriptor of an input, v0.2's `materials` included. */
export type ResolvedDependency = {
  readonly role: DependencyRole;
  /** As written, without credentials. */
  readonly uri?: string;
  readonly name?: string;
  /** Algorithm to value, as written. */
  readonly digest: Readonly<Record<string, string>>;
  readonly image?: ImageInput;
  readonly at: string;
};
/** An input that is an image. */
export type ImageInput = {
  /** With its registry: `docker.io/library/alpine`. */
  readonly name: string;
  readonly tag?: string;
  /** Of the manifest or index that was used. */
  readonly digest?: Digest;
  /** `linux/arm64`. */
  readonly platform?: string;
  /** The build asked for it by digest; else whatever the tag was then. */
  readonly pinned: boolean;
};

/**
 * What a build provenance says, in SLSA's words, whoever wrote it (reference/provenance.md 5). Nothing in it is checked: it is worth what its
 * signature is worth.
 */
export type Provenance = {
  /** The row of the table that read it. */
  readonly format: string;
  readonly builderId?: Read<string>;
  readonly buildType?: Read<string>;
  readonly invocationId?: Read<string>;
  /** The page of the run, http or https. */
  readonly runUrl?: Read<string>;
  /** What the result was made from, preferred first; none is preferred where `problems` has `AMBIGUOUS_SOURCE`. */
  readonly sources: readonly SourceReading[];
  /** The builder fetches whatever address it is given: whose the source is says nothing of whose run it was. */
  readonly buildsAnySource?: true;
  /** The revision that held the definition of the pipeline that ran, as `config`. Often the same as the source; of a central pipeline, not. */
  readonly definedIn?: SourceReading;
  /** In `definedIn`, relative to its root. */
  readonly pipelineFile?: Read<string>;
  /** The git ref that was built. */
  readonly ref?: Read<string>;
  /** The forge keeps the ref from being moved by everyone. */
  readonly refProtected?: Read<boolean>;
  /** The short name of the repository's default branch when the build ran. */
  readonly defaultBranch?: Read<string>;
  /** What started the build, in the words of the CI system: `push`, `workflow_dispatch`. */
  readonly trigger?: Read<string>;
  /** `github-hosted`, `self-hosted`, … */
  readonly runner?: Read<string>;
  /** In the source, relative to the repository's root. */
  readonly dockerfile?: Read<string>;
  /** The directory that was the build's context, relative to the repository's root; `.` for the root. */
  readonly context?: Read<string>;
  readonly dockerfileText?: Read<string>;
  /** The files came from the client's disk: no commit vouches for them. */
  readonly localContext?: Read<boolean>;
  readonly resolvedDependencies: readonly ResolvedDependency[];
  readonly startedOn?: Read<Instant>;
  readonly finishedOn?: Read<Instant>;
  /** What the one who asked could choose, flattened to dotted names; values that look like secrets are masked. */
  readonly parameters?: Read<Readonly<Record<string, string>>>;
  /** True: the builder says that the list is complete. Missing: it does not say. */
  readonly completeness: {
    readonly parameters?: Read<boolean>;
    readonly environment?: Read<boolean>;
    readonly materials?: Read<boolean>;
  };
  readonly hermetic?: Read<boolean>;
  readonly reproducible?: Read<boolean>;
  /** The forge's own number for the repository that the run belongs to, which renaming does not change. */
  readonly repositoryId?: Read<string>;
  readonly ownerId?: Read<string>;
  /** For a proposed change: the address of the repository that it comes from, which may be a fork. */
  readonly headRepository?: Read<string>;
  /** What the result runs on, and what built it: `linux/arm64`. */
  readonly platform?: Read<string>;
  readonly builderPlatform?: Read<string>;
  readonly problems: readonly ReadProblem[];
};
