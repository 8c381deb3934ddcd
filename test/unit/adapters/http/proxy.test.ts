import { describe, expect, it } from 'vitest';
import { proxyFor } from '../../../../src/adapters/http/proxy.ts';

const PROXY = 'http://proxy.test:3128';
const viaProxy = (url: string, noProxy: string): boolean =>
  proxyFor(new URL(url), { HTTPS_PROXY: PROXY, HTTP_PROXY: PROXY, NO_PROXY: noProxy }) !== undefined;

describe('proxyFor', () => {
  it('takes the variable of the scheme', () => {
    const env = { HTTPS_PROXY: 'http://secure.test:1', HTTP_PROXY: 'http://plain.test:2' };
    expect(proxyFor(new URL('https://ghcr.io/'), env)?.host).toBe('secure.test:1');
    expect(proxyFor(new URL('http://ghcr.io/'), env)?.host).toBe('plain.test:2');
    expect(proxyFor(new URL('https://ghcr.io/'), { HTTP_PROXY: PROXY })).toBeUndefined();
  });

  it('takes lower case first, adds a missing scheme, and keeps the login', () => {
    const proxy = proxyFor(new URL('https://ghcr.io/'), { https_proxy: 'user:word@low.test:1', HTTPS_PROXY: PROXY });
    expect(proxy?.href).toBe('http://user:word@low.test:1/');
  });

  it('treats an empty variable as none', () => {
    expect(proxyFor(new URL('https://ghcr.io/'), { https_proxy: '', HTTPS_PROXY: '' })).toBeUndefined();
  });

  it.each(['http://localhost:5000/', 'http://127.0.0.1/', 'https://[::1]/'])(
    'never stands before loopback: %s',
    (url) => {
      expect(viaProxy(url, '')).toBe(false);
    },
  );

  it.each([
    ['https://ghcr.io/', '', true],
    ['https://ghcr.io/', '*', false],
    ['https://ghcr.io/', 'ghcr.io', false],
    ['https://ghcr.io/', ' other.test , GHCR.IO ', false],
    ['https://pkg.ghcr.io/', 'ghcr.io', false],
    ['https://notghcr.io/', 'ghcr.io', true],
    ['https://ghcr.io/', '.ghcr.io', true],
    ['https://pkg.ghcr.io/', '.ghcr.io', false],
    ['https://pkg.ghcr.io/', '*.ghcr.io', false],
    ['https://ghcr.io/', 'ghcr.io:443', false],
    ['https://ghcr.io/', 'ghcr.io:8443', true],
    ['https://ghcr.io:8443/', 'ghcr.io:8443', false],
    ['https://10.1.2.3/', '10.0.0.0/8', false],
    ['https://11.1.2.3/', '10.0.0.0/8', true],
    ['https://ghcr.io/', '0.0.0.0/0', true],
    ['https://[fd00::1]/', 'fd00::/8', false],
    ['https://[fd00::1]/', 'fd00::1', false],
    ['https://10.1.2.3/', '10.1.2.3', false],
    ['https://10.1.2.3/', '10.0.0.0/99', true],
    ['https://ghcr.io/', ',,', true],
    ['https://ghcr.io/', '.', true],
  ])('%s with NO_PROXY=%s: by proxy %s', (url, noProxy, expected) => {
    expect(viaProxy(url, noProxy)).toBe(expected);
  });

  it('refuses what is no proxy, and does not show it', () => {
    const env = { HTTPS_PROXY: 'socks5://user:secret@host' };
    const refuse = (): unknown => proxyFor(new URL('https://ghcr.io/'), env);
    expect(refuse).toThrow(expect.objectContaining({ code: 'INVALID_CONFIGURATION' }));
    expect(refuse).not.toThrow(/secret/);
  });
});
