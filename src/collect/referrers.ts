import { ToolError } from '../core/errors.ts';
import type { Gathered } from '../core/model/chain.ts';
import type { Descriptor } from '../core/model/descriptor.ts';
import { MEDIA_TYPES } from '../core/model/descriptor.ts';
import { referrersTag } from '../core/model/digest.ts';
import { parseManifest } from '../core/model/oci.ts';
import type { FetchedManifest } from '../ports/registry.ts';
import type { AttachedTools, Lookup } from './attached.ts';
import { STATED_RELATIONS, placeOf, readArtifact, readOutcome, unheard } from './attached.ts';
import { digestsWithReferrers } from './carriers.ts';
import type { Collector } from './collector.ts';
import { NOTHING, joined } from './collector.ts';
import type { Images } from './images.ts';

const ID = 'referrers';
/** Referrers of one digest that are read: images with nightly scans gather hundreds. */
const REFERRERS_MAX = 200;

/** What names the image as its subject: by the referrers API, and by the fallback tag where that gives nothing (distribution-spec 1.1). */
export function referrers(tools: AttachedTools, images: Images): Collector<'image'> {
  return {
    id: ID,
    about: 'image',
    answers: STATED_RELATIONS,
    reach: 'root',
    collect: async (image) => {
      const { digests, attestationManifests } = await images.structureOf(image);
      const own = new Set(attestationManifests.map((manifest) => manifest.digest));
      const lookups = image.foundAt.flatMap((at) =>
        digestsWithReferrers(digests).map((asked) =>
          readReferrers(tools, { collector: ID, image, digests, at, carrier: 'referrers API', asked }, own),
        ),
      );
      return joined(await Promise.all(lookups));
    },
  };
}

/** `own`: attestation manifests that the index lists already; in their newer form they are referrers too. */
async function readReferrers(tools: AttachedTools, lookup: Lookup, own: ReadonlySet<string>): Promise<Gathered> {
  const outcome = await tools.registry.fetchReferrers(lookup.at, lookup.asked);
  if (outcome.kind === 'found' && outcome.value.length > 0)
    return readAll(tools, lookup, { descriptors: outcome.value, own, asOf: outcome.asOf });
  // An API that was added later may know nothing of what was pushed before it, so an empty answer is not the last word.
  const api =
    outcome.kind === 'found'
      ? placeOf(lookup, 'absent', undefined, outcome.asOf)
      : await readOutcome(lookup, outcome, async () => NOTHING);
  const fallback = { ...lookup, carrier: 'referrers fallback tag' };
  const tagged = await tools.registry.fetchManifest(lookup.at, { kind: 'tag', tag: referrersTag(lookup.asked) });
  const listed = await readOutcome(fallback, tagged, (fetched, asOf) =>
    readFallback(tools, fallback, { fetched, own, asOf }),
  );
  return joined([api, listed]);
}

async function readFallback(
  tools: AttachedTools,
  lookup: Lookup,
  tagged: { fetched: FetchedManifest; own: ReadonlySet<string>; asOf: string | undefined },
): Promise<Gathered> {
  try {
    const index = parseManifest(tagged.fetched.bytes, tagged.fetched.mediaType);
    if (index.kind === 'manifest')
      return unheard(lookup, new ToolError('MALFORMED', 'the fallback tag names an image and should name an index'));
    return await readAll(tools, lookup, { descriptors: index.manifests, own: tagged.own, asOf: tagged.asOf });
  } catch (error) {
    if (error instanceof ToolError) return unheard(lookup, error);
    throw error;
  }
}

type Listed = {
  readonly descriptors: readonly Descriptor[];
  readonly own: ReadonlySet<string>;
  readonly asOf: string | undefined;
};

async function readAll(tools: AttachedTools, lookup: Lookup, { descriptors, own, asOf }: Listed): Promise<Gathered> {
  // Each once: an index can list one twice, and itself.
  const others = [
    ...new Map(
      descriptors
        .filter((descriptor) => !own.has(descriptor.digest) && descriptor.digest !== lookup.asked)
        .map((item) => [item.digest, item]),
    ).values(),
  ];
  const read = others.slice(0, REFERRERS_MAX);
  const parts = await Promise.all(read.map((descriptor) => readReferrer(tools, lookup, descriptor)));
  const over =
    others.length === read.length
      ? NOTHING
      : unheard(
          lookup,
          new ToolError('TOO_LARGE', `${others.length} referrers, of which the first ${REFERRERS_MAX} were read`),
        );
  return joined([
    ...parts,
    over,
    placeOf(lookup, descriptors.length === 0 ? 'absent' : 'found', describe(descriptors), asOf),
  ]);
}

function describe(descriptors: readonly Descriptor[]): string {
  const types = [...new Set(descriptors.map((descriptor) => descriptor.artifactType ?? 'no artifactType'))].sort();
  return `${descriptors.length === 1 ? 'one referrer' : `${descriptors.length} referrers`}: ${types.join(', ')}`;
}

async function readReferrer(tools: AttachedTools, lookup: Lookup, descriptor: Descriptor): Promise<Gathered> {
  if (descriptor.mediaType === MEDIA_TYPES.ociIndex)
    return unheard(lookup, new ToolError('UNSUPPORTED', `the referrer ${descriptor.digest} is an index`));
  const one = { ...lookup, carrier: `${lookup.carrier}, ${descriptor.artifactType ?? 'no artifactType'}` };
  const outcome = await tools.registry.fetchManifest(lookup.at, { kind: 'digest', digest: descriptor.digest });
  return outcome.kind === 'absent'
    ? unheard(
        one,
        new ToolError('NOT_READABLE', `the registry lists the referrer ${descriptor.digest} and does not have it`),
      )
    : readOutcome(one, outcome, (fetched) => readArtifact(tools, one, fetched));
}
