import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import type { TokenSource } from '../../../../src/adapters/git/credentials.ts';
import type { ToolError } from '../../../../src/core/errors.ts';
import type { SourceCode } from '../../../../src/ports/source-code.ts';
import { GIT_ENV, hasGit } from '../../../support/git-repository.ts';
import type { SourceWorldOptions, TestRepository } from '../../../support/git-world.ts';
import {
  commitThrice,
  foundIn,
  newRepository,
  openSources,
  serve,
  temporaryFolder,
  textAt,
} from '../../../support/git-world.ts';
import type { TestAuthority } from '../../../support/http-certificates.ts';
import { createAuthority, hasOpenssl } from '../../../support/http-certificates.ts';
import { everythingIn } from '../../../support/http-world.ts';

const CODEOWNERS = '.github/CODEOWNERS';
const PASSWORD = 'p%40ss"word\'$HOME';
const LOGIN = `alice:${PASSWORD}`;

function shop(): TestRepository & { readonly second: string } {
  const repository = newRepository();
  const [, second] = commitThrice(repository);
  return { ...repository, second };
}

/** What it takes all transports and commands of git. */
async function readAll(code: SourceCode, repository: string, commit: string) {
  return code.read({ repository, commit, paths: [CODEOWNERS], headPaths: [CODEOWNERS], namedBy: 'the label' });
}

async function failureOf(code: SourceCode, repository: string): Promise<ToolError> {
  const outcome = await readAll(code, repository, 'a'.repeat(40));
  if (outcome.kind === 'failed') return outcome.error;
  throw new Error(`expected a failure, and it was ${outcome.kind}`);
}

/** A git that writes down what it is started with, and in which environment. */
function recordingGit(): { readonly program: string; readonly record: () => string } {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'git'),
    `#!/bin/sh\n{ printf '%s\\n' "$@"; env; } >> '${folder}/record'\nexec git "$@"\n`,
    { mode: 0o755 },
  );
  return {
    program: join(folder, 'git'),
    record: () => (existsSync(join(folder, 'record')) ? readFileSync(join(folder, 'record'), 'utf8') : ''),
  };
}

/** An environment whose home holds these files. */
function homeWith(files: Readonly<Record<string, string>>): {
  readonly PATH: string | undefined;
  readonly HOME: string;
} {
  const home = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text, { mode: 0o600 });
  return { PATH: process.env['PATH'], HOME: home };
}

const tokenOf = (token: string, host: string): TokenSource => ({
  tokenFor: async (asked) => (asked === host ? { token, source: 'SHOP_TOKEN', username: 'alice' } : undefined),
});

