import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNextLink } from '../../../../src/adapters/http/link-header.ts';

describe('parseNextLink', () => {
  it.each([
    ['</v2/a/tags/list?n=2&last=b>; rel="next"', '/v2/a/tags/list?n=2&last=b'],
    ['<https://a.test/x>; rel=next', 'https://a.test/x'],
    ['<a>; rel="prev", <b>; rel="next"', 'b'],
    ['<a>;title="x, <c>; y";rel="first NEXT"', 'a'],
    ['<a,b>; rel=next', 'a,b'],
    ['<a> ; REL = "next" ; type=x', 'a'],
    ['<>; rel="next"', ''],
    ['<a>; rel="nextish"', undefined],
    ['<a>; rel="prev"', undefined],
    ['<a>', undefined],
    ['a; rel="next"', undefined],
    ['<a; rel="next"', undefined],
    ['', undefined],
  ])('%s: %s', (header, expected) => {
    expect(parseNextLink(header)).toBe(expected);
  });

  it('finds the next among others', () => {
    const target = fc.string({ maxLength: 20 }).filter((text) => !/[<>\r\n]/.test(text));
    const others = fc.array(fc.tuple(target, fc.constantFrom('prev', 'first', 'last')), { maxLength: 4 });
    fc.assert(
      fc.property(others, target, others, (before, next, after) => {
        const links = [...before, [next, 'next'] as const, ...after];
        expect(parseNextLink(links.map(([to, relation]) => `<${to}>; rel="${relation}"`).join(', '))).toBe(next);
      }),
    );
  });

  it('reads anything, in time that grows no faster than its length', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        expect(['string', 'undefined']).toContain(typeof parseNextLink(header));
      }),
    );
    for (const part of ['<', '<a>', '<a>;', ';', ' ;', '<a>; b', '<a>; b="', '<a>; rel', ', ', '\\']) {
      parseNextLink(part.repeat(50_000));
      parseNextLink(`<a>${part.repeat(50_000)}`);
    }
  });
});
