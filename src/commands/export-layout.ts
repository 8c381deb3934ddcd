import type { CarriedBundle } from '../collect/layout-content.ts';
import { gatherLayout } from '../collect/layout-content.ts';
import { keepingRegistry } from '../collect/layout-registry.ts';
import { digestsOf, predicateTypeOf } from '../core/claims/worth.ts';
import { withoutUndefined } from '../core/defined.ts';
import { ToolError } from '../core/errors.ts';
import type { Digest } from '../core/model/digest.ts';
import { memberOfSet } from '../core/model/image.ts';
import type { CarriedDocument } from '../core/model/statement.ts';
import { toInstant } from '../core/model/outcome.ts';
import { evaluate } from '../core/policy/evaluate.ts';
import type { Requirements } from '../core/policy/requirements.ts';
import { isEmpty, pinsOf } from '../core/policy/requirements.ts';
import { parseBundle } from '../core/provenance/envelope.ts';
import type { Traced } from '../core/sbom/image-documents.ts';
import type { LayoutFile } from '../ports/layout-writer.ts';
import type { RawInput, Tools } from './command.ts';
import { isSet, textFlag } from './flags.ts';
import { platformChoice } from './images.ts';
import { tellUnheard } from './sbom-telling.ts';
import { allRead, openDocuments } from './sbom-gather.ts';
import { isTransparencyLogWaived, parseRequirements, verifierOptions } from './verification.ts';

const LAYOUT_FILE = '{"imageLayoutVersion":"1.0.0"}';
const README = `This layout holds an image's manifests and configs, and all documents about it that provtrace read.
Verify it without a network:

    provtrace verify --offline oci:THIS-FOLDER --identity WHO --issuer WHOSE-WORD

The files beside this one are for people. Nothing in them is used when the layout is judged: not the roots of
trust, which you name yourself (--trusted-root) where the built-in ones are not enough, and not the verdict.

trace.json          what was known when the layout was written
verdict.json        what came of the requirements that were given then, if any were
trusted_root.jsonl  the roots of trust by which signatures held then
`;

/** The image with all evidence about it as an OCI layout, which gives the same answers where there is no network. */
export async function exportLayout(
  { reference, target }: { readonly reference: string; readonly target: string },
  input: RawInput,
  tools: Tools,
): Promise<number> {
  if (tools.global.format !== undefined)
    throw new ToolError('USAGE', '--to writes a layout, which has one form', { expected: 'no --format beside it' });
  const { fingerprints, trustedRootsOf } = await tools.openVerifier(verifierOptions(input));
  const requirements = await parseRequirements(input, fingerprints);
  const keeping = keepingRegistry(tools.registry);
  const choice =
    textFlag(input.flags, 'platform') === undefined ? { kind: 'all' as const } : platformChoice(input, tools);
  const { read, kept } = await openDocuments(
    input,
    { ...tools, registry: keeping.registry },
    { whole: true, choice, pins: pinsOf(requirements) },
  );
  const documents = allRead(await read(reference));
  const traced = documents.map((image) => image.traced);
  const images = traced.map(({ dossier }) => dossier.image);
  const [at] = images[0]?.root.foundAt ?? [];
  if (at === undefined) throw new Error('an image that was read is somewhere');
  const shown = keeping.shownBy(at);
  const layout = await gatherLayout(
    withoutUndefined({
      registry: tools.registry,
      shown,
      images,
      bundles: bundlesOf(traced, kept, shown.blobs),
      layers: isSet(input.flags, 'layers') ? tools.layers : undefined,
      hash: tools.hash,
    }),
  );
  for (const digest of layout.leftOut) tools.progress.notice(`${digest} is named and is not there: left out`);
  const roots = await trustedRootsOf(rootsUsed(traced));
  const files = [
    file('oci-layout', LAYOUT_FILE),
    { name: 'index.json', bytes: layout.index },
    file('provtrace/README.txt', README),
    ...(roots === '' ? [] : [file('provtrace/trusted_root.jsonl', roots)]),
    ...(await reports(traced, requirements, { input, tools })),
  ];
  await tools.writeLayout(target, { files, blobs: layout.blobs });
  tools.progress.update(undefined);
  tools.progress.notice(`written to ${target}`);
  tellUnheard(documents, tools);
  // What was not heard is absent from the layout, and there nobody can tell it from what never was.
  return documents.some(({ unheard }) => unheard.length > 0) ? 3 : 0;
}

function file(name: string, text: string): LayoutFile {
  return { name, bytes: new TextEncoder().encode(text) };
}

/** Bundles of forges and of files: what was read about this image and is in no blob of its registry. */
function bundlesOf(
  traced: readonly Traced[],
  kept: ReadonlyMap<Digest, CarriedDocument>,
  blobs: ReadonlyMap<Digest, Uint8Array>,
): readonly CarriedBundle[] {
  const bundles = traced.flatMap(({ dossier: { image, gathered } }) =>
    gathered.documents.flatMap(({ signed }): CarriedBundle[] => {
      const carried = kept.get(signed.document);
      const about = digestsOf(signed).find((digest) => memberOfSet(image.digests, digest) !== undefined);
      if (carried?.form !== 'bundle' || about === undefined || blobs.has(carried.document)) return [];
      const { mediaType } = parseBundle(carried.bytes);
      const { document } = carried;
      return [{ document, bytes: carried.bytes, mediaType, predicateType: predicateTypeOf(signed), about }];
    }),
  );
  return [...new Map(bundles.map((bundle) => [bundle.document, bundle])).values()];
}

function rootsUsed(traced: readonly Traced[]): ReadonlySet<string> {
  const documents = traced.flatMap(({ dossier }) => dossier.gathered.documents);
  return new Set(
    documents.flatMap(({ signed: { checked } }) => (checked.assurance === 'verified' ? [checked.root] : [])),
  );
}

async function reports(
  traced: readonly Traced[],
  requirements: Requirements,
  { input, tools }: { readonly input: RawInput; readonly tools: Tools },
): Promise<readonly LayoutFile[]> {
  const { renderTraceDocument } = await import('../render/export/index.ts');
  const trace = file('provtrace/trace.json', renderTraceDocument(traced));
  if (isEmpty(requirements)) return [trace];
  const { renderVerify } = await import('../render/verify/index.ts');
  const { WAIVED_LOG } = await import('./verify.ts');
  const pins = [...pinsOf(requirements), ...(await tools.trust.readPins())];
  const images = traced.map(({ dossier, grades }) => ({
    kind: 'judged' as const,
    dossier,
    grades,
    judgement: evaluate(dossier, requirements, pins),
  }));
  const waived = isTransparencyLogWaived(input) ? [WAIVED_LOG] : [];
  const now = toInstant(tools.clock.nowMs());
  const { version } = tools;
  const options = { ...tools.screen, format: 'json' as const, verbose: tools.global.verbose, now, version };
  return [trace, file('provtrace/verdict.json', await renderVerify({ images, waived }, options))];
}
