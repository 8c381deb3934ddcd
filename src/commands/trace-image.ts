import { attestationManifests } from '../collect/attestation-manifests.ts';
import type { Collector } from '../collect/collector.ts';
import { collectorOf, joined } from '../collect/collector.ts';
import { cosignTags } from '../collect/cosign-tags.ts';
import type { GatherLimits } from '../collect/gather.ts';
import { GATHER_LIMITS, gather } from '../collect/gather.ts';
import { forgeAttestations } from '../collect/forge-attestations.ts';
import { givenBundles } from '../collect/given-bundles.ts';
import { imageConfig } from '../collect/image-config.ts';
import type { PlatformChoice } from '../collect/image-reader.ts';
import { createImages } from '../collect/images.ts';
import { referrers } from '../collect/referrers.ts';
import type { ResolvedImage } from '../collect/resolve.ts';
import { resolveImages } from '../collect/resolve.ts';
import type { ReadSource, Sources } from '../collect/sources.ts';
import { gatheredOfCatalogs } from '../core/claims/from-catalog.ts';
import { gatheredOfDockerfiles } from '../core/claims/from-dockerfile.ts';
import { gatheredOfSource } from '../core/claims/from-source.ts';
import { endorse } from '../core/claims/endorsement.ts';
import { proofOfBase } from '../core/claims/base-proof.ts';
import { claimsOfNaming } from '../core/claims/from-naming.ts';
import { weighing } from '../core/claims/from-document.ts';
import { ToolError } from '../core/errors.ts';
import { findingsOf } from '../core/findings/index.ts';
import type { Examined } from '../core/findings/rule.ts';
import { inOrder } from '../core/graph/order.ts';
import { gradesOf, stepsOf } from '../core/graph/steps.ts';
import { trace } from '../core/graph/trace.ts';
import type { CarriedDocument } from '../core/model/statement.ts';
import type { StatementVerifier } from '../ports/statement-verifier.ts';
import type { Pin } from '../core/claims/speakers.ts';
import type { Evidence } from '../core/model/evidence.ts';
import type { Dossier, TracedImage } from '../core/model/chain.ts';
import { askedSources } from '../core/source/asked-sources.ts';
import { quotedDockerfiles } from '../core/source/dockerfile-match.ts';
import { peopleOf } from '../core/source/people.ts';
import { toInstant } from '../core/model/outcome.ts';
import type { TraceResult } from '../core/model/report.ts';
import type { Tools } from './command.ts';

/** What is the same for every image of one run. */
export type TraceSettings = {
  readonly choice: PlatformChoice;
  readonly verifier: StatementVerifier;
  readonly pins: readonly Pin[];
  /** From files that the user named. */
  readonly bundles: readonly CarriedDocument[];
  /** Missing where the image alone is asked about. */
  readonly sources?: Sources;
  /** Missing where the provenance of its bases is not asked about. */
  readonly followBases?: FollowBases;
  /** Of a layout that stands in for an image: nothing is remembered of it. */
  readonly isTrial?: true;
  /** What is another for one image, once it is known which that is. */
  readonly settingsFor?: (
    image: TracedImage,
  ) => Promise<Partial<Pick<TraceSettings, 'pins' | 'sources' | 'followBases'>>>;
};
export type Traced = Extract<TraceResult, { kind: 'traced' }>;
/** A traced image to the same with its bases. */
export type FollowBases = (traced: Traced) => Promise<Traced>;

/** One reference as it was typed to what is known of it: an entry for each platform chosen. Never throws what a user can act on. */
export async function traceImage(tools: Tools, text: string, settings: TraceSettings): Promise<readonly TraceResult[]> {
  try {
    const { resolved, unread } = await resolveImages(tools, tools.parseReference(text), settings.choice);
    const traced = await Promise.all(
      resolved.map(async (image) => {
        if (settings.isTrial !== true) recordSeen(tools, image.image);
        const own = { ...settings, ...(await settings.settingsFor?.(image.image)) };
        const alone = await traceResolved(tools, own, image);
        return own.followBases === undefined ? alone : own.followBases(alone);
      }),
    );
    return [
      ...traced,
      ...unread.map(({ platform, error }) => ({ kind: 'failed' as const, reference: `${text} (${platform})`, error })),
    ];
  } catch (error) {
    if (error instanceof ToolError) return [{ kind: 'failed', reference: text, error }];
    throw error;
  }
}

