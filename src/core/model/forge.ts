import type { Instant, Outcome } from './outcome.ts';

/** The products that host repositories and that provtrace can ask. */
export const FORGE_KINDS = ['github', 'gitlab', 'gitea', 'forgejo', 'bitbucketCloud', 'bitbucketDataCenter'] as const;
export type ForgeKind = (typeof FORGE_KINDS)[number];

/** A place where repositories are hosted, reviewed, and where some keep attestations. */
export type Forge = {
  readonly kind: ForgeKind;
  /** In lower case, with its port where that is not the usual one: `github.com`, `gitlab.acme.example:8443`. */
  readonly host: string;
  /** The root of its REST API, where that is not the usual one for its kind and host. */
  readonly apiUrl?: string;
};

/** Somebody who has an account there. `unknown`: the account is gone, or the forge does not tell a person from a machine. */
export type ForgeAccount = {
  /** Without `@`. */
  readonly login: string;
  readonly kind: 'person' | 'bot' | 'unknown';
  readonly name?: string;
  readonly email?: string;
};

/** What a forge answers about one commit of one repository: its own word, each part on its own, since each can be refused on its own. */
export type ForgeCommit = {
  readonly commit: string;
  readonly repository: ForgeRepository;
  /** Where a person can look at the commit: `https://`. */
  readonly url?: string;
  readonly author?: ForgeAuthorship;
  readonly committer?: ForgeAuthorship;
  /** Accounts of all its authors, the co-authors that the forge recognised too. */
  readonly authors: readonly ForgeAccount[];
  /** Whether the default branch holds it. */
  readonly onDefaultBranch: Outcome<boolean, never>;
  readonly signature: Outcome<ForgeSignature, 'unsigned'>;
  /** Pull or merge requests that brought the commit into the repository; those still open only where none did. */
  readonly reviews: Outcome<readonly ReviewRequest[], 'noReviewRequest'>;
  /** As of now, and not as of the merge. */
  readonly branchRules: Outcome<BranchRules, 'noRules'>;
  /** What the forge itself finds wrong with CODEOWNERS at that commit; none where it does not say (all but GitHub with a token). */
  readonly codeownersErrors: readonly ForgeCodeownersError[];
};

export type ForgeAuthorship = {
  readonly name: string;
  readonly email: string;
  /** The account to which the forge ties that e-mail address. */
  readonly account?: ForgeAccount;
};

export type ForgeRepository = {
  /** As it is called now: `acme/shop`. Another name than the one asked for means that it was renamed. */
  readonly path: string;
  readonly url: string;
  /** The forge's number for it, as text: it survives a new name. */
  readonly id?: string;
  readonly visibility?: 'public' | 'internal' | 'private';
  readonly isArchived?: boolean;
  readonly isFork?: boolean;
  readonly defaultBranch?: string;
};

/** The forge's verdict on a commit's signature: its claim, and not our check. */
export type ForgeSignature = {
  readonly isValid: boolean;
  /** As the forge has it: `valid`, `unknown_key`, `verified_system`. */
  readonly reason: string;
  readonly kind: 'openpgp' | 'ssh' | 'x509' | 'unknown';
  /** Key id or fingerprint, as the forge has it. */
  readonly key?: string;
  readonly signer?: string;
  /** Made by the forge's own key: it proves a change on the web, and no author. */
  readonly isByForge: boolean;
  readonly verifiedAt?: Instant;
};

/** A pull request or merge request. */
export type ReviewRequest = {
  /** As the forge writes it: `#12`, `!12`. */
  readonly label: string;
  readonly url: string;
  readonly title: string;
  readonly state: 'open' | 'merged' | 'closed';
  readonly author?: ForgeAccount;
  readonly mergedBy?: ForgeAccount;
  readonly mergedAt?: Instant;
  /** The commit that the merge made. */
  readonly mergeCommit?: string;
  /** The last commit of the branch that was merged. */
  readonly headCommit?: string;
  readonly baseBranch?: string;
  readonly opinions: Outcome<readonly ReviewOpinion[], never>;
  /** Who wrote or committed the commits in it. */
  readonly contributors: readonly ForgeAccount[];
  /** False where there are more commits than were listed, or one's account is not known. */
  readonly contributorsComplete: boolean;
};

/** What one reviewer said last. */
export type ReviewOpinion = {
  readonly state: 'approved' | 'changesRequested' | 'commented' | 'dismissed' | 'pending';
  /** Missing where the account is gone. */
  readonly by?: ForgeAccount;
  /** The commit that was looked at. */
  readonly commit?: string;
  /** The forge's own word that newer changes came after it. */
  readonly isStale?: boolean;
  readonly at?: Instant;
  /** Teams for which it was given: `acme/payments`. */
  readonly onBehalfOf: readonly string[];
  /** Whether it counts there: the reviewer may write to the repository. Missing where the forge does not say. */
  readonly counts?: boolean;
};

export type BranchRules = {
  readonly branch: string;
  readonly approvalsRequired?: number;
  readonly codeOwnersRequired?: boolean;
  readonly signaturesRequired?: boolean;
  readonly dismissesStale?: boolean;
  readonly allowsForcePush?: boolean;
};

export type ForgeCodeownersError = {
  readonly line: number;
  readonly path: string;
  readonly kind: string;
  readonly message: string;
};

/** A team or group as the forge has it now. */
export type ForgeTeam = {
  /** `acme/payments`. */
  readonly path: string;
  readonly name: string;
  readonly url?: string;
  readonly parent?: string;
  readonly members: readonly ForgeAccount[];
  /** Of all, where more may be than are listed. */
  readonly membersTotal?: number;
};
