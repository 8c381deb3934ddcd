import { describe, expect, test } from 'vitest';
import { catalogPathsFor } from '../../../../src/core/catalog/file-names.ts';
import type { Catalog } from '../../../../src/core/catalog/model.ts';
import { joinCatalogs } from '../../../../src/core/catalog/model.ts';
import type { AskedPlace, ServiceQuestion } from '../../../../src/core/catalog/resolve-service.ts';
import { resolveService } from '../../../../src/core/catalog/resolve-service.ts';
import { COMMIT, MONO, readMonorepo, readText } from './catalogs.ts';

const file = (path: string): AskedPlace => ({ path, kind: 'file' });
const folder = (path: string): AskedPlace => ({ path, kind: 'directory' });

/** `rank name`, strongest first. */
function ranked(question: Partial<ServiceQuestion>, catalog: Catalog): readonly string[] {
  return resolveService({ imageNames: [], ...question }, catalog).map(
    ({ rank, component }) => `${rank} ${component.name}`,
  );
}

/** The names of the best rank. */
function best(question: Partial<ServiceQuestion>, catalog: Catalog): readonly string[] {
  const candidates = resolveService({ imageNames: [], ...question }, catalog);
  return candidates.filter(({ rank }) => rank === candidates[0]?.rank).map(({ component }) => component.name);
}

describe('the monorepo of three services', async () => {
  const inRepository = { repository: MONO, commit: COMMIT };
  const from = (path: string): Promise<Catalog> => readMonorepo(catalogPathsFor([path]));

  test.each([
    ['services/checkout/Dockerfile', 'checkout'],
    ['services/invoices/build/Dockerfile', 'invoices'],
    ['services/search/Dockerfile', 'search'],
  ])('%s is of %s, by the file beside it at the commit', async (path, name) => {
    const candidates = resolveService({ ...inRepository, imageNames: [], paths: [file(path)] }, await from(path));
    expect(candidates[0]).toMatchObject({ rank: 2, component: { name } });
    expect(candidates[0]?.reason).toBe(`${candidates[0]?.component.place.path} at the commit`);
  });

  test('a folder is a place too, and the deepest of several decides', async () => {
    const paths = [file('docker/Dockerfile.invoices'), folder('services/invoices')];
    expect(best({ ...inRepository, paths }, await from('services/invoices'))).toEqual(['invoices']);
  });

  test('both descriptions of checkout stand, and they are one component', async () => {
    const path = 'services/checkout/Dockerfile';
    const candidates = resolveService({ ...inRepository, imageNames: [], paths: [file(path)] }, await from(path));
    const top = candidates.filter(({ rank }) => rank === 2).map(({ component }) => component);
    expect(new Set(top.map(({ entityRef }) => entityRef))).toEqual(new Set(['component:default/checkout']));
    expect(top.map(({ place }) => place.path).toSorted()).toEqual([
      'services/checkout/catalog-info.yaml',
      'services/checkout/service.datadog.yaml',
    ]);
  });

  test('without a path all are listed, which is a conflict', async () => {
    expect(best(inRepository, await from(''))).toEqual(['checkout', 'checkout-client', 'invoices', 'search']);
  });

  test('at another commit the files beside the code say nothing of this one', async () => {
    const path = 'services/search/Dockerfile';
    const question = { repository: MONO, commit: 'b'.repeat(40), paths: [file(path)] };
    // Checkout names the repository by its slug, wherever it was read.
    expect(ranked(question, await from(path))).toEqual(['4 checkout']);
  });

  test('a folder whose name begins alike is another folder', async () => {
    const question = { ...inRepository, paths: [file('services/search-v2/Dockerfile')] };
    expect(ranked(question, await from('services/search/Dockerfile'))).toEqual(['4 checkout']);
  });

  test('an image name that an annotation gives is stronger than the path', async () => {
    const path = 'services/search/Dockerfile';
    const question = { ...inRepository, imageNames: ['quay.io/acme/invoices'], paths: [file(path)] };
    expect(ranked(question, await from(path)).slice(0, 2)).toEqual(['1 invoices', '2 search']);
  });
});

describe('several services in one file', () => {
  const origin = { name: 'mono', repository: MONO, commit: COMMIT };
  const described = (entities: readonly { name: string; type: string; location?: string }[]): Catalog => {
    const texts = entities.map(({ name, type, location }) =>
      JSON.stringify({
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Component',
        metadata: {
          name,
          ...(location !== undefined && {
            annotations: { 'backstage.io/source-location': `url:${MONO}/tree/main/${location}` },
          }),
        },
        spec: { type },
      }),
    );
    const catalog = readText(texts.join('\n---\n'), { path: 'catalog-info.yaml' });
    return joinCatalogs([
      { components: catalog.components.map((each) => ({ ...each, place: { ...each.place, origin } })) },
    ]);
  };
  const question = { repository: MONO, commit: COMMIT, paths: [file('services/api/Dockerfile')] };

  test('the one that declares the path', () => {
    const catalog = described([
      { name: 'web', type: 'service', location: 'services/web/' },
      { name: 'backend', type: 'website', location: 'services/api/' },
      { name: 'other', type: 'service' },
    ]);
    expect(ranked(question, catalog)).toEqual(['2 backend', '3 backend']);
  });

  test('then the only service', () => {
    const catalog = described([
      { name: 'client', type: 'library' },
      { name: 'web', type: 'service' },
    ]);
    expect(best(question, catalog)).toEqual(['web']);
  });

  test('then the one with the name of the image', () => {
    const catalog = described([
      { name: 'web', type: 'service' },
      { name: 'Shop_API', type: 'service' },
    ]);
    expect(best({ ...question, imageNames: ['ghcr.io/acme/shop-api'] }, catalog)).toEqual(['Shop_API']);
  });

  test('else all of them', () => {
    const catalog = described([
      { name: 'b', type: 'service' },
      { name: 'a', type: 'service' },
    ]);
    expect(best(question, catalog)).toEqual(['a', 'b']);
  });
});

