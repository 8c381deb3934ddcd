import type { Glob } from './glob.ts';
import type { IndexedPath } from './glob-index.ts';
import type { MatchSteps } from './match-steps.ts';

/** Whose reading of CODEOWNERS: the same line means different things to different forges (reference/ownership.md 1.1). */
export type Dialect = 'github' | 'gitlab' | 'gitea' | 'bitbucketCloud' | 'bitbucketDataCenter';

/** What the text tells of an owner. `account`: GitLab's `@name`, a user or a top-level group. `role`: GitLab's `@@developer`. */
export type OwnerKind = 'user' | 'team' | 'account' | 'email' | 'role';

export type Owner = {
  readonly kind: OwnerKind;
  /** Without `@` and without what is no part of the name: `acme/payments`, `jane@acme.example`, `developer`. */
  readonly name: string;
  /** As written. */
  readonly text: string;
};

/** How a pattern is held against a path: segment by segment, or by an expression of RE2. */
export type PathMatcher =
  | { readonly kind: 'glob'; readonly glob: Glob }
  | { readonly kind: 'expression'; readonly stepsPerCharacter: number; readonly test: (path: string) => boolean };

/** A path from the root of the repository, in the forms that matchers want. */
export type AskedPath = IndexedPath & { readonly text: string };

export type Rule = {
  /** Counted from 1. */
  readonly line: number;
  /** As written, without GitLab's and Gitea's leading `!`. */
  readonly pattern: string;
  /** `excludes`: GitLab's `!`, takes the path from its section. `assignsOthers`: Gitea's `!`, its owners own what does not match. */
  readonly effect: 'assigns' | 'excludes' | 'assignsOthers';
  /** Empty for a rule that says that nobody owns the path. */
  readonly owners: readonly Owner[];
  /** What stands in the place of owners, as written, without the comment where the dialect has one. */
  readonly ownerText: string;
  /** Set where the line names no owners and its section's header does: the header's line. */
  readonly ownersFromLine?: number;
  /** GitLab: the line before, of the same section and pattern, whose place this rule takes. */
  readonly repeatsLine?: number;
  /** The section's name as it was spelt first; undefined outside of sections. */
  readonly section?: string;
  /** GitLab: the review of this rule's owners is asked for and not required. */
  readonly optional: boolean;
  /** GitLab: how many of the owners must approve, as the section's header says; 1 if it does not. */
  readonly approvals: number;
  readonly matcher: PathMatcher;
};

/** GitLab's named groups of rules: every section answers for itself. Headers of one name are one section. */
export type Section = {
  /** As it was spelt first. */
  readonly name: string;
  readonly headerLines: readonly number[];
  /** True where every rule of it stands under an optional header. */
  readonly optional: boolean;
};

export type LineProblemCode =
  | 'NEGATION'
  | 'UNESCAPED_BRACKET'
  | 'TRIPLE_STAR'
  | 'NEVER_MATCHES'
  | 'DANGLING_ESCAPE'
  | 'HASH_IN_PATTERN'
  | 'INVALID_OWNER'
  | 'NO_OWNERS'
  | 'INVALID_EXPRESSION'
  | 'UNCLOSED_SECTION'
  | 'UNNAMED_SECTION'
  | 'OPTIONAL_WITH_APPROVALS'
  | 'REPEATED_PATTERN';

/** Something wrong with one line. `skipped`: the forge does not read the line; `kept`: it does, perhaps not as meant. */
export type LineProblem = {
  readonly line: number;
  readonly code: LineProblemCode;
  readonly effect: 'skipped' | 'kept';
  readonly message: string;
};

/** The rules of one group that hold for a path: none, one, or with Gitea several. */
export type Decider = (path: AskedPath, steps: MatchSteps) => readonly Rule[];

export type ParsedRules = {
  /** In the order of the file. */
  readonly rules: readonly Rule[];
  /** GitLab's, in the order of the file. */
  readonly sections: readonly Section[];
  readonly problems: readonly LineProblem[];
  /** One for each group of rules that answers for itself. */
  readonly deciders: readonly Decider[];
};

/** A CODEOWNERS file as one forge reads it. */
export type CodeownersFile = ParsedRules & {
  /** Where it was read, for messages and evidence. */
  readonly path: string;
  readonly dialect: Dialect;
};
