import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { REPORTS, hostileReport } from '../../support/reports.ts';
import { shown } from './shown.ts';

const ALL = [...Object.entries(REPORTS), ['hostile', hostileReport()] as const];
const STRING = '"(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
const ID = '[a-z]\\w*';
const ATTRIBUTE = `[a-zA-Z]+=(?:${STRING}|\\w+)`;
/** Each line that the writer may write (the DOT language, as far as it is used). */
const DOT_LINES = [
  /^digraph provtrace \{$/,
  / {2}rankdir=LR;/,
  new RegExp(`^ {2}subgraph ${ID} \\{$`),
  new RegExp(`^ {4}label=${STRING};$`),
  new RegExp(`^ {2,4}${ID}(?: -> ${ID})? \\[${ATTRIBUTE}(?:, ${ATTRIBUTE})*\\];$`),
  /^ {2}\}$/,
  /^\}$/,
];
const LABEL = '"(?:[^"<>`{}[\\]|%*_:#;\\n]|#\\d+;|<br/>)*"';
const MERMAID_LINES = [
  /^flowchart LR$/,
  new RegExp(`^ {2}subgraph ${ID}\\[${LABEL}\\]$`),
  new RegExp(
    `^ {4}${ID}(?:\\(\\[${LABEL}\\]\\)|\\[${LABEL}\\]|\\{\\{${LABEL}\\}\\}|\\[/${LABEL}/\\]|\\[\\[${LABEL}\\]\\])$`,
  ),
  new RegExp(`^ {4}${ID} (?:==>|-->|-\\.->)\\|${LABEL}\\| ${ID}$`),
  /^ {2}end$/,
  /^ {2}linkStyle \d+(?:,\d+)* stroke-dasharray:6 4$/,
];

function strangeLines(text: string, known: readonly RegExp[]): string[] {
  return text
    .trimEnd()
    .split('\n')
    .filter((line) => !known.some((pattern) => pattern.test(line)));
}

function graphviz(): boolean {
  try {
    execFileSync('dot', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.each(ALL)('%s', (_name, report) => {
  test('DOT holds only what the grammar knows', async () => {
    expect(strangeLines(await shown(report, { format: 'dot' }), DOT_LINES)).toEqual([]);
  });
  test.skipIf(!graphviz())('Graphviz reads it (skipped where dot is not installed)', async () => {
    const dot = await shown(report, { format: 'dot' });
    const canonical = execFileSync('dot', ['-Tcanon'], { input: dot, encoding: 'utf8' });
    expect(canonical.match(/^\t+\w+ -> \w+/gm)?.length ?? 0).toBe(dot.match(/^ {4}\w+ -> /gm)?.length ?? 0);
  });
  test('Mermaid holds only what the grammar knows', async () => {
    expect(strangeLines(await shown(report, { format: 'mermaid' }), MERMAID_LINES)).toEqual([]);
  });
  test('every edge joins nodes that are there', async () => {
    const text = await shown(report, { format: 'mermaid' });
    const nodes = new Set([...text.matchAll(/^ {4}(\w+)[([{]/gm)].map(([, id]) => id));
    const ends = [...text.matchAll(/^ {4}(\w+) [-=.>]+\|.*\| (\w+)$/gm)].flatMap(([, from, to]) => [from, to]);
    expect(ends.filter((id) => !nodes.has(id))).toEqual([]);
  });
});

describe('the grammar check itself', () => {
  test.each(['  label="a"b";', '    i0 [label="a\\"];', '    i0 [label=<b>];'])('refuses DOT %s', (line) => {
    expect(strangeLines(line, DOT_LINES)).toEqual([line]);
  });
  test.each(['    i0["a"b"]', '    i0["%%{init}"]', '  click i0 href "x"'])('refuses Mermaid %s', (line) => {
    expect(strangeLines(line, MERMAID_LINES)).toEqual([line]);
  });
});

describe('what is drawn', () => {
  test('grades are words and lines; weak is dashed, dissent and gaps are dotted', async () => {
    const lying = await shown(REPORTS['lying'] ?? { images: [] }, { format: 'dot' });
    expect(lying).toContain('i0_image -> i0_build [style=solid, label="built by, attested"];');
    expect(lying).toContain(
      'i0_image -> i0_commit_0 [style=dotted, constraint=false, label="but built from, declared"];',
    );
    expect(lying).toContain('i0_image -> i0_sbom [style=dotted, label="described by, absent"];');
    const unsigned = await shown(REPORTS['unsigned'] ?? { images: [] }, { format: 'dot' });
    expect(unsigned).toContain('i0_image -> i0_commit [style=dashed, label="built from, declared"];');
    const good = await shown(REPORTS['good'] ?? { images: [] }, { format: 'dot' });
    expect(good).toContain('i0_image -> i0_commit [style=bold, label="built from, verified"];');
  });

  test('a gap is a question mark with its reason, a conflict has every candidate', async () => {
    const conflict = await shown(REPORTS['conflict'] ?? { images: [] }, { format: 'mermaid' });
    expect(conflict).toContain('i0_commit{{"#63; commit<br/>equally strong answers differ"}}');
    expect(conflict.match(/or built from, attested/g)).toHaveLength(2);
  });

  test('weak edges of a flowchart are dashed by their numbers', async () => {
    const text = await shown(REPORTS['unsigned'] ?? { images: [] }, { format: 'mermaid' });
    const edges = text.split('\n').filter((line) => line.includes('|"'));
    const weak = edges.flatMap((edge, index) => (edge.includes(', declared"') ? [index] : []));
    expect(weak.length).toBeGreaterThan(0);
    expect(text).toContain(`linkStyle ${weak.join(',')} stroke-dasharray`);
  });
});
