import { withoutUndefined } from '../../defined.ts';
import { isRecord } from '../../json.ts';
import { toCycloneDxJson } from '../cyclonedx/write.ts';
import type { EnrichedVersion } from '../export-formats.ts';
import type { JsonRecord } from '../item.ts';
import type { Sbom } from '../model.ts';
import { EMPTY_SBOM } from '../model.ts';
import { sumLosses, takeNotes } from '../notes.ts';
import type { WriteOptions, Written } from '../write-options.ts';
import type { ChainFacts } from './chain-facts.ts';
import { citationsOf } from './citations.ts';
import { declarationsOf } from './declarations.ts';
import { describeImage, isEmail } from './describe-image.ts';
import type { Enriching } from './enriching.ts';
import { startEnriching } from './enriching.ts';
import { formulationOf } from './formulation.ts';
import { pedigreeOf } from './pedigree.ts';

export type EnrichedOptions = WriteOptions & { readonly version?: EnrichedVersion };

/**
 * One CycloneDX JSON document of what is in the image, where it came from and whose it is: the SBOM, if there is one, with the chain in
 * the fields made for it (reference/provenance.md 13.2). Valid against the official schema of its version, 1.6 where none is asked for.
 */
export async function toEnrichedCycloneDx(
  facts: ChainFacts,
  sbom: Sbom = EMPTY_SBOM,
  { version = '1.6', ...options }: EnrichedOptions,
): Promise<Written<JsonRecord>> {
  const described = describeImage(facts, sbom);
  const { value, losses } = await toCycloneDxJson(described, { ...options, version });
  const notes = takeNotes();
  const enriching = startEnriching(described, described.root.id, notes);
  const document = addChain({ ...value }, { facts, options, enriching });
  const result = version === '1.6' ? document : addCitations(document, { facts, options, enriching });
  return { value: result, losses: sumLosses([losses, notes.losses()]) };
}

type Adding = { readonly facts: ChainFacts; readonly options: WriteOptions; readonly enriching: Enriching };

function addChain(document: JsonRecord, { facts, options, enriching }: Adding): JsonRecord {
  const metadata = memberOf(document, 'metadata');
  const formulation = formulationOf(facts, enriching);
  return withoutUndefined({
    ...document,
    metadata: {
      ...metadata,
      component: withoutUndefined({
        ...memberOf(metadata, 'component'),
        authors: authorsOf(facts),
        pedigree: pedigreeOf(facts, enriching),
      }),
    },
    formulation: formulation.length === 0 ? undefined : formulation,
    ...declarationsOf(facts, options.tool, enriching),
  });
}

/** Owners by handle; what is an address for letters stands beside it. */
function authorsOf({ owners }: ChainFacts): readonly JsonRecord[] | undefined {
  if (owners.length === 0) return undefined;
  return owners.map(({ handle, contacts }) => withoutUndefined({ name: handle, email: contacts.find(isEmail) }));
}

/** The tool gets a reference, so that the citations can name it. */
function addCitations(document: JsonRecord, { facts, options, enriching }: Adding): JsonRecord {
  const attributedTo = enriching.refFor('tool');
  const citations = citationsOf(
    facts,
    { created: options.created, attributedTo, has: (pointer) => isThere(document, pointer) },
    enriching,
  );
  if (citations.length === 0) return document;
  const metadata = memberOf(document, 'metadata');
  const tools = memberOf(metadata, 'tools');
  const components = Array.isArray(tools['components']) ? tools['components'].filter(isRecord) : [];
  const isOurs = ({ name, version, group }: JsonRecord): boolean =>
    name === options.tool.name && version === options.tool.version && group === options.tool.vendor;
  return {
    ...document,
    metadata: {
      ...metadata,
      tools: {
        ...tools,
        components: components.map((tool) => (isOurs(tool) ? { ...tool, 'bom-ref': attributedTo } : tool)),
      },
    },
    citations,
  };
}

function memberOf(record: JsonRecord, key: string): JsonRecord {
  const value = record[key];
  return isRecord(value) ? value : {};
}

/** RFC 6901; no key that is looked for has a `/` or `~`. */
function isThere(document: JsonRecord, pointer: string): boolean {
  let at: unknown = document;
  for (const key of pointer.split('/').slice(1)) {
    at = Array.isArray(at) ? at[Number(key)] : isRecord(at) ? at[key] : undefined;
  }
  return at !== undefined;
}
