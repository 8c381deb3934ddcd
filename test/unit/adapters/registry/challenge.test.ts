import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChallenges } from '../../../../src/adapters/registry/challenge.ts';

const read = (header: string): readonly [string, Record<string, string>][] =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

describe('parseChallenges', () => {
  it.each<[string, readonly [string, Record<string, string>][]]>([
    ['', []],
    ['Basic', [['basic', {}]]],
    ['Basic realm="registry"', [['basic', { realm: 'registry' }]]],
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull"',
      [
        [
          'bearer',
          {
            realm: 'https://auth.docker.io/token',
            service: 'registry.docker.io',
            scope: 'repository:library/alpine:pull',
          },
        ],
      ],
    ],
    // A comma within quotes ends nothing.
    [
      'Bearer realm="https://a.test/token", scope="repository:a/b:pull,push", error="invalid_token"',
      [['bearer', { realm: 'https://a.test/token', scope: 'repository:a/b:pull,push', error: 'invalid_token' }]],
    ],
    // RFC 9110, 11.6.1 has this one.
    [
      'Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""',
      [
        ['basic', { realm: 'simple' }],
        ['newauth', { realm: 'apps', type: '1', title: 'Login to "apps"' }],
      ],
    ],
    [
      'Basic realm="a", Bearer realm="b"',
      [
        ['basic', { realm: 'a' }],
        ['bearer', { realm: 'b' }],
      ],
    ],
    ['BEARER REALM="b" , , SERVICE = c', [['bearer', { realm: 'b', service: 'c' }]]],
    [
      'Negotiate YII=, Basic realm="a"',
      [
        ['negotiate', { yii: '' }],
        ['basic', { realm: 'a' }],
      ],
    ],
    // Only the first of one name counts, and one without a scheme belongs to nothing.
    ['Bearer realm="first", realm="second"', [['bearer', { realm: 'first' }]]],
    ['realm="none", Bearer realm="a"', [['bearer', { realm: 'a' }]]],
    // Reading ends where it cannot go on.
    ['Bearer realm="a", {broken}, Basic realm="b"', [['bearer', { realm: 'a' }]]],
    ['Bearer realm="open', [['bearer', { realm: '' }]]],
  ])('%s', (header, expected) => {
    expect(read(header)).toEqual(expected);
  });

  it('gives back what was written, of any number of challenges', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,10}$/);
    const value = fc.string({ maxLength: 30 }).filter((text) => !/[\r\n]/.test(text));
    const challenge = fc.tuple(name, fc.dictionary(name, value, { maxKeys: 4, noNullPrototype: true }));
    fc.assert(
      fc.property(fc.array(challenge, { maxLength: 4 }), (challenges) => {
        const header = challenges
          .map(([scheme, parameters]) => {
            const written = Object.entries(parameters).map(
              ([key, text]) => `${key}="${text.replaceAll(/["\\]/g, '\\$&')}"`,
            );
            return `${scheme} ${written.join(', ')}`;
          })
          .join(', ');
        expect(read(header)).toEqual(challenges);
      }),
    );
  });

  it('reads anything, in time that grows no faster than its length', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        expect(parseChallenges(header)).toBeInstanceOf(Array);
      }),
    );
    for (const part of [' ', ',', 'a', 'a=', 'a="', '"', '\\', 'a="\\', 'a =', ' a'])
      parseChallenges(part.repeat(50_000));
  });
});