describe('by each rank alone', () => {
  const own = (services: string): Catalog => readText(`version: 1\nservices:\n${services}`);

  test('1: patterns end where they end, and a star stays within a part', () => {
    const catalog = own('  a: { images: ["ghcr.io/acme/a", "ghcr.io/acme/a-*"] }\n');
    expect(ranked({ imageNames: ['ghcr.io/acme/a'] }, catalog)).toEqual(['1 a', '7 a']);
    expect(ranked({ imageNames: ['ghcr.io/acme/a-worker'] }, catalog)).toEqual(['1 a']);
    expect(ranked({ imageNames: ['ghcr.io/acme/a-b/worker'] }, catalog)).toEqual([]);
    expect(ranked({ imageNames: ['evil.example/ghcr.io/acme/a-x'] }, catalog)).toEqual([]);
  });

  test('3: the longest path that matches', () => {
    const catalog = own(
      [
        '  all: { repo: github.com/acme/mono, paths: ["services/**"] }',
        '  one: { repo: "git@github.com:Acme/mono.git", paths: ["services/one/**"] }',
        '  far: { repo: github.com/acme/other, paths: ["services/one/**"] }\n',
      ].join('\n'),
    );
    const asked = (path: string) => ranked({ repository: MONO, paths: [file(path)] }, catalog);
    expect(asked('services/one/Dockerfile')).toEqual(['3 one']);
    expect(asked('services/two/Dockerfile')).toEqual(['3 all']);
    expect(asked('tools/Dockerfile')).toEqual([]);
  });

  test('3: of several paths of one component the longest counts', () => {
    const catalog = own(
      [
        '  a: { repo: github.com/acme/mono, paths: ["services/**", "services/one/two/**"] }',
        '  b: { repo: github.com/acme/mono, paths: ["services/one/**"] }\n',
      ].join('\n'),
    );
    expect(ranked({ repository: MONO, paths: [file('services/one/two/Dockerfile')] }, catalog)).toEqual(['3 a']);
    expect(ranked({ repository: MONO, paths: [file('services/one/Dockerfile')] }, catalog)).toEqual(['3 b']);
  });

  test('3: a path in the annotation outranks the slug beside it', () => {
    const catalog = readText(
      `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: a\n  annotations:\n    github.com/project-slug: acme/mono\n    backstage.io/source-location: url:${MONO}/tree/main/a/\n`,
    );
    expect(ranked({ repository: MONO, paths: [file('a/Dockerfile')] }, catalog)).toEqual(['3 a']);
    expect(ranked({ repository: MONO, paths: [file('b/Dockerfile')] }, catalog)).toEqual([]);
    expect(ranked({ repository: MONO }, catalog)).toEqual(['4 a']);
  });

  test('4: those that name the repository', () => {
    const catalog = own('  b: { repo: github.com/acme/mono }\n  a: { repo: github.com/acme/mono }\n');
    expect(ranked({ repository: MONO, paths: [file('x')] }, catalog)).toEqual(['4 a', '4 b']);
  });

  test('5: labels of what runs it, the most telling first', () => {
    const catalog = own('  a: {}\n  b: {}\n');
    const workloadLabels = { 'app.kubernetes.io/name': 'b', 'backstage.io/kubernetes-id': 'a' };
    expect(ranked({ workloadLabels }, catalog)).toEqual(['5 a']);
    expect(ranked({ workloadLabels: { 'app.kubernetes.io/name': 'b' } }, catalog)).toEqual(['5 b']);
  });

  test('6: the only service of the team that owns the path', () => {
    const teams = 'version: 1\nteams: { pay: { github: acme/pay }, web: { github: acme/web } }\nservices:\n';
    const catalog = readText(`${teams}  a: { owner: pay }\n  b: { owner: web }\n  c: { owner: web }\n`);
    const owned = (name: string) => ranked({ owners: [{ kind: 'team', name, text: `@${name}` }] }, catalog);
    expect(owned('Acme/pay')).toEqual(['6 a']);
    expect(owned('acme/web')).toEqual([]);
  });

  test('7: a name alone is a guess and says so', () => {
    const candidates = resolveService({ imageNames: ['ghcr.io/acme/shop_api'] }, own('  shop-api: {}\n'));
    expect(candidates).toMatchObject([{ rank: 7, reason: 'its name, which is a guess' }]);
  });

  test('what cannot be deployed is never the service', () => {
    const catalog = readText('apiVersion: v3\nkind: datastore\nmetadata: { name: a }\n');
    expect(catalog.components).toHaveLength(1);
    expect(ranked({ imageNames: ['ghcr.io/acme/a'] }, catalog)).toEqual([]);
  });
});
