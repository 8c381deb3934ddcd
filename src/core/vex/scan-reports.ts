import { withoutUndefined } from '../defined.ts';
import type { Item } from '../sbom/item.ts';
import { complain, itemsOf, listOf, memberOf, textOf, textsOf } from '../sbom/item.ts';
import type { StatedSeverity, VulnerabilityStatement } from './model.ts';
import { productIn, severityOf } from './products.ts';

/** Trivy's JSON report (schema version 2). */
export function readTrivyReport(report: Item, timestamp: string | undefined): readonly VulnerabilityStatement[] {
  return itemsOf(report, 'Results').flatMap((result) => {
    const suppressed = listOf(result, 'ExperimentalModifiedFindings').length;
    report.notes.lose('unread', 'Results[].ExperimentalModifiedFindings', suppressed);
    return itemsOf(result, 'Vulnerabilities').flatMap((entry) => readTrivyEntry(entry, timestamp));
  });
}

function readTrivyEntry(item: Item, timestamp: string | undefined): readonly VulnerabilityStatement[] {
  const [vulnerability, name, version] = [
    textOf(item, 'VulnerabilityID'),
    textOf(item, 'PkgName'),
    textOf(item, 'InstalledVersion'),
  ];
  if (vulnerability === undefined || name === undefined) return leaveOut(item, 'VulnerabilityID');
  const identifier = memberOf(item, 'PkgIdentifier');
  const purl = identifier && textOf(identifier, 'PURL');
  const product = productIn(item, purl ?? (version === undefined ? name : `${name}@${version}`), { name, version });
  const level = severityOf({
    level: textOf(item, 'Severity'),
    score: undefined,
    method: undefined,
    vector: undefined,
    source: textOf(item, 'SeveritySource'),
  });
  return [
    withoutUndefined({
      vulnerability,
      aliases: textsOf(item, 'VendorIDs'),
      status: 'reported' as const,
      products: [product],
      detail: textOf(item, 'Title'),
      fixedIn: textOf(item, 'FixedVersion'),
      severities: [...level, ...trivyScores(item)],
      timestamp,
    }),
  ];
}

function trivyScores(item: Item): readonly StatedSeverity[] {
  const scores = memberOf(item, 'CVSS');
  if (scores === undefined) return [];
  return Object.keys(scores.value).flatMap((source) => {
    const score = memberOf(scores, source);
    if (score === undefined) return [];
    return severityOf({
      level: undefined,
      score: textOf(score, 'V3Score'),
      method: 'CVSSv3',
      vector: textOf(score, 'V3Vector'),
      source,
    });
  });
}

/** Grype's JSON report. */
export function readGrypeReport(report: Item, timestamp: string | undefined): readonly VulnerabilityStatement[] {
  report.notes.lose('unread', 'ignoredMatches', listOf(report, 'ignoredMatches').length);
  return itemsOf(report, 'matches').flatMap((match) => readGrypeMatch(match, timestamp));
}

function readGrypeMatch(item: Item, timestamp: string | undefined): readonly VulnerabilityStatement[] {
  const [found, artifact] = [memberOf(item, 'vulnerability'), memberOf(item, 'artifact')];
  const vulnerability = found && textOf(found, 'id');
  const name = artifact && textOf(artifact, 'name');
  if (found === undefined || artifact === undefined || vulnerability === undefined || name === undefined)
    return leaveOut(item, 'vulnerability');
  const version = textOf(artifact, 'version');
  const fix = memberOf(found, 'fix');
  const fixedIn = fix === undefined ? '' : textsOf(fix, 'versions').join(', ');
  const level = severityOf({
    level: textOf(found, 'severity'),
    score: undefined,
    method: undefined,
    vector: undefined,
    source: textOf(found, 'namespace'),
  });
  return [
    withoutUndefined({
      vulnerability,
      aliases: itemsOf(item, 'relatedVulnerabilities')
        .flatMap((related) => textOf(related, 'id') ?? [])
        .filter((id) => id !== vulnerability),
      status: 'reported' as const,
      products: [productIn(item, textOf(artifact, 'purl') ?? `${name}@${version ?? ''}`, { name, version })],
      detail: textOf(found, 'description'),
      fixedIn: fixedIn === '' ? undefined : fixedIn,
      severities: [...level, ...itemsOf(found, 'cvss').flatMap(grypeScore)],
      timestamp,
    }),
  ];
}

function grypeScore(item: Item): readonly StatedSeverity[] {
  const metrics = memberOf(item, 'metrics');
  const version = textOf(item, 'version');
  return severityOf({
    level: undefined,
    score: metrics && textOf(metrics, 'baseScore'),
    method: version === undefined ? undefined : `CVSSv${version}`,
    vector: textOf(item, 'vector'),
    source: textOf(item, 'source'),
  });
}

function leaveOut(item: Item, key: string): readonly [] {
  complain(item, key, 'missing, or the package is: the finding is left out');
  return [];
}
