import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { VerifyReport } from '../../../../src/core/model/verify-report.ts';
import { reportedImages } from '../../../../src/core/policy/reported-checks.ts';
import { ruleHelp } from '../../../../src/render/verify/rule-help.ts';
import { golden } from '../golden.ts';
import { FAILED, POLICY_REPORTS, RELEASE, heldAgainst } from './policy-reports.ts';
import { VERIFY_REPORTS, shownVerdicts } from './reports.ts';
import { sarifErrors } from './sarif-schema.ts';
import { CONTROLS, CREDENTIALS, RUNS, strangers } from './strangers.ts';

type Result = {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: object };
    readonly logicalLocations: readonly { readonly fullyQualifiedName: string }[];
  }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions: readonly object[];
};
type Log = {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly results: readonly Result[];
    },
  ];
};

async function logOf(report: VerifyReport): Promise<Log> {
  const log: Log = JSON.parse(await shownVerdicts(report, { format: 'sarif' }));
  expect(sarifErrors(log)).toEqual([]);
  return log;
}
const resultsOf = async (report: VerifyReport): Promise<readonly Result[]> => (await logOf(report)).runs[0].results;

test('several', async () => {
  const output = await shownVerdicts(POLICY_REPORTS.several, { format: 'sarif' });
  expect(output).toBe(golden('verify-several.sarif', output));
});

describe('a result', () => {
  test('is there for each check that does not hold, and for no other', async () => {
    for (const report of [...Object.values(VERIFY_REPORTS), ...Object.values(POLICY_REPORTS)]) {
      const missed = reportedImages(report).flatMap(({ checks }) =>
        checks.flatMap(({ verdict, requirement }) => (verdict === 'pass' ? [] : [requirement])),
      );
      expect((await resultsOf(report)).map(({ ruleId }) => ruleId)).toEqual(missed);
    }
  });

  test('is an error where it fails, a warning where it is undecided, and a note where it is waived', async () => {
    const levels = async (report: VerifyReport): Promise<readonly string[]> => [
      ...new Set((await resultsOf(report)).map(({ level }) => level)),
    ];
    expect(await levels(POLICY_REPORTS.failed)).toEqual(['error']);
    expect(await levels(POLICY_REPORTS.late)).toEqual(['error']);
    expect(await levels(POLICY_REPORTS.open)).toEqual(['warning']);
    expect(await levels(POLICY_REPORTS.platforms)).toEqual(['warning']);
    expect(await levels(POLICY_REPORTS.warned)).toEqual(['note']);
    expect(await levels(POLICY_REPORTS.excepted)).toEqual(['note']);
    expect(await levels(POLICY_REPORTS.held)).toEqual([]);
  });

  test('is suppressed by an exception, and by nothing else', async () => {
    const [excepted] = await resultsOf(POLICY_REPORTS.excepted);
    expect(excepted?.suppressions).toEqual([
      {
        kind: 'external',
        status: 'accepted',
        justification: 'excepted until 2027-03-31 by @acme/release: SEC-12: moved to tags in July',
      },
    ]);
    for (const name of ['failed', 'late', 'warned', 'open', 'unruled'] as const)
      expect((await resultsOf(POLICY_REPORTS[name])).flatMap(({ suppressions }) => suppressions)).toEqual([]);
  });

  test('stands where files name the image', async () => {
    const [first] = await resultsOf(POLICY_REPORTS.failed);
    expect(first?.locations.map(({ physicalLocation }) => physicalLocation)).toEqual([
      { artifactLocation: { uri: 'deploy/web.yaml' }, region: { startLine: 12, startColumn: 16 } },
      { artifactLocation: { uri: 'compose.yaml' }, region: { startLine: 4 } },
    ]);
  });

  test('else stands in the image itself, whose name is no scheme, host or query', async () => {
    const uriOf = async (reference: string): Promise<string | undefined> => {
      const [first] = await resultsOf({ images: [heldAgainst(RELEASE, [], { reference })], waived: [] });
      return first?.locations[0]?.physicalLocation.artifactLocation.uri;
    };
    expect(await uriOf('ghcr.io/acme/shop:1.4')).toBe('ghcr.io/acme/shop%3A1.4');
    expect(await uriOf('alpine:3')).toBe('alpine%3A3');
    expect(await uriOf('localhost:5000/a@sha256:0')).toBe('localhost%3A5000/a%40sha256%3A0');
    expect(await uriOf('oci:/srv/a b?c#d')).toBe('oci%3A/srv/a%20b%3Fc%23d');
    expect(await uriOf('//evil.example/a')).toBe('file:///evil.example/a');
  });

  test('has brackets that make no link', async () => {
    const [first] = await resultsOf({
      images: [heldAgainst(RELEASE, [], { reference: '[click](1) {0}' })],
      waived: [],
    });
    expect(first?.message.text).toContain('\\[click\\](1) {{0}}');
  });
});

test('a place whose pointer is the name of the image has one logical location, not two alike', async () => {
  const namesAt = async (pointer: string): Promise<readonly string[]> => {
    const foundIn = [{ path: 'a.yaml', line: 3, pointer }];
    const [result] = await resultsOf({ images: [heldAgainst(RELEASE, [], { foundIn })], waived: [] });
    return (
      result?.locations.flatMap(({ logicalLocations }) => logicalLocations.map((at) => at.fullyQualifiedName)) ?? []
    );
  };
  const [image = ''] = await namesAt('');
  expect(image).not.toBe('');
  expect(await namesAt('spec.image')).toEqual([image, 'spec.image']);
  expect(await namesAt(image)).toEqual([image]);
});

