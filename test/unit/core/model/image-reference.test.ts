import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import type { ImageReference } from '../../../../src/core/model/image-reference.ts';
import { parseImageReference, parseRepositoryName } from '../../../../src/core/model/image-reference.ts';

const DIGEST = `sha256:${'0a'.repeat(32)}`;
const SHA512 = `sha512:${'0a'.repeat(64)}`;

function parse(text: string): ImageReference {
  return parseImageReference(text, (path) => (path.startsWith('/') ? path : `/work/${path}`));
}

/** `transport name tag digest`, with `-` for what there is none of. */
function summary(text: string): string {
  const reference = parse(text);
  if (reference.kind === 'seen') return `seen ${reference.hexPrefix}`;
  const { repository, tag, digest } = reference;
  return [repository.transport, repository.name, tag ?? '-', digest ?? '-'].join(' ');
}

function failureOf(text: string): ToolError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  throw new Error(`${text} was understood`);
}

describe('an image in a registry', () => {
  test.each([
    ['ghcr.io/acme/shop:1.4', 'ghcr.io/acme/shop 1.4 -'],
    [`ghcr.io/acme/shop@${DIGEST}`, `ghcr.io/acme/shop - ${DIGEST}`],
    [`ghcr.io/acme/shop:1.4@${DIGEST}`, `ghcr.io/acme/shop 1.4 ${DIGEST}`],
    [`ghcr.io/acme/shop@${SHA512}`, `ghcr.io/acme/shop - ${SHA512}`],
    ['docker://ghcr.io/acme/shop:1.4', 'ghcr.io/acme/shop 1.4 -'],
    ['ghcr.io/acme/shop', 'ghcr.io/acme/shop latest -'],
    ['ghcr.io/a/b/c/d:x', 'ghcr.io/a/b/c/d x -'],
    ['ghcr.io/acme/my__shop--x.y_z:_A-b.C', 'ghcr.io/acme/my__shop--x.y_z _A-b.C -'],
    ['GHCR.io/acme/shop', 'ghcr.io/acme/shop latest -'],
  ])('%s', (text, expected) => {
    expect(summary(text)).toBe(`registry ${expected}`);
  });

  test.each([
    ['alpine', 'docker.io/library/alpine latest -'],
    ['alpine:3.22', 'docker.io/library/alpine 3.22 -'],
    [`alpine@${DIGEST}`, `docker.io/library/alpine - ${DIGEST}`],
    ['acme/shop', 'docker.io/acme/shop latest -'],
    ['library/alpine', 'docker.io/library/alpine latest -'],
    ['docker.io/alpine', 'docker.io/library/alpine latest -'],
    ['index.docker.io/acme/shop', 'docker.io/acme/shop latest -'],
    ['registry-1.docker.io/library/alpine:3', 'docker.io/library/alpine 3 -'],
    // Without a slash there is no host, as docker has it.
    ['ghcr.io', 'docker.io/library/ghcr.io latest -'],
    ['localhost:5000', 'docker.io/library/localhost 5000 -'],
  ])("%s, as docker's short names have it", (text, expected) => {
    expect(summary(text)).toBe(`registry ${expected}`);
  });

  test.each([
    ['localhost/shop', 'localhost/shop latest -'],
    ['localhost:5000/shop:1', 'localhost:5000/shop 1 -'],
    ['registry:5000/acme/shop', 'registry:5000/acme/shop latest -'],
    ['127.0.0.1:5000/shop', '127.0.0.1:5000/shop latest -'],
    [`[::1]:5000/shop:1@${DIGEST}`, `[::1]:5000/shop 1 ${DIGEST}`],
    // A first part in capitals is no path, so it is a host.
    ['Registry/shop', 'registry/shop latest -'],
  ])('%s, with its host', (text, expected) => {
    expect(summary(text)).toBe(`registry ${expected}`);
  });

  test('keeps what was typed', () => {
    expect(parse('docker://Alpine.example/x').text).toBe('docker://Alpine.example/x');
  });
});

describe('an image on this machine', () => {
  test.each([
    ['oci:layout', 'oci /work/layout - -'],
    ['oci:/srv/layout:1.4', 'oci /srv/layout 1.4 -'],
    [`oci:layout@${DIGEST}`, `oci /work/layout - ${DIGEST}`],
    [`oci:layout:1.4@${DIGEST}`, `oci /work/layout 1.4 ${DIGEST}`],
    ['oci:layout:ghcr.io/acme/shop:1.4', 'oci /work/layout ghcr.io/acme/shop:1.4 -'],
    ['oci:a@b/layout:1.4', 'oci /work/a@b/layout 1.4 -'],
    ['oci:layout:', 'oci /work/layout - -'],
    ['oci-archive:shop.tar', 'oci-archive /work/shop.tar - -'],
    ['oci-archive:shop.tar:1.4', 'oci-archive /work/shop.tar 1.4 -'],
    ['docker-archive:shop.tar', 'docker-archive /work/shop.tar - -'],
    ['docker-archive:shop.tar:localhost:5000/shop:1', 'docker-archive /work/shop.tar localhost:5000/shop:1 -'],
    [`docker-archive:shop.tar@${DIGEST}`, `docker-archive /work/shop.tar - ${DIGEST}`],
  ])('%s', (text, expected) => {
    expect(summary(text)).toBe(expected);
  });

  test.each([
    ['oci:', 'oci:PATH[:REF]'],
    ['oci::1.4', 'oci:PATH[:REF]'],
    [`oci:@${DIGEST}`, 'oci:PATH[:REF]'],
    ['docker-archive:', 'docker-archive:PATH[:REF]'],
    ['oci:a\0b', 'oci:PATH[:REF]'],
    [`oci:layout@${DIGEST}0`, '@sha256: and 64 lowercase hexadecimal characters'],
    ['oci-archive:shop.tar@sha512:0a', '@sha256: and 64 lowercase hexadecimal characters'],
  ])('not %j', (text, expected) => {
    expect(failureOf(text)).toMatchObject({ code: 'INVALID_REFERENCE', expected });
  });
});

