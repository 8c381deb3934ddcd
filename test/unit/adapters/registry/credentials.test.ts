import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askCredentialHelper } from '../../../../src/adapters/registry/credential-helper.ts';
import type { Credential } from '../../../../src/adapters/registry/credential.ts';
import { authFilePaths, createCredentialSource } from '../../../../src/adapters/registry/credentials.ts';
import type { ToolError } from '../../../../src/core/errors.ts';
import { parseRepositoryName } from '../../../../src/core/model/image-reference.ts';
import { everythingIn, toolErrorOf } from '../../../support/http-world.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'provtrace-auth-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (...parts: string[]): string => join(folder, ...parts);
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const login = (user: string) => ({ auth: base64(`${user}:word`) });

function write(path: string, document: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof document === 'string' ? document : JSON.stringify(document));
}
/** A credential helper: a shell script that finds the registry on its standard input. */
function writeHelper(name: string, script: string): void {
  write(at('bin', `docker-credential-${name}`), `#!/bin/sh\n${script}\n`);
  chmodSync(at('bin', `docker-credential-${name}`), 0o755);
}
const path = (): string => `${at('bin')}:/usr/bin:/bin`;
function source(env: Record<string, string> = {}) {
  return createCredentialSource({ env: { PATH: path(), ...env }, homeDirectory: at('home') });
}
async function credentialFor(name: string, env: Record<string, string> = {}): Promise<Credential | undefined> {
  return source(env).credentialFor(parseRepositoryName(name)!);
}
async function userFor(name: string, env: Record<string, string> = {}): Promise<string | undefined> {
  const credential = await credentialFor(name, env);
  return credential?.kind === 'password' ? credential.username : credential?.kind;
}

describe('the files', () => {
  it('are those that variables name, docker’s, and podman’s, in this order', () => {
    expect(authFilePaths({ env: {}, homeDirectory: '/home/me' })).toEqual([
      '/home/me/.docker/config.json',
      '/home/me/.config/containers/auth.json',
    ]);
    const env = {
      REGISTRY_AUTH_FILE: '/etc/auth.json',
      DOCKER_CONFIG: '/etc/docker',
      XDG_RUNTIME_DIR: '/run/user/1',
      XDG_CONFIG_HOME: '/etc/xdg',
    };
    const named = [
      '/etc/auth.json',
      '/etc/docker/config.json',
      '/run/user/1/containers/auth.json',
      '/etc/xdg/containers/auth.json',
    ];
    expect(authFilePaths({ env, homeDirectory: '/home/me' })).toEqual(named);
    expect(authFilePaths({ env, homeDirectory: undefined })).toEqual(named);
    expect(authFilePaths({ env: { XDG_CONFIG_HOME: 'relative' }, homeDirectory: undefined })).toEqual([]);
  });

  it('are looked at until one has a login', async () => {
    write(at('home/.docker/config.json'), { auths: { 'a.test': login('docker'), 'c.test': {} } });
    write(at('home/.config/containers/auth.json'), { auths: { 'a.test': login('podman'), 'b.test': login('podman') } });
    expect(await userFor('a.test/x')).toBe('docker');
    expect(await userFor('b.test/x')).toBe('podman');
    expect(await userFor('c.test/x')).toBeUndefined();
    write(at('given.json'), { auths: { 'a.test': login('given') } });
    expect(await userFor('a.test/x', { REGISTRY_AUTH_FILE: at('given.json') })).toBe('given');
  });

  it('need not be there', async () => {
    expect(
      await userFor('a.test/x', { REGISTRY_AUTH_FILE: at('none.json'), DOCKER_CONFIG: at('none') }),
    ).toBeUndefined();
  });

  it.each([
    [
      'damaged',
      (file: string) => write(file, '{"auths": {"a.test": {"auth": "bWU6d29yZA=="}}'),
      'INVALID_CONFIGURATION',
    ],
    ['a folder', (file: string) => mkdirSync(file, { recursive: true }), 'NOT_READABLE'],
    ['too large', (file: string) => write(file, `{"x": "${'x'.repeat(5_000_000)}"}`), 'INVALID_CONFIGURATION'],
  ])('are an error where one is %s, unless another has a login', async (_, make, code) => {
    make(at('home/.docker/config.json'));
    const error = await toolErrorOf(credentialFor('a.test/x'));
    expect(error.code).toBe(code);
    expect(error.message).toContain(at('home/.docker/config.json'));
    expect(everythingIn(error)).not.toContain('bWU6d29yZA==');
    write(at('home/.config/containers/auth.json'), { auths: { 'a.test': login('podman') } });
    expect(await userFor('a.test/x')).toBe('podman');
  });
});