describe('the fingerprint', () => {
  const printsOf = async (report: VerifyReport): Promise<readonly (string | undefined)[]> =>
    (await resultsOf(report)).map(({ partialFingerprints }) => partialFingerprints['provtraceCheck/v1']);

  test('is the same for another tag, digest or line', async () => {
    const at = (reference: string, line: number): VerifyReport => ({
      images: [heldAgainst(RELEASE, [], { reference, foundIn: [{ path: 'a.yaml', line, pointer: 'x' }] })],
      waived: [],
    });
    const first = await printsOf(at('localhost:5000/acme/shop:1.4', 3));
    expect(await printsOf(at('localhost:5000/acme/shop:1.5', 9))).toEqual(first);
    expect(await printsOf(at(`localhost:5000/acme/shop@sha256:${'0'.repeat(64)}`, 3))).toEqual(first);
    expect(await printsOf(at('localhost:5001/acme/shop:1.4', 3))).not.toEqual(first);
  });

  test('is another one for each result of a run', async () => {
    const prints = await printsOf({
      ...POLICY_REPORTS.several,
      images: [FAILED, FAILED, ...POLICY_REPORTS.several.images],
    });
    expect(new Set(prints).size).toBe(prints.length);
  });

  test('is GitHub’s where there is no file that GitHub could take it from', async () => {
    const [without] = await resultsOf(POLICY_REPORTS.open);
    expect(without?.partialFingerprints['primaryLocationLineHash']).toBe(
      without?.partialFingerprints['provtraceCheck/v1'],
    );
    const [within] = await resultsOf(POLICY_REPORTS.failed);
    expect(within?.partialFingerprints).not.toHaveProperty('primaryLocationLineHash');
  });
});

describe('the rules', () => {
  test('are those of the results, each once and where the index says', async () => {
    const [{ tool, results }] = (await logOf(POLICY_REPORTS.several)).runs;
    const ids = tool.driver.rules.map(({ id }) => id);
    expect(new Set(ids)).toEqual(new Set(results.map(({ ruleId }) => ruleId)));
    for (const { ruleId, ruleIndex } of results) expect(ids[ruleIndex]).toBe(ruleId);
  });

  /** What the judging code calls its requirements. */
  const folder = resolve(import.meta.dirname, '../../../../src/core/policy');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const named = sources.flatMap((name) => [
    ...readFileSync(join(folder, name), 'utf8').matchAll(
      /'((?:image|document|provenance|materials|sbom|source|attestations|vulnerabilities)\.[a-zA-Z]+|signers|platforms|vulnerabilities)'/g,
    ),
  ]);

  test.each([...new Set(named.map(([, id = '']) => id))].sort())('%s has help of its own', (id) => {
    expect(ruleHelp(id)).not.toEqual(ruleHelp('no such requirement'));
  });

  test('are many', () => {
    expect(named.length).toBeGreaterThan(40);
  });
});

test('whatever strangers write, it is valid, and has no control or credential', async () => {
  await fc.assert(
    fc.asyncProperty(strangers, async (report) => {
      const output = await shownVerdicts(report, { format: 'sarif' });
      expect(output.replaceAll('\n', '')).not.toMatch(CONTROLS);
      expect(output).not.toMatch(CREDENTIALS);
      const results = await resultsOf(report);
      for (const { physicalLocation } of results.flatMap(({ locations }) => locations)) {
        const { uri } = physicalLocation.artifactLocation;
        const resolved = new URL(uri, 'file:///checkout/');
        expect([resolved.protocol, resolved.host, resolved.search, resolved.hash]).toEqual(['file:', '', '', '']);
      }
      expect(new Set(results.map(({ partialFingerprints }) => partialFingerprints['provtraceCheck/v1'])).size).toBe(
        results.length,
      );
    }),
    RUNS,
  );
});

test('the schema refuses what is not of the format', async () => {
  const log = await logOf(POLICY_REPORTS.failed);
  const [run] = log.runs;
  const [first] = run.results;
  expect(sarifErrors({ ...log, version: '2.0.0' })).not.toEqual([]);
  expect(sarifErrors({ ...log, runs: [{ ...run, results: [{ ...first, level: 'fatal' }] }] })).not.toEqual([]);
  expect(sarifErrors({ ...log, runs: [{ ...run, results: [{ ...first, locations: [] }] }] })).not.toEqual([]);
  expect(sarifErrors({ ...log, runs: [{ ...run, results: [{ ...first, more: 1 }] }] })).not.toEqual([]);
});

test('the published schema refuses what is none', () => {
  const broken = { version: '2.1.0', runs: [{ tool: {}, results: [{ message: {}, level: 'fatal' }] }] };
  expect(sarifErrors(broken)).toContain("/runs/0/tool must have required property 'driver'");
  expect(
    sarifErrors({ $schema: 'https://a.example/', version: '2.1.0', runs: [{ results: 1 }] }).length,
  ).toBeGreaterThan(1);
});
