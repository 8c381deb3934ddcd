/**
 * How `@` and `#` are read (reference/provenance.md 12.1). The producer of a text decides it, so the caller has to say.
 * - `spdx`: `<vcs>+<transport>://host/path[@ref][#subpath]`, SPDX 2.3 clause 7.7; SLSA materials follow it.
 * - `buildkit`: `url[#ref[:subdir]]` or `url?ref=…&subdir=…`; http(s) is git only where the path ends in `.git`.
 * - `web`: what a browser shows; a fragment is a line anchor.
 * - `auto`: `spdx` where the path holds `@`, else `buildkit` without its demand for `.git`.
 */
export type SourceGrammar = 'spdx' | 'buildkit' | 'web' | 'auto';

export type HostKind = 'github' | 'gitlab' | 'bitbucket' | 'bitbucketServer' | 'azure' | 'gitea' | 'unknown';

/** What a reader should know beside the parts. */
export type SourceUrlFlag =
  /** A user name other than `git`, or a password, was in the text. It is in no part of the result. */
  | 'CREDENTIALS_IN_URL'
  /** Ref and path were divided at the first slash; the ref may be longer. */
  | 'AMBIGUOUS_REF'
  /** The path led out of the repository, and was left out. */
  | 'PATH_OUTSIDE_REPOSITORY';

/** A repository, and what the text says about a place in it. */
export type SourceUrl = {
  /** For people: https (http only with a port of its own), case kept, no credentials, no `.git`. */
  readonly url: string;
  /** For comparison: equal for all spellings of one repository. */
  readonly key: string;
  readonly hostKind: HostKind;
  /** The text itself says that a git repository is there: by its scheme, `.git`, or a known forge's address. */
  readonly gitLike: boolean;
  /** As written: `main`, `refs/heads/main`, `refs/tags/v1`. Never a full commit id. */
  readonly ref?: string;
  /** 40 or 64 lowercase hex. */
  readonly commit?: string;
  /** Relative to the repository's root, normalised; missing for the root itself. */
  readonly subpath?: string;
  readonly flags: readonly SourceUrlFlag[];
};

/** Why a text names no repository. */
export const REFUSALS = {
  placeholder: 'a placeholder, not an address',
  tooLong: 'longer than any address',
  malformed: 'not an address',
  notARepository: 'not the address of a repository',
  notGit: 'an address that the builder does not read as git',
  otherVersionControl: 'a repository of another version control system than git',
  noHost: 'a name without a host',
  noPath: 'a host without a repository',
} as const;
export type Refusal = keyof typeof REFUSALS;

export type SourceUrlResult =
  | { readonly kind: 'repository'; readonly source: SourceUrl }
  | { readonly kind: 'refused'; readonly reason: Refusal };
