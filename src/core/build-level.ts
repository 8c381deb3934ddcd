import { endorsersOf } from './claims/endorsement.ts';
import { GITHUB_ISSUER } from './claims/builders.ts';
import { speakerFor } from './claims/speakers.ts';
import { bindingOfDocument, isUnsigned, reasonFor } from './claims/worth.ts';
import type { Dossier } from './model/chain.ts';
import type { Step } from './model/report.ts';
import type { Checked, SignedDocument } from './model/statement.ts';
import { readProvenance } from './provenance/index.ts';
import type { Provenance } from './provenance/provenance.ts';
import { repositoryKey } from './source-url.ts';

/** SLSA's build track (slsa.dev/spec/v1.2/build-track-basics), as far as one may conclude it from who signed what. */
export type BuildLevel = {
  readonly level: 0 | 1 | 2 | 3;
  /** What gave the level. */
  readonly rule: string;
  /** What would have to be otherwise for the next level; empty at the highest. */
  readonly keepsFromNext: readonly string[];
};

type Examined = Omit<Dossier, 'findings'>;
type Verified = Extract<Checked, { assurance: 'verified' }>;
type Signed = {
  readonly signed: SignedDocument;
  readonly provenance: Provenance;
  /** Its own signature, or that of the manifest whose layer it is. */
  readonly verified: Verified;
  readonly tied: boolean;
};

const NONE: BuildLevel = {
  level: 0,
  rule: 'no provenance of this image',
  keepsFromNext: ['no provenance names the digest of this platform or of its index'],
};
/** Under other roots GitHub's issuer may be whoever writes its name. */
const GITHUB_ROOTS: readonly string[] = ['public-good', 'github'];
const GOOGLE_ROOT = 'google-cloud-build';
const GOOGLE_WORKER = /^https:\/\/cloudbuild\.googleapis\.com\/GoogleHostedWorker(?:@v0\.[23])?$/;
/** Fulcio's extensions: Build Signer URI, Runner Environment, Source Repository URI, Build Config URI. */
const EXTENSION = { signer: 9, runner: 11, repository: 12, config: 18 } as const;

/**
 * Looked up by who signed and what builder that is (reference/provenance.md 14); no number in a document raises it. A document about the config or
 * about an attestation manifest alone gives none. The best of several documents counts.
 */
export function buildLevelOf(examined: Examined): BuildLevel {
  const documents = examined.gathered.documents.map(({ signed }) => signed);
  const levels = documents.flatMap((signed) => levelOfDocument(signed, documents, examined) ?? []);
  return levels.reduce((best, level) => (level.level > best.level ? level : best), NONE);
}

/** The step of the build, where there is one, with the level as its detail. */
export function withBuildLevel(step: Step, examined: Examined): Step {
  const { level, rule } = buildLevelOf(examined);
  if (step.entity === undefined || level === 0) return step;
  return { ...step, details: [...step.details, { name: 'SLSA build level', value: `${level} (${rule})` }] };
}

function levelOfDocument(
  signed: SignedDocument,
  documents: readonly SignedDocument[],
  { image, gathered }: Examined,
): BuildLevel | undefined {
  const provenance = signed.kind === 'statement' ? readProvenance(signed.statement) : undefined;
  const boundBy = bindingOfDocument(signed, image.digests);
  if (provenance === undefined || signed.checked.assurance === 'rejected') return undefined;
  if (boundBy !== 'platform' && boundBy !== 'index') return undefined;
  const checks = [signed, ...endorsersOf(signed, documents, image.digests)].map(({ checked }) => checked);
  const verified = checks.find((checked) => checked.assurance === 'verified');
  if (verified === undefined) return levelOne(unverifiedReason(signed));
  const tied = gathered.evidence.some(
    ({ origin, strength }) => origin.document === signed.document && strength === 'verified',
  );
  return levelOfSigner({ signed, provenance, verified, tied }, image.root.foundAt);
}

function unverifiedReason({ checked }: SignedDocument): string {
  return checked.assurance === 'verified' || isUnsigned({ checked })
    ? 'the provenance is not signed'
    : `its signature does not count: ${reasonFor(checked.code)}`;
}

function levelOne(...keepsFromNext: readonly string[]): BuildLevel {
  return { level: 1, rule: 'provenance exists', keepsFromNext };
}

function levelOfSigner(document: Signed, repositories: Parameters<typeof speakerFor>[1]): BuildLevel {
  const { verified, provenance, tied } = document;
  const platform = speakerFor(verified, repositories, []);
  if (platform?.by === 'platform') {
    const rule = `${platform.builder}: ${platform.basis}`;
    if (verified.root === GOOGLE_ROOT && !GOOGLE_WORKER.test(provenance.builderId?.value ?? ''))
      return levelOne('the builder’s id is not one that Google Cloud Build writes');
    return capped(
      { level: platform.buildLevel, rule, keepsFromNext: claimsOf(platform.buildLevel, platform.basis) },
      document,
    );
  }
  if (!tied) return levelOne('the signer is not tied to this image');
  return isGitHubAttestation(document)
    ? levelOfGitHub(verified)
    : levelOne('who signed it could have written it: the signer is not in the table of build platforms');
}

function claimsOf(level: 1 | 2 | 3, basis: string): readonly string[] {
  return level === 3 ? [] : [`the table of build platforms lists it at level ${level} (${basis})`];
}

/** Where the owner of the machine is a tenant, what is isolated there is not known. */
function capped(level: BuildLevel, { verified, provenance }: Signed): BuildLevel {
  if (level.level < 3 || verified.signer.kind === 'key') return level;
  const runner = verified.signer.extensions[EXTENSION.runner] || provenance.runner?.value;
  if (runner !== undefined && runner !== 'self-hosted') return level;
  const reason = runner === undefined ? 'nothing says that the runner was a hosted one' : 'the runner was self-hosted';
  return { ...level, level: 2, keepsFromNext: [reason] };
}

/** Written by actions/attest, in a run of the repository that it names as the source. */
function isGitHubAttestation({ verified, provenance }: Signed): boolean {
  const { signer, root } = verified;
  if (signer.kind === 'key' || !GITHUB_ROOTS.includes(root) || provenance.format !== 'github-actions') return false;
  const repository = signer.extensions[EXTENSION.repository];
  const isGitHub = signer.issuer === GITHUB_ISSUER || signer.issuer?.startsWith(`${GITHUB_ISSUER}/`) === true;
  return isGitHub && repository !== undefined && provenance.sources[0]?.key === repositoryKey(repository);
}

function levelOfGitHub({ signer }: Verified): BuildLevel {
  const extensions = signer.kind === 'key' ? {} : signer.extensions;
  const isOwn = extensions[EXTENSION.signer] === extensions[EXTENSION.config];
  return {
    level: 2,
    rule: 'signed by a workflow on GitHub Actions',
    keepsFromNext: [
      isOwn
        ? 'the project’s own workflow signed: its other steps could have written the provenance'
        : `the reusable workflow ${extensions[EXTENSION.signer] ?? ''} is not listed as a builder that its callers cannot change`,
    ],
  };
}
