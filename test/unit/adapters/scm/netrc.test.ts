import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNetrc } from '../../../../src/adapters/scm/netrc.ts';

const passwordsIn = (text: string) => Object.fromEntries(parseNetrc(text));

describe('a netrc file', () => {
  test.each<[string, string, Record<string, string>]>([
    ['on one line', 'machine github.com login ada password s3cret', { 'github.com': 's3cret' }],
    [
      'on several lines',
      'machine github.com\n  login ada\n\tpassword s3cret\nmachine gitlab.com password other',
      { 'github.com': 's3cret', 'gitlab.com': 'other' },
    ],
    ['with the password before the login', 'machine h password p login l', { h: 'p' }],
    ['with an account', 'machine h login l account password password p', { h: 'p' }],
    ['with capitals in the host', 'machine GitHub.COM password p', { 'github.com': 'p' }],
    ['with quotation marks', String.raw`machine h login "a b" password "p \"q\" \\"`, { h: 'p "q" \\' }],
    ['with comments', '# machine a password x\nmachine h password p#1\n  # password no', { h: 'p#1' }],
    ['with CRLF', 'machine h\r\npassword p\r\n', { h: 'p' }],
    ['with a machine twice', 'machine h password first\nmachine h password second', { h: 'first' }],
    ['with a machine without a password', 'machine h login l\nmachine g password p', { g: 'p' }],
    [
      'with a macro',
      'machine h password p\nmacdef init\nmachine evil password x\n\nmachine g password q',
      { h: 'p', g: 'q' },
    ],
    ['that ends in a word', 'machine h password', {}],
    ['that is empty', '', {}],
  ])('%s', (_, text, passwords) => {
    expect(passwordsIn(text)).toEqual(passwords);
  });

  test('gives nobody the password of its default', () => {
    expect(passwordsIn('machine h password p\ndefault login anonymous password everywhere')).toEqual({ h: 'p' });
    expect(passwordsIn('default password everywhere machine h password p')).toEqual({ h: 'p' });
  });

  test('gives only what is in it, whatever it is', () => {
    const words = fc
      .array(
        fc.constantFrom('machine', 'default', 'login', 'password', 'macdef', '\n', '"', '\\', '#', 'github.com', 'x'),
        { maxLength: 60 },
      )
      .map((all) => all.join(' '));
    fc.assert(
      fc.property(fc.oneof(words, fc.string()), (text) => {
        for (const machine of parseNetrc(text).keys()) expect(text.toLowerCase()).toContain(machine);
      }),
    );
  });
});