describe.skipIf(!hasGit)(`access to repositories${hasGit ? '' : ' (skipped: git is not installed)'}`, () => {
  describe('a private repository', () => {
    test('without a login says that it wants one', async () => {
      const { root } = shop();
      const server = await serve(root, { login: LOGIN });
      const error = await failureOf(openSources().code, `${server.url}/shop`);
      expect(error).toMatchObject({
        code: 'UNAUTHORISED',
        message: expect.stringContaining('it is private, or there is no such repository'),
        hint: expect.stringContaining('log in'),
      });
    });

    test('is read with the token for its host, which is told by its source', async () => {
      const { root, second } = shop();
      const server = await serve(root, { login: LOGIN });
      const reading = foundIn(
        await readAll(openSources({ tokens: tokenOf(PASSWORD, server.host) }).code, `${server.url}/shop`, second),
      );
      expect(reading.credential).toBe('SHOP_TOKEN');
      expect(textAt(reading.paths, CODEOWNERS)).toBe('* @acme/first\n');
      expect(foundIn(reading.reachability).refs).toEqual(['refs/heads/main']);
    });

    test('is not shown a token for another host', async () => {
      const { root } = shop();
      const server = await serve(root, { login: LOGIN });
      const { code } = openSources({ tokens: tokenOf(PASSWORD, 'github.com') });
      expect(await failureOf(code, `${server.url}/shop`)).toMatchObject({ code: 'UNAUTHORISED' });
      expect(server.requests.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
    });

    test('is read with what git’s own helpers have', async () => {
      const { root, second } = shop();
      const server = await serve(root, { login: LOGIN });
      const url = new URL(server.url);
      url.username = 'alice';
      url.password = encodeURIComponent(PASSWORD);
      const env = homeWith({
        '.gitconfig': '[credential]\n\thelper = store\n',
        '.git-credentials': `${url.href.replace(/\/$/, '')}\n`,
      });
      const reading = foundIn(await readAll(openSources({ env }).code, `${server.url}/shop`, second));
      expect(reading.credential).toBe('git credential');
      expect(textAt(foundIn(reading.head).paths, CODEOWNERS)).toBe('* @acme/last\n');
    });

    test('of which the token is refused, is read with what git’s helpers have', async () => {
      const { root, second } = shop();
      const server = await serve(root, { login: LOGIN });
      const script = `!f() { test "$1" = get && printf 'username=alice\\npassword=%s\\n' "$HELPED"; }; f`;
      const env = {
        ...homeWith({ '.gitconfig': `[credential]\n\thelper = ${JSON.stringify(script)}\n` }),
        HELPED: PASSWORD,
      };
      const { code } = openSources({ env, tokens: tokenOf('old', server.host) });
      expect(foundIn(await readAll(code, `${server.url}/shop`, second)).credential).toBe('git credential');
    });

    test('of which the token is refused says whose token it was', async () => {
      const { root } = shop();
      const server = await serve(root, { login: LOGIN });
      const error = await failureOf(openSources({ tokens: tokenOf('old', server.host) }).code, `${server.url}/shop`);
      expect(error).toMatchObject({
        code: 'UNAUTHORISED',
        message: expect.stringContaining('does not accept the credential from SHOP_TOKEN'),
      });
    });

    test('leaves its password in no argument, no message and no file', async () => {
      const { root, second } = shop();
      const server = await serve(root, { login: LOGIN });
      const { program, record } = recordingGit();
      const { code, temporaryFolder: folder } = openSources({ program, tokens: tokenOf(PASSWORD, server.host) });
      const outcome = await readAll(code, `${server.url}/shop`, second);
      expect(outcome.kind).toBe('found');
      // In the environment of the commands that need it, and there alone.
      const lines = record()
        .split('\n')
        .filter((line) => line.includes(PASSWORD));
      expect(new Set(lines)).toEqual(new Set([`PROVTRACE_GIT_PASSWORD=${PASSWORD}`]));
      expect(everythingIn(outcome)).not.toContain(PASSWORD);
      expect(filesBelow(folder).length).toBeGreaterThan(5);
      expect(filesBelow(folder).filter((file) => readFileSync(file).includes(PASSWORD))).toEqual([]);
    });

    test('that turns the login away later does not show it in its error', async () => {
      const { root } = shop();
      const server = await serve(root, {
        login: LOGIN,
        instead: (request, response) =>
          request.method === 'POST' &&
          answer(response, 403, `no entry for ${request.headers.authorization} ${PASSWORD}`),
      });
      const error = await failureOf(openSources({ tokens: tokenOf(PASSWORD, server.host) }).code, `${server.url}/shop`);
      expect(error.code).toBe('FORBIDDEN');
      expect(everythingIn(error)).not.toContain(Buffer.from(LOGIN).toString('base64'));
    });
  });

  describe('what a server answers', () => {
    test.each([
      [403, 'FORBIDDEN'],
      [409, 'MALFORMED'],
      [422, 'MALFORMED'],
      [429, 'RATE_LIMITED'],
      [500, 'SERVER_ERROR'],
      [503, 'SERVER_ERROR'],
    ] as const)('%i is %s', async (status, code) => {
      const server = await serve(temporaryFolder(), { instead: (_, response) => answer(response, status, 'no') });
      expect(await failureOf(openSources().code, `${server.url}/shop`)).toMatchObject({ code });
    });

    test.each([404, 410])('%i is that there is no such repository, under either name', async (status) => {
      const server = await serve(temporaryFolder(), { instead: (_, response) => answer(response, status, 'no') });
      expect(await readAll(openSources().code, `${server.url}/shop`, 'main')).toMatchObject({
        kind: 'absent',
        reason: 'noSuchRepository',
      });
      expect(server.requests.map(({ path }) => path.replace(/\?.*/, ''))).toEqual([
        '/shop.git/info/refs',
        '/shop/info/refs',
      ]);
    });

    test('HTML is no answer, and no absence', async () => {
      const server = await serve(temporaryFolder(), {
        instead: (_, response) => answer(response, 200, '<html>Sign in</html>', 'text/html'),
      });
      expect(await failureOf(openSources().code, `${server.url}/shop`)).toMatchObject({
        code: 'MALFORMED',
        got: 'text/html',
      });
    });

    test('the files of a repository alone are not enough', async () => {
      const server = await serve(temporaryFolder(), {
        instead: (_, response) => answer(response, 200, `${'a'.repeat(40)}\trefs/heads/main\n`, 'text/plain'),
      });
      expect(await failureOf(openSources().code, `${server.url}/shop`)).toMatchObject({
        code: 'UNSUPPORTED',
        hint: expect.stringContaining('--source'),
      });
    });

    test.each([
      ['nothing', ''],
      ['no packet lines', 'hello'],
      ['a packet line that is cut off', '0040version 2'],
      ['an unknown hash function', '000eversion 2\n001aobject-format=sha512\n0000'],
    ])('%s of the right type is malformed, or empty', async (_, body) => {
      const server = await serve(temporaryFolder(), {
        instead: (_request, response) => answer(response, 200, body, 'application/x-git-upload-pack-advertisement'),
      });
      const outcome = await readAll(openSources().code, `${server.url}/shop`, 'a'.repeat(40));
      if (body === '') expect(outcome).toMatchObject({ reason: 'emptyRepository' });
      else
        expect(outcome).toMatchObject({
          kind: 'failed',
          error: { code: expect.stringMatching(/MALFORMED|UNSUPPORTED/) },
        });
    });

    test('what fails when the commit is fetched leaves no commit', async () => {
      const { root, second } = shop();
      const seen = { posts: 0 };
      const server = await serve(root, {
        instead: (request, response) => request.method === 'POST' && ++seen.posts > 1 && answer(response, 502, 'no'),
      });
      expect(await readAll(openSources().code, `${server.url}/shop`, second)).toMatchObject({
        kind: 'failed',
        error: { code: 'SERVER_ERROR', got: expect.stringContaining('502') },
      });
    });

    test('what fails after the commit was fetched leaves the rest standing', async () => {
      const { root, second } = shop();
      const seen = { posts: 0 };
      const server = await serve(root, {
        instead: (request, response) => request.method === 'POST' && ++seen.posts > 2 && answer(response, 502, 'no'),
      });
      const reading = foundIn(await readAll(openSources().code, `${server.url}/shop`, second));
      expect(reading.commit.id).toBe(second);
      expect(reading.reachability).toMatchObject({ kind: 'failed', error: { code: 'SERVER_ERROR' } });
      expect(reading.paths.get(CODEOWNERS)).toMatchObject({ kind: 'failed', error: { code: 'SERVER_ERROR' } });
      expect(foundIn(reading.head)).toMatchObject({ branch: 'refs/heads/main' });
    });
  });

  describe('a repository that moved', () => {
    const moving = (target: () => string) => (request: IncomingMessage, response: ServerResponse) => {
      if (!request.url?.startsWith('/old')) return false;
      response.writeHead(301, { location: request.url.replace('/old', target()) }).end();
      return true;
    };

    test('is followed, and its new address told', async () => {
      const { root, second } = shop();
      const server = await serve(root, { instead: moving(() => '/shop') });
      const reading = foundIn(await readAll(openSources().code, `${server.url}/old`, second));
      expect(reading.movedTo).toBe(`${server.url}/shop`);
      expect(textAt(reading.paths, CODEOWNERS)).toBe('* @acme/first\n');
    });

    test('to another host is asked there without the login for this one', async () => {
      const { root } = shop();
      const there = await serve(root, { login: LOGIN });
      const here = await serve(temporaryFolder(), { instead: moving(() => `${there.url}/shop`) });
      const tokens = { tokenFor: async () => ({ token: PASSWORD, source: 'SHOP_TOKEN', username: 'alice' }) };
      expect(await failureOf(openSources({ tokens }).code, `${here.url}/old`)).toMatchObject({ code: 'UNAUTHORISED' });
      expect(there.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    });

    test('within loopback is not followed where a stranger named it', async () => {
      const there = await serve(shop().root);
      const here = await serve(temporaryFolder(), { instead: moving(() => `${there.url}/shop`) });
      const { code } = openSources({ namedByUser: (host) => host === here.host });
      expect(await failureOf(code, `${here.url}/old`)).toMatchObject({ code: 'REFUSED_ADDRESS' });
      expect(there.requests).toEqual([]);
    });

    test('when its commit is fetched is not followed', async () => {
      const { root, second } = shop();
      const there = await serve(root);
      const here = await serve(root, {
        instead: (request, response) => {
          if (request.headers['user-agent']?.startsWith('git/2.0 (provtrace)') === true) return false;
          response.writeHead(302, { location: `${there.url}${request.url}` }).end();
          return true;
        },
      });
      expect(await readAll(openSources().code, `${here.url}/shop`, second)).toMatchObject({
        kind: 'failed',
        error: { code: 'REFUSED_ADDRESS' },
      });
      expect(there.requests).toEqual([]);
    });
  });

  describe('an address that a stranger named', () => {
    const byStranger: SourceWorldOptions = { namedByUser: () => false };

    test('on loopback is not contacted', async () => {
      const server = await serve(shop().root);
      for (const url of [
        server.url,
        server.url.replace('http:', 'https:'),
        server.url.replace('127.0.0.1', 'localhost'),
      ]) {
        expect(await failureOf(openSources(byStranger).code, `${url}/shop`)).toMatchObject({
          code: 'REFUSED_ADDRESS',
          message: expect.stringContaining('the label named it'),
        });
      }
      expect(server.requests).toEqual([]);
    });

    test.each([
      'https://10.0.0.7/shop',
      'https://[::1]/shop',
      'https://169.254.169.254/shop',
      'ssh://git@192.168.1.1/shop',
      'git://git.example/shop',
      'file:///etc',
      'ext::sh -c true',
      'ssh://-oProxyCommand=true/shop',
      'https://git.example/--upload-pack=true/../..',
    ])('%s is not contacted', async (repository) => {
      const { program, record } = recordingGit();
      const { code } = openSources({ ...byStranger, program });
      expect(await failureOf(code, repository)).toMatchObject({ code: 'REFUSED_ADDRESS' });
      expect(record()).toBe('');
    });

    test('whose name leads to loopback is not contacted, by ssh neither', async () => {
      const { program, record } = recordingGit();
      const lookup: NonNullable<SourceWorldOptions['lookup']> = (_name, _options, callback) =>
        callback(null, [{ address: '127.0.0.1', family: 4 }]);
      for (const repository of ['https://git.example/shop', 'ssh://git@git.example/shop']) {
        const { code } = openSources({ ...byStranger, program, lookup, httpOptions: { lookup } });
        expect(await failureOf(code, repository)).toMatchObject({ code: 'REFUSED_ADDRESS', got: '127.0.0.1' });
      }
      expect(record()).toBe('');
    });

    test('whose name does not resolve is not given to git, which would look again', async () => {
      const { program, record } = recordingGit();
      const lookup: NonNullable<SourceWorldOptions['lookup']> = (_name, _options, callback) =>
        callback(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }), []);
      const { sources } = openSources({ ...byStranger, program, lookup });
      for (const address of ['https://git.example/shop.git', 'ssh://git@git.example/shop.git']) {
        const refs = { address, objectFormat: 'sha1', refs: [] } as const;
        const at = { repository: address, namedBy: 'the label', refs };
        expect(await sources.origin.fetchCommits(at, ['a'.repeat(40)])).toMatchObject({
          kind: 'failed',
          error: { code: 'UNREACHABLE', message: expect.stringContaining('does not resolve') },
        });
      }
      expect(record()).toBe('');
    });

    test('is given to git with the very addresses that were looked at', async () => {
      const { program, record } = recordingGit();
      const lookup: NonNullable<SourceWorldOptions['lookup']> = (_name, _options, callback) =>
        callback(null, [
          { address: '192.0.2.7', family: 4 },
          { address: '2001:db8::7', family: 6 },
        ]);
      const { sources } = openSources({ ...byStranger, program, lookup, timeoutMs: 500 });
      const refs = { address: 'https://git.example/shop.git', objectFormat: 'sha1', refs: [] } as const;
      const outcome = await sources.origin.fetchCommits(
        { repository: 'https://git.example/shop', namedBy: 'the label', refs },
        ['a'.repeat(40)],
      );
      expect(outcome.kind).toBe('failed');
      expect(record()).toContain('http.curloptResolve=git.example:443:192.0.2.7,2001:db8::7');
    });
  });

  test('ssh is told never to ask, and has no terminal to ask on', async () => {
    const { folder, second } = shop();
    const programs = temporaryFolder();
    const record = join(programs, 'record');
    const script = `#!/bin/sh\nprintf '%s\\n' "$*" >> '${record}'\n(: < /dev/tty) 2>/dev/null && echo 'a terminal' >> '${record}'\nfor command; do :; done\nexec sh -c "$command"\n`;
    writeFileSync(join(programs, 'ssh'), script, { mode: 0o755 });
    const { code } = openSources({ env: { PATH: `${programs}:${process.env['PATH']}` } });
    expect((await readAll(code, `ssh://git@git.example:2222${folder}`, second)).kind).toBe('found');
    const lines = readFileSync(record, 'utf8').trim().split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(4);
    for (const line of lines) {
      expect(line).toMatch(/^-oBatchMode=yes .* -o SendEnv=GIT_PROTOCOL -p 2222 git@git\.example git-upload-pack '/);
    }
  });

  describe('the user’s own environment', () => {
    test('has no word in what git does with a repository', async () => {
      const { root, second } = shop();
      const server = await serve(root);
      const mark = join(temporaryFolder(), 'it-was-run');
      const hooks = temporaryFolder();
      writeFileSync(join(hooks, 'reference-transaction'), `#!/bin/sh\ntouch '${mark}'\n`, { mode: 0o755 });
      const env = {
        ...homeWith({
          '.gitconfig': `[url "https://nowhere.invalid/"]\n\tinsteadOf = ${server.url}/\n[core]\n\thooksPath = ${hooks}\n`,
        }),
        GIT_DIR: '/nonexistent',
        GIT_TRACE: mark,
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'http.proxy',
        GIT_CONFIG_VALUE_0: 'http://nowhere.invalid',
        GIT_ALTERNATE_OBJECT_DIRECTORIES: '/nonexistent',
      };
      expect(
        textAt(foundIn(await readAll(openSources({ env }).code, `${server.url}/shop`, second)).paths, CODEOWNERS),
      ).toBe('* @acme/first\n');
      expect(existsSync(mark)).toBe(false);
    });

    test('gives nobody the default password of a netrc', async () => {
      const { root } = shop();
      const server = await serve(root, { login: 'alice:open-sesame' });
      const env = homeWith({ '.netrc': 'default login alice password open-sesame\n' });
      const url = `${server.url}/shop.git`;
      await promisify(execFile)('git', ['ls-remote', url], { env: { ...GIT_ENV, ...env } });
      expect(
        server.requests.some(({ headers }) => headers.authorization !== undefined),
        'git itself would',
      ).toBe(true);
      server.reset();

      const { code, sources } = openSources({ env });
      expect(await failureOf(code, `${server.url}/shop`)).toMatchObject({ code: 'UNAUTHORISED' });
      const refs = { address: url, objectFormat: 'sha1', refs: [] } as const;
      const at = { repository: `${server.url}/shop`, namedBy: 'the test', refs };
      expect(await sources.origin.fetchCommits(at, ['a'.repeat(40)])).toMatchObject({
        error: { code: 'UNAUTHORISED' },
      });
      expect(server.requests.some(({ headers }) => headers.authorization !== undefined)).toBe(false);
    });
  });

  describe.skipIf(!hasOpenssl)(`over TLS${hasOpenssl ? '' : ' (skipped: openssl is not installed)'}`, () => {
    let authority: TestAuthority;

    beforeAll(() => {
      authority = createAuthority();
      return () => authority.remove();
    });

    test.each([
      [
        'SSL_CERT_FILE',
        (caFile: string, _host: string): SourceWorldOptions => ({
          env: { PATH: process.env['PATH'], SSL_CERT_FILE: caFile },
        }),
      ],
      [
        'the configuration',
        (caFile: string, host: string): SourceWorldOptions => ({ hosts: new Map([[host, { caFile }]]) }),
      ],
    ])('an authority that %s names is trusted', async (_, trusting) => {
      const { root, second } = shop();
      const server = await serve(root, { tls: authority.issue(['127.0.0.1']) });
      const { code } = openSources(trusting(authority.caFile, server.host));
      const reading = foundIn(await readAll(code, `${server.url}/shop`, second));
      expect(textAt(reading.paths, CODEOWNERS)).toBe('* @acme/first\n');
      expect(foundIn(reading.reachability).refs).toEqual(['refs/heads/main']);
    });

    test('no other is, and git is not told to look away', async () => {
      const { root, second } = shop();
      const server = await serve(root, { tls: authority.issue(['127.0.0.1']) });
      const env = { PATH: process.env['PATH'], GIT_SSL_NO_VERIFY: '1' };
      const { code, sources } = openSources({ env });
      expect(await failureOf(code, `${server.url}/shop`)).toMatchObject({
        code: 'UNREACHABLE',
        hint: expect.stringContaining('SSL_CERT_FILE'),
      });
      const refs = { address: `${server.url}/shop.git`, objectFormat: 'sha1', refs: [] } as const;
      const at = { repository: `${server.url}/shop`, namedBy: 'the test', refs };
      expect(await sources.origin.fetchCommits(at, [second])).toMatchObject({
        error: { code: 'UNREACHABLE', hint: expect.stringContaining('SSL_CERT_FILE') },
      });
    });
  });
});

function filesBelow(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function answer(response: ServerResponse, status: number, body: string, type = 'text/plain'): true {
  response.writeHead(status, { 'content-type': type }).end(body);
  return true;
}
