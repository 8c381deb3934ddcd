import { describe, expect, test } from 'vitest';
import { embeddedTrustRoots, parseTrustedRoots } from '../../../../src/adapters/sigstore/trusted-root-file.ts';
import { createAuthority } from '../../../support/authority.ts';
import { createKeyPair, spki } from '../../../support/authority-keys.ts';

const acme = createAuthority({ name: 'acme' });
const quiet = createAuthority({ name: 'quiet', logs: false });

describe('the roots that are built in', () => {
  test('are the public-good one, which requires logs, and that of GitHub, which has none', () => {
    expect(embeddedTrustRoots().map(({ name, asOf, requires }) => ({ name, asOf, requires }))).toEqual([
      { name: 'public-good', asOf: '2026-08-21T00:00:00Z', requires: { logEntries: 1, certificateLogs: 1 } },
      { name: 'github', asOf: '2026-06-29T00:00:00Z', requires: { logEntries: 0, certificateLogs: 0 } },
    ]);
  });

  test('are read whole', () => {
    const [publicGood, github] = embeddedTrustRoots();
    expect(publicGood?.logs.map(({ url }) => url)).toEqual([
      'https://rekor.sigstore.dev',
      'https://log2025-1.rekor.sigstore.dev',
    ]);
    expect([
      publicGood?.certificateLogs.length,
      publicGood?.certificateAuthorities.length,
      publicGood?.timestampAuthorities.length,
    ]).toEqual([2, 2, 1]);
    expect([github?.certificateAuthorities.length, github?.timestampAuthorities.length]).toEqual([6, 6]);
  });
});

describe('a file of roots', () => {
  test('with one is a domain by the name of the file', () => {
    const { roots, problems } = parse(acme.trustedRootJson);
    expect(problems).toEqual([]);
    expect(roots.map(({ name, source }) => [name, source])).toEqual([['file.json', 'file.json']]);
  });

  test('with one on many lines is one', () => {
    expect(parse(JSON.stringify(acme.trustedRoot(), null, 2)).roots).toHaveLength(1);
  });

  test('with one a line is a domain a line', () => {
    const { roots, problems } = parse(`${acme.trustedRootJson}\n\n${quiet.trustedRootJson}\n`);
    expect(problems).toEqual([]);
    expect(roots.map(({ name, requires }) => [name, requires.logEntries])).toEqual([
      ['file.json:1', 1],
      ['file.json:3', 0],
    ]);
  });

  test('with a bad line keeps the others', () => {
    const { roots, problems } = parse(`${acme.trustedRootJson}\n{"mediaType":\n${quiet.trustedRootJson}`);
    expect(roots.map(({ name }) => name)).toEqual(['file.json:1', 'file.json:3']);
    expect(problems.map(({ message }) => message)).toEqual(['file.json:2 is no root of trust']);
  });

  test.each([
    ['', 'the beginning'],
    ['<html>', 'a page'],
    ['{}', 'an object of nothing'],
    ['[]', 'a list'],
    ['null', 'null'],
    ['{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}', 'a bundle'],
    ['{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=9"}', 'a version to come'],
  ])('that is none (%s, %s) gives the problem and no root', (text) => {
    const { roots, problems } = parse(text);
    expect(roots).toEqual([]);
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'INVALID_CONFIGURATION',
        message: 'file.json is no root of trust',
        hint: expect.stringContaining('gh attestation trusted-root'),
      }),
    ]);
  });

  test('that is too large is not read', () => {
    const { roots, problems } = parseTrustedRoots(Buffer.alloc(4 * 1024 * 1024 + 1), 'file.json');
    expect(roots).toEqual([]);
    expect(problems[0]?.expected).toBe('at most 4194304 bytes');
  });

  test('whose chain ends before its root is told which entry', () => {
    const root = acme.trustedRoot();
    root.certificateAuthorities[0]?.certChain.certificates.pop();
    const { roots, problems } = parse(JSON.stringify(root));
    expect(roots[0]?.certificateAuthorities).toEqual([]);
    expect(problems.map(({ message, got }) => `${message}: ${got}`)).toEqual([
      'file.json: certificateAuthorities[0] is left out: a chain that does not end in its root',
    ]);
  });

  test('may hold RSA keys in either form', () => {
    const rsa = createKeyPair('RSA');
    const root = acme.trustedRoot();
    const [log] = root.ctlogs;
    if (log === undefined) throw new Error('no log');
    const validFor = log.publicKey.validFor;
    root.ctlogs.push(
      {
        ...log,
        publicKey: { rawBytes: spki(rsa).toString('base64'), keyDetails: 'PKIX_RSA_PKCS1V15_2048_SHA256', validFor },
      },
      {
        ...log,
        publicKey: {
          rawBytes: rsa.publicKey.export({ type: 'pkcs1', format: 'der' }).toString('base64'),
          keyDetails: 'PKCS1_RSA_PKCS1V5',
          validFor,
        },
      },
    );
    const { roots, problems } = parse(JSON.stringify(root));
    expect(problems).toEqual([]);
    expect(roots[0]?.certificateLogs).toHaveLength(3);
  });
});

function parse(text: string): ReturnType<typeof parseTrustedRoots> {
  return parseTrustedRoots(Buffer.from(text), 'file.json');
}