describe('a login', () => {
  it('is bound to its host and port', async () => {
    const auths = { 'a.test': login('bare'), 'a.test:5000': login('ported'), 'sub.a.test': login('sub') };
    write(at('home/.docker/config.json'), { auths });
    expect(await userFor('a.test/x')).toBe('bare');
    expect(await userFor('a.test:5000/x')).toBe('ported');
    expect(await userFor('a.test:5001/x')).toBeUndefined();
    expect(await userFor('sub.a.test/x')).toBe('sub');
    expect(await userFor('other.a.test/x')).toBeUndefined();
    expect(await userFor('a.test.evil.test/x')).toBeUndefined();
    expect(await userFor('xa.test/x')).toBeUndefined();
  });

  it('for a part of the path is podman’s, and the most specific counts', async () => {
    const auths = { 'a.test': login('host'), 'a.test/acme': login('acme'), 'a.test/acme/shop': login('shop') };
    write(at('home/.config/containers/auth.json'), { auths });
    expect(await userFor('a.test/acme/shop')).toBe('shop');
    expect(await userFor('a.test/acme/shop/web')).toBe('shop');
    expect(await userFor('a.test/acme/shopping')).toBe('acme');
    expect(await userFor('a.test/acm')).toBe('host');
  });

  it('for Docker Hub has an old key', async () => {
    write(at('home/.docker/config.json'), { auths: { 'https://index.docker.io/v1/': login('hub') } });
    expect(await userFor('alpine')).toBe('hub');
    expect(await userFor('docker.io/acme/shop')).toBe('hub');
    expect(await userFor('ghcr.io/acme/shop')).toBeUndefined();
  });

  it('that cannot be read is an error for its host alone', async () => {
    write(at('home/.docker/config.json'), { auths: { 'a.test': { auth: '%%%' }, 'b.test': login('b') } });
    expect(await toolErrorOf(credentialFor('a.test/x'))).toMatchObject({ code: 'INVALID_CONFIGURATION' });
    expect(await userFor('b.test/x')).toBe('b');
  });
});

describe('helpers', () => {
  it('of the host come before the general one, and both before the host’s entry', async () => {
    writeHelper('own', `echo '{"Username": "own", "Secret": "word"}'`);
    writeHelper('general', `echo '{"Username": "general", "Secret": "word"}'`);
    const auths = {
      'a.test': login('entry'),
      'b.test': login('entry'),
      'c.test': login('entry'),
      'd.test/x': login('path'),
    };
    write(at('home/.docker/config.json'), {
      auths,
      credHelpers: { 'a.test': 'own', 'c.test': '' },
      credsStore: 'general',
    });
    expect(await userFor('a.test/x')).toBe('own');
    expect(await userFor('b.test/x')).toBe('general');
    expect(await userFor('c.test/x')).toBe('entry');
    expect(await userFor('d.test/x')).toBe('path');
  });

  it('are handed the host on standard input, and Docker Hub by its old address', async () => {
    writeHelper('echo', `read server; echo "{\\"Username\\": \\"$1 $server\\", \\"Secret\\": \\"word\\"}"`);
    write(at('home/.docker/config.json'), { credsStore: 'echo' });
    expect(await userFor('a.test:5000/acme/shop')).toBe('get a.test:5000');
    expect(await userFor('alpine')).toBe('get https://index.docker.io/v1/');
  });

  it('give identity tokens', async () => {
    writeHelper('acr', `echo '{"Username": "<token>", "Secret": "refresh"}'`);
    write(at('home/.docker/config.json'), { credsStore: 'acr' });
    expect(await credentialFor('a.test/x')).toEqual({ kind: 'identityToken', token: 'refresh', key: 'refresh' });
  });

  it('that have nothing leave the word to the entry, or to the next file', async () => {
    writeHelper('none', `echo 'credentials not found in native keychain'; exit 1`);
    write(at('home/.docker/config.json'), { auths: { 'a.test': login('entry') }, credsStore: 'none' });
    write(at('home/.config/containers/auth.json'), { auths: { 'b.test': login('podman') } });
    expect(await userFor('a.test/x')).toBe('entry');
    expect(await userFor('b.test/x')).toBe('podman');
    expect(await userFor('c.test/x')).toBeUndefined();
  });

  it('that fail are an error that says which, and never what they gave', async () => {
    writeHelper('broken', `echo 'the keychain is locked'; exit 3`);
    write(at('home/.docker/config.json'), { credsStore: 'broken', auths: { 'a.test': login('entry') } });
    const error = await toolErrorOf(credentialFor('a.test/x'));
    expect(error).toMatchObject({ code: 'CREDENTIAL_HELPER_FAILED', got: 'the keychain is locked' });
    expect(error.message).toBe('docker-credential-broken gave no credentials for a.test: it failed');
  });

  it('are run once for a host, however many ask', async () => {
    writeHelper('count', `echo x >> ${at('count')}; echo '{"Username": "me", "Secret": "word"}'`);
    write(at('home/.docker/config.json'), { credsStore: 'count' });
    const credentials = source();
    const names = ['a.test/x', 'a.test/y', 'a.test/x', 'b.test/x'];
    await Promise.all(names.map((name) => credentials.credentialFor(parseRepositoryName(name)!)));
    expect(readFileSync(at('count'), 'utf8')).toBe('x\nx\n');
  });
});

