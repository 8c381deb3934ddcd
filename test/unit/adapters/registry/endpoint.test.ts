import { describe, expect, it } from 'vitest';
import { endpointsOf, hostsOf } from '../../../../src/adapters/registry/endpoint.ts';
import { parseRepositoryName } from '../../../../src/core/model/image-reference.ts';

const baseUrl = (host: string): URL => new URL(`https://${host}/`);
const endpoints = (name: string, mirrors: Readonly<Record<string, readonly string[]>> = {}) =>
  endpointsOf(parseRepositoryName(name)!, new Map(Object.entries(mirrors)), baseUrl);

describe('endpointsOf', () => {
  it('is the registry itself, by its path', () => {
    const { mirrors, registry } = endpoints('ghcr.io/acme/shop');
    expect(mirrors).toEqual([]);
    expect(registry).toMatchObject({ host: 'ghcr.io', path: 'acme/shop', isMirror: false });
    expect(registry.base.href).toBe('https://ghcr.io/');
  });

  it('knows where Docker Hub’s API is', () => {
    const { registry } = endpoints('alpine');
    expect(registry).toMatchObject({ host: 'docker.io', path: 'library/alpine' });
    expect(registry.base.href).toBe('https://registry-1.docker.io/');
  });

  it('has mirrors with their own names, and with a prefix', () => {
    const { mirrors } = endpoints('alpine', {
      'docker.io': ['mirror.test:5000', 'proxy.test/hub/'],
      'ghcr.io': ['no.test'],
    });
    expect(mirrors.map(({ repository, host, path }) => [repository.name, host, path])).toEqual([
      ['mirror.test:5000/library/alpine', 'mirror.test:5000', 'library/alpine'],
      ['proxy.test/hub/library/alpine', 'proxy.test', 'hub/library/alpine'],
    ]);
  });

  it('refuses what is in no registry', () => {
    const layout = { transport: 'oci', name: '/srv/layout' } as const;
    const ask = (): unknown => endpointsOf(layout, new Map(), baseUrl);
    expect(ask).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
  });
});

describe('hostsOf', () => {
  it('names registries where their API is, and mirrors', () => {
    const settings = new Map([
      ['docker.io', { mirrors: ['mirror.test/hub', 'plain.test'], caFile: '/ca.pem' }],
      ['plain.test', { plainHttp: true }],
    ]);
    expect(hostsOf(settings)).toEqual(
      new Map([
        ['mirror.test', {}],
        ['plain.test', { plainHttp: true, caFile: undefined }],
        ['registry-1.docker.io', { plainHttp: undefined, caFile: '/ca.pem' }],
      ]),
    );
  });
});
