import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Step, TraceReport } from '../../../../src/core/model/report.ts';
import type { Problem } from '../../../../src/core/model/evidence.ts';
import { REPORTS, digestOf, hostileReport, step, traced } from '../../../support/reports.ts';
import { shown } from '../shown.ts';

const ESC = '\u001b';
const HYPERLINK = `${ESC}\\]8;;([^${ESC}]*)${ESC}\\\\`;
const ESCAPES = new RegExp(`${ESC}\\[[0-9;]*m|${HYPERLINK}`, 'g');
const TRACED_IMAGE: Problem['at'] = { kind: 'image', digest: digestOf('7cd9684be65e3723'), foundAt: [] };
const ROOT = join(import.meta.dirname, '../../../..');

function reportOf(name: string): TraceReport {
  const report = REPORTS[name];
  if (report === undefined) throw new Error(`no report ${name}`);
  return report;
}

describe.each(Object.keys(REPORTS))('%s', (name) => {
  test('colour changes no word and no column', async () => {
    const plain = await shown(reportOf(name));
    const coloured = await shown(reportOf(name), { colour: true });
    expect(coloured).not.toBe(plain);
    expect(coloured.replaceAll(ESCAPES, '')).toBe(plain);
  });

  test('without colour and links there is no escape at all', async () => {
    expect((await shown(reportOf(name), { verbose: true })).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  test('verbose only adds', async () => {
    const verbose = await shown(reportOf(name), { verbose: true });
    const words = (await shown(reportOf(name))).split(/\s+/);
    expect(words.filter((word) => !verbose.includes(word))).toEqual([]);
  });
});

describe('the first lines', () => {
  test('say what it is, where it is from, who built it and how sure that is', async () => {
    const [name, index, image, ...verdict] = (await shown(reportOf('good'), { width: 200 })).split('\n');
    expect(name).toBe('ghcr.io/acme/shop:1.4 · linux/amd64');
    expect(index).toBe(`index ${digestOf('0159a9079cf26480')}`);
    expect(image).toBe(`image ${digestOf('7cd9684be65e3723')}`);
    expect(verdict[0]).toMatch(
      /^✔ verified: from github\.com\/acme\/shop at c14c546e5494, built by github\.com\/slsa-/,
    );
  });

  test.each([
    ['conflict', /^✖ conflict: source and commit disputed, built by/m],
    ['unsigned', /^○ declared: from github\.com\/acme\/shop at c14c546e5494, build stated by nobody$/m],
    ['unheard', /^○ declared: from github\.com\/acme\/shop at c14c546e5494, build not heard$/m],
  ])('and of %s, how it fails', async (name, line) => {
    expect(await shown(reportOf(name), { width: 200 })).toMatch(line);
  });

  test('where the repository is known and the commit is not', async () => {
    const image = traced({
      grades: { origin: 'none', ownership: 'none' },
      steps: [
        step('source', { grade: 'declared', answer: 'https://github.com/acme/shop' }),
        step('commit', { grade: 'none', gap: 'unheard' }),
      ],
    });
    const text = await shown({ images: [image] });
    expect(text).toContain('? unheard: from github.com/acme/shop, commit not heard, build stated by nobody');
  });
});

describe('the last line', () => {
  test.each([
    ['good', 'origin verified · ownership none'],
    ['conflict', 'origin none · ownership none'],
    ['lying', 'origin attested · ownership none'],
  ])('of %s is the grades', async (name, line) => {
    expect((await shown(reportOf(name))).trimEnd().split('\n').at(-1)).toBe(line);
  });

  test('cannot be forged by a stranger, who never begins a line', async () => {
    const text = await shown(hostileReport(), { width: 60, verbose: true });
    expect(text).toContain('origin verified · ownership declared');
    expect(text.match(/^origin .*/gm)).toEqual(['origin declared · ownership none']);
  });

  test('of several images counts them', async () => {
    const text = await shown(reportOf('several'));
    expect(text.trimEnd().split('\n').at(-1)).toBe('3 images: 1 verified, 1 declared, 1 failed');
  });
});

describe('gaps', () => {
  test('absent says in how many places of this image was looked', async () => {
    expect(await shown(reportOf('unsigned'))).toMatch(/^- path {7}absent {4}nobody says \(looked in 8 places\)$/m);
  });

  describe('in a row, with nothing else to say, share a line', () => {
    const silent = (name: Step['name'], parts: Partial<Step> = {}): Step =>
      step(name, { grade: 'none', gap: 'absent', ...parts });
    const NAMES = ['signature', 'build', 'source', 'commit', 'path', 'base', 'sbom'] as const;
    /** The lines of the chain, which follow the first empty line. */
    const chain = async (steps: readonly Step[], width = 200, problems: readonly Problem[] = []): Promise<string[]> => {
      const image = traced({ grades: { origin: 'none', ownership: 'none' }, steps, gathered: { problems } });
      return (await shown({ images: [image] }, { width })).split('\n\n')[1]?.split('\n') ?? [];
    };
    const SILENCE = 'nobody says (looked in 0 places)';

    test('of all of them', async () => {
      expect(await chain(NAMES.map((name) => silent(name)))).toEqual([`- absent     ${NAMES.join(', ')}: ${SILENCE}`]);
    });

    test('that wraps beneath the names', async () => {
      expect(
        await chain(
          NAMES.map((name) => silent(name)),
          60,
        ),
      ).toEqual([
        '- absent     signature, build, source, commit, path, base,',
        '             sbom: nobody says (looked in 0 places)',
      ]);
    });

    test('where they are not parted by another step', async () => {
      const settled = step('source', { grade: 'declared', answer: 'https://github.com/acme/shop' });
      expect(await chain([silent('signature'), silent('build'), settled, silent('commit'), silent('path')])).toEqual([
        `- absent     signature, build: ${SILENCE}`,
        '○ source     declared  https://github.com/acme/shop',
        `- absent     commit, path: ${SILENCE}`,
      ]);
    });

    test('one alone stands as always', async () => {
      expect(await chain([silent('sbom')])).toEqual([`- sbom       absent    ${SILENCE}`]);
    });

    test.each<[string, Partial<Step>]>([
      ['details', { details: [{ name: 'version', value: '1.4' }] }],
      ['dissent', { dissent: [{ answer: 'x', grade: 'declared', from: 'config labels' }] }],
      ['reasons', { why: ['several images went in'] }],
      ['a date', { asOf: '2026-11-21T11:00:00Z' }],
      ['another gap', { gap: 'unheard' }],
    ])('and one with %s has its own', async (_name, parts) => {
      const lines = await chain([
        silent('build'),
        silent('source'),
        silent('commit', parts),
        silent('path'),
        silent('base'),
      ]);
      expect(lines[0]).toBe(`- absent     build, source: ${SILENCE}`);
      expect(lines[1]).toMatch(/^[-?] commit {5}(?:absent|unheard) /);
      expect(lines.at(-1)).toBe(`- absent     path, base: ${SILENCE}`);
    });

    test('and one that somebody could have said more about, too', async () => {
      const problem: Problem = {
        collector: 'x',
        at: TRACED_IMAGE,
        relations: ['builtAt'],
        code: 'OFFLINE',
        message: 'x',
      };
      expect(await chain([silent('commit'), silent('path'), silent('base')], 200, [problem])).toEqual([
        `- commit     absent    ${SILENCE}`,
        `- path       absent    ${SILENCE} [1]`,
        `- base       absent    ${SILENCE}`,
      ]);
    });
  });

  test('unheard is told on the step by its reason, and once in full with what to do', async () => {
    const text = await shown(reportOf('unheard'), { width: 200 });
    expect(text).toMatch(/^\? build {6}unheard {3}not heard, so not known: timed out, unauthorised \[1\] \[2\]$/m);
    expect(text.match(/did not answer within 10 s/g)).toHaveLength(1);
    expect(text).toContain('do: log in with docker login registry.example.com');
    expect(text).toContain('bears on: signature, build, source, commit, sbom');
  });

  test('a settled step says who else could have spoken', async () => {
    expect(await shown(reportOf('unheard'))).toMatch(/^○ commit {5}declared {2}c14c546e5.* \[1\] \[2\]$/m);
  });

  test('what was not heard about another image bears on no step of this one', async () => {
    const problem: Problem = {
      collector: 'image-config',
      at: { kind: 'image', digest: digestOf('beef'), foundAt: [] },
      relations: ['builtFrom'],
      code: 'OFFLINE',
      message: 'the base is not in the store',
    };
    const image = traced({
      grades: { origin: 'declared', ownership: 'none' },
      steps: [step('commit', { grade: 'declared', answer: 'abc' })],
      gathered: { problems: [problem] },
    });
    const text = await shown({ images: [image] });
    expect(text).toMatch(/^○ commit {5}declared {2}abc$/m);
    expect(text).toContain('[1] image-config: the base is not in the store (offline)');
    expect(text).toContain('about: sha256:beefbeefbeef');
  });

  test('a conflict shows every candidate', async () => {
    const text = await shown(reportOf('conflict'), { width: 200 });
    expect(text).toMatch(/either: https:\/\/github\.com\/acme\/shop@c14c546e/);
    expect(text).toMatch(/or: https:\/\/github\.com\/acme\/shop-fork@9999/);
  });
});

test('a rejected signature is shown without being asked for, with both sides', async () => {
  const text = await shown(reportOf('lying'), { width: 200 });
  expect(text).toMatch(/^✖ signature {2}rejected/m);
  expect(text).toMatch(/✖ cosign tag \.sig: about another digest/);
  expect(text).toContain('expected: a signature of sha256:0159a9079cf2');
  expect(text).toContain('got: sha256:0ddba110ddba');
});

test('the worst finding comes first', async () => {
  const text = await shown(reportOf('lying'));
  expect(text.match(/[✖!i] (?:high|warn|info) [A-Z_]+/g)).toEqual([
    '✖ high SUBJECT_MISMATCH',
    '! warn LABEL_INHERITED',
    'i info UNSIGNED',
  ]);
});

test('a failed image has its error in its place', async () => {
  expect((await shown(reportOf('failed'), { width: 200 })).split('\n').slice(0, 4)).toEqual([
    '✖ failed: ghcr.io/acme/shopp:1.4',
    '  ghcr.io has no acme/shopp:1.4 (no such image)',
    '  expected: a manifest under that tag',
    '  got: 404 MANIFEST_UNKNOWN',
  ]);
});

test('every digest that is shortened stands whole where everything is shown', async () => {
  for (const report of Object.values(REPORTS)) {
    const text = await shown(report, { verbose: true });
    for (const [short] of text.matchAll(/sha256:[0-9a-f]{12}(?![0-9a-f])/g)) {
      expect(text).toMatch(new RegExp(`${short}[0-9a-f]{52}`));
    }
  }
});

describe('ages', () => {
  test.each([
    ['2026-11-21T11:59:30Z', 'as of 2026-11-21T11:59:30Z\n'],
    ['2026-11-21T11:59:00Z', '(1 minute ago)'],
    ['2026-11-21T10:00:01Z', '(119 minutes ago)'],
    ['2026-11-21T10:00:00Z', '(2 hours ago)'],
    ['2026-11-19T12:00:01Z', '(47 hours ago)'],
    ['2026-11-19T12:00:00Z', '(2 days ago)'],
    ['2027-01-01T00:00:00Z', 'as of 2027-01-01T00:00:00Z\n'],
  ])('%s', async (asOf, expected) => {
    const image = traced({
      grades: { origin: 'none', ownership: 'none' },
      steps: [step('image', { answer: 'a', asOf })],
    });
    expect(await shown({ images: [image] })).toContain(expected);
  });
});

describe('links', () => {
  test('are hyperlinks only where the terminal has them, and only https', async () => {
    const strings = [
      'https://evil.example/a b?c="><d>',
      'javascript:alert(1)',
      `https://x.example/${ESC}]8;;${ESC}\\`,
      'ftp://x',
    ];
    const linked = await shown(hostileReport(strings), { links: true });
    const targets = [...linked.matchAll(new RegExp(HYPERLINK, 'g'))].map(([, target]) => target);
    expect(new Set(targets)).toEqual(new Set(['', 'https://evil.example/a%20b?c=%22%3E%3Cd%3E', 'https://x.example/']));
    expect(await shown(hostileReport(strings))).not.toContain(ESC);
  });

  test('are written out where it has not', async () => {
    const commit = 'https://github.com/acme/shop/commit/c14c546e54940a410195ede9aa0e7ee2ef1e16d0';
    expect(await shown(reportOf('good'))).toContain(commit);
    expect((await shown(reportOf('good'), { links: true })).replaceAll(ESCAPES, '')).not.toContain(commit);
  });
});

test('chalk, and every other format, is loaded only where it is asked for', () => {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ resolve(specifier, context, next) { loaded.push(specifier); return next(specifier, context); } });
    const { renderTrace } = await import('./src/render/index.ts');
    const { REPORTS, NOW } = await import('./test/support/reports.ts');
    const options = { format: 'text', colour: false, width: 80, links: false, verbose: false, now: NOW };
    await renderTrace(REPORTS.good, options);
    const before = loaded.filter((name) => /chalk|json|dot|mermaid|markdown/.test(name) && !/core\\/json/.test(name));
    await renderTrace(REPORTS.good, { ...options, colour: true });
    console.log(JSON.stringify({ before, after: loaded.includes('chalk') }));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(JSON.parse(output)).toEqual({ before: [], after: true });
});
