import { endorse } from '../../../../src/core/claims/endorsement.ts';
import { weighing } from '../../../../src/core/claims/from-document.ts';
import type { Pin } from '../../../../src/core/claims/speakers.ts';
import { evidenceFromStructure } from '../../../../src/core/claims/from-structure.ts';
import { findingsOf } from '../../../../src/core/findings/index.ts';
import { trace } from '../../../../src/core/graph/trace.ts';
import type { Dossier, Finding, Gathered } from '../../../../src/core/model/chain.ts';
import type { Platform } from '../../../../src/core/model/descriptor.ts';
import type { Digest } from '../../../../src/core/model/digest.ts';
import type { ImageEntity } from '../../../../src/core/model/entity.ts';
import type { DigestSet, ImageStructure } from '../../../../src/core/model/image.ts';
import type { Checked, SignedDocument, SignerIdentity } from '../../../../src/core/model/statement.ts';
import { parseStatement } from '../../../../src/core/provenance/statement.ts';
import { digestOf } from '../../../support/reports.ts';

/** Images with documents, put together by what puts them together in the tool; only the check of signatures is written down. */

export const REPOSITORY = 'https://github.com/acme/shop';
export const COMMIT = '8f3c2b1a9d7e6f5041c2d3e4f5a6b7c8d9e0f1a2';
export const WORKFLOW = `${REPOSITORY}/.github/workflows/release.yml@refs/heads/main`;
export const GENERATOR =
  'https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/v2.1.0';
export const RUN = `${REPOSITORY}/actions/runs/77/attempts/1`;
export const ISSUER = 'https://token.actions.githubusercontent.com';
export const INDEX = digestOf('1dee');
export const PLATFORM = digestOf('a1');
export const CONFIG = digestOf('c0');
export const ATTESTATION = digestOf('a77e');
export const OTHER = digestOf('0dd');
export const DIGESTS: DigestSet = {
  indexes: [INDEX],
  platform: PLATFORM,
  config: CONFIG,
  attestationManifests: [ATTESTATION],
};
export const IMAGE: ImageEntity = {
  kind: 'image',
  digest: PLATFORM,
  foundAt: [{ transport: 'registry', name: 'ghcr.io/acme/shop' }],
};

export const UNSIGNED = {
  assurance: 'attested',
  code: 'UNSIGNED',
  expected: 'a signature',
  got: 'none',
} as const satisfies Checked;
export const EXTENSIONS: Readonly<Record<number, string>> = {
  9: WORKFLOW,
  11: 'github-hosted',
  12: REPOSITORY,
  13: COMMIT,
  14: 'refs/heads/main',
  15: '1',
  16: 'https://github.com/acme',
  18: WORKFLOW,
  19: COMMIT,
  20: 'push',
  21: RUN,
  22: 'public',
};

/** A signature that holds, of a run of acme's release workflow; `extensions` are put over its own, and an empty text takes one away. */
export function signedBy({
  extensions = {},
  identity = extensions[9] ?? WORKFLOW,
  root = 'public-good',
  times = ['2026-03-01T12:00:00Z'],
  issuer = ISSUER,
}: {
  readonly extensions?: Readonly<Record<number, string>>;
  readonly identity?: string;
  readonly root?: string;
  readonly times?: readonly string[];
  readonly issuer?: string;
} = {}): Checked {
  const signer: SignerIdentity = {
    kind: 'certificate',
    identity,
    issuer,
    authority: 'sigstore.dev',
    extensions: { ...EXTENSIONS, ...extensions },
  };
  return { assurance: 'verified', signer, times, logEntries: [], root };
}

export function signedWithKey(root = 'cosign.pub'): Checked {
  const signer: SignerIdentity = { kind: 'key', fingerprint: digestOf('fee'), name: 'cosign.pub' };
  return { assurance: 'verified', signer, times: ['2026-03-01T12:00:00Z'], logEntries: [], root };
}

export type DocumentParts = {
  readonly checked?: Checked;
  readonly about?: readonly Digest[];
  readonly name?: string;
  readonly document?: Digest;
  readonly container?: Digest;
  readonly carrier?: string;
};

/** A statement that is written as bytes and parsed as any other. */
export function stated(predicateType: string, predicate: unknown, parts: DocumentParts = {}): SignedDocument {
  const {
    checked = signedBy(),
    about = [PLATFORM],
    name,
    document = digestOf('d0c'),
    container,
    carrier = 'referrers API',
  } = parts;
  const subject = about.map((digest) => ({ name, digest: { sha256: digest.slice('sha256:'.length) } }));
  const text = JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', predicateType, subject, predicate });
  const { statement } = parseStatement(new TextEncoder().encode(text));
  return {
    kind: 'statement',
    statement,
    checked,
    document,
    carrier,
    ...(container === undefined ? {} : { container }),
  };
}

export type GitHubParts = {
  readonly repository?: string;
  readonly commit?: string;
  readonly ref?: string;
  readonly path?: string;
  readonly event?: string;
  readonly runner?: string;
  readonly repositoryId?: string;
  readonly builder?: string;
  readonly run?: string;
  readonly started?: string;
  readonly finished?: string;
  readonly internal?: Readonly<Record<string, unknown>>;
  readonly external?: Readonly<Record<string, unknown>>;
};

