import { readBuildpacksSboms } from '../collect/sboms-buildpacks.ts';
import { keepingVerifier, readListedFiles } from '../collect/sboms.ts';
import type { Sources } from '../collect/sources.ts';
import type { Pin } from '../core/claims/speakers.ts';
import { withoutUndefined } from '../core/defined.ts';
import { ToolError } from '../core/errors.ts';
import type { Digest } from '../core/model/digest.ts';
import type { CarriedDocument } from '../core/model/statement.ts';
import { attachedDocuments } from '../core/sbom/attached.ts';
import type { Failed, ImageDocuments } from '../core/sbom/image-documents.ts';
import { imageDocuments } from '../core/sbom/image-documents.ts';
import type { PlatformChoice, RawInput, Tools } from './command.ts';
import { textFlags } from './flags.ts';
import { platformChoice } from './images.ts';
import { openSources } from './sources.ts';
import { followingBases, parseBaseDepth } from './trace-bases.ts';
import type { TraceSettings } from './trace-image.ts';
import { traceImage } from './trace-image.ts';
import { verifierOptions } from './verification.ts';

/** Reads images with all documents about them; `kept` are these as they were carried. */
export type DocumentReader = {
  readonly read: (reference: string) => Promise<readonly (ImageDocuments | Failed)[]>;
  readonly kept: ReadonlyMap<Digest, CarriedDocument>;
};

/** @param asks.whole goes on to the bases, and from the commit to its owners unless `--no-source` says not to: all that `trace` asks. */
export async function openDocuments(
  input: RawInput,
  tools: Tools,
  asks: { readonly whole?: boolean; readonly choice?: PlatformChoice; readonly pins?: readonly Pin[] } = {},
): Promise<DocumentReader> {
  const opened = await tools.openVerifier(verifierOptions(input));
  const { verifier, kept } = keepingVerifier(opened.verifier);
  const alone = {
    verifier,
    pins: [...(asks.pins ?? []), ...(await tools.trust.readPins())],
    bundles: await tools.readBundles(textFlags(input.flags, 'bundle')),
  };
  const isWhole = asks.whole === true;
  const sources: Sources | undefined = isWhole ? await openSources(input, tools, opened) : undefined;
  const settings: TraceSettings = withoutUndefined({
    ...alone,
    choice: asks.choice ?? platformChoice(input, tools),
    sources,
    followBases: isWhole ? followingBases(tools, alone, parseBaseDepth(undefined)) : undefined,
  });
  const read: DocumentReader['read'] = async (reference) => {
    const traced = await traceImage(tools, reference, settings);
    return Promise.all(
      traced.map(async (result) => {
        if (result.kind === 'failed') return result;
        const parts = await Promise.all([
          readListedFiles(tools.registry, result.dossier),
          readBuildpacksSboms(tools, result.dossier),
        ]);
        const files = parts.flatMap((part) => part.files);
        const unread = parts.flatMap((part) => part.unread);
        return imageDocuments(result, attachedDocuments(result.dossier, files), unread);
      }),
    );
  };
  return { read, kept };
}

/**
 * Those that were read.
 * @throws ToolError where one was not: what is made of several would silently be of fewer.
 */
export function allRead(results: readonly (ImageDocuments | Failed)[]): readonly ImageDocuments[] {
  return results.map((result) => {
    if (result.kind === 'failed') throw result.error;
    return result;
  });
}

/** The platform that was asked for. @throws ToolError `USAGE` where several fit. */
export function onlyImage(results: readonly (ImageDocuments | Failed)[]): ImageDocuments {
  const [only, ...others] = allRead(results);
  if (only !== undefined && others.length === 0) return only;
  throw new ToolError('USAGE', 'a document is of one platform', {
    expected: 'one platform, chosen with --platform',
    hint: 'provtrace sbom --merge --all-platforms joins the SBOMs of all',
  });
}
