import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RootRepository, TufRepositoryOptions } from '../../../../src/adapters/trust/tuf-repository.ts';
import { createTufRepository } from '../../../../src/adapters/trust/tuf-repository.ts';
import { rootRepositories } from '../../../../src/adapters/trust/root-repositories.ts';
import { openHttp, toolErrorOf } from '../../../support/http-world.ts';
import { startServer } from '../../../support/http-server.ts';
import { opened } from '../../../support/registry-world.ts';
import type { TufServer } from './tuf-server.ts';
import { createTufKey, startTuf, tufFiles, tufRoot } from './tuf-server.ts';

const TARGET = '{"the":"root"}';
const NEXT = '{"the":"next root"}';
const key = createTufKey();
let folder: string;
let server: TufServer;

beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'provtrace-tuf-')), 'tuf');
  server = opened(await startTuf(tufFiles({ key, target: TARGET })));
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

function repository({
  url = server.url,
  seed = async () => tufRoot(key),
}: Partial<TufRepositoryOptions> = {}): RootRepository {
  const { http } = openHttp();
  opened(http);
  return createTufRepository({ name: 'acme', url, http: () => http, seed });
}

async function fetched(from = repository()): Promise<string> {
  return new TextDecoder().decode(await from.fetchRoot(folder));
}

function serve(files: ReadonlyMap<string, Buffer>): void {
  for (const [path, bytes] of files) server.files.set(path, bytes);
}

describe('a repository that holds', () => {
  test('gives its root', async () => {
    expect(await fetched()).toBe(TARGET);
  });

  test('is asked again for what can have changed, and for nothing else', async () => {
    await fetched();
    const before = server.requests.length;
    expect(await fetched()).toBe(TARGET);
    expect(server.requests.slice(before).map(({ path }) => path)).toEqual(['/2.root.json', '/timestamp.json']);
  });

  test('gives the next root when it has one', async () => {
    await fetched();
    serve(tufFiles({ key, target: NEXT, version: 2 }));
    expect(await fetched()).toBe(NEXT);
  });

  test('may change its keys, each version signed by the keys of the one before', async () => {
    const next = createTufKey();
    serve(
      new Map([['2.root.json', tufRoot(next, 2, [key, next])], ...tufFiles({ key: next, target: NEXT, version: 2 })]),
    );
    expect(await fetched()).toBe(NEXT);
    // The old key is remembered to have been given up: whoever stole it shows nothing any more.
    serve(tufFiles({ key, target: TARGET, version: 3 }));
    expect(await toolErrorOf(fetched())).toMatchObject({ code: 'MALFORMED' });
  });
});

