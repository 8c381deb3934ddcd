import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PolicyReport } from '../../../../src/core/model/policy-report.ts';
import type { PolicyRenderOptions } from '../../../../src/render/policy/index.ts';
import { renderPolicy } from '../../../../src/render/policy/index.ts';
import { columnsOf } from '../../../../src/render/text/width.ts';
import { HOSTILE_STRINGS } from '../../../support/reports.ts';
import { validatorOf } from '../trace-schema.ts';

/* What `policy check`, `explain` and `test` print. A policy can come with a pull request, and layouts from strangers. */
const shown = (report: PolicyReport, options: Partial<PolicyRenderOptions> = {}): Promise<string> =>
  renderPolicy(report, { format: 'text', colour: false, width: 100, links: false, verbose: false, ...options });

function reportsOf(strings: readonly string[]): readonly PolicyReport[] {
  let index = 0;
  const next = (): string => strings[index++ % strings.length] ?? '';
  const exception = () => ({ rule: next(), images: next(), reason: next(), owner: next(), expires: '2027-01-31' });
  const choice = { join: next(), parts: [{ requirement: next(), expected: next() }] };
  const rule = {
    rule: next(),
    pattern: next(),
    mode: 'warn' as const,
    platforms: [next()],
    requires: [{ requirement: next(), expected: next() }, choice],
    exceptions: [exception()],
  };
  const differing = { expected: 'pass', got: 'fail', isAsExpected: false } as const;
  return [
    {
      action: 'check',
      path: next(),
      rules: [{ name: next(), images: [next()], mode: 'warn' }],
      exceptions: 1,
      expired: [exception()],
      warnings: [next()],
    },
    { action: 'explain', path: next(), image: next(), rules: [rule], byDefault: 'deny', warnings: [next()] },
    { action: 'test', path: next(), cases: [{ name: next(), reason: next(), notFailing: [next()], ...differing }] },
  ];
}

const strangers = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(...HOSTILE_STRINGS.filter((text) => text.length < 500)),
    ),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map(reportsOf);

test('whatever stands in files, no line holds a control character or is too wide', async () => {
  await fc.assert(
    fc.asyncProperty(strangers, fc.integer({ min: 40, max: 120 }), async (reports, width) => {
      for (const report of reports)
        for (const line of (await shown(report, { width })).split('\n')) {
          expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
          expect(columnsOf(line)).toBeLessThanOrEqual(width);
        }
    }),
    { numRuns: 40 },
  );
});

test('JSON is valid by the schema of its action', async () => {
  const validators = {
    check: await validatorOf('policy-check'),
    explain: await validatorOf('policy-explain'),
    test: await validatorOf('policy-test'),
  };
  await fc.assert(
    fc.asyncProperty(strangers, async (reports) => {
      for (const report of reports) {
        const document: unknown = JSON.parse(await shown(report, { format: 'json' }));
        expect(validators[report.action](document)).toEqual([]);
      }
    }),
    { numRuns: 40 },
  );
});

describe('text', () => {
  const tested = (...isAsExpected: readonly boolean[]): PolicyReport => ({
    action: 'test',
    path: 'policy.yaml',
    cases: isAsExpected.map((each, index) => ({
      name: `case-${index}`,
      expected: 'fail',
      got: each ? 'fail' : 'pass',
      reason: 'release: met',
      isAsExpected: each,
      notFailing: [],
    })),
  });

  test('of cases sums them up', async () => {
    expect(await shown(tested(true, true))).toBe(
      '✔ case-0: fail\n✔ case-1: fail\n\n2 cases: all as expected by policy.yaml\n',
    );
    expect(await shown(tested(true, false))).toBe(
      '✔ case-0: fail\n✖ case-1\n    expected: fail\n    got: pass\n    because: release: met\n\n2 cases: 1 not as expected by policy.yaml\n',
    );
  });

  test('of choices shows what each of them asks for', async () => {
    const parts = [
      { requirement: 'provenance.triggers', expected: 'push' },
      { join: 'all of', parts: [{ requirement: 'sbom.present', expected: 'yes' }] },
    ];
    const rule = { rule: 'release', pattern: '**', mode: 'enforce' as const, platforms: [], exceptions: [] };
    const rules = [{ ...rule, requires: [{ join: 'any of', parts }] }];
    const report: PolicyReport = {
      action: 'explain',
      path: 'p.yaml',
      image: 'a.example/b',
      rules,
      byDefault: 'deny',
      warnings: [],
    };
    expect(await shown(report)).toBe(
      [
        'a.example/b by p.yaml',
        '',
        'rule release, for **',
        '  any of',
        '    provenance.triggers: push',
        '    all of',
        '      sbom.present: yes',
        '',
      ].join('\n'),
    );
  });
});