/** What GitHub's actions/attest writes. */
export function github(build: GitHubParts = {}, parts: DocumentParts = {}): SignedDocument {
  const {
    repository = REPOSITORY,
    commit = COMMIT,
    ref = 'refs/heads/main',
    path = '.github/workflows/release.yml',
  } = build;
  const { event = 'push', runner = 'github-hosted', repositoryId = '1', builder = WORKFLOW, run = RUN } = build;
  return stated(
    'https://slsa.dev/provenance/v1',
    {
      buildDefinition: {
        buildType: 'https://actions.github.io/buildtypes/workflow/v1',
        externalParameters: { workflow: { ref, repository, path }, ...build.external },
        internalParameters: {
          github: { event_name: event, repository_id: repositoryId, runner_environment: runner },
          ...build.internal,
        },
        resolvedDependencies: [{ uri: `git+${repository}@${ref}`, digest: { gitCommit: commit } }],
      },
      runDetails: {
        builder: { id: builder },
        metadata: { invocationId: run, startedOn: build.started, finishedOn: build.finished },
      },
    },
    parts,
  );
}

/** What BuildKit writes, with the parts of its predicate that a test is about. */
export function buildkit(
  parts: {
    readonly context?: 'git' | 'local';
    readonly hermetic?: boolean;
    readonly materials?: readonly object[];
    readonly environment?: Readonly<Record<string, unknown>>;
    readonly metadata?: Readonly<Record<string, unknown>>;
    readonly revision?: string;
  },
  document: DocumentParts = {},
): SignedDocument {
  const address = `${REPOSITORY}.git#refs/heads/main`;
  const isGit = parts.context !== 'local';
  const vcs = isGit ? {} : { vcs: { source: REPOSITORY, revision: parts.revision ?? COMMIT } };
  return stated(
    'https://slsa.dev/provenance/v0.2',
    {
      builder: { id: '' },
      buildType: 'https://mobyproject.org/buildkit@v1',
      invocation: {
        configSource: isGit
          ? { uri: address, digest: { sha1: COMMIT }, entryPoint: 'Dockerfile' }
          : { entryPoint: 'Dockerfile' },
        parameters: {
          frontend: 'dockerfile.v0',
          ...(isGit ? {} : { locals: [{ name: 'context' }, { name: 'dockerfile' }] }),
        },
        environment: { platform: 'linux/amd64', ...parts.environment },
      },
      materials: [...(isGit ? [{ uri: address, digest: { sha1: COMMIT } }] : []), ...(parts.materials ?? [])],
      metadata: {
        'https://mobyproject.org/buildkit@v1#hermetic': parts.hermetic ?? true,
        'https://mobyproject.org/buildkit@v1#metadata': { ...vcs, ...parts.metadata },
      },
    },
    { checked: UNSIGNED, ...document },
  );
}

export type DossierParts = {
  readonly labels?: Readonly<Record<string, string>>;
  readonly diffIds?: readonly Digest[];
  readonly platform?: Platform;
  readonly digests?: DigestSet;
  /** Other images that evidence names, with the layers and labels of each. */
  readonly beneath?: {
    readonly image: ImageEntity;
    readonly diffIds: readonly Digest[];
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly problems?: Gathered['problems'];
  readonly pins?: readonly Pin[];
};

/** One image with these documents, gathered, endorsed and traced. */
export function dossierOf(documents: readonly SignedDocument[], parts: DossierParts = {}): Dossier {
  const {
    digests = DIGESTS,
    platform = { os: 'linux', architecture: 'amd64' },
    beneath,
    problems = [],
    pins = [],
  } = parts;
  const weigh = weighing(pins);
  const stating = documents.map((signed) => weigh({ image: IMAGE, digests, collector: 'referrers' }, signed));
  const own = evidenceFromStructure({
    collector: 'image-config',
    image: IMAGE,
    structure: structureOf(digests, parts),
  });
  const under =
    beneath &&
    evidenceFromStructure({
      collector: 'image-config',
      image: beneath.image,
      structure: structureOf(DIGESTS, beneath),
    });
  const read: Gathered = {
    evidence: [...stating.flatMap(({ evidence }) => evidence), ...own.evidence, ...(under?.evidence ?? [])],
    documents: stating.flatMap((part) => part.documents),
    remarks: [...stating.flatMap(({ remarks }) => remarks), ...own.remarks, ...(under?.remarks ?? [])],
    problems,
    places: [],
  };
  const evidence = endorse(read, { digests, repositories: IMAGE.foundAt, pins });
  const gathered = { ...read, evidence };
  const image = { reference: 'ghcr.io/acme/shop:1.4', root: IMAGE, digests, platform };
  const examined = { image, gathered, chain: trace(IMAGE, gathered) };
  return { ...examined, findings: findingsOf(examined) };
}

function structureOf(
  digests: DigestSet,
  { labels = {}, diffIds = [] }: Pick<DossierParts, 'labels' | 'diffIds'>,
): ImageStructure {
  return {
    digests,
    config: { labels, labelsLeftOut: [], diffIds, history: [] },
    indexAnnotations: [],
    attestationManifests: [],
  };
}

export function findingsAbout(
  code: string,
  documents: readonly SignedDocument[],
  parts: DossierParts = {},
): readonly Finding[] {
  return dossierOf(documents, parts).findings.filter((finding) => finding.code === code);
}
