import { ToolError } from '../core/errors.ts';
import type { Gathered } from '../core/model/chain.ts';
import type { Descriptor } from '../core/model/descriptor.ts';
import type { Digest } from '../core/model/digest.ts';
import type { ImageEntity } from '../core/model/entity.ts';
import type { Evidence, Place, Problem, Relation } from '../core/model/evidence.ts';
import type { ImageRepository } from '../core/model/image-repository.ts';
import type { DigestSet } from '../core/model/image.ts';
import type { ImageManifest } from '../core/model/oci.ts';
import type { Outcome } from '../core/model/outcome.ts';
import type { CarriedDocument } from '../core/model/statement.ts';
import { parseManifest } from '../core/model/oci.ts';
import { NOTARY_SIGNATURE, artifactTypeOf, layerContent } from '../core/provenance/carriers.ts';
import type { Weigh } from '../core/claims/from-document.ts';
import type { FetchedManifest, Registry } from '../ports/registry.ts';
import type { StatementVerifier } from '../ports/statement-verifier.ts';
import { NOTHING, joined } from './collector.ts';

/** What statements can be about: where a carrier of statements was not heard, none of these is "absent". */
export const STATED_RELATIONS: readonly Relation[] = [
  'builtBy',
  'builtFrom',
  'fromRepository',
  'builtAt',
  'contextAt',
  'basedOn',
  'builtWith',
  'describedBy',
];

/** A statement with an SBOM of a large image reaches 20 MB. */
const DOCUMENT_BYTES_MAX = 32 * 1024 * 1024;
/** Documents that one artifact manifest may hold. */
const LAYERS_MAX = 200;

export type AttachedTools = {
  readonly registry: Registry;
  readonly verifier: StatementVerifier;
  readonly weigh: Weigh;
};

/** One place where evidence is looked for: whose it is, and how the ledger names it. */
export type Lookup = {
  readonly collector: string;
  readonly image: ImageEntity;
  readonly digests: DigestSet;
  readonly at: ImageRepository;
  readonly carrier: string;
  /** The member of the digest set that was asked about. */
  readonly asked: Digest;
};

/** Reads an artifact manifest that was found, and all documents in it. */
export async function readArtifact(tools: AttachedTools, lookup: Lookup, fetched: FetchedManifest): Promise<Gathered> {
  let manifest: ReturnType<typeof parseManifest>;
  try {
    manifest = parseManifest(fetched.bytes, fetched.mediaType);
  } catch (error) {
    return unheard(lookup, asToolError(error));
  }
  if (manifest.kind === 'index')
    return unheard(lookup, new ToolError('MALFORMED', `${fetched.digest} is an index and should be an artifact`));
  if (artifactTypeOf(manifest) === NOTARY_SIGNATURE)
    return listed(lookup, { document: fetched.digest, predicateType: NOTARY_SIGNATURE });
  const layers = manifest.layers.slice(0, LAYERS_MAX);
  const parts = await Promise.all(
    layers.map((layer) => readLayer(tools, lookup, { layer, container: fetched.digest })),
  );
  const left = manifest.layers.length - layers.length;
  const over =
    left === 0
      ? NOTHING
      : unheard(
          lookup,
          new ToolError(
            'TOO_LARGE',
            `${fetched.digest} holds ${left} documents more than the ${LAYERS_MAX} that are read`,
          ),
        );
  return joined([...parts, over, placeOf(lookup, 'found', describe(manifest))]);
}

function describe(manifest: ImageManifest): string {
  const types = [...new Set(manifest.layers.map((layer) => layer.mediaType))];
  return `${manifest.layers.length === 1 ? 'one document' : `${manifest.layers.length} documents`}: ${types.join(', ')}`;
}

async function readLayer(
  tools: AttachedTools,
  lookup: Lookup,
  { layer, container }: { layer: Descriptor; container: Digest },
): Promise<Gathered> {
  const content = layerContent(layer);
  if (content.kind === 'unknown') return listed(lookup, { document: layer.digest, predicateType: layer.mediaType });
  if (content.kind === 'listed')
    return listed(lookup, { document: layer.digest, predicateType: content.predicateType });
  const blob = await tools.registry.fetchBlob(lookup.at, layer.digest, DOCUMENT_BYTES_MAX);
  if (blob.kind === 'failed') return unheard(lookup, blob.error);
  if (blob.kind === 'absent')
    return unheard(
      lookup,
      new ToolError('NOT_READABLE', `the registry names the document ${layer.digest} and does not have it`),
    );
  const carried: CarriedDocument = {
    form: content.form,
    bytes: blob.value,
    document: layer.digest,
    annotations: layer.annotations,
    carrier: lookup.carrier,
  };
  const signed = await tools.verifier.verify(carried);
  const about = { image: lookup.image, digests: lookup.digests, collector: lookup.collector };
  return joined(signed.map((document) => tools.weigh(about, { ...document, container })));
}

/** A document whose content is not read here: that it exists is itself worth telling, and never more than `declared`. */
function listed(lookup: Lookup, what: { document: Digest; predicateType: string }): Gathered {
  const { image, collector, carrier, asked } = lookup;
  const evidence: Evidence = {
    claim: {
      kind: 'edge',
      from: image,
      relation: 'describedBy',
      to: { kind: 'document', digest: what.document, predicateType: what.predicateType },
    },
    strength: 'declared',
    rank: 0,
    why: 'its content was not read',
    boundBy: 'none',
    origin: { collector, location: `${carrier} of ${asked}`, document: what.document },
  };
  return { ...NOTHING, evidence: [evidence] };
}

export function placeOf(lookup: Lookup, result: Place['result'], detail?: string, asOf?: string): Gathered {
  const { image, carrier, asked } = lookup;
  const place: Place = {
    at: image,
    carrier,
    asked,
    result,
    ...(detail === undefined ? {} : { detail }),
    ...(asOf === undefined ? {} : { asOf }),
  };
  return { ...NOTHING, places: [place] };
}

export function unheard(lookup: Lookup, error: ToolError): Gathered {
  const problem: Problem = {
    collector: lookup.collector,
    at: lookup.image,
    relations: STATED_RELATIONS,
    code: error.code,
    message: `${lookup.carrier}: ${error.message}`,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  };
  return joined([{ ...NOTHING, problems: [problem] }, placeOf(lookup, 'unheard', error.message)]);
}

/** The usual course: what was found is read, what is absent or failed goes into the ledger. */
export async function readOutcome<Value>(
  lookup: Lookup,
  outcome: Outcome<Value, string>,
  read: (value: Value, asOf: string | undefined) => Promise<Gathered>,
): Promise<Gathered> {
  if (outcome.kind === 'failed') return unheard(lookup, outcome.error);
  if (outcome.kind === 'absent') return placeOf(lookup, 'absent', undefined, outcome.asOf);
  return read(outcome.value, outcome.asOf);
}

function asToolError(error: unknown): ToolError {
  if (error instanceof ToolError) return error;
  throw error;
}
