import { withoutUndefined } from '../defined.ts';
import { readCycloneDx } from '../sbom/cyclonedx/read-document.ts';
import type { Item } from '../sbom/item.ts';
import { complain, countUnread, itemsOf, listOf, memberOf, membersNamed, textOf } from '../sbom/item.ts';
import { takeNotes } from '../sbom/notes.ts';
import type { NamedComponents } from './cyclonedx-targets.ts';
import { readTarget } from './cyclonedx-targets.ts';
import { severityOf } from './products.ts';
import type { StatedStatus, VulnerabilityDocument, VulnerabilityStatement } from './model.ts';

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
      readVulnerability(entry, { components, serial: document?.identifier, timestamp }),
    ),
  });
}

type Surroundings = NamedComponents & { readonly timestamp: string | undefined };

/** One statement for each status: a component's versions may differ in theirs. */
function readVulnerability(item: Item, { timestamp, ...named }: Surroundings): readonly VulnerabilityStatement[] {
  const vulnerability = textOf(item, 'id');
  if (vulnerability === undefined) {
    complain(item, 'id', 'missing: the vulnerability is left out');
    return [];
  }
  countUnread(item, VULNERABILITY_MEMBERS, 'vulnerabilities[]');
  const analysis = memberOf(item, 'analysis');
  const targets = itemsOf(item, 'affects').flatMap((target) => readTarget(target, named));
  if (targets.length === 0 && listOf(item, 'affects').length > 0) {
    // Without targets it would be about the whole subject of the attestation.
    complain(item, 'affects', 'not readable in any item: the vulnerability is left out');
    return [];
  }
  const judged = STATES.get((analysis && textOf(analysis, 'state')) ?? '');
  const byStatus = Map.groupBy(targets, ({ status }) => judged ?? status);
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
