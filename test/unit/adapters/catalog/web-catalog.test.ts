import { describe, expect, test } from 'vitest';
import {
  errorOf,
  foundCatalog,
  HOUR_MS,
  names,
  newMachine,
  newRun,
  readOne,
  service,
  serving,
} from './catalog-world.ts';

/** A catalog with an entity tag: `version` changes both. */
async function tagged(content: { version: number }) {
  return serving((request, response) => {
    const etag = `"${content.version}"`;
    response.setHeader('etag', etag);
    if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
    else response.end(service(`v${content.version}`));
  });
}

describe('a catalog at an address', () => {
  test('is read, and problems say where it was', async () => {
    const server = await serving((_, response) => response.end(`${service('a')}---\nkind: x\n`));
    const catalog = foundCatalog(await readOne({ url: `https://${server.host}/team/catalog.yaml?key=s3cret` }));
    expect(names(catalog)).toEqual(['a']);
    expect(catalog.problems).toMatchObject([{ code: 'UNKNOWN_FORMAT', place: { path: 'catalog.yaml', document: 2 } }]);
    expect(catalog.components[0]?.place.origin.name).toBe(`https://${server.host}/team/catalog.yaml`);
  });

  test('what its files name is not followed', async () => {
    const location = 'apiVersion: backstage.io/v1alpha1\nkind: Location\nspec: { target: ./b.yaml }\n';
    const server = await serving((_, response) => response.end(location));
    const { problems } = foundCatalog(await readOne({ url: `https://${server.host}/a.yaml` }));
    expect(problems).toMatchObject([{ code: 'NOT_FOLLOWED' }]);
    expect(server.requests.map(({ path }) => path)).toEqual(['/a.yaml']);
  });

  test('is asked for once in a run, and once in an hour', async () => {
    const content = { version: 1 };
    const server = await tagged(content);
    const machine = newMachine();
    const settings = { url: `https://${server.host}/c.yaml` };
    const run = newRun([settings], { machine });
    const [first] = await Promise.all([run.readCatalogs(), run.readCatalogs()]);
    expect(names(foundCatalog(first[0]!.outcome))).toEqual(['v1']);
    machine.nowMs += HOUR_MS - 1;
    const later = await readOne(settings, { machine });
    expect(later).toMatchObject({ kind: 'found', asOf: '2026-11-21T12:00:00Z' });
    expect(server.requests).toHaveLength(1);
  });

  test('after that it is asked whether it has changed', async () => {
    const content = { version: 1 };
    const server = await tagged(content);
    const machine = newMachine();
    const settings = { url: `https://${server.host}/c.yaml` };
    await readOne(settings, { machine });
    machine.nowMs += HOUR_MS;
    expect(names(foundCatalog(await readOne(settings, { machine })))).toEqual(['v1']);
    expect(server.requests.at(-1)?.headers['if-none-match']).toBe('"1"');
    // The answer that it has not changed is an hour's answer too.
    machine.nowMs += HOUR_MS - 1;
    expect(await readOne(settings, { machine })).toMatchObject({ asOf: '2026-11-21T13:00:00Z' });
    expect(server.requests).toHaveLength(2);
    content.version = 2;
    expect(names(foundCatalog(await readOne(settings, { machine, mode: 'refresh' })))).toEqual(['v2']);
  });

  test('offline nothing is asked: what is known has no age limit, and the rest is not heard', async () => {
    const server = await tagged({ version: 1 });
    const machine = newMachine();
    const settings = { url: `https://${server.host}/c.yaml` };
    await readOne(settings, { machine });
    machine.nowMs += 1000 * HOUR_MS;
    expect(names(foundCatalog(await readOne(settings, { machine, mode: 'offline' })))).toEqual(['v1']);
    const other = { url: `https://${server.host}/other.yaml` };
    expect(errorOf(await readOne(other, { machine, mode: 'offline' })).code).toBe('OFFLINE');
    expect(server.requests).toHaveLength(1);
  });

  test('a token goes along, and what one token was shown is not shown to another', async () => {
    const server = await serving((request, response) => {
      if (request.headers.authorization === 'Bearer ada') response.end(service('a'));
      else response.writeHead(401).end();
    });
    const machine = newMachine();
    const settings = { url: `https://${server.host}/c.yaml`, tokenVariable: 'CATALOG_TOKEN' };
    expect(names(foundCatalog(await readOne(settings, { machine, env: { CATALOG_TOKEN: 'ada' } })))).toEqual(['a']);
    const refused = errorOf(await readOne(settings, { machine, env: { CATALOG_TOKEN: 'eve' } }));
    expect([refused.code, refused.hint]).toEqual(['UNAUTHORISED', 'it does not accept the token of tokenVariable']);
    const bare = errorOf(await readOne({ url: settings.url }, { machine }));
    expect(bare.hint).toContain('tokenVariable');
  });

  test('without its variable nothing is asked', async () => {
    const server = await tagged({ version: 1 });
    const settings = { url: `https://${server.host}/c.yaml`, tokenVariable: 'CATALOG_TOKEN' };
    expect(errorOf(await readOne(settings)).expected).toContain('CATALOG_TOKEN');
    expect(server.requests).toEqual([]);
  });

  test('absent is an answer, with a short life', async () => {
    let isThere = false;
    const server = await serving((_, response) => {
      if (isThere) response.end(service('a'));
      else response.writeHead(404).end();
    });
    const machine = newMachine();
    const settings = { url: `https://${server.host}/c.yaml` };
    expect(await readOne(settings, { machine })).toMatchObject({ kind: 'absent', reason: 'noCatalog' });
    isThere = true;
    expect((await readOne(settings, { machine })).kind).toBe('absent');
    machine.nowMs += 60_000;
    expect((await readOne(settings, { machine })).kind).toBe('found');
  });

  test.each([
    [403, {}, 'FORBIDDEN'],
    [500, {}, 'SERVER_ERROR'],
    [200, { 'content-type': 'text/html; charset=utf-8' }, 'MALFORMED'],
  ] as const)('status %i with %o is a failure, and is not kept', async (status, headers, code) => {
    const server = await serving((_, response) => response.writeHead(status, headers).end('<html>'));
    const machine = newMachine();
    const settings = { url: `https://${server.host}/c.yaml` };
    expect(errorOf(await readOne(settings, { machine })).code).toBe(code);
    expect(errorOf(await readOne(settings, { machine, mode: 'offline' })).code).toBe('OFFLINE');
  });

  test('more bytes than any catalog has are not read', async () => {
    const server = await serving((_, response) => response.end(Buffer.alloc(16 * 1024 * 1024 + 1, 'a')));
    expect(errorOf(await readOne({ url: `https://${server.host}/c.yaml` })).code).toBe('TOO_LARGE');
  });
});

