import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskCredentials } from '../../../src/render/credentials.ts';

const letters = (count: number): string => 'aB3'.repeat(count).slice(0, count);

describe('what looks like a credential is masked', () => {
  test.each([
    ['https://user:secret@github.com/acme/shop', 'https://***@github.com/acme/shop'],
    ['git+https://sometoken@gitlab.com/acme', 'git+https://***@gitlab.com/acme'],
    ['https://a:b@c@github.com/', 'https://***@github.com/'],
    ['ssh://git@x:secret@github.com/acme', 'ssh://***@github.com/acme'],
    [
      'pkg:oci/a?vcs_url=git%2Bhttps%3A%2F%2Fu%3Ap%40github.com%2Facme',
      'pkg:oci/a?vcs_url=git%2Bhttps%3A%2F%2F***%40github.com%2Facme',
    ],
    ['NPM_TOKEN=abc', 'NPM_TOKEN=***'],
    ['--password "two words" next', '--password "two words" next'],
    ['password="two words" next', 'password=*** next'],
    ['password="unclosed next', 'password=*** next'],
    ['{"password": "x y", "user": "z"}', '{"password": ***, "user": "z"}'],
    ['client_secret=abc&state=1', 'client_secret=***&state=1'],
    ['AWS_SECRET_ACCESS_KEY=abc/def+ghi', 'AWS_SECRET_ACCESS_KEY=***'],
    ['api-key=abc', 'api-key=***'],
    ['https://x.example/?sig=abc%3D&se=2026', 'https://x.example/?sig=***&se=2026'],
    [
      'https://x.example/?X-Amz-Credential=a&X-Amz-Signature=b',
      'https://x.example/?X-Amz-Credential=***&X-Amz-Signature=***',
    ],
    ['Authorization: Bearer abc.def', 'Authorization: Bearer ***'],
    [`x ghp_${letters(36)} y`, 'x ghp_*** y'],
    [`gho_${letters(36)}`, 'gho_***'],
    [`ghs_${letters(36)}.${letters(20)}`, 'ghs_***'],
    [`github_pat_${letters(22)}_${letters(59)}`, 'github_pat_***'],
    [`glpat-${letters(20)}`, 'glpat-***'],
    ['AKIAABCDEFGHIJKLMNOP', 'AKIA***'],
    ['ASIAABCDEFGHIJKLMNOP', 'ASIA***'],
    ['xoxb-123456789012-abcdef', 'xoxb-***'],
    [`npm_${letters(36)}`, 'npm_***'],
    [`dckr_pat_${letters(27)}`, 'dckr_pat_***'],
    ['eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'eyJ***'],
    ['a -----BEGIN RSA PRIVATE KEY-----\nQUJD\n-----END RSA PRIVATE KEY----- b', 'a [private key ***] b'],
    ['-----BEGIN PRIVATE KEY----- QUJD, cut', '[private key ***]'],
  ])('%s', (text, expected) => {
    expect(maskCredentials(text)).toBe(expected);
  });
});

describe('what only resembles one is left alone', () => {
  test.each([
    'https://github.com/acme/shop@v1.2.3',
    'ssh://git@github.com/acme/shop.git',
    'git@github.com:acme/shop.git',
    `docker-image://alpine@sha256:${'a'.repeat(64)}`,
    `pkg:docker/alpine@3.20?digest=sha256%3A${'a'.repeat(64)}`,
    'refs/heads/token-refresh',
    'the token: see the manual',
    'glibc-2.36-9-deb12u1-something-long',
    'c14c546e54940a410195ede9aa0e7ee2ef1e16d0',
    'highs_and_lows_of_the_registry',
    'someone@acme.example',
    '-----BEGIN PUBLIC KEY-----',
  ])('%s', (text) => {
    expect(maskCredentials(text)).toBe(text);
  });
});

test('a secret is gone whatever stands around it', () => {
  const secret = 's3cretS3cret';
  const carrier = fc.constantFrom(
    `https://user:${secret}@x.example/`,
    `?token=${secret}`,
    `DB_PASSWORD="${secret}"`,
    `"secret" : "${secret}"`,
    `Authorization: Bearer ${secret}`,
    `glpat-${secret}${secret}`,
    `eyJhbGciOiJIUzI1NiJ9.${secret}.${secret}`,
    `-----BEGIN EC PRIVATE KEY-----${secret}`,
  );
  const around = fc.string().map((text) => ` ${text.replaceAll(/["']/g, '')} `);
  fc.assert(
    fc.property(around, carrier, around, (before, text, after) => {
      expect(maskCredentials(`${before}${text}${after}`)).not.toContain(secret);
    }),
  );
});