describe('a repository that does not hold gives an error and no root', () => {
  const stranger = createTufKey();
  /** `got`: a part of what is said to have come, so that each fails for its own reason. */
  type Case = readonly [what: string, alter: () => unknown, code: string, got: string];
  const cases: readonly Case[] = [
    [
      'its metadata is signed by another key',
      () => serve(tufFiles({ key: stranger, target: NEXT, version: 2 })),
      'MALFORMED',
      'timestamp was signed by 0/1 keys',
    ],
    [
      'its keys are changed by a stranger',
      () => serve(new Map([['2.root.json', tufRoot(stranger, 2)]])),
      'MALFORMED',
      'root was signed by 0/1 keys',
    ],
    [
      'its root is another than the metadata describes',
      () => serve(new Map([[targetPath(), Buffer.from('{"the":"roo!"}')]])),
      'MALFORMED',
      'hash',
    ],
    [
      'its root is longer than the metadata says',
      () => serve(new Map([[targetPath(), Buffer.from(`${TARGET} and more`)]])),
      'TOO_LARGE',
      '',
    ],
    [
      'its timestamp has expired',
      () => serve(tufFiles({ key, target: NEXT, version: 2, expires: '2020-01-01T00:00:00Z' })),
      'MALFORMED',
      'timestamp.json is expired',
    ],
    [
      'it answers with a page',
      () => serve(new Map([['timestamp.json', Buffer.from('<!doctype html><title>Sign in</title>')]])),
      'MALFORMED',
      'JSON',
    ],
    ['it answers with nothing', () => serve(new Map([['timestamp.json', Buffer.alloc(0)]])), 'MALFORMED', 'JSON'],
    [
      'it answers without end',
      () => serve(new Map([['timestamp.json', Buffer.alloc(1024 * 1024, '{')]])),
      'TOO_LARGE',
      '',
    ],
    ['it has no timestamp', () => server.files.delete('timestamp.json'), 'MALFORMED', '404'],
    ['it has no snapshot', () => server.files.delete('1.snapshot.json'), 'MALFORMED', '404'],
    ['it has no root', () => server.files.delete(targetPath()), 'MALFORMED', '404'],
    [
      'it describes something else',
      () => serve(tufFiles({ key, target: NEXT, version: 2, targetName: 'signing_config.json' })),
      'MALFORMED',
      'there is no trusted_root.json',
    ],
  ];

  test.each(cases)('%s', async (_, alter, code, got) => {
    alter();
    expect(await toolErrorOf(fetched())).toMatchObject({ code, got: expect.stringContaining(got) });
    // Whatever it was, a repository that holds again is believed again.
    expect(
      await fetched(repository({ url: opened(await startTuf(tufFiles({ key, target: NEXT, version: 3 }))).url })),
    ).toBe(NEXT);
  });

  test('and says what was expected, and what can be done', async () => {
    serve(tufFiles({ key: stranger, target: NEXT, version: 2 }));
    expect(await toolErrorOf(fetched())).toMatchObject({
      message: `the answer of ${server.url} does not hold`,
      expected: expect.stringContaining('signatures of its keys'),
      hint: 'try again later',
    });
  });

  test('older than what was shown before', async () => {
    serve(tufFiles({ key, target: NEXT, version: 2 }));
    await fetched();
    serve(tufFiles({ key, target: TARGET, version: 1 }));
    expect(await toolErrorOf(fetched())).toMatchObject({ code: 'MALFORMED' });
  });
});

describe('a repository that is not heard', () => {
  test('for want of a network', async () => {
    await server.close();
    expect(await toolErrorOf(fetched())).toMatchObject({ code: 'UNREACHABLE' });
  });

  test('half-way', async () => {
    const broken = opened(
      await startServer({
        answer: (request, response) => {
          const bytes = server.files.get((request.url ?? '').slice(1));
          // What tuf-js makes of it is another error, without its cause.
          if (request.url === '/1.snapshot.json') response.writeHead(500).end('down');
          else response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
        },
      }),
    );
    expect(await toolErrorOf(fetched(repository({ url: `http://${broken.host}` })))).toMatchObject({
      code: 'SERVER_ERROR',
    });
  });

  test('where nothing is known to start from: it is not asked', async () => {
    expect(await repository({ seed: async () => undefined }).fetchRoot(folder)).toBeUndefined();
    expect(server.requests).toEqual([]);
  });
});

test('what is remembered is in place of the seed, and named where it is damaged', async () => {
  await fetched();
  expect(await fetched(repository({ seed: async () => undefined }))).toBe(TARGET);
  const path = join(folder, 'root.json');
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ signed: { version: 1 } });
  writeFileSync(path, '{');
  expect(await toolErrorOf(fetched())).toMatchObject({ code: 'INVALID_CONFIGURATION', message: `${path} is damaged` });
});

test('of the built-in roots the public-good one has a seed, and GitHub’s has none', async () => {
  const { http } = openHttp({
    lookup: (_name, _options, done) => done(Object.assign(new Error('no network'), { code: 'ENOTFOUND' }), ''),
  });
  opened(http);
  const [publicGood, github] = rootRepositories(() => http);
  expect(await toolErrorOf(publicGood!.fetchRoot(join(folder, 'public-good')))).toMatchObject({
    code: 'UNREACHABLE',
    message: expect.stringContaining('tuf-repo-cdn.sigstore.dev'),
  });
  expect(JSON.parse(readFileSync(join(folder, 'public-good', 'root.json'), 'utf8'))).toMatchObject({
    signed: { _type: 'root' },
  });
  expect(await github!.fetchRoot(join(folder, 'github'))).toBeUndefined();
});

function targetPath(): string {
  return [...server.files.keys()].find((path) => path.startsWith('targets/')) ?? '';
}
