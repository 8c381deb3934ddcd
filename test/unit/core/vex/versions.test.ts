import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orderOf } from '../../../../src/core/vex/versions/order.ts';
import { rangeTest } from '../../../../src/core/vex/versions/range.ts';

function isInRange(version: string, range: string, packageType: string): boolean | undefined {
  return rangeTest(range, packageType)(version);
}

/** From the lowest to the highest, by the documentation of each scheme. */
const ASCENDING = {
  semver: ['0.9.0', '1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-beta', '1.0.0', '1.0.1', '1.9.0', '1.10.0', '2'],
  golang: ['v0.0.0-20230516145632-8ccac152c651', 'v0.1.0', 'v1.2', 'v1.2.3'],
  deb: [
    '1.0~~',
    '1.0~rc1-1',
    '1.0-1',
    '1.0-1+b1',
    '1.0-2',
    '1.0-10',
    '1.0a-1',
    '1.0+dfsg-1',
    '1.0.1-1',
    '2:0.1',
    '10:0',
  ],
  rpm: ['1.0~rc1-1', '1.0-1', '1.0-1.el7', '1.0-2', '1.0^git1-1', '1.0a-1', '1.0.1-1', '1.10-1', '1:0.1-1', '2:0'],
  apk: [
    '0.1.0_alpha',
    '0.1.0_beta2',
    '0.1.0_pre1',
    '0.1.0_rc1',
    '0.1.0',
    '0.1.0-r1',
    '0.1.0_git20200101',
    '0.1.0_p1',
    '0.1.0_p1-r1',
    '0.1.0b',
    '1.06',
    '1.1',
    '1.1.1',
    '1.10',
  ],
  intdot: ['1', '1.2', '1.2.0.1', '1.10', '2.0rc1', '10'],
  lexicographic: ['1', '10', '2', 'a'],
} as const;

describe.each(Object.entries(ASCENDING))('%s', (scheme, versions) => {
  const order = orderOf(scheme)!;

  test('orders versions as its ecosystem does', () => {
    versions.forEach((left, index) =>
      versions.forEach((right, other) =>
        expect([left, right, Math.sign(order(left, right) ?? Number.NaN)]).toEqual([
          left,
          right,
          Math.sign(index - other),
        ]),
      ),
    );
  });

  test('is an order, or no answer, of any text', () => {
    const text = fc.oneof(
      fc.constantFrom(...versions),
      fc.string({ unit: fc.constantFrom(...'0123456789.-~^+:_abrcz'.split('')) }),
      fc.string(),
    );
    fc.assert(
      fc.property(text, text, (left, right) => {
        const [forward, backward] = [order(left, right), order(right, left)];
        expect(forward === undefined).toBe(backward === undefined);
        if (forward !== undefined && backward !== undefined) expect(Math.sign(forward) + Math.sign(backward)).toBe(0);
        if (order(left, left) !== undefined) expect(order(left, left)).toBe(0);
      }),
    );
  });
});

test.each([
  ['deb', '1.0', '1.0-0'],
  ['deb', '0:1.0', '1.0'],
  ['rpm', '1.0-1', '1.0_1-1'.replace('_1', '')],
  ['rpm', '1.0', '1.0-5'],
  ['rpm', '1.05', '1.5'],
  ['golang', 'v1.2.0', '1.2'],
  ['intdot', '01.2', '1.2rc1'],
])('%s: %s equals %s', (scheme, left, right) => {
  expect(orderOf(scheme)?.(left, right)).toBe(0);
});

test('a scheme that is not known, a version that is none or is too long', () => {
  expect(orderOf('maven')).toBeUndefined();
  expect(orderOf('constructor')).toBeUndefined();
  expect(orderOf('npm')?.('one', '1.0.0')).toBeUndefined();
  expect(orderOf('apk')?.('1.0', '1.0-foo')).toBeUndefined();
  expect(orderOf('deb')?.('1'.repeat(300), '1')).toBeUndefined();
});

describe('ranges', () => {
  test.each([
    [
      'vers:npm/1.2.3|>=2.0.0|<5.0.0',
      { '1.2.3': true, '1.2.4': false, '2.0.0': true, '4.9.9': true, '5.0.0': false, '1.0.0': false },
    ],
    [
      'vers:npm/>=2.2.0|!=2.2.1|<2.3.0',
      { '2.2.0': true, '2.2.1': false, '2.2.2': true, '2.3.0': false, '2.1.0': false },
    ],
    [
      'vers:npm/>=1.0.0|<=1.7.5|>=7.0.0|<=7.0.7',
      { '1.0.0': true, '1.7.5': true, '3.0.0': false, '7.0.1': true, '7.0.8': false, '0.9.0': false },
    ],
    ['vers:npm/<1.0.0|>=2.0.0', { '0.5.0': true, '1.0.0': false, '1.5.0': false, '2.0.0': true, '9.0.0': true }],
    ['vers:npm/>=3.0.0|2.0.3', { '2.0.3': true, '2.0.4': false, '3.1.0': true }],
    ['vers:npm/>1.0.0', { '1.0.0': false, '1.0.1': true }],
    ['vers:npm/!=1.0.0', { '1.0.0': false, '2.0.0': false }],
    ['vers:npm/*', { '1.0.0': true, anything: true }],
    ['vers:all/*', { '1.0.0': true }],
    ['vers:none/*', { '1.0.0': false }],
    ['vers:deb/<1%3A2.0', { '1.9': true, '1:1.9': true, '1:2.0': false }],
    ['vers:maven/1.0|1.1', { '1.0': true, '1.2': false }],
    ['vers:maven/<1.1', { '1.0': undefined }],
    ['vers:npm/', { '1.0.0': undefined }],
    ['vers:npm/>=', { '1.0.0': undefined }],
    ['vers:npm/>=1.0.0||<2.0.0', { '1.5.0': undefined }],
    ['vers:npm/>=1.0.0| <2.0.0', { '1.5.0': undefined }],
    ['vers:npm/%zz', { '1.0.0': undefined }],
    ['vers:npm/<one', { '1.0.0': undefined }],
    ['VERS:npm/*', { '1.0.0': undefined }],
  ] as const)('%s', (range, versions) => {
    for (const [version, answer] of Object.entries(versions))
      expect([version, isInRange(version, range, 'generic')]).toEqual([version, answer]);
  });

  test('in the words of npm only for packages of npm', () => {
    expect(isInRange('4.18.2', '^4.0.0 || >=5.1', 'npm')).toBe(true);
    expect(isInRange('4.18.2', '^4.0.0', 'pypi')).toBeUndefined();
  });

  test('longer than any are not answered', () => {
    expect(
      isInRange('1.0.0', `vers:npm/${Array.from({ length: 3_000 }, (_, index) => `${index}.0.0`).join('|')}`, 'npm'),
    ).toBeUndefined();
    expect(isInRange('1.0.0', 'x'.repeat(100_000), 'npm')).toBeUndefined();
  });

  test('any text is answered, or not', () => {
    const range = fc.oneof(
      fc.string(),
      fc
        .tuple(
          fc.constantFrom('npm', 'deb', 'rpm', 'apk', 'all'),
          fc.string({ unit: fc.constantFrom(...'<>=!|*1.2%a'.split('')) }),
        )
        .map(([scheme, text]) => `vers:${scheme}/${text}`),
    );
    fc.assert(
      fc.property(fc.string(), range, (version, text) => {
        expect([true, false, undefined]).toContain(isInRange(version, text, 'npm'));
      }),
    );
  });
});
