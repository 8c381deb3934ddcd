import { describe, expect, test } from 'vitest';
import { apiAddress, encodePath } from '../../../../src/adapters/scm/api-address.ts';
import { ToolError } from '../../../../src/core/errors.ts';
import type { Forge } from '../../../../src/core/model/forge.ts';
import { openHttp } from '../../../support/http-world.ts';

const { http } = openHttp();
const addressOf = (forge: Forge): string => apiAddress(forge, (host) => http.baseUrl(host)).href;

describe('the API of', () => {
  test.each<[string, Forge, string]>([
    ['github.com', { kind: 'github', host: 'github.com' }, 'https://api.github.com/'],
    ['a tenant of ghe.com', { kind: 'github', host: 'acme.ghe.com' }, 'https://api.acme.ghe.com/'],
    [
      'a GitHub server of one’s own',
      { kind: 'github', host: 'github.acme.example:8443' },
      'https://github.acme.example:8443/api/v3/',
    ],
    ['a host that only ends like GitHub’s', { kind: 'github', host: 'notgithub.com' }, 'https://notgithub.com/api/v3/'],
    ['gitlab.com', { kind: 'gitlab', host: 'gitlab.com' }, 'https://gitlab.com/api/v4/'],
    ['a GitLab of one’s own', { kind: 'gitlab', host: 'code.acme.example' }, 'https://code.acme.example/api/v4/'],
    ['a forge on loopback', { kind: 'gitlab', host: '127.0.0.1:8080' }, 'http://127.0.0.1:8080/api/v4/'],
    [
      'a configured address',
      { kind: 'github', host: 'github.com', apiUrl: 'https://proxy.acme.example/github' },
      'https://proxy.acme.example/github/',
    ],
  ])('%s', (_, forge, address) => {
    expect(addressOf(forge)).toBe(address);
  });

  test.each(['github', 'ftp://host/', 'https://ada:secret@host/', 'https://host/?token=x', 'https://host/#x', ''])(
    'a configured %j is refused',
    (apiUrl) => {
      const attempt = () => addressOf({ kind: 'github', host: 'github.com', apiUrl });
      expect(attempt).toThrow(ToolError);
      expect(attempt).toThrow('the address of the API of github.com is not one');
    },
  );
});

test('a path is encoded by its segments', () => {
  expect(encodePath('acme/a b?c#d')).toBe('acme/a%20b%3Fc%23d');
});
