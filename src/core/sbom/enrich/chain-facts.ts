import type { Digest } from '../../model/digest.ts';
import type { SignalStrength } from '../../model/evidence.ts';

/** A fact, how well it is known, and where it was read, in words for people (`SLSA provenance v1`, `CODEOWNERS at the commit`). */
export type Said<Fact> = Fact & { readonly grade: SignalStrength; readonly origin: string };

export type ImageFacts = {
  readonly digest: Digest;
  /** Of its index and its configuration: SBOMs name the image by them too. */
  readonly otherDigests: readonly Digest[];
  /** Without tag or digest: `ghcr.io/acme/shop`. */
  readonly name?: string;
  /** `linux/amd64`. */
  readonly platform?: string;
};

export type SourceFacts = {
  /** `https://github.com/acme/shop`. */
  readonly repository: string;
  readonly commit?: string;
  /** The commit's page at the forge. */
  readonly commitUrl?: string;
  /** `refs/heads/main`. */
  readonly ref?: string;
  /** Of what was built in the repository: the Dockerfile or the context. */
  readonly path?: string;
};

export type BuildFacts = {
  readonly builderId: string;
  readonly buildType?: string;
  readonly invocationUrl?: string;
  /** RFC 3339. */
  readonly started?: string;
  readonly finished?: string;
};

export type BaseFacts = { readonly name?: string; readonly digest?: Digest };
export type OwnerFacts = {
  /** `@acme/shop-team`, or an address. */
  readonly handle: string;
  readonly contacts: readonly string[];
};

/** What a signature that was checked says, and what it was checked against. */
export type VerifiedFact = {
  /** In words: `built from https://github.com/acme/shop at commit 1f2e…`. */
  readonly claim: string;
  readonly predicateType?: string;
  /** The signed document, by its digest, and where it was found. */
  readonly document: Digest;
  readonly location?: string;
  readonly signer: string;
  readonly issuer?: string;
  /** The root of trust, by name. */
  readonly root: string;
  /** Moments, RFC 3339, at which a log or a time-stamping authority saw the signature. */
  readonly times: readonly string[];
};

/** The SBOM that tells what is in the image: `isAnothers` where it names another image by digest. */
export type ContentFacts = { readonly document: Digest; readonly isAnothers: boolean };

/** The chain of one image as an SBOM can carry it: each step settled, or missing. No text is blank: what nobody says is not there. */
export type ChainFacts = {
  readonly image: ImageFacts;
  /** The chain's two grades. */
  readonly grades: { readonly origin: SignalStrength | 'none'; readonly ownership: SignalStrength | 'none' };
  readonly source?: Said<SourceFacts>;
  readonly build?: Said<BuildFacts>;
  /** The image's own base first, then that one's. */
  readonly bases: readonly Said<BaseFacts>[];
  readonly verified: readonly VerifiedFact[];
  readonly owners: readonly Said<OwnerFacts>[];
  readonly contents?: Said<ContentFacts>;
};
