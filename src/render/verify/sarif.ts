import { withoutUndefined } from '../../core/defined.ts';
import type { VerifyReport } from '../../core/model/verify-report.ts';
import type { ReportedCheck, ReportedImage } from '../../core/policy/reported-checks.ts';
import { reportedImages } from '../../core/policy/reported-checks.ts';
import { documentsText } from '../json.ts';
import { clean } from '../sanitize.ts';
import type { CheckStanding } from './check-words.ts';
import { checkFacts, checkStanding, imageText, waiverText } from './check-words.ts';
import type { VerifyRenderOptions } from './index.ts';
import { ruleHelp } from './rule-help.ts';
import { pathUri } from './uri.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** A check that does not hold, or that nobody could decide. */
type Found = { readonly image: ReportedImage; readonly check: ReportedCheck };

/** Static Analysis Results Interchange Format 2.1.0 (OASIS), as code scanning services take it. What holds is no result. */
export function renderSarif(report: VerifyReport, { version }: VerifyRenderOptions): string {
  const found = reportedImages(report).flatMap((image) =>
    image.checks.filter(({ verdict }) => verdict !== 'pass').map((check): Found => ({ image, check })),
  );
  const rules = [...new Set(found.map(({ check }) => check.requirement))].sort();
  const fingerprints = fingerprintsOf(found);
  const run = {
    tool: { driver: { name: 'provtrace', version, semanticVersion: version, rules: rules.map(ruleOf) } },
    columnKind: 'utf16CodeUnits',
    properties: { waived: report.waived },
    results: found.map((each, index) => ({ ...resultOf(each, rules), partialFingerprints: fingerprints[index] })),
  };
  return documentsText([{ $schema: SCHEMA, version: '2.1.0', runs: [run] }]);
}

function ruleOf(id: string): object {
  const { summary, advice } = ruleHelp(id);
  return {
    id,
    shortDescription: { text: summary },
    help: { text: `${summary} If not: ${advice}.`, markdown: `**${summary}** If not: ${advice}.` },
    defaultConfiguration: { level: 'error' },
  };
}

/** What could not be decided keeps an image from passing too, and is no fault that was found. */
const LEVELS: Readonly<Record<CheckStanding, string>> = {
  pass: 'none',
  fail: 'error',
  undecided: 'warning',
  waived: 'note',
};

function resultOf({ image, check }: Found, rules: readonly string[]): object {
  const { requirement, waiver } = check;
  return {
    ruleId: requirement,
    ruleIndex: rules.indexOf(requirement),
    level: LEVELS[checkStanding(check)],
    message: { text: messageText(image, check) },
    locations: locationsOf(image),
    suppressions:
      waiver?.kind === 'exception' ? [{ kind: 'external', status: 'accepted', justification: waiverText(waiver) }] : [],
    properties: withoutUndefined({
      image: image.reference,
      digest: image.digest,
      platform: image.platform,
      verdict: check.verdict,
      facts: checkFacts(check).map(([name, value]) => `${name}: ${value}`),
    }),
  };
}

function messageText(image: ReportedImage, check: ReportedCheck): string {
  const facts = checkFacts(check).filter(([name]) => name !== 'read in');
  // In SARIF's messages brackets make links, and braces take arguments.
  const told = [imageText(image), ...facts.map(([name, value]) => `${name}: ${value}`)].join('. ');
  return `${told.replaceAll('\\', '\\\\').replace(/[[\]]/g, '\\$&').replace(/[{}]/g, '$&$&')}.`;
}

/** Files that name the image. Where there is none the image stands in its own place: services drop a result without an artifact. */
function locationsOf(image: ReportedImage): readonly object[] {
  const whole = imageText(image);
  // No two may be the same, and a manifest may name its pointer like the image.
  const logical = (...names: readonly string[]): readonly object[] =>
    [...new Set(names)].map((fullyQualifiedName) => ({ fullyQualifiedName, kind: 'resource' }));
  if (image.places.length === 0)
    return [
      {
        physicalLocation: { artifactLocation: { uri: pathUri(image.reference) }, region: { startLine: 1 } },
        logicalLocations: logical(whole),
      },
    ];
  return image.places.map(({ path, line, column, pointer }) => ({
    physicalLocation: {
      artifactLocation: { uri: pathUri(path) },
      region: withoutUndefined({ startLine: line, startColumn: column }),
    },
    logicalLocations: pointer === '' ? logical(whole) : logical(whole, pointer),
  }));
}

/**
 * What it is that fails, without tag, digest and line, which change from release to release while the alert is the same.
 * `primaryLocationLineHash` is the one that GitHub looks at, and works out by itself where there is a file.
 */
function fingerprintsOf(found: readonly Found[]): readonly object[] {
  const seen = new Map<string, number>();
  return found.map((each) => {
    const key = keyOf(each);
    const nth = (seen.get(key) ?? 0) + 1;
    seen.set(key, nth);
    const fingerprint = `${key}:${nth}`;
    return {
      'provtraceCheck/v1': fingerprint,
      ...(each.image.places.length === 0 ? { primaryLocationLineHash: fingerprint } : {}),
    };
  });
}

function keyOf({ image: { reference, platform, places }, check: { policyRule, requirement } }: Found): string {
  const [place] = places;
  return [nameOf(reference), platform, policyRule, requirement, place?.path, place?.pointer]
    .map((part) => encodeURIComponent(clean(part ?? '')))
    .join(';');
}

function nameOf(reference: string): string {
  return reference.replace(/@[^@/]*$/, '').replace(/:[^:/]*$/, '');
}
