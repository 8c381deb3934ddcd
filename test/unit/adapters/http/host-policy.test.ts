import { describe, expect, it } from 'vitest';
import { createHostPolicy } from '../../../../src/adapters/http/host-policy.ts';
import { ToolError } from '../../../../src/core/errors.ts';

describe('baseUrl', () => {
  const policy = createHostPolicy({
    hosts: new Map([
      ['plain.test:5000', { plainHttp: true }],
      ['localhost:5443', { plainHttp: false }],
      ['web.test', { plainHttp: true }],
    ]),
  });

  it.each([
    ['ghcr.io', 'https://ghcr.io/'],
    ['registry.corp:8443', 'https://registry.corp:8443/'],
    ['localhost:5000', 'http://localhost:5000/'],
    ['127.0.0.1:5000', 'http://127.0.0.1:5000/'],
    ['127.1.2.3', 'http://127.1.2.3/'],
    ['[::1]:5000', 'http://[::1]:5000/'],
    ['localhost:5443', 'https://localhost:5443/'],
    ['plain.test:5000', 'http://plain.test:5000/'],
    ['plain.test:5001', 'https://plain.test:5001/'],
    ['web.test', 'http://web.test/'],
    ['10.0.0.1', 'https://10.0.0.1/'],
  ])('%s is at %s', (host, url) => {
    expect(policy.baseUrl(host).href).toBe(url);
  });

  it.each(['host:99999', '[::::]', 'user@host', 'host/path', 'host?query', ''])('refuses "%s"', (host) => {
    expect(() => policy.baseUrl(host)).toThrow(expect.objectContaining({ code: 'INVALID_REFERENCE' }));
  });
});

describe('check', () => {
  const policy = createHostPolicy({
    hosts: new Map([['10.0.0.1', {}]]),
    namedByUser: (host) => host === 'localhost:5000' || host === '192.168.0.1:443',
  });
  const codeOf = (url: string): string | undefined => {
    try {
      policy.check({ url: new URL(url), namedBy: 'the token realm of evil.test' });
    } catch (error) {
      if (error instanceof ToolError) return error.code;
      throw error;
    }
    return undefined;
  };

  it.each([
    ['https://ghcr.io/', undefined],
    ['https://8.8.8.8/', undefined],
    ['http://localhost:5000/', undefined],
    ['https://10.0.0.1/', undefined],
    // The port that the scheme implies may be written or not.
    ['https://10.0.0.1:443/', undefined],
    ['https://192.168.0.1/', undefined],
    ['http://localhost:5001/', 'REFUSED_ADDRESS'],
    ['http://127.0.0.1:5000/', 'REFUSED_ADDRESS'],
    ['https://10.0.0.1:8443/', 'REFUSED_ADDRESS'],
    ['https://10.0.0.2/', 'REFUSED_ADDRESS'],
    ['https://[::ffff:10.0.0.2]/', 'REFUSED_ADDRESS'],
    ['https://169.254.169.254/', 'REFUSED_ADDRESS'],
    ['http://ghcr.io/', 'REFUSED_ADDRESS'],
    ['http://10.0.0.1/', 'REFUSED_ADDRESS'],
    ['ftp://ghcr.io/', 'REFUSED_ADDRESS'],
  ])('%s: %s', (url, code) => {
    expect(codeOf(url)).toBe(code);
  });

  it('says which host, which address, and who named it', () => {
    const request = { url: new URL('https://10.0.0.2:8080/'), namedBy: 'the token realm of evil.test' };
    const check = (): void => policy.check(request);
    expect(check).toThrow(
      /^10\.0\.0\.2:8080 was not contacted: the token realm of evil\.test named it, and 10\.0\.0\.2 is a private address$/,
    );
  });
});
