import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import type { CelEvaluator } from '../../../../src/core/policy/cel.ts';
import { FINDING_CODES } from '../../../../src/core/findings/index.ts';
import { parsePolicy } from '../../../../src/core/policy/policy-file.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const FIXTURES = join(ROOT, 'fixtures/policies');

function filesIn(folder: string): readonly string[] {
  return readdirSync(join(FIXTURES, folder)).map((name) => `${folder}/${name}`);
}
function read(name: string): string {
  return readFileSync(join(FIXTURES, name), 'utf8');
}
function refusal(text: string, evaluator?: CelEvaluator): ToolError {
  try {
    parsePolicy({ text, path: 'policy.yaml' }, evaluator);
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}
const PLAIN = { provenance: { present: true } };
const fileOf = (rules: readonly object[], more: object = {}) => JSON.stringify({ version: 1, rules, ...more });

describe('policies that are accepted', () => {
  test.each(filesIn('accepted'))('%s', (name) => {
    expect(parsePolicy({ text: read(name), path: name }).rules.length).toBeGreaterThan(0);
  });

  test('everything that there is comes through', () => {
    const policy = parsePolicy({ text: read('accepted/everything.yaml'), path: 'policy.yaml' });
    expect(policy).toMatchObject({ default: 'report', warnings: [] });
    expect(
      policy.rules.map(({ name, mode, images, requirements, platforms }) => [
        name,
        mode,
        images.length,
        requirements.length,
        platforms,
      ]),
    ).toEqual([
      ['baseline', 'enforce', 0, 1, { inheritFromIndex: false }],
      ['bases', 'enforce', 0, 1, { inheritFromIndex: false }],
      ['releases', 'warn', 3, 2, { inheritFromIndex: true, required: ['linux/amd64', 'linux/arm64/v8'] }],
      ['tools', 'enforce', 1, 1, { inheritFromIndex: false, required: 'every' }],
    ]);
    expect(policy.exceptions.map(({ rule, expires }) => [rule, expires])).toEqual([
      ['releases', '2027-03-31'],
      ['tools', '2028-02-29'],
    ]);
  });

  test('it denies by default', () => {
    expect(parsePolicy({ text: read('accepted/minimal.yaml'), path: 'policy.yaml' }).default).toBe('deny');
  });
});

describe('policies that are refused, with place and reason', () => {
  test.each([...filesIn('refused-by-shape'), ...filesIn('refused-by-meaning'), ...filesIn('refused-by-syntax')])(
    '%s',
    (name) => {
      const text = read(name);
      const [, place = '', message = '', expected = ''] = /^# says: (\d+:\d+:)? ?(.*?) \|(.*)$/m.exec(text) ?? [];
      const error = refusal(text);
      expect(error.code).toBe('INVALID_CONFIGURATION');
      expect(error.message).toBe(`policy.yaml:${place} ${message}`);
      expect(error.expected ?? '').toContain(expected.trim());
    },
  );

  test('a key that is nearly one names the one that was meant', () => {
    expect(refusal(read('refused-by-shape/misspelt-key.yaml')).hint).toBe('did you mean repositories?');
    expect(refusal(read('refused-by-shape/misspelt-deep.yaml')).hint).toBe('did you mean source?');
  });

  test('an expression that cannot be read, where it stands', () => {
    const require = { all: [{ attestations: [{ predicateType: 'x', cel: 'a +' }] }] };
    const text = fileOf([{ name: 'a', images: ['**'], require }]);
    const refusing: CelEvaluator = () => ({ kind: 'refused', message: 'an expression: it ends after +' });
    const error = refusal(text, refusing);
    expect(error.message).toMatch(
      /^policy\.yaml:1:\d+: rules\.0\.require\.all\.0\.attestations\.0\.cel is not what is expected$/,
    );
    expect(error).toMatchObject({ expected: 'an expression: it ends after +', got: '"a +"' });
    expect(
      parsePolicy({ text, path: 'p' }, () => ({ kind: 'ready', run: () => ({ kind: 'value', holds: true }) })).rules,
    ).toHaveLength(1);
  });
});

describe('files made to cost much', () => {
  test('too long, too many rules, too many rules in a row', () => {
    expect(refusal(' '.repeat(1_000_001)).message).toBe('policy.yaml: too long for a policy');
    const many = Array.from({ length: 10_000 }, (_, index) => ({
      name: `r${index}`,
      images: [`ghcr.io/a${index}/*`],
      require: PLAIN,
    }));
    expect(refusal(fileOf(many)).message).toContain('rules');
    const row = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        name: `r${index}`,
        images: [`ghcr.io/a${index}/*`],
        require: PLAIN,
        ...(index === 0 ? {} : { extends: `r${index - 1}` }),
      }));
    expect(parsePolicy({ text: fileOf(row(16)), path: 'p' }).rules).toHaveLength(16);
    expect(refusal(fileOf(row(17))).expected).toBe('at most 16 rules in a row');
    expect(refusal(fileOf(row(1500).toReversed())).expected).toBe('at most 16 rules in a row');
  });

  test('nesting without end', () => {
    const nested = (depth: number): object => (depth === 0 ? PLAIN : { all: [nested(depth - 1)] });
    const text = (depth: number) => fileOf([{ name: 'a', images: ['**'], require: nested(depth) }]);
    expect(parsePolicy({ text: text(6), path: 'p' }).rules).toHaveLength(1);
    expect(refusal(text(7)).message).toContain('unknown key');
    expect(refusal(text(2000)).code).toBe('INVALID_CONFIGURATION');
  });

  test('a map of very many keys is refused before they are compared with one another', () => {
    const keys = Array.from({ length: 60_000 }, (_, index) => `k${index}: 1`);
    expect(refusal(keys.join('\n')).message).toBe('policy.yaml:1:1: too many entries');
    expect(refusal(`version: 1\nrules: {${keys.join(', ')}}`).message).toBe('policy.yaml:2:8: too many entries');
    expect(refusal(`version: 1\nrules:\n  - a:\n      - [{${keys.join(', ')}}]`).message).toBe(
      'policy.yaml:4:10: too many entries',
    );
  });

  test('brackets without end', () => {
    for (const text of ['['.repeat(200_000), '{a: '.repeat(100_000), '- '.repeat(100_000)])
      expect(refusal(text).code).toBe('INVALID_CONFIGURATION');
  });

  test('patterns that could be read in many ways cost one walk each', () => {
    const images = [`ghcr.io/${'a*'.repeat(15)}b`];
    const policy = parsePolicy({ text: fileOf([{ name: 'a', images, require: PLAIN }]), path: 'p' });
    expect(policy.rules).toHaveLength(1);
  });
});

