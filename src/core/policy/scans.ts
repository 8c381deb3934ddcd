import type { Component } from '../sbom/model.ts';
import { EMPTY_SBOM } from '../sbom/model.ts';
import type { FoundStatements } from '../vex/found.ts';
import { joinStatements } from '../vex/join.ts';
import type {
  JoinedStatement,
  StatedProduct,
  StatedSeverity,
  StatedStatus,
  VulnerabilityStatement,
} from '../vex/model.ts';
import type { StatedImage } from '../vex/stated-image.ts';
import type { ScanFact, VulnerabilitySeverity } from './policy-input.ts';

type Vulnerability = ScanFact['vulnerabilities'][number];
type Readable = Pick<FoundStatements, 'document'> & { readonly statements: readonly VulnerabilityStatement[] };
/** A statement of a VEX document, joined to the packages that a scan names. */
type Word = { readonly document: Readable['document']; readonly joined: JoinedStatement };

const SETTLING: ReadonlySet<StatedStatus> = new Set<StatedStatus>(['not_affected', 'fixed']);

/** Each scan beside the image with what it reports, and the VEX statements by which that is settled. */
export function scanFacts(found: readonly FoundStatements[], image: StatedImage): readonly ScanFact[] {
  const held = found.filter(({ trust }) => trust !== 'rejected');
  const vex = held.flatMap((each): Readable[] =>
    each.reading.kind === 'read' && !isScan(each)
      ? [{ document: each.document, statements: each.reading.document.statements }]
      : [],
  );
  return held.filter(isScan).map((scan) => scanFact(scan, vex, image));
}

/** One that cannot be read is taken for a scan where its type says so: it may report whatever there is. */
function isScan({ reading, type }: FoundStatements): boolean {
  if (reading.kind === 'refused') return /vuln|scan/i.test(type);
  const { format, statements } = reading.document;
  return format === 'scan' || statements.some(({ status }) => status === 'reported');
}

function scanFact(
  { document, reading, type }: FoundStatements,
  vex: readonly Readable[],
  image: StatedImage,
): ScanFact {
  if (reading.kind === 'refused') {
    const unread = { id: 'a report that cannot be read', component: type, severity: 'unknown' as const, settledBy: [] };
    return { document, vulnerabilities: [unread] };
  }
  const { statements, timestamp } = reading.document;
  const reported = statements.filter(({ status }) => !SETTLING.has(status));
  const packages = new Map(
    reported.flatMap(({ products }) => products).map((product) => [product.text, packageOf(product)]),
  );
  const sbom = { ...EMPTY_SBOM, components: [...packages.values()] };
  const words = vex.flatMap((each) =>
    joinStatements(each.statements, sbom, image).map((joined): Word => ({ document: each.document, joined })),
  );
  return {
    document,
    ...(timestamp === undefined ? {} : { scannedAt: timestamp }),
    vulnerabilities: reported.flatMap((statement) => vulnerabilitiesOf(statement, packages, words)),
  };
}

function packageOf(product: StatedProduct): Component {
  const { text, purl, name = text, version = purl?.version } = product;
  return {
    id: text,
    name,
    ...(version === undefined ? {} : { version }),
    ...(purl === undefined ? {} : { purl }),
    cpes: product.cpe === undefined ? [] : [product.cpe],
    licences: [],
    hashes: product.hashes,
    foundAt: [],
    references: [],
    properties: [],
    documents: [],
  };
}

function vulnerabilitiesOf(
  statement: VulnerabilityStatement,
  packages: ReadonlyMap<string, Component>,
  words: readonly Word[],
): readonly Vulnerability[] {
  const { vulnerability: id, products, severities } = statement;
  const severity = gravestOf(severities);
  const about = words.filter(({ joined }) => isSameVulnerability(joined.statement, statement));
  if (products.length === 0) return [{ id, component: 'the image', severity, settledBy: settling(about, undefined) }];
  return products.map(({ text }) => ({
    id,
    component: text,
    severity,
    settledBy: settling(about, packages.get(text)),
  }));
}

function isSameVulnerability(left: VulnerabilityStatement, right: VulnerabilityStatement): boolean {
  const ids = new Set([left.vulnerability, ...left.aliases]);
  return [right.vulnerability, ...right.aliases].some((id) => ids.has(id));
}

/** The statements that count where nobody has said otherwise since: of several the latest decides, and of one moment the worst. */
function settling(words: readonly Word[], component: Component | undefined): Vulnerability['settledBy'] {
  const about = words.filter(
    ({ joined }) =>
      joined.about === 'image' ||
      (joined.about === 'components' && component !== undefined && joined.components.includes(component)),
  );
  const good = about.filter(({ joined }) => SETTLING.has(joined.statement.status));
  const latestBad = latestOf(about.filter((word) => !good.includes(word)));
  return good
    .filter((word) => latestOf([word]) > latestBad)
    .map(({ document, joined }) => ({ document, status: joined.statement.status }));
}

/** In milliseconds; a statement without a moment may be of any, so it is taken for the oldest of those that settle. */
function latestOf(words: readonly Word[]): number {
  const times = words.map(({ joined }) => Date.parse(joined.statement.timestamp ?? ''));
  return Math.max(Number.NEGATIVE_INFINITY, ...times.map((time) => (Number.isNaN(time) ? 0 : time)));
}

/** What sources call them, in the words of policies. */
const LEVELS: Readonly<Record<string, VulnerabilitySeverity>> = {
  none: 'none',
  negligible: 'low',
  low: 'low',
  minor: 'low',
  medium: 'medium',
  moderate: 'medium',
  high: 'high',
  important: 'high',
  critical: 'critical',
};
const ORDER: readonly VulnerabilitySeverity[] = ['critical', 'high', 'medium', 'low', 'none'];

/** Where sources differ, the gravest. */
function gravestOf(severities: readonly StatedSeverity[]): Vulnerability['severity'] {
  const rated = severities.flatMap(({ level = '', score = '' }) => LEVELS[level] ?? byScore(score) ?? []);
  return ORDER.find((severity) => rated.includes(severity)) ?? 'unknown';
}

/** CVSS 3.1, section 5. */
function byScore(text: string): VulnerabilitySeverity | undefined {
  const score = /^\d{1,2}(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(score)) return undefined;
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'none';
}
