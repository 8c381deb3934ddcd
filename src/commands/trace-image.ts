import { attestationManifests } from '../collect/attestation-manifests.ts';
import type { Collector } from '../collect/collector.ts';
import { collectorOf } from '../collect/collector.ts';
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
import { endorse } from '../core/claims/endorsement.ts';
import { proofOfBase } from '../core/claims/base-proof.ts';
import { claimsOfNaming } from '../core/claims/from-naming.ts';
import { weighing } from '../core/claims/from-document.ts';
import { ToolError } from '../core/errors.ts';
import { findingsOf } from '../core/findings/index.ts';
import { gradesOf, stepsOf } from '../core/graph/steps.ts';
import { trace } from '../core/graph/trace.ts';
import type { CarriedDocument } from '../core/model/statement.ts';
import type { StatementVerifier } from '../ports/statement-verifier.ts';
import type { Pin } from '../core/claims/speakers.ts';
import type { Evidence } from '../core/model/evidence.ts';
import type { Dossier } from '../core/model/chain.ts';
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
};

/** One reference as it was typed to what is known of it: an entry for each platform chosen. Never throws what a user can act on. */
export async function traceImage(tools: Tools, text: string, settings: TraceSettings): Promise<readonly TraceResult[]> {
  try {
    const { resolved, unread } = await resolveImages(tools, tools.parseReference(text), settings.choice);
    const traced = await Promise.all(resolved.map((image) => traceResolved(tools, settings, image)));
    return [
      ...traced,
      ...unread.map(({ platform, error }) => ({ kind: 'failed' as const, reference: `${text} (${platform})`, error })),
    ];
  } catch (error) {
    if (error instanceof ToolError) return [{ kind: 'failed', reference: text, error }];
    throw error;
  }
}

async function traceResolved(
  tools: Tools,
  settings: TraceSettings,
  { image, structure }: ResolvedImage,
): Promise<TraceResult> {
  recordSeen(tools, image);
  const images = createImages(tools.registry, { platform: image.platform, host: tools.hostPlatform });
  images.remember(image.root, structure);
  const limits: GatherLimits = GATHER_LIMITS;
  const read = await gather(image.root, collectors(tools, settings, images), limits);
  const endorsed = endorse(read, { digests: image.digests, repositories: image.root.foundAt, pins: settings.pins });
  const derived = [...proofOfBase(image.root, read.evidence), ...namingOf(image)];
  const gathered = { ...read, evidence: [...endorsed, ...derived] };
  const chain = trace(image.root, gathered);
  const dossier: Dossier = { image, chain, gathered, findings: findingsOf({ image, chain, gathered }) };
  const steps = stepsOf(dossier);
  return { kind: 'traced', dossier, steps, grades: gradesOf(dossier.chain) };
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