describe('an image seen before', () => {
  test.each([DIGEST, 'sha256:0123456789ab', `sha256:${'f'.repeat(63)}`])('%s', (text) => {
    expect(summary(text)).toBe(`seen ${text.slice('sha256:'.length)}`);
  });

  test.each(['sha256:', 'sha256:0123456789a', `${DIGEST}0`, 'sha256:0123456789AB', 'sha256:latest'])(
    'not %s',
    (text) => {
      expect(failureOf(text)).toMatchObject({
        code: 'INVALID_REFERENCE',
        expected: 'sha256: and 12 to 64 lowercase hexadecimal characters',
      });
    },
  );

  test('is not meant by the bare hexadecimal part, which docker refuses as a name too', () => {
    expect(failureOf('0a'.repeat(32)).expected).toBe('sha256: before the digest of an image seen before');
  });
});

describe('what is no reference', () => {
  test.each([
    '-',
    'ALPINE',
    'acme/Shop',
    ' alpine',
    'alpine ',
    'alpine\n',
    'al pine',
    'acme//shop',
    '/acme/shop',
    'acme/shop/',
    'ghcr.io/',
    'https://ghcr.io/acme/shop',
    'docker://',
    'docker://https://ghcr.io/x',
    'a..b/c',
    'a.-b',
    'a___b',
    '-a/b',
    'host:/shop',
    'host:123456/shop',
    'ho_st.example/shop',
    '[::1/shop',
    'alpine:',
    'alpine:.x',
    `alpine:${'t'.repeat(129)}`,
    'alpine@',
    `alpine@${DIGEST.slice(0, -1)}`,
    `alpine@${DIGEST.toUpperCase()}`,
    `alpine@${DIGEST}:1`,
    `alpine@${DIGEST}@${DIGEST}`,
    `ghcr.io/${'a'.repeat(256)}`,
  ])('%j', (text) => {
    expect(failureOf(text)).toMatchObject({
      code: 'INVALID_REFERENCE',
      expected: expect.stringMatching(/./),
      hint: expect.stringContaining('NAME[:TAG]'),
    });
  });

  test('is what is longer than 4096 characters', () => {
    expect(parse(`oci:${'a'.repeat(4092)}`).text).toHaveLength(4096);
    expect(failureOf(`oci:${'a'.repeat(4093)}`).expected).toBe('a reference of 1 to 4096 characters');
  });

  test('shows the beginning of what is too long, and says when there is nothing', () => {
    expect(failureOf('a'.repeat(5000)).message).toBe(`not an image reference: ${'a'.repeat(200)}`);
    expect(failureOf('').message).toBe('not an image reference: (empty)');
  });
});

describe('any text', () => {
  const pieces = fc.constantFrom(
    'a',
    'Z',
    '0',
    '.',
    '_',
    '-',
    '/',
    ':',
    '@',
    '[',
    ']',
    'oci:',
    'docker://',
    'sha256:',
    DIGEST,
    'ghcr.io',
    '\0',
    'é',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
  );

  test('is a reference, or INVALID_REFERENCE and no other error', () => {
    fc.assert(
      fc.property(texts, (text) => {
        let outcome: unknown;
        try {
          outcome = parse(text);
        } catch (error) {
          outcome = error;
        }
        expect(outcome).toMatchObject(
          outcome instanceof Error ? { name: 'ToolError', code: 'INVALID_REFERENCE' } : { text },
        );
      }),
    );
  });

  test('that is a registry reference is written out in full in one way, which means the same', () => {
    fc.assert(
      fc.property(texts, (text) => {
        let reference: ImageReference;
        try {
          reference = parse(text);
        } catch {
          return;
        }
        fc.pre(reference.kind === 'located' && reference.repository.transport === 'registry');
        const { repository, tag, digest } = reference;
        const written = `${repository.name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
        expect(parse(written)).toEqual({ ...reference, text: written });
      }),
    );
  });
});

test('a repository name has neither tag nor digest', () => {
  expect(parseRepositoryName('alpine')).toEqual({ transport: 'registry', name: 'docker.io/library/alpine' });
  expect(parseRepositoryName('localhost:5000/shop')).toEqual({ transport: 'registry', name: 'localhost:5000/shop' });
  expect(['alpine:3', `alpine@${DIGEST}`, '', 'A', 'a/'].map(parseRepositoryName)).toEqual(Array(5).fill(undefined));
});
