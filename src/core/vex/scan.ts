import { withoutUndefined } from '../defined.ts';
import type { Item } from '../sbom/item.ts';
import { complain, countUnread, itemsOf, memberOf, membersNamed, textOf } from '../sbom/item.ts';
import { readGrypeReport, readTrivyReport } from './scan-reports.ts';
import type { VulnerabilityDocument, VulnerabilityStatement } from './model.ts';
import { severityOf } from './products.ts';

const MEMBERS = membersNamed('invocation scanner metadata');

/**
 * The result of a scan in cosign's predicate (`cosign.sigstore.dev/attestation/vuln/v1`), whose result is the scanner's own report, or
 * in in-toto's (`in-toto.io/attestation/vulns/v0.1` and `v0.2`), whose result is a list of vulnerabilities.
 */
export function readScan(item: Item): VulnerabilityDocument {
  countUnread(item, MEMBERS, '');
  const scanner = memberOf(item, 'scanner');
  const metadata = memberOf(item, 'metadata');
  const database = scanner && memberOf(scanner, 'db');
  const uri = scanner && textOf(scanner, 'uri');
  const timestamp = metadata && (textOf(metadata, 'scanFinishedOn') ?? textOf(metadata, 'scanStartedOn'));
  return withoutUndefined({
    format: 'scan' as const,
    author: uri,
    timestamp,
    tool:
      scanner && uri !== undefined ? withoutUndefined({ name: uri, version: textOf(scanner, 'version') }) : undefined,
    databaseUpdated: database && textOf(database, 'lastUpdate'),
    statements: scanner === undefined ? [] : readResult(scanner, timestamp),
  });
}

function readResult(scanner: Item, timestamp: string | undefined): readonly VulnerabilityStatement[] {
  const result = scanner.value['result'];
  if (Array.isArray(result)) return itemsOf(scanner, 'result').flatMap((entry) => readEntry(entry, timestamp));
  const report = memberOf(scanner, 'result');
  return report === undefined ? [] : readReport(report, timestamp);
}

/** A scanner's report as a document of its own. */
export function readBareReport(report: Item): VulnerabilityDocument {
  const descriptor = memberOf(report, 'descriptor');
  const trivy = memberOf(report, 'Trivy');
  const name = (descriptor && textOf(descriptor, 'name')) ?? (trivy && 'trivy');
  const version = (descriptor && textOf(descriptor, 'version')) ?? (trivy && textOf(trivy, 'Version'));
  const timestamp = textOf(report, 'CreatedAt') ?? (descriptor && textOf(descriptor, 'timestamp'));
  return withoutUndefined({
    format: 'scan' as const,
    timestamp,
    tool: name === undefined ? undefined : withoutUndefined({ name, version }),
    statements: readReport(report, timestamp),
  });
}

/** A report of a scanner that is known, in its own words. */
function readReport(report: Item, timestamp: string | undefined): readonly VulnerabilityStatement[] {
  if (Array.isArray(report.value['Results'])) return readTrivyReport(report, timestamp);
  if (Array.isArray(report.value['matches'])) return readGrypeReport(report, timestamp);
  // Trivy leaves the list out where it found nothing.
  if (report.value['SchemaVersion'] === undefined)
    complain(report, 'Results', 'missing: the report is of a scanner that is not known');
  return [];
}

/** v0.2; in v0.1 the vulnerability is an object within. */
function readEntry(item: Item, timestamp: string | undefined): readonly VulnerabilityStatement[] {
  const entry = memberOf(item, 'vulnerability') ?? item;
  const vulnerability = textOf(entry, 'id');
  if (vulnerability === undefined) {
    complain(entry, 'id', 'missing: the vulnerability is left out');
    return [];
  }
  const written = entry.value['severity'];
  const severities = Array.isArray(written) ? itemsOf(entry, 'severity') : [memberOf(entry, 'severity') ?? []].flat();
  return [
    withoutUndefined({
      vulnerability,
      aliases: [],
      status: 'reported' as const,
      products: [],
      severities: severities.flatMap(readSeverity),
      timestamp,
    }),
  ];
}

/** The score is a word or a number, as the method has it. */
function readSeverity(item: Item): VulnerabilityStatement['severities'] {
  const [method, score] = [textOf(item, 'method'), textOf(item, 'score')];
  const isNumber = score !== undefined && /^\d+(?:\.\d+)?$/.test(score);
  return severityOf({
    level: isNumber ? undefined : score,
    score: isNumber ? score : undefined,
    method,
    vector: undefined,
    source: undefined,
  });
}
