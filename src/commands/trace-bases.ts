import { resolveImages } from '../collect/resolve.ts';
import { ToolError } from '../core/errors.ts';
import { baseOf, withBases } from '../core/graph/bases.ts';
import { labelOf } from '../core/graph/wording.ts';
import type { TracedImage } from '../core/model/chain.ts';
import type { Platform } from '../core/model/descriptor.ts';
import { formatPlatform } from '../core/model/descriptor.ts';
import type { ImageEntity } from '../core/model/entity.ts';
import { formatRepository } from '../core/model/image-repository.ts';
import type { TraceResult } from '../core/model/report.ts';
import type { Tools } from './command.ts';
import type { FollowBases, TraceSettings } from './trace-image.ts';
import { traceResolved } from './trace-image.ts';

/** In images beneath the one that was asked for. Builds stand on two or three. */
const DEPTH_DEFAULT = 1;
const DEPTH_MAX = 16;
/** Of one run: many images stand on few bases. */
const KEPT_MAX = 64;
/** Of one base: whoever writes labels can write many. */
const PLACES_MAX = 4;

/** Who is asked about a base: not its people, and of what it stands on the next turn asks. */
type BaseSettings = Pick<TraceSettings, 'verifier' | 'pins' | 'bundles'>;

/** Follows images to what they stand on, and that to what it stands on: each base once in a run, and none that is the image itself. */
export function followingBases(tools: Tools, settings: BaseSettings, depthMax: number): FollowBases {
  const known = new Map<string, Promise<TraceResult>>();
  const trace = (base: ImageEntity, platform: Platform | undefined): Promise<TraceResult> => {
    const key = [base.digest, platform && formatPlatform(platform), ...base.foundAt.map(formatRepository)].join('\n');
    const traced = known.get(key) ?? traceBase(tools, settings, { base, platform });
    known.delete(key);
    known.set(key, traced);
    const [longestUnasked = key] = known.keys();
    if (known.size > KEPT_MAX) known.delete(longestUnasked);
    return traced;
  };
  return async (traced) => {
    const bases: TraceResult[] = [];
    const met = new Set(digestsOf(traced.dossier.image));
    for (let { dossier } = traced; bases.length < depthMax;) {
      const base = baseOf(dossier.chain);
      if (base === undefined || met.has(base.digest)) break;
      const result = await trace(base, dossier.image.platform);
      if (result.kind === 'traced' && met.has(result.dossier.image.root.digest)) break;
      bases.push(result);
      if (result.kind === 'failed') break;
      ({ dossier } = result);
      for (const digest of [base.digest, ...digestsOf(dossier.image)]) met.add(digest);
    }
    return withBases(traced, bases);
  };
}

function digestsOf({ root, digests }: TracedImage): readonly string[] {
  return [root.digest, ...digests.indexes];
}

/** The digest may be the platform's own or that of an index (reference/provenance.md 10): of an index, the platform that stands on it is taken. */
async function traceBase(
  tools: Tools,
  settings: BaseSettings,
  { base, platform }: { readonly base: ImageEntity; readonly platform: Platform | undefined },
): Promise<TraceResult> {
  const text = labelOf(base);
  const choice =
    platform === undefined
      ? { kind: 'default' as const, host: tools.hostPlatform }
      : { kind: 'platform' as const, platform };
  let error: ToolError | undefined;
  for (const repository of base.foundAt.slice(0, PLACES_MAX)) {
    try {
      const located = { kind: 'located' as const, text, repository, digest: base.digest };
      const { resolved } = await resolveImages(tools, located, choice);
      const [image] = resolved;
      if (image !== undefined) return await traceResolved(tools, { ...settings, choice }, image);
    } catch (failure) {
      if (!(failure instanceof ToolError)) throw failure;
      // That one place does not have it says nothing of a place that was not heard.
      if (error === undefined || error.code === 'NO_SUCH_IMAGE') error = failure;
    }
  }
  const nowhere = new ToolError('NO_SUCH_IMAGE', `nothing says where ${base.digest} is kept`);
  return { kind: 'failed', reference: text, error: error ?? nowhere };
}

/** `--base-depth`. @throws ToolError `USAGE` */
export function parseBaseDepth(text: string | undefined): number {
  if (text === undefined) return DEPTH_DEFAULT;
  const depth = /^\d{1,3}$/.test(text) ? Number(text) : DEPTH_MAX + 1;
  if (depth <= DEPTH_MAX) return depth;
  throw new ToolError('USAGE', `--base-depth is no depth: ${text}`, {
    expected: `a whole number from 0 (no base is followed) to ${DEPTH_MAX}`,
  });
}
