import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import { isRecord, parseJson } from '../../../src/core/json.ts';

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function failureOf(input: Uint8Array): ToolError {
  try {
    parseJson(input, 'the document');
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  throw new Error('it was parsed');
}

describe('JSON from a stranger', () => {
  test('is what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(parseJson(bytes(JSON.stringify(value)), 'the document')).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('may begin with a byte order mark', () => {
    expect(parseJson(bytes('\uFEFF{"a":1}'), 'the document')).toEqual({ a: 1 });
  });

  test.each([
    ['', 'nothing'],
    ['<html>\n<body>404', '<html> <body>404'],
    ['x'.repeat(61), `${'x'.repeat(60)}…`],
    ['{"a":1} {', '{"a":1} {'],
  ])('that is none is shown by its beginning: %j', (text, got) => {
    expect(failureOf(bytes(text))).toMatchObject({ code: 'MALFORMED', message: 'the document is not JSON', got });
  });

  test('that is not UTF-8 is none', () => {
    expect(failureOf(Uint8Array.of(0x22, 0xff, 0x22)).code).toBe('MALFORMED');
  });

  test.each(['[', '{"a":'])('may nest 256 deep and no deeper: %s', (opening) => {
    const nested = (depth: number) => opening.repeat(depth) + '1' + (opening === '[' ? ']' : '}').repeat(depth);
    expect(parseJson(bytes(nested(256)), 'the document')).toBeDefined();
    expect(failureOf(bytes(nested(257)))).toMatchObject({
      message: 'the document is nested too deeply',
      expected: 'at most 256 levels',
      got: '257',
    });
    expect(failureOf(bytes(nested(100_000)))).toMatchObject({ code: 'MALFORMED', got: '100000' });
  });

  test('does not nest by brackets in its strings, nor by those after one another', () => {
    for (const value of ['['.repeat(1000), `"${'{'.repeat(1000)}`, `\\"${'['.repeat(1000)}\\`]) {
      expect(parseJson(bytes(JSON.stringify([value])), 'the document')).toEqual([value]);
    }
    const many = Array.from({ length: 1000 }, () => []);
    expect(parseJson(bytes(JSON.stringify(many)), 'the document')).toEqual(many);
  });

  test('that is arbitrary bytes gives its own error or a value', () => {
    const inputs = fc.oneof(fc.uint8Array(), fc.stringMatching(/^[[\]{}":,\\1a]*$/).map(bytes));
    fc.assert(
      fc.property(inputs, (input) => {
        let outcome: unknown;
        try {
          outcome = parseJson(input, 'the document');
        } catch (error) {
          outcome = error;
        }
        expect(outcome instanceof Error ? outcome : new ToolError('MALFORMED', 'a value')).toMatchObject({
          name: 'ToolError',
          code: 'MALFORMED',
        });
      }),
    );
  });
});

test('a record is an object that is no array and not null', () => {
  expect([{}, { a: 1 }].map(isRecord)).toEqual([true, true]);
  expect([null, [], 'a', 1, undefined].map(isRecord)).toEqual([false, false, false, false, false]);
});
