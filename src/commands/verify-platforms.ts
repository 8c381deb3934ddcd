import { ToolError } from '../core/errors.ts';
import type { Dossier } from '../core/model/chain.ts';
import type { Descriptor } from '../core/model/descriptor.ts';
import { MEDIA_TYPES, formatPlatform } from '../core/model/descriptor.ts';
import type { Digest } from '../core/model/digest.ts';
import { parseManifest } from '../core/model/oci.ts';
import { absent, failed, found } from '../core/model/outcome.ts';
import type { Outcome } from '../core/model/outcome.ts';
import type { JudgedPlatforms, VerifyResult } from '../core/model/verify-report.ts';
import { judgePlatforms } from '../core/policy/platforms.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Tools } from './command.ts';

type Judged = Extract<VerifyResult, { kind: 'judged' }>;
/** Platforms of an index by the digests of their manifests. */
type Listed = ReadonlyMap<Digest, string>;

/** Holds all platforms of one image that were judged against what the policy wants of them together; undefined where it wants nothing. */
export async function platformsTogether(
  policy: Policy,
  results: readonly VerifyResult[],
  tools: Pick<Tools, 'registry'>,
): Promise<JudgedPlatforms | undefined> {
  const judged = results.filter((result): result is Judged => result.kind === 'judged');
  const [first] = judged;
  if (first === undefined || policy.rules.every(({ platforms }) => platforms.required === undefined)) return undefined;
  const { image } = first.dossier;
  const listed = await listedPlatforms(first.dossier, tools);
  const platforms = listed.kind === 'found' ? listed.value : new Map<Digest, string>();
  const together = judgePlatforms(policy, {
    foundAt: image.root.foundAt,
    listed: listed.kind === 'found' ? found({ value: [...platforms.values()], places: image.digests.indexes }) : listed,
    judged: judged.flatMap(({ dossier, policy: judgement }) =>
      judgement === undefined ? [] : [{ platform: platformOf(dossier, platforms), judgement }],
    ),
  });
  return together === undefined ? undefined : { reference: image.reference, judged: together };
}

/** As the index calls it: a configuration often leaves out the variant. */
function platformOf({ image }: Dossier, listed: Listed): string {
  const own = image.digests.platform === undefined ? undefined : listed.get(image.digests.platform);
  return own ?? (image.platform === undefined ? 'a platform without a name' : formatPlatform(image.platform));
}

async function listedPlatforms(
  { image }: Dossier,
  { registry }: Pick<Tools, 'registry'>,
): Promise<Outcome<Listed, string>> {
  const [outermost] = image.digests.indexes;
  const [at] = image.root.foundAt;
  if (outermost === undefined || at === undefined) return absent('the image is no index');
  const fetched = await registry.fetchManifest(at, { kind: 'digest', digest: outermost });
  if (fetched.kind === 'failed') return fetched;
  if (fetched.kind === 'absent') return failed(new ToolError('NOT_READABLE', `the index ${outermost} is not there`));
  const manifest = parseManifest(fetched.value.bytes, fetched.value.mediaType);
  const members = manifest.kind === 'index' ? manifest.manifests : [];
  if (members.some(isIndex))
    return failed(
      new ToolError('UNSUPPORTED', `the index ${outermost} holds further indexes: which platforms it has is not told`),
    );
  return found(new Map(members.filter(isImage).map(({ digest, platform }) => [digest, platformText(platform)])));
}

function isIndex({ mediaType }: Descriptor): boolean {
  return mediaType === MEDIA_TYPES.ociIndex || mediaType === MEDIA_TYPES.dockerList;
}

/** Attestation manifests are of no platform. */
function isImage({ platform }: Descriptor): boolean {
  return platform !== undefined && platform.os !== 'unknown';
}

function platformText(platform: Descriptor['platform']): string {
  return platform === undefined ? '' : formatPlatform(platform);
}
