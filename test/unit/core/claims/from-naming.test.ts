import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { claimsOfNaming, namesake, readTag } from '../../../../src/core/claims/from-naming.ts';
import type { Digest } from '../../../../src/core/model/digest.ts';
import { parseDigest } from '../../../../src/core/model/digest.ts';
import type { ImageEntity } from '../../../../src/core/model/entity.ts';
import type { Evidence } from '../../../../src/core/model/evidence.ts';

const COMMIT = '1f'.repeat(20);
const digest: Digest | undefined = parseDigest(`sha256:${'a'.repeat(64)}`);
if (digest === undefined) throw new Error('not a digest');
const image: ImageEntity = { kind: 'image', digest, foundAt: [] };

function registry(name: string): { readonly transport: 'registry'; readonly name: string } {
  return { transport: 'registry', name };
}

function claims(name: string, tag: string | undefined): readonly Evidence[] {
  return claimsOfNaming({ collector: 'c', image, repository: registry(name), tag });
}

/** `relation to` or `name value`. */
function told(name: string, tag: string | undefined): readonly unknown[] {
  return claims(name, tag).map(({ claim }) =>
    claim.kind === 'edge' ? [claim.relation, claim.to] : [claim.name, claim.value],
  );
}

describe('what a tag looks like', () => {
  test.each([
    [COMMIT, COMMIT],
    ['1f2e3d4', '1f2e3d4'],
    ['sha-1f2e3d4', '1f2e3d4'],
    [`${COMMIT}-arm64`, COMMIT],
    ['12345678'.repeat(5), '12345678'.repeat(5)],
  ])('%s: a commit', (tag, commit) => {
    expect(readTag(tag)).toEqual({ kind: 'commit', commit });
  });

  test.each([
    ['pr-7', { kind: 'pullRequest', number: '7' }],
    ['main', { kind: 'branch', branch: 'main' }],
    ['1.4', { kind: 'version', version: '1.4' }],
    ['v1.4.0-rc.1', { kind: 'version', version: 'v1.4.0-rc.1' }],
  ])('%s: %o', (tag, reading) => {
    expect(readTag(tag)).toEqual(reading);
  });

  test.each([
    '20240131',
    '1f2e3d',
    '1F2E3D4',
    `${COMMIT}f`,
    'latest',
    'edge',
    'nightly',
    '7',
    'pr-x',
    'sha-',
    '1f2e3d4-dirty',
  ])('%s: nothing', (tag) => {
    expect(readTag(tag)).toBeUndefined();
  });

  test('any other text: nothing, or one of these', () => {
    const property = fc.property(fc.string(), (tag) => {
      const reading = readTag(tag);
      return reading === undefined || tag.includes(Object.values(reading)[1] ?? '\0');
    });
    expect(() => fc.assert(property)).not.toThrow();
  });
});

describe('the repository that a name suggests', () => {
  test.each([
    ['ghcr.io/acme/shop', 'https://github.com/acme/shop'],
    ['ghcr.io/acme/shop/web', 'https://github.com/acme/shop'],
    ['registry.gitlab.com/acme/shop', 'https://gitlab.com/acme/shop'],
  ])('%s: %s', (name, url) => {
    expect(namesake(registry(name))).toBe(url);
  });

  test.each([
    'ghcr.io/acme',
    'registry.gitlab.com/acme/web/shop',
    'docker.io/acme/shop',
    'quay.io/acme/shop',
    'ghcr.io.example.com/acme/shop',
  ])('%s: none', (name) => {
    expect(namesake(registry(name))).toBeUndefined();
  });

  test('a path on this machine: none', () => {
    expect(namesake({ transport: 'oci', name: 'ghcr.io/acme/shop' })).toBeUndefined();
  });
});

describe('what is claimed', () => {
  test('repository and commit of one name', () => {
    const to = { kind: 'sourceRevision', repository: 'https://github.com/acme/shop', commit: COMMIT };
    expect(told('ghcr.io/acme/shop', COMMIT)).toEqual([['builtFrom', to]]);
  });

  test('no commit without a repository', () => {
    expect(told('docker.io/acme/shop', COMMIT)).toEqual([]);
  });

  test('the repository, and what the tag says', () => {
    const repository = ['fromRepository', { kind: 'repository', url: 'https://github.com/acme/shop' }];
    expect(told('ghcr.io/acme/shop', undefined)).toEqual([repository]);
    expect(told('ghcr.io/acme/shop', '1.4')).toEqual([repository, ['version', '1.4']]);
    expect(told('ghcr.io/acme/shop', 'pr-7')).toEqual([repository, ['ref', 'refs/pull/7/merge']]);
    expect(told('quay.io/acme/shop', 'master')).toEqual([['ref', 'refs/heads/master']]);
  });

  test('is inferred, bound by nothing, and says where it was read', () => {
    expect(claims('ghcr.io/acme/shop', 'main')).toEqual(
      ['fromRepository', 'ref'].map(() =>
        expect.objectContaining({
          strength: 'inferred',
          boundBy: 'none',
          origin: { collector: 'c', location: 'the name ghcr.io/acme/shop:main' },
        }),
      ),
    );
  });
});
