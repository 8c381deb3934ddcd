import { weighing } from '../../../../src/core/claims/from-document.ts';
import type { Pin } from '../../../../src/core/claims/speakers.ts';
import type { Dossier, Gathered } from '../../../../src/core/model/chain.ts';
import type { Digest } from '../../../../src/core/model/digest.ts';
import type { ImageEntity } from '../../../../src/core/model/entity.ts';
import type { Problem } from '../../../../src/core/model/evidence.ts';
import type { DigestSet } from '../../../../src/core/model/image.ts';
import type { ImageRepository } from '../../../../src/core/model/image-repository.ts';
import type {
  CheckCode,
  Checked,
  SignedDocument,
  SignerIdentity,
  Statement,
} from '../../../../src/core/model/statement.ts';
import { digestOf } from '../../../support/reports.ts';

/** Documents as the verifying adapter hands them over, about one image of `ghcr.io/acme/shop`. */

export const GITHUB = 'https://token.actions.githubusercontent.com';
export const REPOSITORY = 'https://github.com/acme/shop';
export const COMMIT = 'c14c546e54940a410195ede9aa0e7ee2ef1e16d0';
export const WORKFLOW = `${REPOSITORY}/.github/workflows/release.yml@refs/heads/main`;
export const GENERATOR =
  'https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/v2.1.0';

export const INDEX = digestOf('1dee');
export const PLATFORM = digestOf('a1');
export const CONFIG = digestOf('c0');
/** BuildKit's attestation manifest of this platform. */
export const ATTESTATION = digestOf('a77e');
export const STRANGE = digestOf('0dd');
export const DIGESTS: DigestSet = {
  indexes: [INDEX],
  platform: PLATFORM,
  config: CONFIG,
  attestationManifests: [ATTESTATION],
};
export const AT: ImageRepository = { transport: 'registry', name: 'ghcr.io/acme/shop' };
export const IMAGE: ImageEntity = { kind: 'image', digest: PLATFORM, foundAt: [AT] };

export const SIGNATURE = 'https://sigstore.dev/cosign/sign/v1';
export const PROVENANCE = 'https://slsa.dev/provenance/v1';
export const SPDX = 'https://spdx.dev/Document';

type Certificate = Extract<SignerIdentity, { kind: 'certificate' }>;

/** A workflow of the account that owns the registry namespace, unless told otherwise. */
export function workflowSigner(parts: Partial<Certificate> = {}): Certificate {
  return {
    kind: 'certificate',
    identity: WORKFLOW,
    issuer: GITHUB,
    authority: 'sigstore.dev',
    extensions: {
      9: WORKFLOW,
      11: 'github-hosted',
      12: REPOSITORY,
      13: COMMIT,
      14: 'refs/heads/main',
      16: 'https://github.com/acme',
      18: WORKFLOW,
      20: 'push',
      21: `${REPOSITORY}/actions/runs/77/attempts/1`,
    },
    ...parts,
  };
}

/** A workflow of somebody else's account: its signature is as good as any. */
export function stranger(): Certificate {
  const identity = 'https://github.com/mallory/shop/.github/workflows/release.yml@refs/heads/main';
  const { extensions } = workflowSigner();
  const own = { 9: identity, 12: 'https://github.com/mallory/shop', 16: 'https://github.com/mallory' };
  return workflowSigner({ identity, extensions: { ...extensions, ...own } });
}

/** slsa-github-generator, called by acme's workflow. */
export function generator(identity: string = GENERATOR): Certificate {
  const { extensions } = workflowSigner();
  return workflowSigner({ identity, extensions: { ...extensions, 9: identity } });
}

export function keySigner(seed = 'fee'): Extract<SignerIdentity, { kind: 'key' }> {
  return { kind: 'key', fingerprint: digestOf(seed), name: 'cosign.pub' };
}

export function verified(
  signer: SignerIdentity = workflowSigner(),
  root = 'public-good',
): Extract<Checked, { assurance: 'verified' }> {
  return {
    assurance: 'verified',
    signer,
    times: ['2026-11-20T09:31:44Z'],
    logEntries: [{ log: 'rekor.sigstore.dev', index: '174304112', integratedAt: '2026-11-20T09:31:44Z' }],
    root,
  };
}

export const UNSIGNED: Checked = {
  assurance: 'attested',
  code: 'UNSIGNED',
  expected: 'a signed envelope',
  got: 'a bare statement',
};

