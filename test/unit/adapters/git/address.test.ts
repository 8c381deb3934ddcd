import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSourceAddress } from '../../../../src/adapters/git/address.ts';
import { ToolError } from '../../../../src/core/errors.ts';
import { everythingIn } from '../../../support/http-world.ts';

const parse = (repository: string) => parseSourceAddress({ repository, namedBy: 'the label' });
const candidatesOf = (repository: string): readonly string[] => {
  const address = parse(repository);
  return address.kind === 'http' ? address.candidates.map((url) => url.href) : [];
};

describe('the address of a repository', () => {
  test('over HTTP is tried as forges and plain servers have it', () => {
    expect(candidatesOf('https://github.com/acme/shop')).toEqual([
      'https://github.com/acme/shop.git',
      'https://github.com/acme/shop',
    ]);
    expect(candidatesOf('http://127.0.0.1:8080/acme/shop')).toEqual([
      'http://127.0.0.1:8080/acme/shop.git',
      'http://127.0.0.1:8080/acme/shop',
    ]);
  });

  test('of Azure has no other name', () => {
    expect(candidatesOf('https://dev.azure.com/acme/shop/_git/shop')).toEqual([
      'https://dev.azure.com/acme/shop/_git/shop',
    ]);
  });

  test('loses its credentials', () => {
    expect(candidatesOf('https://alice:secret@git.example/shop')).toEqual([
      'https://git.example/shop.git',
      'https://git.example/shop',
    ]);
  });

  test.each([
    ['ssh://git@git.example/acme/shop.git', 'ssh', 'ssh://git@git.example/acme/shop.git'],
    ['ssh://git@git.example:2222/acme/shop', 'ssh', 'ssh://git@git.example:2222/acme/shop'],
    ['git+ssh://git@git.example/acme/shop', 'ssh', 'ssh://git@git.example/acme/shop'],
    ['git@git.example:acme/shop.git', 'ssh', 'ssh://git@git.example/acme/shop.git'],
    ['git://git.example/acme/shop', 'git', 'git://git.example/acme/shop'],
  ] as const)('%s goes by %s', (repository, kind, href) => {
    const address = parse(repository);
    expect(address.kind).toBe(kind);
    expect('url' in address ? address.url.href : '').toBe(href);
  });

  test('of a folder is the folder', () => {
    expect(parse('file:///srv/a%20b')).toEqual({ kind: 'clone', folder: '/srv/a b' });
  });

  test.each([
    'ext::sh -c touch% /tmp/x',
    'fd::17',
    '-u',
    '--upload-pack=touch',
    'ssh://-oProxyCommand=touch/acme/shop',
    'ssh://git.example/-x',
    'ssh://-x@git.example/acme/shop',
    'ssh://alice:secret@git.example/acme/shop',
    'ssh://git@git.example/%2doption',
    'ssh://git@git.example/a%0ab',
    'file://server/share',
    'file:relative',
    '/srv/shop.git',
    '../shop',
    'https://git.example',
    'ftp://git.example/shop',
    'unknown',
    '',
  ])('"%s" is refused', (repository) => {
    const refusal = (() => {
      try {
        return parse(repository);
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(ToolError);
    expect(refusal).toMatchObject({ code: 'REFUSED_ADDRESS' });
    expect(everythingIn(refusal)).not.toContain('secret');
  });

  test('whatever the text, is none, or one of a transport that is known', () => {
    const pieces = fc.constantFrom(
      'ssh://',
      'git@',
      'https://',
      '-x',
      ':',
      '/',
      'a',
      '%2d',
      '%',
      'ext::',
      '\n',
      'file:///',
      '@',
      '.git',
      '[::1]',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (repository) => {
        try {
          const address = parse(repository);
          if ('url' in address) expect(address.url.href).toMatch(/^(?:ssh|git):\/\/[^-]/);
          if (address.kind === 'http')
            expect(address.candidates.every(({ protocol }) => /^https?:$/.test(protocol))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(ToolError);
        }
      }),
    );
  });
});