/** One image of one platform, whatever it stands on. */
export async function traceResolved(
  tools: Tools,
  settings: TraceSettings,
  { image, structure }: ResolvedImage,
): Promise<Traced> {
  const images = createImages(tools.registry, { platform: image.platform, host: tools.hostPlatform });
  images.remember(image.root, structure);
  const limits: GatherLimits = GATHER_LIMITS;
  const read = await gather(image.root, collectors(tools, settings, images), limits);
  const endorsed = endorse(read, { digests: image.digests, repositories: image.root.foundAt, pins: settings.pins });
  const derived = [...proofOfBase(image.root, read.evidence), ...namingOf(image)];
  const gathered = { ...read, evidence: [...endorsed, ...derived] };
  const examined = await withPeople(tools, { image, gathered, chain: trace(image.root, gathered) }, settings.sources);
  const dossier: Dossier = { ...examined, findings: findingsOf(examined) };
  const steps = stepsOf(dossier);
  return { kind: 'traced', dossier, steps, grades: gradesOf(dossier.chain, steps) };
}

/** The chain goes on from the commit that it settles on, so that is settled first: no other repository is asked. */
async function withPeople(tools: Tools, alone: Examined, sources: Sources | undefined): Promise<Examined> {
  if (sources === undefined) return alone;
  const { read, examined } = await readSources(tools, alone, sources);
  const { image, gathered } = examined;
  const catalogs = await sources.readCatalogs(read.map(({ catalog }) => catalog));
  const people = peopleOf({ image: image.root, sources: read.map((each) => each.read), catalogs });
  const parts = [...people.sources.map(gatheredOfSource), gatheredOfCatalogs(image.root, people)];
  const all = inOrder(joined([gathered, ...parts]));
  return { image, gathered: all, chain: trace(image.root, all), people };
}

/** Whose path is only found among the files of the commit, it is asked about again: by then all but the catalog files beside it are at hand. */
async function readSources(
  { hash }: Tools,
  alone: Examined,
  sources: Sources,
): Promise<{ readonly read: readonly ReadSource[]; readonly examined: Examined }> {
  const quoted = quotedDockerfiles(alone, hash);
  const readOf = ({ chain }: Examined): Promise<readonly ReadSource[]> => {
    const asked = askedSources(chain);
    const [only, ...others] = asked;
    // Of several sources none is the image's, and neither is a path in one of them.
    const isSole = only?.about.kind === 'sourceRevision' && others.length === 0;
    const dockerfiles = isSole ? quoted : [];
    return Promise.all(asked.map((each) => sources.read({ ...each, dockerfiles })));
  };
  const read = await readOf(alone);
  if (quoted.length === 0) return { read, examined: alone };
  const gathered = inOrder(joined([alone.gathered, ...read.map((each) => gatheredOfDockerfiles(each.read))]));
  const examined = { ...alone, gathered, chain: trace(alone.image.root, gathered) };
  return { read: await readOf(examined), examined };
}

/** What its name looks like, where nothing better is said. */
function namingOf({ root, tag }: ResolvedImage['image']): readonly Evidence[] {
  return root.foundAt.flatMap((repository) => claimsOfNaming({ collector: 'naming', image: root, repository, tag }));
}

/** Every place where evidence about an image is found, one row each. */
function collectors(
  tools: Tools,
  settings: TraceSettings,
  images: ReturnType<typeof createImages>,
): readonly Collector[] {
  const attached = { registry: tools.registry, verifier: settings.verifier, weigh: weighing(settings.pins) };
  return [
    collectorOf(imageConfig(images)),
    collectorOf(attestationManifests(attached, images)),
    collectorOf(referrers(attached, images)),
    collectorOf(cosignTags(attached, images)),
    collectorOf(forgeAttestations({ ...attached, attestations: tools.attestations, forges: tools.forges }, images)),
    collectorOf(givenBundles(attached, images, settings.bundles)),
  ];
}

/** So that `provtrace sha256:…` finds it again, by any of its digests. */
function recordSeen({ store, clock }: Tools, { root, digests }: ResolvedImage['image']): void {
  const [repository] = root.foundAt;
  if (repository === undefined) return;
  for (const digest of new Set([root.digest, ...digests.indexes]))
    store.recordSeen({ digest, repository, lastSeen: toInstant(clock.nowMs()) });
}