export function unchecked(code: CheckCode): Checked {
  return { assurance: 'attested', code, expected: 'something', got: 'something else' };
}

export function rejected(code: CheckCode = 'BAD_SIGNATURE'): Checked {
  return { assurance: 'rejected', code, expected: 'a signature that holds', got: 'another one' };
}

type DocumentParts = {
  readonly checked?: Checked;
  readonly about?: Digest;
  readonly document?: Digest;
  readonly carrier?: string;
  readonly container?: Digest;
};

function common({
  checked = verified(),
  document = digestOf('d0c'),
  carrier = 'referrers API',
  container,
}: DocumentParts) {
  return { checked, document, carrier, ...(container === undefined ? {} : { container }) };
}

export function statementOf(predicateType: string, predicate: unknown, ...about: readonly Digest[]): Statement {
  const subject = about.map((digest) => ({ digest: { sha256: digest.slice('sha256:'.length) } }));
  return { type: 'https://in-toto.io/Statement/v1', predicateType, subject, predicate };
}

export function stating(predicateType: string, predicate: unknown, parts: DocumentParts = {}): SignedDocument {
  return {
    kind: 'statement',
    statement: statementOf(predicateType, predicate, parts.about ?? PLATFORM),
    ...common(parts),
  };
}

type Build = {
  readonly builder?: string;
  readonly repository?: string;
  readonly ref?: string;
  readonly commit?: string;
  readonly dependencies?: readonly object[];
};

/** The predicate that GitHub's actions/attest writes for a run of this workflow. */
export function predicateOf(build: Build = {}): object {
  const { builder = WORKFLOW, repository = REPOSITORY, ref = 'refs/heads/main', commit = COMMIT } = build;
  const source = { uri: `git+${repository}@${ref}`, digest: { gitCommit: commit } };
  return {
    buildDefinition: {
      buildType: 'https://actions.github.io/buildtypes/workflow/v1',
      externalParameters: { workflow: { ref, repository, path: '.github/workflows/release.yml' } },
      internalParameters: { github: { event_name: 'push', runner_environment: 'github-hosted' } },
      resolvedDependencies: build.dependencies ?? [source],
    },
    runDetails: { builder: { id: builder }, metadata: { invocationId: `${repository}/actions/runs/77/attempts/1` } },
  };
}

export function provenance(parts: DocumentParts & { readonly build?: Build } = {}): SignedDocument {
  return stating(PROVENANCE, predicateOf(parts.build), parts);
}

/** cosign's signature, in its older form. */
export function simpleSignature(parts: DocumentParts = {}): SignedDocument {
  return { kind: 'simpleSigning', digest: parts.about ?? PLATFORM, ...common(parts) };
}

export const NOT_HEARD: Problem = {
  collector: 'referrers',
  at: IMAGE,
  relations: ['builtFrom', 'describedBy'],
  code: 'TIMED_OUT',
  message: 'referrers API: ghcr.io did not answer within 10 s',
  hint: 'try again with --timeout 60s',
};

/** All that the documents give, as a collector would gather it. */
export function gatheredOf(
  documents: readonly SignedDocument[],
  {
    pins = [],
    problems = [],
    image = IMAGE,
  }: { pins?: readonly Pin[]; problems?: readonly Problem[]; image?: ImageEntity } = {},
): Gathered {
  const weigh = weighing(pins);
  const parts = documents.map((signed) => weigh({ image, digests: DIGESTS, collector: 'test' }, signed));
  return {
    evidence: parts.flatMap(({ evidence }) => evidence),
    problems,
    places: [{ at: image, carrier: 'referrers API', result: documents.length === 0 ? 'absent' : 'found' }],
    documents: parts.flatMap((part) => part.documents),
    remarks: parts.flatMap(({ remarks }) => remarks),
  };
}

/** The same, with the image that it is about, for whatever judges or shows it. */
export function judgedImage(
  documents: readonly SignedDocument[],
  parts: Parameters<typeof gatheredOf>[1] = {},
): Pick<Dossier, 'image' | 'gathered'> {
  const root = parts.image ?? IMAGE;
  return {
    image: {
      reference: 'ghcr.io/acme/shop:1.4',
      root,
      digests: DIGESTS,
      platform: { os: 'linux', architecture: 'amd64' },
      asOf: '2026-11-21T11:56:30Z',
    },
    gathered: gatheredOf(documents, parts),
  };
}
