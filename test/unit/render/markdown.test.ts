import { describe, expect, test } from 'vitest';
import { REPORTS, hostileReport } from '../../support/reports.ts';
import { shown } from './shown.ts';

const OWN_TAGS = /<\/?(?:details|summary|br)>/g;
const reportOf = (name: string) => REPORTS[name] ?? { images: [] };

describe.each([...Object.entries(REPORTS), ['hostile', hostileReport()] as const])('%s', (_name, report) => {
  test('has no tag but its own, and every table row four cells', async () => {
    const markdown = await shown(report, { format: 'markdown' });
    expect(markdown.replaceAll(OWN_TAGS, '')).not.toMatch(/[<>]/);
    const rows = markdown.split('\n').filter((line) => line.includes('|'));
    expect(rows.filter((row) => !/^\|(?: [^|]* \|){4}$/.test(row))).toEqual([]);
  });

  test('mentions nobody and refers to nothing outside of code', async () => {
    const markdown = await shown(report, { format: 'markdown' });
    const prose = markdown.replaceAll(/`[^`\n]*`/g, '').replaceAll(/\]\(https:[^)\s]*\)/g, '');
    expect(prose).not.toMatch(/@|:\/\/|www\.|(?<![\\&])#\d/);
  });
});

test('is a table of the steps, with the grades, why, findings, and the ledger folded away', async () => {
  const markdown = await shown(reportOf('lying'), { format: 'markdown' });
  expect(markdown).toContain('**origin attested · ownership none**');
  expect(markdown).toContain('| build | ● attested | `a builder that does not name itself` |  |');
  expect(markdown).toContain(
    '| source | ● attested | [`https://github.com/acme/proxy`](https://github.com/acme/proxy) |  |',
  );
  expect(markdown).toContain('- commit, but: `https://github.com/GoogleContainerTools/distroless@4f6cd2f');
  expect(markdown).toContain('- **high** `SUBJECT_MISMATCH`:');
  expect(markdown).toMatch(
    /<details>\n\n<summary>Looked in 8 places, read 0 pieces of evidence<\/summary>\n\n\| result/,
  );
});

test('says what was not heard, and what to do', async () => {
  const markdown = await shown(reportOf('unheard'), { format: 'markdown' });
  expect(markdown).toContain('### Not heard');
  expect(markdown).toContain(
    '- `cosign-tags`: registry.example.com refused the request: 401 (unauthorised). Do: log in with docker login',
  );
});

test('counts several images, and shows the failed one in its place', async () => {
  const markdown = await shown(reportOf('several'), { format: 'markdown' });
  expect(markdown).toContain(
    '## `ghcr.io/acme/shopp:1.4`\n\n**✖ failed:** ghcr.io has no acme/shopp:1.4 (no such image)',
  );
  expect(markdown.trimEnd().split('\n').at(-1)).toBe('**3 images: 1 verified, 1 declared, 1 failed**');
});
