import type { Dialect } from '../../src/core/codeowners/model.ts';
import { ownersOf } from '../../src/core/codeowners/match.ts';
import { parseCodeowners } from '../../src/core/codeowners/parse.ts';
import type { Row } from './measure.ts';
import { median, print } from './measure.ts';

const RUNS = 5;
const RULES = 5_000;
const PATHS = 100_000;

/** How the rules of a large repository are made, one after the other: mostly directories, then files, kinds of files, and what floats. */
const RULE_FORMS: readonly ((index: number) => string)[] = [
  (index) => `/services/team-${index % 400}/module-${index}/`,
  (index) => `/services/team-${index % 400}/module-${index}/src/*.ts`,
  (index) => `/libs/library-${index}`,
  (index) => `/services/team-${index % 400}/**/config-${index}.yaml`,
  (index) => `*.kind-${index}`,
  (index) => `module-${index}/`,
  (index) => `/services/*/module-${index}/Dockerfile`,
  (index) => `**/generated-${index}/*.go`,
  (index) => `/docs/chapter-${index}/*`,
  (index) => `team-*-${index}.md`,
];

const PATH_FORMS: readonly ((index: number) => string)[] = [
  (index) => `services/team-${index % 400}/module-${index % RULES}/src/main/file-${index}.ts`,
  (index) => `libs/library-${index % RULES}/lib/index.js`,
  (index) => `docs/chapter-${index % RULES}/page-${index}.md`,
  (index) => `services/team-${index % 400}/deploy/staging/config-${index % RULES}.yaml`,
  (index) => `other/place/${index}/a.b.kind-${index % RULES}`,
];

/** Patterns that keep other matchers busy, then those that are worst for this one: within a segment, across them, and many of them. */
const HOSTILE: readonly (readonly [name: string, rules: string, path: string])[] = [
  ['*a*a*a*a*a*a*b', `${'*a'.repeat(6)}*b @a`, 'a'.repeat(80)],
  ['**/a/**/a/**/a/**/a/**/a/b', `${'**/a/'.repeat(5)}b @a`, 'a/'.repeat(80)],
  ['*aaa…a?b*', `*${'a'.repeat(2_000)}?b* @a`, 'a'.repeat(4_000)],
  ['**/*a/*a/…/?b', `**/${'*a/'.repeat(1_000)}?b @a`, 'a/'.repeat(2_000)],
  ['*aaa…a?b*, 300 times', `*${'a'.repeat(2_000)}?b* @a\n`.repeat(300), 'a'.repeat(4_000)],
  ['*x*, 50,000 times', '*x* @a\n'.repeat(50_000), 'a/'.repeat(2_000)],
];

/** The measures of CODEOWNERS: many rules against many paths, and patterns that keep other matchers busy. */
export async function benchCodeowners(): Promise<void> {
  const paths = cyclic(PATHS, PATH_FORMS);
  const rules = [
    '* @acme/all',
    ...cyclic(RULES - 1, RULE_FORMS).map((pattern, index) => `${pattern} @acme/team-${index}`),
  ];
  const inSections = rules.flatMap((rule, index) => (index % 500 === 0 ? [`[Section ${index}]`, rule] : [rule]));
  print(`CODEOWNERS: ${RULES} rules × ${PATHS} paths`, [
    matching('github', rules, paths),
    matching('gitlab', rules, paths),
    matching('gitlab', inSections, paths, 'in sections'),
  ]);
  print('CODEOWNERS: hostile patterns', HOSTILE.map(hostile));
}

function matching(dialect: Dialect, lines: readonly string[], paths: readonly string[], how = ''): Row {
  const file = parseCodeowners(lines.join('\n'), dialect);
  const ms = timed(() => {
    for (const path of paths) ownersOf(file, path);
  });
  return { what: `${dialect} ${how}`.trim(), measured: `${ms.toFixed(0)} ms`, atMost: '1000 ms', holds: ms < 1000 };
}

function hostile([name, text, path]: (typeof HOSTILE)[number]): Row {
  const file = parseCodeowners(text, 'github');
  const ms = timed(() => {
    try {
      ownersOf(file, path);
    } catch {
      // Refused is as good as answered, if it is quick.
    }
  });
  const what = `${name} against ${path.length} characters`;
  return { what, measured: `${ms.toFixed(1)} ms`, atMost: '100 ms', holds: ms < 100 };
}

function timed(run: () => void): number {
  const runs = Array.from({ length: RUNS }, () => {
    const begin = performance.now();
    run();
    return performance.now() - begin;
  });
  return median(runs);
}

function cyclic(count: number, forms: readonly ((index: number) => string)[]): readonly string[] {
  return Array.from({ length: count }, (_, index) => forms[index % forms.length]?.(index) ?? '');
}
