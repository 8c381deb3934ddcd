import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { VerifyReport } from '../../../../src/core/model/verify-report.ts';
import { golden } from '../golden.ts';
import { FAILED, POLICY_REPORTS, hostileChecks } from './policy-reports.ts';
import { VERIFY_REPORTS, shownVerdicts } from './reports.ts';
import { CONTROLS, CREDENTIALS, RUNS, strangers } from './strangers.ts';

const markdownOf = (report: VerifyReport): Promise<string> => shownVerdicts(report, { format: 'markdown' });
const rowsOf = (markdown: string): readonly string[] =>
  markdown.split('\n').filter((line) => line.startsWith('| ') && !/^\| (?:check|---)/.test(line));

test('several', async () => {
  const output = await markdownOf(POLICY_REPORTS.several);
  expect(output).toBe(golden('verify-several.markdown', output));
});

describe('an image', () => {
  test('is a heading, its verdict, its digest, its places, and a table of its checks, worst first', async () => {
    const markdown = await markdownOf(POLICY_REPORTS.failed);
    expect(markdown.split('\n').slice(0, 8)).toEqual([
      '## `ghcr.io/acme/shop:1.4 (linux/amd64)`',
      '',
      '**✖ fail:** release: not met',
      '',
      `\`sha256:${'a1'.repeat(32)}\``,
      '',
      '- named in `deploy/web.yaml:12 (Deployment/web spec.template.spec.containers[0].image)`',
      '- named in `compose.yaml:4`',
    ]);
    expect(rowsOf(markdown).map((row) => row.split(' | ').slice(0, 2).join(' '))).toEqual([
      '| ✖ fail `provenance.ref`',
      '| ✖ fail `provenance.parameters`',
      '| ✔ pass `signers`',
      '| ✔ pass `provenance.signature`',
      '| ✔ pass `provenance.platform`',
      '| ✔ pass `provenance.signer`',
    ]);
  });

  test('that is waived or undecided says so in its checks', async () => {
    expect(rowsOf(await markdownOf(POLICY_REPORTS.unruled))[0]).toMatch(/^\| ! waived \| `policy\.rule` \|/);
    expect(rowsOf(await markdownOf(POLICY_REPORTS.open))[0]).toMatch(
      /^\| \? undecided \| `source\.reviewedBy` \|.* not heard: github\.com did not answer \(try again\)<br>rule: release \|$/,
    );
  });

  test('says what a flag gave up', async () => {
    expect(await markdownOf(VERIFY_REPORTS['key'] ?? POLICY_REPORTS.held)).toMatch(
      /\n- no transparency log was required/,
    );
  });
});

test('several are counted, and those that need a person come first', async () => {
  const markdown = await markdownOf(POLICY_REPORTS.several);
  expect(markdown).toMatch(/^\*\*10 verdicts: 3 fail, 2 undecided, 5 pass\*\*\n/);
  const order = [...markdown.matchAll(/^\*\*\S+ (\w+):\*\*/gm)].map(([, verdict]) => verdict);
  expect(order).toEqual(['fail', 'fail', 'fail', 'undecided', 'undecided', 'pass', 'pass', 'pass', 'pass', 'pass']);
});

test('thousands fit into a job’s summary, however long their words, and the rest is counted', async () => {
  const long = hostileChecks(['\u{4e2d}'.repeat(10_000)]).images;
  const images = [...Array.from({ length: 2000 }, () => FAILED), ...Array.from({ length: 200 }, () => long).flat()];
  const markdown = await markdownOf({ ...POLICY_REPORTS.failed, images });
  expect(Buffer.byteLength(markdown)).toBeLessThan(1024 * 1024);
  const shown = markdown.match(/^## /gm)?.length ?? 0;
  expect(shown).toBeGreaterThan(50);
  expect(markdown).toContain(`\nand ${images.length - shown} more, in \`--format json\`\n`);
});

test('no images are an empty document', async () => {
  expect((await markdownOf({ images: [], waived: [] })).trim()).toBe('');
});

test('whatever strangers write, no tag, row, heading or line is theirs', async () => {
  await fc.assert(
    fc.asyncProperty(strangers, async (report) => {
      const markdown = await markdownOf(report);
      expect(markdown.replaceAll('\n', '')).not.toMatch(CONTROLS);
      expect(markdown).not.toMatch(CREDENTIALS);
      expect(markdown.replaceAll('<br>', '')).not.toMatch(/[<>]/);
      const rows = markdown.split('\n').filter((line) => line.includes('|'));
      expect(rows.filter((row) => !/^\|(?: [^|]* \|){5}$/.test(row))).toEqual([]);
      const outside = markdown.replaceAll(/`[^`]*`|&#?\w+;/g, '');
      expect(outside).not.toMatch(/@|:\/\/|www\.|#\d|GH-\d|(?<!\\)\]\(|!\[/i);
      expect(markdown.match(/^## /gm)).toHaveLength(report.images.length + (report.platforms ?? []).length);
      for (const line of markdown.split('\n'))
        expect(line).toMatch(
          /^(?:$|\*\*\d+ verdicts: |## |\*\*[✔✖?] (?:pass|fail|undecided):\*\* |`sha256:|- |\| |and \d+ more)/u,
        );
    }),
    RUNS,
  );
});
