import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { catalogHosts, catalogName, catalogSettingsSchema } from '../../../../src/core/catalog/settings.ts';

describe('what may be configured', () => {
  test.each([
    { file: 'catalog.csv', format: 'csv', columns: { owner: ['u_team', 'team'] } },
    { url: 'https://acme.example/catalog.yaml', tokenVariable: 'CATALOG_TOKEN' },
    { git: 'git@git.acme.example:acme/catalog.git', ref: 'main', paths: ['services/**'] },
    { backstage: 'https://backstage.acme.example', tokenVariable: 'BACKSTAGE_TOKEN' },
  ])('%o', (settings) => {
    expect(v.parse(catalogSettingsSchema, settings)).toEqual(settings);
  });

  test.each([
    { url: 'http://acme.example/catalog.yaml' },
    { url: 'file:///etc/passwd' },
    { backstage: 'https://backstage.acme.example', token: 'secret' },
    { url: 'https://acme.example', tokenVariable: 'no-name' },
    { file: 'a', format: 'toml' },
    { file: 'a', columns: { ownr: 'x' } },
    { file: 'a', git: 'b' },
    {},
  ])('not %o', (settings) => {
    expect(v.safeParse(catalogSettingsSchema, settings).success).toBe(false);
  });

  test('the hosts that it names', () => {
    const settings = [
      { file: '/a.yaml' },
      { url: 'https://acme.example:8443/a.yaml' },
      { git: 'https://git.acme.example/acme/catalog' },
      { backstage: 'https://backstage.acme.example' },
    ];
    expect(catalogHosts(settings)).toEqual(['acme.example:8443', 'git.acme.example', 'backstage.acme.example']);
    expect(settings.map(catalogName)).toEqual(['/a.yaml', ...settings.slice(1).map((each) => Object.values(each)[0])]);
  });
});
