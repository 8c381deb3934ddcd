import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  requiredSignerText,
  requiringFlags,
  signatureText,
  signerText,
  speakerText,
} from '../../../../src/core/policy/wording.ts';
import { GITHUB, WORKFLOW, keySigner, rejected, verified, workflowSigner } from '../claims/documents.ts';

describe('flags to copy', () => {
  test('require the signer', () => {
    expect(requiringFlags(workflowSigner())).toBe(`--identity ${WORKFLOW} --issuer ${GITHUB}`);
    expect(requiringFlags(workflowSigner({ identity: 'ada@acme.example' }))).toBe(
      `--identity ada@acme.example --issuer ${GITHUB}`,
    );
  });

  test('of a key are not offered, nor of what has no issuer', () => {
    expect(requiringFlags(keySigner())).toBeUndefined();
    const { issuer: _, ...unissued } = workflowSigner();
    expect(requiringFlags(unissued)).toBeUndefined();
  });

  test.each([
    '$(rm -rf ~)',
    '`id`',
    "a token='; rm -rf ~; '",
    'a b',
    'a;b',
    'a&b',
    'a|b',
    'a>b',
    'a\nb',
    '~',
    '*',
    '\\',
    '"',
    '\u202E',
    '',
  ])('are not offered with %o in them', (strange) => {
    expect(requiringFlags(workflowSigner({ identity: strange }))).toBeUndefined();
    expect(requiringFlags(workflowSigner({ issuer: strange }))).toBeUndefined();
    expect(requiringFlags(workflowSigner({ identity: `${WORKFLOW}${strange}x` }))).toBe(
      strange === '' ? `--identity ${WORKFLOW}x --issuer ${GITHUB}` : undefined,
    );
  });

  test('never hold what a shell reads as more than a word', () => {
    const word = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\w@%+=:,./-]{1,20}$/));
    fc.assert(
      fc.property(word, word, (identity, issuer) => {
        const flags = requiringFlags(workflowSigner({ identity, issuer }));
        const isPlain = [identity, issuer].every((word) => /^[A-Za-z0-9_@%+=:,./-]+$/.test(word));
        expect(flags).toBe(isPlain ? `--identity ${identity} --issuer ${issuer}` : undefined);
      }),
    );
  });
});

test('signers', () => {
  expect(signerText(workflowSigner())).toBe(`${WORKFLOW} by ${GITHUB}`);
  const { issuer: _, ...unissued } = workflowSigner();
  expect(signerText(unissued)).toBe(`${WORKFLOW} by an issuer that is not named`);
  expect(signerText(keySigner())).toBe(`key ${keySigner().fingerprint}`);
  const certificate = { kind: 'certificate', issuer: GITHUB, identity: 'a' } as const;
  expect(requiredSignerText({ ...certificate, match: 'exact' })).toBe(`a by ${GITHUB}`);
  expect(requiredSignerText({ ...certificate, match: 'pattern' })).toBe(`pattern a by ${GITHUB}`);
  expect(requiredSignerText({ kind: 'expression', issuer: GITHUB, identity: 'a', matches: () => true })).toBe(
    `expression a by ${GITHUB}`,
  );
  expect(requiredSignerText({ kind: 'key', fingerprint: 'sha256:0' })).toBe('key sha256:0');
});

test('why they may speak', () => {
  const signer = { kind: 'key', fingerprint: 'sha256:0' } as const;
  expect(speakerText({ by: 'pin', pin: { images: 'ghcr.io/acme/*', signer } })).toBe('pinned for ghcr.io/acme/*');
  expect(speakerText({ by: 'pin', pin: { images: '**', signer } })).toBe('required by name');
  expect(speakerText({ by: 'platform', builder: 'x', buildLevel: 3, basis: 'y' })).toBe('the build platform x');
  expect(speakerText({ by: 'namespace', owner: 'https://github.com/acme' })).toBe(
    'https://github.com/acme, who owns the registry namespace',
  );
});

test('what came of a signature', () => {
  expect(signatureText({ checked: verified(), boundBy: 'platform' })).toBe('holds (public-good)');
  expect(signatureText({ checked: verified(), boundBy: 'config' })).toBe('holds, and is about its config alone');
  expect(signatureText({ checked: rejected('OUTSIDE_VALIDITY'), boundBy: 'platform' })).toBe(
    'signed outside the validity of its certificate or log: expected a signature that holds, got another one',
  );
});
