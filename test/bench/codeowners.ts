import type { Dialect } from '../../src/core/codeowners/model.ts';
import { ownersOf } from '../../src/core/codeowners/match.ts';
import { parseCodeowners } from '../../src/core/codeowners/parse.ts';

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

function measure(name: string, run: () => void): void {
  const times = Array.from({ length: RUNS }, () => {
    const begin = performance.now();
    run();
    return performance.now() - begin;
  }).sort((left, right) => left - right);
  process.stdout.write(`${name.padEnd(64)} ${(times[RUNS >> 1] ?? 0).toFixed(1).padStart(8)} ms\n`);
}

function cyclic(count: number, forms: readonly ((index: number) => string)[]): readonly string[] {
  return Array.from({ length: count }, (_, index) => forms[index % forms.length]?.(index) ?? '');
}

const paths = cyclic(PATHS, PATH_FORMS);
const rules = [
  '* @acme/all',
  ...cyclic(RULES - 1, RULE_FORMS).map((pattern, index) => `${pattern} @acme/team-${index}`),
];

function measureDialect(dialect: Dialect, lines: readonly string[]): void {
  const text = lines.join('\n');
  const file = parseCodeowners(text, dialect);
  measure(`${dialect}: ${file.rules.length} rules, parsed`, () => parseCodeowners(text, dialect));
  measure(`${dialect}: ${file.rules.length} rules × ${paths.length} paths`, () => {
    for (const path of paths) ownersOf(file, path);
  });
}

measureDialect('github', rules);
measureDialect('gitlab', rules);
measureDialect(
  'gitlab',
  rules.flatMap((rule, index) => (index % 500 === 0 ? [`[Section ${index}]`, rule] : [rule])),
);
for (const [name, text, path] of HOSTILE) {
  const file = parseCodeowners(text, 'github');
  measure(`hostile: ${name} against ${path.length} characters`, () => {
    try {
      ownersOf(file, path);
    } catch {
      // Refused is as good as answered, if it is quick.
    }
  });
}
