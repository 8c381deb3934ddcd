import { withoutUndefined } from '../core/defined.ts';
import { ToolError } from '../core/errors.ts';
import type { Descriptor, Platform } from '../core/model/descriptor.ts';
import { MEDIA_TYPES, formatPlatform } from '../core/model/descriptor.ts';
import type { Digest } from '../core/model/digest.ts';
import type { ImageStructure } from '../core/model/image.ts';
import type { ImageRepository } from '../core/model/image-repository.ts';
import { formatRepository } from '../core/model/image-repository.ts';
import type { ImageIndex, ImageManifest } from '../core/model/oci.ts';
import { parseImageConfig, parseManifest } from '../core/model/oci.ts';
import { layerContent } from '../core/provenance/carriers.ts';
import type { Instant, Outcome } from '../core/model/outcome.ts';
import type { Foresee } from './carriers.ts';
import type { FetchedManifest, ManifestName, Registry } from '../ports/registry.ts';

/** Which platforms of an index are wanted. `host` is what `default` prefers: linux on the architecture of this machine. */
export type PlatformChoice =
  | { readonly kind: 'default'; readonly host: Platform }
  | { readonly kind: 'platform'; readonly platform: Platform }
  | { readonly kind: 'all' };

/** `unread`: platforms of an index that could not be read, where others could. */
export type ReadImages = {
  readonly images: readonly ImageStructure[];
  readonly unread: readonly UnreadPlatform[];
  readonly asOf?: Instant;
};
export type UnreadPlatform = { readonly platform: string; readonly error: ToolError };

const INDEX_DEPTH_MAX = 4;
/** Within one, at any depth: a request each. */
const INDEXES_MAX = 200;
const CONFIG_BYTES_MAX = 8 * 1024 * 1024;
/** BuildKit's word in an index for "this is no image but a statement about one". */
const REFERENCE_TYPE = 'vnd.docker.reference.type';
const REFERENCE_DIGEST = 'vnd.docker.reference.digest';

/** A manifest in an index, with the indexes that it was reached through, outermost first. */
type Member = { readonly descriptor: Descriptor; readonly path: readonly IndexOnPath[] };
type IndexOnPath = { readonly digest: Digest; readonly index: ImageIndex };

/**
 * Reads what an image is made of: from a name through indexes to the manifest and the config of each platform wanted.
 * @throws ToolError, of which `NO_SUCH_IMAGE`, `NO_SUCH_PLATFORM` and `NOT_AN_IMAGE` are this function's own.
 */
export async function readImages(registry: Registry, at: ImageRepository, asked: Asked): Promise<ReadImages> {
  const { choice, foresee = () => {} } = asked;
  const outcome = await registry.fetchManifest(at, asked.name);
  const fetched = found(outcome, () => noSuchImage(at, asked.name));
  if (asked.name.kind !== 'digest') foresee(fetched.digest, 'image');
  const read = await readFetched({ registry, at, foresee }, fetched, choice);
  return withoutUndefined({ ...read, asOf: outcome.kind === 'found' ? outcome.asOf : undefined });
}

/** `foresee` is told of the digests of the image while its manifests are still being read. */
type Asked = { readonly name: ManifestName; readonly choice: PlatformChoice; readonly foresee?: Foresee };
type Source = { readonly registry: Registry; readonly at: ImageRepository; readonly foresee: Foresee };

async function readFetched(source: Source, fetched: FetchedManifest, choice: PlatformChoice): Promise<ReadImages> {
  if (fetched.mediaType === MEDIA_TYPES.dockerConfig) return { images: [bareConfig(fetched)], unread: [] };
  const parsed = parseManifest(fetched.bytes, fetched.mediaType);
  if (parsed.kind === 'manifest') {
    const image = await readPlatform(source, { digest: fetched.digest, manifest: parsed, path: [] });
    assertWanted(image, choice);
    return { images: [image], unread: [] };
  }
  const members = await membersOf(source, [{ digest: fetched.digest, index: parsed }]);
  const fitting = choose(members.filter(isImage), choice);
  const chosen = [...new Map(fitting.map((member) => [member.descriptor.digest, member])).values()];
  const read = await Promise.all(chosen.map((member) => readOrTell(source, member)));
  const images = read.flatMap((result) => ('error' in result ? [] : [result]));
  const unread = read.flatMap((result) => ('error' in result ? [result] : []));
  // `docker save` lists the platforms that it leaves out: those that are there are worth having.
  const [first] = unread;
  if (images.length === 0 && first !== undefined) throw first.error;
  return { images, unread };
}

