import { readListedFiles } from '../collect/sboms.ts';
import type { Sources } from '../collect/sources.ts';
import { ToolError } from '../core/errors.ts';
import type { TracedImage } from '../core/model/chain.ts';
import { formatRepository } from '../core/model/image-repository.ts';
import type { Outcome } from '../core/model/outcome.ts';
import { absent, failed, found } from '../core/model/outcome.ts';
import type { TraceResult } from '../core/model/report.ts';
import { knownSource } from '../core/policy/known-source.ts';
import type { PolicyInput } from '../core/policy/policy-input.ts';
import { unasked } from '../core/policy/policy-input.ts';
import type { PolicyNeeds } from '../core/policy/policy-needs.ts';
import { policyNeeds } from '../core/policy/policy-needs.ts';
import { pinsOfPolicy } from '../core/policy/policy-pins.ts';
import type { Tools } from './command.ts';
import type { OpenedPolicy } from './policy-open.ts';
import { followingBases } from './trace-bases.ts';
import type { FollowBases, TraceSettings, Traced } from './trace-image.ts';

const UNASKED = unasked(new ToolError('UNSUPPORTED', 'nobody was asked, since no rule for this image asks for it'));

/** What images are traced with so that a policy can judge them, and what they come to as its input. */
export type Gathering = {
  readonly settingsFor: (
    image: TracedImage,
    opened: OpenedPolicy,
  ) => Promise<Pick<TraceSettings, 'pins' | 'sources' | 'followBases'>>;
  readonly inputOf: (traced: Traced, opened: OpenedPolicy) => Promise<PolicyInput>;
};

/** @param openSources is called once, and only where a rule asks for what repositories, forges and catalogs know. */
export function gatheringFor(
  tools: Tools,
  settings: Pick<TraceSettings, 'verifier' | 'pins' | 'bundles'>,
  openSources: () => Promise<Sources | undefined>,
): Gathering {
  const known = new Map<OpenedPolicy, ReturnType<typeof policyNeeds>>();
  const needsOf = ({ root }: TracedImage, opened: OpenedPolicy): PolicyNeeds => {
    const needs = known.get(opened) ?? policyNeeds(opened.policy);
    known.set(opened, needs);
    const each = root.foundAt.map((at) => needs.ofImage(formatRepository(at)));
    return {
      source: each.some(({ source }) => source),
      documents: each.some(({ documents }) => documents),
      baseDepth: Math.max(0, ...each.map(({ baseDepth }) => baseDepth)),
    };
  };
  let sources: Promise<Sources | undefined> | undefined;
  // Many images stand on few bases: what follows them remembers, so there is one for each depth.
  const following = new Map<number, FollowBases>();
  const followBases = (depth: number): FollowBases => {
    const follow = following.get(depth) ?? followingBases(tools, settings, depth);
    following.set(depth, follow);
    return follow;
  };
  return {
    settingsFor: async (image, opened) => {
      const needs = needsOf(image, opened);
      const asked = needs.source ? await (sources ??= openSources()) : undefined;
      return {
        pins: [...settings.pins, ...image.root.foundAt.flatMap((at) => pinsOfPolicy(opened.policy, at))],
        ...(asked === undefined ? {} : { sources: asked }),
        ...(needs.baseDepth === 0 ? {} : { followBases: followBases(needs.baseDepth) }),
      };
    },
    inputOf: (traced, opened) => policyInput(tools, traced, needsOf(traced.dossier.image, opened)),
  };
}

/** All that is known of a traced image, as far as it is asked for: what nobody asked is unheard, and never absent. */
export async function policyInput(tools: Tools, traced: Traced, needs: PolicyNeeds): Promise<PolicyInput> {
  const { dossier, bases } = traced;
  const documents = needs.documents ? await documentsOf(tools, traced) : UNASKED;
  return {
    dossier,
    source: needs.source ? knownSource(traced) : UNASKED.source,
    sboms: documents.sboms,
    scans: documents.scans,
    base: bases === undefined ? UNASKED.base : await baseOf(tools, bases, needs),
  };
}

async function documentsOf(tools: Tools, traced: Traced): Promise<Pick<PolicyInput, 'sboms' | 'scans'>> {
  const [{ attachedDocuments }, { imageDocuments }, { knownDocuments }] = await Promise.all([
    import('../core/sbom/attached.ts'),
    import('../core/sbom/image-documents.ts'),
    import('../core/policy/known-documents.ts'),
  ]);
  const { files, unread } = await readListedFiles(tools.registry, traced.dossier);
  return knownDocuments(imageDocuments(traced, attachedDocuments(traced.dossier, files), unread), unread);
}

/** Nearest first: each is the base of the one before it. Nobody is asked about the people behind a base. */
async function baseOf(
  tools: Tools,
  [nearest, ...beneath]: readonly TraceResult[],
  needs: PolicyNeeds,
): Promise<Outcome<PolicyInput, string>> {
  if (nearest === undefined) return absent('nothing says on which image it is based');
  if (nearest.kind === 'failed') return failed(nearest.error);
  const input = await policyInput(tools, nearest, { ...needs, source: false });
  return found({ ...input, base: await baseOf(tools, beneath, needs) });
}
