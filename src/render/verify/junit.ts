import type { VerifyReport } from '../../core/model/verify-report.ts';
import type { ReportedCheck, ReportedImage } from '../../core/policy/reported-checks.ts';
import { reportedImages } from '../../core/policy/reported-checks.ts';
import { xmlText } from '../sanitize.ts';
import type { CheckStanding } from './check-words.ts';
import { checkFacts, checkStanding, imageText, placeText, waiverText } from './check-words.ts';
import type { VerifyRenderOptions } from './index.ts';

/** How a check that does not hold is told: what could not be decided is an error of the test, and never a pass. */
const ELEMENTS = { fail: 'failure', undecided: 'error', waived: 'skipped' } as const;

/** JUnit's XML as CI systems read it (Jenkins' junit-10.xsd): a suite an image, a case a check. */
export function renderJunit(report: VerifyReport, { now }: VerifyRenderOptions): string {
  const images = reportedImages(report);
  const checks = images.flatMap((image) => image.checks);
  const all = attributes({ name: 'provtrace verify', ...counts(checks, ['tests', 'failures', 'errors']) });
  const suites = images.flatMap((image) => suite(image, { now, waived: report.waived }));
  return ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites${all}>`, ...suites, '</testsuites>', ''].join('\n');
}

type Count = 'tests' | 'failures' | 'errors' | 'skipped';
const COUNTED: Readonly<Record<Count, readonly CheckStanding[]>> = {
  tests: ['pass', 'fail', 'undecided', 'waived'],
  failures: ['fail'],
  errors: ['undecided'],
  skipped: ['waived'],
};

function counts(checks: readonly ReportedCheck[], names: readonly Count[]): Readonly<Record<string, string>> {
  const standings = checks.map(checkStanding);
  const count = (name: Count): number => standings.filter((standing) => COUNTED[name].includes(standing)).length;
  return Object.fromEntries(names.map((name) => [name, String(count(name))]));
}

function suite(
  image: ReportedImage,
  { now, waived }: { readonly now: string; readonly waived: readonly string[] },
): readonly string[] {
  const { digest, platform, places, verdict, reason, checks } = image;
  const properties = [
    ['image', image.reference],
    ...(digest === undefined ? [] : [['digest', digest]]),
    ...(platform === undefined ? [] : [['platform', platform]]),
    ['verdict', verdict],
    ['reason', reason],
    ...places.map((place) => ['named in', placeText(place)]),
    ...waived.map((each) => ['waived', each]),
  ].map(([name = '', value = '']) => `      <property${attributes({ name, value })}/>`);
  const own = attributes({
    name: imageText(image),
    ...counts(checks, ['tests', 'failures', 'errors', 'skipped']),
    timestamp: now.replace(/\.\d+|Z$/g, ''),
  });
  return [
    `  <testsuite${own}>`,
    '    <properties>',
    ...properties,
    '    </properties>',
    ...checks.flatMap((check) => testCase(image, check)),
    '  </testsuite>',
  ];
}

function testCase(image: ReportedImage, check: ReportedCheck): readonly string[] {
  const { requirement, policyRule, expected, got, waiver } = check;
  const name = policyRule === undefined ? requirement : `${policyRule}: ${requirement}`;
  const open = `    <testcase${attributes({ name, classname: imageText(image) })}`;
  const standing = checkStanding(check);
  if (standing === 'pass') return [`${open}/>`];
  const element = ELEMENTS[standing];
  const message = waiver === undefined ? `expected ${expected}; got ${got}` : `${waiverText(waiver)}; got ${got}`;
  const facts = checkFacts(check).map(([fact, value]) => xmlText(`${fact}: ${value}`));
  const type = standing === 'waived' ? {} : { type: requirement };
  return [
    `${open}>`,
    `      <${element}${attributes({ message, ...type })}>${facts.join('\n')}</${element}>`,
    '    </testcase>',
  ];
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${xmlText(value)}"`)
    .join('');
}