test('whatever the bytes, there is a policy or the tool’s own error', () => {
  const word = fc.constantFrom(
    'version: 1',
    'rules:',
    '  - name: a',
    '    images: ["**"]',
    '    require:',
    '      provenance: {present: true}',
    '      any: [',
    '&a',
    '*a',
    '\t',
    '? ',
    '- ',
    '{',
    '}',
    '"',
    "'",
    '!!js/function',
    '<<: *a',
    '__proto__: {}',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(word, { maxLength: 12 }).map((words) => words.join('\n')),
  );
  fc.assert(
    fc.property(text, (some) => {
      try {
        parsePolicy({ text: some, path: 'policy.yaml' });
      } catch (error) {
        expect(error).toBeInstanceOf(ToolError);
      }
    }),
    { numRuns: 500 },
  );
});

test('the codes of findings are those that core/findings can give', () => {
  const folder = join(ROOT, 'src/core/findings');
  const codes = readdirSync(folder).flatMap((name) => {
    const source = readFileSync(join(folder, name), 'utf8');
    const remarks = name === 'remarks.ts' ? [...source.matchAll(/^ {2}([A-Z_]+): \{/gm)] : [];
    return [...source.matchAll(/^ {4}code: '([A-Z_]+)',/gm), ...remarks].map((match) => match[1]);
  });
  expect(codes.length).toBeGreaterThan(40);
  expect(new Set(codes)).toEqual(new Set(FINDING_CODES));
});
