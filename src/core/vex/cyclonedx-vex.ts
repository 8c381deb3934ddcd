import { withoutUndefined } from '../defined.ts';
import { readCycloneDx } from '../sbom/cyclonedx/read-document.ts';
import type { Item } from '../sbom/item.ts';
import { complain, countUnread, itemsOf, memberOf, membersNamed, textOf } from '../sbom/item.ts';
import type { Component } from '../sbom/model.ts';
import { takeNotes } from '../sbom/notes.ts';
import type { ProductFacts } from './products.ts';
import { productNamed, severityOf } from './products.ts';
import type { StatedProduct, StatedStatus, VulnerabilityDocument, VulnerabilityStatement } from './model.ts';

const VULNERABILITY_MEMBERS = membersNamed(`
  bom-ref id source references ratings description detail recommendation published updated analysis affects
`);
/** CycloneDX `impactAnalysisState`, in the words of VEX. */
const STATES = new Map<string, StatedStatus>([
  ['resolved', 'fixed'],
  ['resolved_with_pedigree', 'fixed'],
  ['exploitable', 'affected'],
  ['in_triage', 'under_investigation'],
  ['false_positive', 'not_affected'],
  ['not_affected', 'not_affected'],
]);

/** The vulnerabilities of a CycloneDX document (1.4 on), with what it says of the components that they are in. */
export function readCycloneDxVex(item: Item): VulnerabilityDocument {
  // What is wrong with the components is told where the document is read as an SBOM.
  const sbom = readCycloneDx({ ...item, notes: takeNotes() }, 'cyclonedx-json');
  const components = new Map(
    [sbom.root ?? [], sbom.components].flat().map((component) => [component.id, component] as const),
  );
  const [document] = sbom.documents;
  const timestamp = document?.created;
  const [tool] = document?.tools ?? [];
  const [author] = document?.authors ?? [];
  return withoutUndefined({
    format: 'cyclonedx' as const,
    specVersion: document?.specVersion,
    identifier: document?.identifier,
    author: author?.name ?? sbom.root?.supplier?.name,
    timestamp,
    tool,
    statements: itemsOf(item, 'vulnerabilities').flatMap((entry) =>
      readVulnerability(entry, { components, timestamp }),
    ),
  });
}

type Surroundings = { readonly components: ReadonlyMap<string, Component>; readonly timestamp: string | undefined };

/** One statement for each status: a component's versions may differ in theirs. */
function readVulnerability(item: Item, { components, timestamp }: Surroundings): readonly VulnerabilityStatement[] {
  const vulnerability = textOf(item, 'id');
  if (vulnerability === undefined) {
    complain(item, 'id', 'missing: the vulnerability is left out');
    return [];
  }
  countUnread(item, VULNERABILITY_MEMBERS, 'vulnerabilities[]');
  const analysis = memberOf(item, 'analysis');
  const judged = STATES.get((analysis && textOf(analysis, 'state')) ?? '');
  const byStatus = Map.groupBy(
    itemsOf(item, 'affects').flatMap((target) => readTarget(target, components)),
    ({ status }) => judged ?? status,
  );
  const groups = byStatus.size > 0 ? byStatus : new Map([[judged ?? 'reported', []] as const]);
  const facts = {
    vulnerability,
    aliases: itemsOf(item, 'references').flatMap((reference) => textOf(reference, 'id') ?? []),
    justification: analysis && textOf(analysis, 'justification'),
    detail:
      (analysis && textOf(analysis, 'detail')) ??
      textOf(item, 'recommendation') ??
      textOf(item, 'detail') ??
      textOf(item, 'description'),
    severities: itemsOf(item, 'ratings').flatMap(readRating),
    timestamp:
      (analysis && (textOf(analysis, 'lastUpdated') ?? textOf(analysis, 'firstIssued'))) ??
      textOf(item, 'updated') ??
      timestamp,
  };
  return [...groups].map(([status, targets]) =>
    withoutUndefined({ ...facts, status, products: targets.map(({ product }) => product) }),
  );
}

function readRating(item: Item): VulnerabilityStatement['severities'] {
  const source = memberOf(item, 'source');
  return severityOf({
    level: textOf(item, 'severity'),
    score: textOf(item, 'score'),
    method: textOf(item, 'method'),
    vector: textOf(item, 'vector'),
    source: source && textOf(source, 'name'),
  });
}

type Target = { readonly product: StatedProduct; readonly status: StatedStatus };

/** A component of this document, or of another by a BOM-Link, whose fragment is its reference there. */
function readTarget(item: Item, components: ReadonlyMap<string, Component>): readonly Target[] {
  const ref = textOf(item, 'ref');
  if (ref === undefined) {
    complain(item, 'ref', 'missing');
    return [];
  }
  const component = components.get(ref) ?? components.get(fragmentOf(ref));
  const facts: ProductFacts = {
    purl: component?.purl,
    name: component?.name,
    version: component?.version,
    hashes: component?.hashes,
    cpe: component?.cpes[0],
  };
  const text = component?.purl?.text ?? component?.name ?? fragmentOf(ref);
  const versions = itemsOf(item, 'versions');
  if (versions.length === 0) return [{ product: productNamed(text, facts), status: 'reported' }];
  return versions.map((version) => {
    const exact = versionFacts(component, textOf(version, 'version'), textOf(version, 'range'));
    const word = textOf(version, 'status');
    const status = word === 'unaffected' ? 'not_affected' : word === 'unknown' ? 'under_investigation' : 'affected';
    return { product: productNamed(text, { ...facts, ...exact }), status };
  });
}

/** Another version than the component's own is a range of one. */
function versionFacts(
  component: Component | undefined,
  version: string | undefined,
  range: string | undefined,
): ProductFacts {
  const purl = component?.purl;
  const isOther =
    purl !== undefined && version !== undefined && version !== component?.version && version !== purl.version;
  return isOther ? { range: `vers:${purl.type}/${encodeURIComponent(version)}` } : { version, range };
}

function fragmentOf(ref: string): string {
  const fragment = ref.startsWith('urn:cdx:') ? ref.slice(ref.indexOf('#') + 1) : ref;
  try {
    return decodeURIComponent(fragment);
  } catch {
    // Not encoded after all.
    return fragment;
  }
}