async function readOrTell(source: Source, member: Member): Promise<ImageStructure | UnreadPlatform> {
  try {
    return await readMember(source, member);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const { platform, digest } = member.descriptor;
    return { platform: platform === undefined ? digest : formatPlatform(platform), error };
  }
}

/** A `docker save` archive has no manifest: the config is all there is. */
function bareConfig(fetched: FetchedManifest): ImageStructure {
  const config = parseImageConfig(fetched.bytes);
  return withoutUndefined({
    digests: { indexes: [], config: fetched.digest, attestationManifests: [] },
    platform: config.platform,
    config,
    indexAnnotations: [],
    attestationManifests: [],
  });
}

/** All manifests of an index, also of indexes within it; each index once: some kilobytes can say one a million times, or name themselves. */
async function membersOf(
  source: Source,
  path: readonly IndexOnPath[],
  met = new Set(path.map(({ digest }) => digest)),
): Promise<readonly Member[]> {
  const innermost = path.at(-1);
  if (innermost === undefined) return [];
  const members = innermost.index.manifests.map(async (descriptor): Promise<readonly Member[]> => {
    if (descriptor.mediaType !== MEDIA_TYPES.ociIndex && descriptor.mediaType !== MEDIA_TYPES.dockerList)
      return [{ descriptor, path }];
    if (met.has(descriptor.digest)) return [];
    met.add(descriptor.digest);
    if (met.size > INDEXES_MAX)
      throw new ToolError('TOO_LARGE', `${formatRepository(source.at)} has more than ${INDEXES_MAX} indexes in one`);
    if (path.length >= INDEX_DEPTH_MAX) {
      throw new ToolError('MALFORMED', `the indexes of ${formatRepository(source.at)} are nested too deeply`, {
        expected: `at most ${INDEX_DEPTH_MAX} indexes inside one another`,
        got: descriptor.digest,
      });
    }
    const fetched = found(await source.registry.fetchManifest(source.at, byDigest(descriptor)), () =>
      missingPart(source.at, descriptor),
    );
    const nested = parseManifest(fetched.bytes, fetched.mediaType);
    return nested.kind === 'index'
      ? membersOf(source, [...path, { digest: fetched.digest, index: nested }], met)
      : [{ descriptor, path }];
  });
  return (await Promise.all(members)).flat();
}

function isImage({ descriptor }: Member): boolean {
  const { platform, annotations, artifactType } = descriptor;
  if (platform?.os === 'unknown' && platform.architecture === 'unknown') return false;
  // Runtimes choose by platform: what has one is run, whatever else is written on it.
  return (
    platform !== undefined || (annotations[REFERENCE_TYPE] !== 'attestation-manifest' && artifactType === undefined)
  );
}

function choose(members: readonly Member[], choice: PlatformChoice): readonly Member[] {
  if (choice.kind === 'all' && members.length > 0) return members;
  const wanted = choice.kind === 'platform' ? choice.platform : choice.kind === 'default' ? choice.host : undefined;
  // All that fit: which of two the runtime takes is not for us to guess.
  const matching = members.filter(
    ({ descriptor }) => wanted !== undefined && descriptor.platform !== undefined && fits(descriptor.platform, wanted),
  );
  if (matching.length > 0) return matching;
  if (choice.kind === 'default' && members.length === 1) return members;
  const there = members.map(({ descriptor }) =>
    descriptor.platform === undefined ? descriptor.digest : formatPlatform(descriptor.platform),
  );
  if (there.length === 0)
    throw new ToolError('NOT_AN_IMAGE', 'the index holds no image', {
      expected: 'at least one image manifest',
      got: 'none',
    });
  throw new ToolError(
    'NO_SUCH_PLATFORM',
    wanted === undefined ? 'the index holds no image' : `the image has no platform ${formatPlatform(wanted)}`,
    {
      expected: `one of ${there.join(', ')}`,
      hint: 'choose one with --platform, or take each with --all-platforms',
    },
  );
}

/** A platform without a variant takes any. */
function fits(platform: Platform, wanted: Platform): boolean {
  return (
    platform.os === wanted.os &&
    platform.architecture === wanted.architecture &&
    (wanted.variant === undefined || variantOf(platform) === variantOf(wanted))
  );
}

/** What no variant means for these processors, as containerd has it. */
const USUAL_VARIANTS: Readonly<Record<string, string>> = { arm64: 'v8', arm: 'v7' };

function variantOf({ architecture, variant }: Platform): string | undefined {
  return variant ?? USUAL_VARIANTS[architecture];
}

function assertWanted(image: ImageStructure, choice: PlatformChoice): void {
  if (choice.kind !== 'platform' || image.platform === undefined || fits(image.platform, choice.platform)) return;
  throw new ToolError('NO_SUCH_PLATFORM', `the image has no platform ${formatPlatform(choice.platform)}`, {
    expected: formatPlatform(choice.platform),
    got: `an image for ${formatPlatform(image.platform)} alone`,
  });
}

