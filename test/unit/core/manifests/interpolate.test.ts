import { assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { interpolate } from '../../../../src/core/manifests/interpolate.ts';

const KNOWN: Readonly<Record<string, string>> = { SET: 'value', EMPTY: '' };
const COMPOSE = { valueOf: (name: string): string | undefined => KNOWN[name], escape: '$' };

describe('variables in a name', () => {
  test.each([
    ['a/$SET:1', 'a/value:1', ['SET']],
    ['${SET}', 'value', ['SET']],
    ['${SET:-other}', 'value', ['SET']],
    ['${EMPTY:-other}', 'other', ['EMPTY']],
    ['${EMPTY-other}', '', ['EMPTY']],
    ['${NOT:-other}', 'other', ['NOT']],
    ['${NOT-}', '', ['NOT']],
    ['${SET:?say it}', 'value', ['SET']],
    ['${SET:+other}', 'other', ['SET']],
    ['${EMPTY:+other}', '', ['EMPTY']],
    ['${EMPTY+other}', 'other', ['EMPTY']],
    ['${NOT:-${ALSO_NOT:-$SET}}-x', 'value-x', ['NOT', 'ALSO_NOT', 'SET']],
    ['$$SET', '$SET', []],
  ])('%s is %s', (text, expanded, variables) => {
    expect(interpolate(text, COMPOSE)).toEqual({ kind: 'text', text: expanded, variables });
  });

  test.each([
    ['$NOT', 'NOT'],
    ['a${NOT}', 'NOT'],
    ['${NOT:?say it}', 'NOT'],
    ['${EMPTY:?say it}', 'EMPTY'],
    // Whether it is set elsewhere, nobody knows.
    ['${NOT:+other}', 'NOT'],
    ['${NOT:-$ALSO_NOT}', 'ALSO_NOT'],
  ])('%s has no value', (text, variable) => {
    expect(interpolate(text, COMPOSE)).toEqual({ kind: 'unset', variable });
  });

  test.each([
    ['${SET'],
    ['$'],
    ['${}'],
    ['${1}'],
    ['${SET#v}'],
    ['${SET/a/b}'],
    ['$(SET)'],
    [`${'${N:-'.repeat(17)}x${'}'.repeat(17)}`],
    ['a'.repeat(4097)],
  ])('%s cannot be read', (text) => {
    expect(interpolate(text, COMPOSE).kind).toBe('unreadable');
  });

  test('in a Dockerfile the escape character makes an ordinary $', () => {
    expect(interpolate('a\\$SET', { ...COMPOSE, escape: '\\' })).toEqual({
      kind: 'text',
      text: 'a$SET',
      variables: [],
    });
  });

  test('a text without $ stays as it is', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 200 }), (text) => {
        const plain = text.replaceAll('$', '');
        expect(interpolate(plain, COMPOSE)).toEqual({ kind: 'text', text: plain, variables: [] });
      }),
    );
  });
});