describe('a running Backstage', () => {
  const entity = (kind: string, name: string, spec: object): object => ({
    apiVersion: 'backstage.io/v1alpha1',
    kind,
    metadata: { name },
    spec,
  });
  const pages = [
    [entity('Component', 'checkout', { type: 'service', owner: 'payments' })],
    [entity('Group', 'payments', { profile: { email: 'p@acme.example' } }), 7],
  ];

  test('all pages, with the token, from one origin', async () => {
    const server = await serving((request, response) => {
      const url = new URL(request.url ?? '', 'http://backstage');
      const number = Number(url.searchParams.get('after') ?? 0);
      if (number === 0) response.setHeader('link', '</api/catalog/entities?after=1>; rel="next"');
      else response.setHeader('link', '<https://evil.example/api/catalog/entities?after=2>; rel="next"');
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(pages[number]));
    });
    const settings = { backstage: `https://${server.host}/`, tokenVariable: 'BACKSTAGE_TOKEN' };
    const catalog = foundCatalog(await readOne(settings, { env: { BACKSTAGE_TOKEN: 'ada' } }));
    expect(names(catalog)).toEqual(['checkout']);
    expect(catalog.teams.map(({ ref }) => ref)).toEqual(['group:default/payments']);
    expect(catalog.problems.map(({ code, place }) => [code, place.document])).toEqual([['WRONG_VALUE', 2]]);
    expect(server.requests).toHaveLength(2);
    expect(server.requests.every(({ headers }) => headers.authorization === 'Bearer ada')).toBe(true);
    const asked = new URL(server.requests[0]!.path, 'http://backstage');
    expect(asked.pathname).toBe('/api/catalog/entities');
    expect(asked.searchParams.getAll('filter')).toEqual(['kind=component', 'kind=group', 'kind=user', 'kind=system']);
  });

  test('pages without an end are cut, and it says so', async () => {
    let number = 0;
    const server = await serving((_, response) => {
      response.setHeader('link', `</api/catalog/entities?after=${++number}>; rel="next"`);
      response.end('[]');
    });
    const { problems } = foundCatalog(await readOne({ backstage: `https://${server.host}` }));
    expect(problems).toMatchObject([{ code: 'TOO_MANY' }]);
    expect(server.requests).toHaveLength(100);
  });

  test.each(['{}', 'null', '[', '"a"'])('%s is no list of entities', async (body) => {
    const server = await serving((_, response) => response.end(body));
    expect(errorOf(await readOne({ backstage: `https://${server.host}` })).code).toBe('MALFORMED');
  });
});
