import { buildLevelOf } from '../../core/build-level.ts';
import { isAboutAnother, predicateTypeOf } from '../../core/claims/worth.ts';
import { withoutUndefined } from '../../core/defined.ts';
import { compareText } from '../../core/graph/order.ts';
import type { Dossier } from '../../core/model/chain.ts';
import type { Digest } from '../../core/model/digest.ts';
import { digestAlgorithm, digestHex } from '../../core/model/digest.ts';
import type { ImageRepository } from '../../core/model/image-repository.ts';
import { formatRepository } from '../../core/model/image-repository.ts';
import type { VerifyReport, VerifyResult } from '../../core/model/verify-report.ts';
import type { ReportedImage } from '../../core/policy/reported-checks.ts';
import { reportedImages } from '../../core/policy/reported-checks.ts';
import { documentsText } from '../json.ts';
import type { VerifyRenderOptions } from './index.ts';
import { pathUri } from './uri.ts';

/** The version that the levels are of. */
const SLSA_VERSION = '1.2';
const VERIFIER = 'pkg:generic/provtrace';
/** Where there is no policy file, or several of them that the user's configuration chooses from. */
const COMMAND_LINE = 'provtrace:command-line';
const CONFIGURATION = 'provtrace:configuration';

type Judged = Extract<VerifyResult, { kind: 'judged' }>;

/**
 * SLSA Verification Summary v1 (slsa.dev/spec/v1.2/verification_summary) as an in-toto statement, unsigned: of several images an array. What could
 * not be read, or has no digest of its own, has no summary.
 */
export function renderVsa(report: VerifyReport, { now, version }: VerifyRenderOptions): string {
  const reported = reportedImages(report);
  const statements = report.images.flatMap((result, index) => {
    const image = reported[index];
    const digest = result.kind === 'judged' ? result.dossier.image.digests.platform : undefined;
    if (result.kind === 'failed' || image === undefined || digest === undefined) return [];
    const wholes = reported.slice(report.images.length).filter(({ reference }) => reference === image.reference);
    const repository = repositoryOf(result.dossier);
    return [
      {
        _type: 'https://in-toto.io/Statement/v1',
        subject: [
          {
            name: repository === undefined ? image.reference : formatRepository(repository),
            digest: digestSet(digest),
          },
        ],
        predicateType: 'https://slsa.dev/verification_summary/v1',
        predicate: {
          verifier: { id: VERIFIER, version: { provtrace: version } },
          timeVerified: now,
          resourceUri: resourceUri(repository) ?? pathUri(image.reference),
          policy: policyPart(report, result),
          inputAttestations: inputsOf(result.dossier),
          ...outcomePart(result, [image, ...wholes]),
          slsaVersion: SLSA_VERSION,
        },
      },
    ];
  });
  return documentsText(statements);
}

/**
 * There are two words alone, and a reader of the second cannot ask back: `PASSED` is what was checked and holds, or is excepted by the policy's owner.
 * What is undecided, only warned about, or without a rule has not passed; nor has a platform of an image that as a whole has not.
 */
function outcomePart({ dossier }: Judged, images: readonly ReportedImage[]): object {
  const isPassed = images.every(
    ({ verdict, checks }) =>
      verdict === 'pass' &&
      checks.length > 0 &&
      checks.every((check) => check.verdict === 'pass' || check.waiver?.kind === 'exception'),
  );
  return isPassed
    ? { verificationResult: 'PASSED', verifiedLevels: [levelText(dossier)] }
    : { verificationResult: 'FAILED', verifiedLevels: ['FAILED'] };
}

/** Level 1 asks for no signature: it is nothing that was verified. */
function levelText(dossier: Dossier): string {
  const { level } = buildLevelOf(dossier);
  return `SLSA_BUILD_LEVEL_${level > 1 ? level : 'UNEVALUATED'}`;
}

/** What was required: the policy file by its bytes, and the command line by its words. */
function policyPart({ policyPath, policyDigest, waived }: VerifyReport, { judgement, policy }: Judged): object {
  const checks = judgement?.judged[0]?.checks ?? [];
  const annotations = {
    ...Object.fromEntries(checks.map(({ requirement, expected }) => [requirement, expected])),
    ...(waived.length === 0 ? {} : { waived }),
  };
  const unnamed = policy === undefined ? COMMAND_LINE : CONFIGURATION;
  return withoutUndefined({
    uri: policyPath === undefined ? unnamed : pathUri(policyPath),
    digest: policyDigest && digestSet(policyDigest),
    annotations: Object.keys(annotations).length === 0 ? undefined : annotations,
  });
}

/** Every document that could be used, each once: the specification wants all or none. */
function inputsOf({ image, gathered }: Dossier): readonly object[] {
  const used = gathered.documents.filter(
    ({ about, signed }) =>
      signed.checked.assurance !== 'rejected' && !(about.kind === 'image' && isAboutAnother(signed, image.digests)),
  );
  const names = new Map(used.map(({ signed }) => [signed.document, predicateTypeOf(signed)]));
  return [...names]
    .sort(([left], [right]) => compareText(left, right))
    .map(([document, name]) => ({ name, digest: digestSet(document) }));
}

function digestSet(digest: Digest): Readonly<Record<string, string>> {
  return { [digestAlgorithm(digest)]: digestHex(digest) };
}

/** Where it can be fetched, rather than where it lies. */
function repositoryOf({ image: { root } }: Dossier): ImageRepository | undefined {
  return root.foundAt.find(({ transport }) => transport === 'registry') ?? root.foundAt[0];
}

/** What consumers expect, the same for every release: a package URL without version, since the subject has the digest. */
function resourceUri(repository: ImageRepository | undefined): string | undefined {
  if (repository === undefined) return undefined;
  const { transport, name } = repository;
  if (transport !== 'registry') return pathUri(name);
  const last = encodeURIComponent(name.slice(name.lastIndexOf('/') + 1).toLowerCase());
  const whole = name.toLowerCase().split('/').map(encodeURIComponent).join('/');
  return `pkg:oci/${last}?repository_url=${whole}`;
}