function ask(name: string, timeoutMs = 5000): Promise<Credential | undefined> {
  return askCredentialHelper({ name, server: 'a.test', env: { PATH: path() }, timeoutMs });
}

async function problemOf(name: string, timeoutMs?: number): Promise<ToolError> {
  const error = await toolErrorOf(ask(name, timeoutMs));
  expect(error.code).toBe('CREDENTIAL_HELPER_FAILED');
  return error;
}

describe('askCredentialHelper', () => {
  it('says that a helper is missing', async () => {
    expect((await problemOf('absent')).message).toContain('it is not installed');
  });

  it.each(['../evil', 'a/b', 'a b', '', '-x', 'a;touch x', '.hidden'])(
    'runs nothing of the name "%s"',
    async (name) => {
      expect((await problemOf(name)).message).toContain('its name is not that of a program');
    },
  );

  it('has no shell that would understand its name or the server', async () => {
    writeHelper('echo', `read server; echo "{\\"Username\\": \\"me\\", \\"Secret\\": \\"$server\\"}"`);
    const server = `$(touch ${at('touched')}); a.test`;
    const credential = await askCredentialHelper({ name: 'echo', server, env: { PATH: path() } });
    expect(credential).toMatchObject({ password: server });
    expect(existsSync(at('touched'))).toBe(false);
  });

  it('says that a helper may not be run', async () => {
    write(at('bin', 'docker-credential-text'), 'no program');
    expect((await problemOf('text')).message).toContain('it cannot be run: EACCES');
  });

  it('ends one that does not end, and what it began', async () => {
    writeHelper('slow', 'sleep 60');
    expect((await problemOf('slow', 100)).message).toContain('it did not come to an end');
  });

  it('ends one that writes without end', async () => {
    writeHelper('long', `printf '{"Username": "me", "Secret": "'; while :; do echo secretsecretsecret; done`);
    const error = await problemOf('long');
    expect(error.message).toContain('it wrote more than 65536 bytes');
    expect(everythingIn(error)).not.toContain('secretsecret');
  });

  it.each([
    'the-secret',
    '{"Username": "me", "Secret": 7}',
    '{"Secret": "the-secret"}',
    '[]',
    '',
    '{"Username": "me", "Secret": ""}',
  ])('takes no other answer for a credential: %s', async (answer) => {
    writeHelper('odd', `cat <<'END'\n${answer}\nEND`);
    const error = await problemOf('odd');
    expect(error.message).toContain('its answer is not a credential');
    expect(everythingIn(error)).not.toContain('the-secret');
  });

  it('does not mind a helper that reads nothing', async () => {
    writeHelper('deaf', `exec <&-; echo '{"Username": "me", "Secret": "word"}'`);
    expect(await ask('deaf')).toMatchObject({ username: 'me' });
  });
});
