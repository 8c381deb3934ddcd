import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseKey, parseAuthFile } from '../../../../src/adapters/registry/auth-file.ts';
import { ToolError } from '../../../../src/core/errors.ts';
import { everythingIn } from '../../../support/http-world.ts';
import { jsonBytes } from '../../../support/test-repository.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const parse = (document: unknown) => parseAuthFile(jsonBytes(document), '/home/me/.docker/config.json');
const entry = (value: unknown) => parse({ auths: { 'a.test': value } }).entries.get('a.test');

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('an entry', () => {
  it('is a user and a password, which may hold colons', () => {
    expect(entry({ auth: base64('me:pass:word') })).toEqual({
      kind: 'password',
      username: 'me',
      password: 'pass:word',
      key: 'me:pass:word',
    });
  });

  it('may have been padded with NUL', () => {
    expect(entry({ auth: base64('me:word\0\0') })).toMatchObject({ password: 'word' });
  });

  it('is a user and a password in members of their own', () => {
    expect(entry({ username: 'me', password: 'word' })).toMatchObject({
      kind: 'password',
      username: 'me',
      password: 'word',
    });
  });

  it('is an identity token, before the login that stands beside it', () => {
    const token = { kind: 'identityToken', token: 'refresh', key: 'refresh' };
    expect(entry({ auth: base64('me:'), identitytoken: 'refresh' })).toEqual(token);
    expect(entry({ auth: base64('<token>:refresh') })).toEqual(token);
  });

  it.each([[{}], [{ auth: '' }], [{ email: 'me@a.test' }], ['text'], [null], [[]]])('may say nothing: %j', (value) => {
    expect(entry(value)).toBeUndefined();
  });

  it.each([base64('no colon'), base64(':no user'), '%%%'])(
    'that cannot be read is an error, without its content: %s',
    (auth) => {
      const fault = entry({ auth });
      expect(fault).toBeInstanceOf(ToolError);
      expect(fault).toMatchObject({ code: 'INVALID_CONFIGURATION' });
      expect(everythingIn(fault)).not.toContain(auth);
      expect(everythingIn(fault)).not.toContain('no colon');
    },
  );
});

describe('normaliseKey', () => {
  it.each([
    ['ghcr.io', 'ghcr.io'],
    ['GHCR.IO', 'ghcr.io'],
    ['https://ghcr.io', 'ghcr.io'],
    ['http://ghcr.io/', 'ghcr.io'],
    ['https://quay.io/v1/', 'quay.io'],
    ['quay.io/v2', 'quay.io'],
    ['localhost:5000', 'localhost:5000'],
    ['quay.io/acme/shop', 'quay.io/acme/shop'],
    ['quay.io/acme/', 'quay.io/acme'],
    ['https://index.docker.io/v1/', 'docker.io'],
    ['index.docker.io', 'docker.io'],
    ['docker.io/acme', 'docker.io/acme'],
    // Docker's own token for its web site is no login to the registry.
    ['https://index.docker.io/v1/refresh-token', 'docker.io/v1/refresh-token'],
  ])('%s is %s', (key, expected) => {
    expect(normaliseKey(key)).toBe(expected);
  });
});

describe('parseAuthFile', () => {
  it('reads helpers and the general helper', () => {
    const file = parse({
      credHelpers: { 'https://gcr.io': 'gcloud', 'a.test': '', 'b.test': 7 },
      credsStore: 'desktop',
    });
    expect([...file.helpers]).toEqual([
      ['gcr.io', 'gcloud'],
      ['a.test', ''],
    ]);
    expect(file.store).toBe('desktop');
  });

  it('takes what is missing or odd for nothing', () => {
    const nothing = { entries: new Map(), helpers: new Map() };
    expect(parse({})).toEqual(nothing);
    expect(parse({ auths: [], credHelpers: 'text', credsStore: 7, HttpHeaders: {} })).toEqual(nothing);
  });

  it.each(['', '[]', 'null', '"text"', '{"auths": {"a.test": {"auth": "c2VjcmV0OnNlY3JldA=="}}', '{'.repeat(1000)])(
    'refuses what is no JSON object, without showing it: %s',
    (text) => {
      const fault = errorOf(() => parseAuthFile(Buffer.from(text), '/home/me/auth.json'));
      expect(fault).toMatchObject({ code: 'INVALID_CONFIGURATION', message: '/home/me/auth.json is not an auth file' });
      expect(everythingIn(fault)).not.toContain('c2VjcmV0');
    },
  );

  it('throws only its own error, whatever the file holds', () => {
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => Buffer.from(text)),
      fc.record({ auths: fc.dictionary(fc.string(), fc.jsonValue()), credHelpers: fc.jsonValue() }).map(jsonBytes),
    );
    fc.assert(
      fc.property(bytes, (each) => {
        const error = errorOf(() => parseAuthFile(each, 'auth.json'));
        expect(error === undefined || error instanceof ToolError).toBe(true);
      }),
    );
  });

  it('gives back any login that was written', () => {
    const username = fc.string({ minLength: 1 }).filter((text) => !/[:\0]/.test(text) && text !== '<token>');
    fc.assert(
      fc.property(
        username,
        fc.string().filter((text) => !text.includes('\0')),
        (name, word) => {
          expect(entry({ auth: base64(`${name}:${word}`) })).toMatchObject({ username: name, password: word });
        },
      ),
    );
  });
});