async function readMember(source: Source, member: Member): Promise<ImageStructure> {
  const { descriptor, path } = member;
  source.foresee(descriptor.digest, 'image');
  for (const attestation of attestationsOf(member.path, descriptor.digest))
    source.foresee(attestation.digest, 'attestationManifest');
  const fetched = found(await source.registry.fetchManifest(source.at, byDigest(descriptor)), () =>
    missingPart(source.at, descriptor),
  );
  const manifest = parseManifest(fetched.bytes, fetched.mediaType);
  if (manifest.kind === 'index')
    throw new ToolError('MALFORMED', `the index calls ${descriptor.digest} a manifest, and it is an index`);
  return readPlatform(source, { digest: fetched.digest, manifest, path, descriptor });
}

type PlatformManifest = {
  readonly digest: Digest;
  readonly manifest: ImageManifest;
  readonly path: readonly IndexOnPath[];
  readonly descriptor?: Descriptor;
};

async function readPlatform(
  source: Source,
  { digest, manifest, path, descriptor }: PlatformManifest,
): Promise<ImageStructure> {
  const config = await readConfig(source, manifest);
  const attestationManifests = attestationsOf(path, digest);
  return withoutUndefined({
    digests: {
      indexes: path.map((outer) => outer.digest),
      platform: digest,
      config: manifest.config.digest,
      attestationManifests: attestationManifests.map((attestation) => attestation.digest),
    },
    platform: config.platform ?? descriptor?.platform,
    manifest,
    config,
    indexAnnotations: path.map(({ index }) => index.annotations),
    descriptor,
    attestationManifests,
  });
}

function attestationsOf(path: readonly IndexOnPath[], digest: Digest): readonly Descriptor[] {
  return path.flatMap(({ index }) =>
    index.manifests.filter(
      ({ annotations }) =>
        annotations[REFERENCE_TYPE] === 'attestation-manifest' && annotations[REFERENCE_DIGEST] === digest,
    ),
  );
}

async function readConfig(
  { registry, at }: Source,
  manifest: ImageManifest,
): Promise<ReturnType<typeof parseImageConfig>> {
  const isConfig =
    manifest.config.mediaType === MEDIA_TYPES.ociConfig || manifest.config.mediaType === MEDIA_TYPES.dockerConfig;
  const artifactType = manifest.artifactType ?? manifest.config.mediaType;
  if (!isConfig || manifest.artifactType !== undefined) {
    throw new ToolError(
      'NOT_AN_IMAGE',
      `this is no container image but ${artifactType || 'something without a type'}`,
      {
        expected: `a manifest whose config is ${MEDIA_TYPES.ociConfig} or ${MEDIA_TYPES.dockerConfig}`,
        got: artifactType,
        ...(manifest.subject === undefined
          ? {}
          : { hint: `it is about ${manifest.subject.digest}: trace that instead` }),
      },
    );
  }
  const [layer] = manifest.layers;
  if (layer !== undefined && layerContent(layer).kind !== 'unknown') {
    throw new ToolError('NOT_AN_IMAGE', `this is no container image but a carrier of ${layer.mediaType}`, {
      expected: 'layers of a file system',
      got: layer.mediaType,
    });
  }
  const bytes = found(await registry.fetchBlob(at, manifest.config.digest, CONFIG_BYTES_MAX), () =>
    missingPart(at, manifest.config),
  );
  return parseImageConfig(bytes);
}

function byDigest({ digest }: Descriptor): ManifestName {
  return { kind: 'digest', digest };
}

function found<Value, Absence extends string>(outcome: Outcome<Value, Absence>, whenAbsent: () => ToolError): Value {
  if (outcome.kind === 'found') return outcome.value;
  throw outcome.kind === 'failed' ? outcome.error : whenAbsent();
}

function noSuchImage(at: ImageRepository, name: ManifestName): ToolError {
  const what = name.kind === 'tag' ? `tag ${name.tag}` : name.kind === 'digest' ? name.digest : 'image';
  return new ToolError('NO_SUCH_IMAGE', `${formatRepository(at)} has no ${what}`, {
    hint: 'check the name, the tag and the digest',
  });
}

function missingPart(at: ImageRepository, { digest, mediaType }: Descriptor): ToolError {
  return new ToolError('NO_SUCH_IMAGE', `${formatRepository(at)} names ${digest} and does not have it`, {
    expected: mediaType,
    got: 'nothing under that digest',
    hint: 'the image was pushed or copied in part: push it again, or trace a copy that is whole',
  });
}
