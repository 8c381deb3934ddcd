import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { VerifyReport } from '../../../../src/core/model/verify-report.ts';
import { columnsOf } from '../../../../src/render/text/width.ts';
import { provenance } from '../../core/claims/documents.ts';
import { golden } from '../golden.ts';
import { POLICY_REPORTS, RELEASE, heldAgainst } from './policy-reports.ts';
import { shownVerdicts } from './reports.ts';
import { CONTROLS, RUNS, strangers } from './strangers.ts';

/* What a policy made of an image, on a terminal. */
const REPORTS: Readonly<Record<string, VerifyReport>> = POLICY_REPORTS;
const wide = (report: VerifyReport | undefined, options = {}): Promise<string> =>
  shownVerdicts(report ?? { images: [], waived: [] }, { width: 250, ...options });

describe.each(Object.entries(REPORTS))('%s', (name, report) => {
  test('at 80 columns', async () => {
    const output = await shownVerdicts(report);
    expect(output).toBe(golden(`verify-policy-${name}.80.text`, output));
  });

  test('verbose only adds', async () => {
    const verbose = await wide(report, { verbose: true });
    const words = (await wide(report)).split(/\s+/);
    expect(words.filter((word) => !verbose.includes(word))).toEqual([]);
  });
});

describe('a rule that does not hold', () => {
  test('shows both sides, where it was read, and what would have passed', async () => {
    const text = await wide(REPORTS['failed']);
    expect(text).toMatch(
      /✖ provenance\.ref\n {4}expected: refs\/tags\/v\*\n {4}got: refs\/heads\/main\n {4}evidence: /,
    );
  });

  test('one failure does not hide the next', async () => {
    const text = await wide(REPORTS['failed']);
    expect([...text.matchAll(/^ +✖ (\S+)$/gm)].map(([, requirement]) => requirement)).toEqual([
      'provenance.ref',
      'provenance.parameters.inputs.target',
    ]);
  });

  test('what holds beside it is shown too', async () => {
    expect(await wide(REPORTS['failed'])).toMatch(/^ {2}✔ signers: /m);
  });

  test('ways that the policy names are shown each, with what each lacks', async () => {
    const { provenance: _provenance, signers } = RELEASE;
    const any = [{ provenance: { triggers: ['release'] } }, { provenance: { ref: { tags: ['v*'] } } }];
    const text = await wide({ images: [heldAgainst({ signers, any }, [provenance()])], waived: [] });
    expect(text).toMatch(/^ {2}✖ any of these 2$/m);
    expect(text).toMatch(/^ {4}✖ provenance\.triggers$/m);
    expect(text).toMatch(/^ {4}✖ provenance\.ref$/m);
  });
});

test('what was not heard is told, with what to do', async () => {
  const text = await wide(REPORTS['open']);
  expect(text).toContain('? source.reviewedBy\n');
  expect(text).toContain('    not heard: github.com did not answer\n    do: try again\n');
});

test('a warning and an exception are told where they let something through', async () => {
  expect(await wide(REPORTS['warned'])).toContain('! what does not hold here is only a warning');
  expect(await wide(REPORTS['excepted'])).toContain(
    '! excepted until 2027-03-31 by @acme/release: SEC-12: moved to tags in July',
  );
  expect(await wide(REPORTS['late'])).toContain(
    '! no longer excepted: the exception held until 2026-03-31 by @acme/release',
  );
});

test('an image without a rule says so, whatever becomes of it', async () => {
  for (const name of ['unruled', 'denied'])
    expect(await wide(REPORTS[name])).toContain('! no rule of the policy is for this image');
});

test('places in files are told, and counted where there are many', async () => {
  expect(await wide(REPORTS['failed'])).toContain(
    '  named in: deploy/web.yaml:12:16 (Deployment/web spec.template.spec.containers[0].image)\n  named in: compose.yaml:4\n',
  );
  const foundIn = Array.from({ length: 9 }, (_, index) => ({ path: 'a.yaml', line: index + 1, pointer: '' }));
  const many = { images: [heldAgainst(RELEASE, [provenance()], { foundIn })], waived: [] };
  expect(await wide(many)).toContain('  and 4 more (--verbose)\n');
});

test('whatever strangers write, no line holds a control character, or is too wide, or begins as a verdict does', async () => {
  await fc.assert(
    fc.asyncProperty(strangers, fc.integer({ min: 40, max: 160 }), fc.boolean(), async (report, width, verbose) => {
      const lines = (await shownVerdicts(report, { width, verbose })).split('\n');
      for (const line of lines) {
        expect(line).not.toMatch(CONTROLS);
        expect(columnsOf(line)).toBeLessThanOrEqual(width);
      }
      const { images, platforms = [] } = report;
      expect(lines.filter((line) => /^[✔✖?] /u.test(line))).toHaveLength(images.length + platforms.length);
    }),
    RUNS,
  );
});
