import type { ToolError } from '../errors.ts';
import type { Dossier } from '../model/chain.ts';
import type { Digest } from '../model/digest.ts';
import type { Problem } from '../model/evidence.ts';
import type { Instant, Outcome } from '../model/outcome.ts';
import { failed } from '../model/outcome.ts';

/** What is known of one thing, and the places where a person can read it. Not asked is not known: that is `failed`, and never `absent`. */
export type Fact<Value> = Outcome<{ readonly value: Value; readonly places: readonly string[] }, string>;

/** What is known of the commit that the image was made from. Each part can be unheard on its own. */
export type SourceInput = {
  /** Branches that hold the commit, by their short names. */
  readonly branches: Fact<readonly string[]>;
  /** By its short name. */
  readonly defaultBranch: Fact<string>;
  readonly signature: Fact<{ readonly isGood: boolean; readonly signer: string; readonly why?: string }>;
  /** Accounts that approved what was merged, and all that wrote it. Unheard where the authors are not all known. */
  readonly review: Fact<{ readonly reviewers: readonly string[]; readonly authors: readonly string[] }>;
  readonly owners: Fact<readonly string[]>;
  /** Those of the owners who are not there any more. */
  readonly staleOwners: Fact<readonly string[]>;
  readonly service: Fact<string>;
  /** Of SLSA's source track, by a summary whose signer is trusted. */
  readonly level: Fact<number>;
};

/** One SBOM of the image. Who signed it is asked of the dossier's document of this digest. */
export type SbomFact = {
  readonly document: Digest;
  /** Such as `cyclonedx-json`. */
  readonly format: string;
  /** It names a digest of this very image, in itself or as the subject of the statement around it. */
  readonly isBound: boolean;
  readonly created?: Instant;
  /** Package URLs of all that it lists. */
  readonly purls: readonly string[];
  /** Names of what it lists without a package URL. */
  readonly unidentified?: readonly string[];
};

/** Of weakest to gravest; `unknown` is none of them. */
export const VULNERABILITY_SEVERITIES = ['none', 'low', 'medium', 'high', 'critical'] as const;
export type VulnerabilitySeverity = (typeof VULNERABILITY_SEVERITIES)[number];

/** What one scan of the image reports. */
export type ScanFact = {
  readonly document: Digest;
  readonly scannedAt?: Instant;
  readonly vulnerabilities: readonly {
    readonly id: string;
    readonly component: string;
    readonly severity: VulnerabilitySeverity | 'unknown';
    /** VEX statements by which it does not affect the image or is fixed in it: the documents, each of which must be trusted to count. */
    readonly settledBy: readonly { readonly document: Digest; readonly status: string }[];
  }[];
};

/** All that a policy is held against: one platform of one image. */
export type PolicyInput = {
  readonly dossier: Dossier;
  readonly source: SourceInput;
  readonly sboms: Fact<readonly SbomFact[]>;
  readonly scans: Fact<readonly ScanFact[]>;
  /** The image that it is based on, known as well. */
  readonly base: Outcome<PolicyInput, string>;
};

/** Everything beside the dossier, where nobody asked for it: whatever demands it is undecided. */
export function unasked(error: ToolError): Omit<PolicyInput, 'dossier'> {
  const fact = failed(error);
  return {
    source: {
      branches: fact,
      defaultBranch: fact,
      signature: fact,
      review: fact,
      owners: fact,
      staleOwners: fact,
      service: fact,
      level: fact,
    },
    sboms: fact,
    scans: fact,
    base: fact,
  };
}

/** Who was not heard, as shown beside what is undecided for it. */
export type Unheard = { readonly message: string; readonly hint?: string };

export function unheardOf({ message, hint }: Problem | ToolError): Unheard {
  return hint === undefined ? { message } : { message, hint };
}
