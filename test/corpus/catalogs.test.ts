import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Catalog } from '../../src/core/catalog/model.ts';
import { readCatalogFile } from '../../src/core/catalog/read-file.ts';
import { resolveService } from '../../src/core/catalog/resolve-service.ts';

const CORPUS = new URL('../../../shared/corpus/backstage/', import.meta.url);
const absent = !existsSync(CORPUS);

function read(name: string): Catalog {
  return readCatalogFile({ bytes: readFileSync(new URL(name, CORPUS)), path: name, origin: { name: 'the corpus' } });
}

describe.skipIf(absent)(`real Backstage files${absent ? ' (skipped: ../shared/corpus is absent)' : ''}`, () => {
  test.each([
    ['3horizons-todo-app.catalog-info.yaml', ['component:default/todo-app'], ['group:default/platform-team'], 0],
    [
      'openedx-edx-platform.catalog-info.yaml',
      ['component:default/edx-platform'],
      ['group:default/tcril-engineering'],
      0,
    ],
    [
      'pagerduty-plugin.catalog-info.yaml',
      ['component:default/backstage-plugin-pagerduty'],
      ['group:default/dev-ecosystem-and-public-apis'],
      0,
    ],
    [
      'pagerduty-entities.yaml',
      [
        'system:default/examples',
        'component:default/example-website',
        'component:default/second-service',
        'api:default/example-grpc-api',
      ],
      ['group:default/guests'],
      0,
    ],
    ['pagerduty-location.catalog-info.yaml', [], [], 1],
    ['1-platform-one-platform.catalog-info.yaml', [], [], 21],
  ])('%s', (name, refs, owners, targets) => {
    const catalog = read(name);
    expect(catalog.problems).toEqual([]);
    expect(catalog.components.map(({ entityRef }) => entityRef)).toEqual(refs);
    expect([...new Set(catalog.components.flatMap((each) => each.owners.map(({ ref }) => ref)))]).toEqual(owners);
    expect(catalog.targets).toHaveLength(targets);
  });

  test('its page at PagerDuty is the website’s, and it is in the second document', () => {
    const website = read('pagerduty-entities.yaml').components.find(({ name }) => name === 'example-website');
    expect(website?.contacts).toMatchObject([{ kind: 'pager', address: 'PagerDuty service P6V1UFE' }]);
    expect(website?.place.document).toBe(2);
  });

  test('a repository is of the only component that names it', () => {
    const catalog = read('3horizons-todo-app.catalog-info.yaml');
    const question = { imageNames: [], repository: 'https://github.com/3horizons/todo-app' };
    expect(resolveService(question, catalog)).toMatchObject([{ rank: 4, component: { name: 'todo-app' } }]);
  });
});
