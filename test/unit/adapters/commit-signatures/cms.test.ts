import { execFileSync } from 'node:child_process';
import { X509Certificate, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createSigstoreVerifier } from '../../../../src/adapters/sigstore/verifier.ts';
import { createAuthority } from '../../../support/authority.ts';
import {
  NOBODY,
  alternativeNames,
  createRoot,
  distinguishedName,
  issueCertificate,
  names,
  signingUsage,
} from '../../../support/authority-certificates.ts';
import { integer } from '../../../support/authority-der.ts';
import { createKeyPair } from '../../../support/authority-keys.ts';
import type { LogEntryJson } from '../../../support/authority-log.ts';
import { trustIn } from '../../../support/authority-trust.ts';
import type { GitsignRequest } from '../../../support/commit-signature-cms.ts';
import { gitsign, signCms } from '../../../support/commit-signature-cms.ts';
import { armoured } from '../../../support/commit-signature-ssh.ts';
import { makeCommit, openSignatureWorld } from '../../../support/commit-signature-world.ts';

const authority = createAuthority({ name: 'acme' });
const stranger = createAuthority({ name: 'stranger' });
const ISSUER = 'https://accounts.acme.example';
const leaf = authority.issue({ identity: 'jane@acme.example', issuer: ISSUER });
const verifier = createSigstoreVerifier(trustIn([authority]));
const world = openSignatureWorld({ verifyArtifact: (bundle, artifact) => verifier.verifyArtifact(bundle, artifact) });
afterAll(() => world.close());

const claimed = {
  kind: 'gitsign',
  key: fingerprintOf(leaf.certificate),
  identity: 'jane@acme.example',
  issuer: ISSUER,
  checkedBy: 'provtrace',
};

function fingerprintOf(certificate: Buffer): string {
  return `sha256:${createHash('sha256').update(certificate).digest('hex')}`;
}

function withoutProof(entry: LogEntryJson): LogEntryJson {
  const { inclusionProof, ...rest } = entry;
  expect(inclusionProof).toBeDefined();
  return rest;
}

function check(request: Partial<GitsignRequest> & { readonly alteredMessage?: string } = {}) {
  const { alteredMessage, ...given } = request;
  const sign = (payload: Buffer) => gitsign(payload, { authority, leaf, ...given });
  return world.check(makeCommit({ sign, ...(alteredMessage === undefined ? {} : { alteredMessage }) }));
}

describe('gitsign', () => {
  test('a signature that the log has is good, and Sigstore vouches for whom it names', async () => {
    expect(await check()).toEqual({ ...claimed, result: 'good', trustedBy: 'sigstore' });
  });

  test('a workflow is named as its certificate has it', async () => {
    const workflow = authority.issue();
    expect(await check({ leaf: workflow })).toMatchObject({
      result: 'good',
      identity: 'https://github.com/acme/shop/.github/workflows/release.yml@refs/heads/main',
      issuer: 'https://token.actions.githubusercontent.com',
    });
  });

  test('bad over another commit', async () => {
    expect(await check({ alteredMessage: 'another change\n' })).toEqual({
      ...claimed,
      result: 'bad',
      why: 'the signature is not over this commit',
    });
  });

  test('without a log entry its identity is only claimed', async () => {
    expect(await check({ log: 'none' })).toEqual({
      ...claimed,
      result: 'unchecked',
      why: 'expected an entry in a log of acme, got none',
    });
  });

  test('of an authority that no root of trust has, its identity is only claimed', async () => {
    const theirs = stranger.issue({ identity: 'jane@acme.example', issuer: ISSUER });
    expect(await check({ authority: stranger, leaf: theirs })).toEqual({
      ...claimed,
      key: fingerprintOf(theirs.certificate),
      result: 'unchecked',
      why: 'expected a root of trust that has the authority "stranger", got acme',
    });
  });

  test('a log’s promise is enough where there is no proof', async () => {
    expect(await check({ log: withoutProof })).toMatchObject({ result: 'good' });
  });

  test('a time stamp beside the entry is checked too', async () => {
    expect(await check({ timestamped: true })).toMatchObject({ result: 'good' });
  });

  test('a time stamp alone is not enough where the root of trust has logs', async () => {
    expect(await check({ timestamped: true, log: 'none' })).toMatchObject({ result: 'unchecked' });
    const silent = createAuthority({ name: 'silent', logs: false });
    const stamped = createSigstoreVerifier(trustIn([silent]));
    const other = openSignatureWorld({
      verifyArtifact: (bundle, artifact) => stamped.verifyArtifact(bundle, artifact),
    });
    const sign = (timestamped: boolean) => (payload: Buffer) =>
      gitsign(payload, { authority: silent, log: 'none', timestamped });
    expect(await other.check(makeCommit({ sign: sign(true) }))).toMatchObject({
      result: 'good',
      trustedBy: 'sigstore',
    });
    expect(await other.check(makeCommit({ sign: sign(false) }))).toMatchObject({ result: 'unchecked' });
    await other.close();
  });

  test.each([
    ['an entry about something else', { entryAbout: Buffer.from('something else') }],
    ['an entry of after the certificate’s end', { loggedAt: new Date(authority.at.getTime() + 60 * 60_000) }],
    [
      'a proof for another place',
      {
        log: (entry) => ({
          ...entry,
          ...(entry.inclusionProof === undefined ? {} : { inclusionProof: { ...entry.inclusionProof, logIndex: '1' } }),
        }),
      },
    ],
    ['a promise for another time', { log: (entry) => ({ ...entry, integratedTime: '1772366401' }) }],
  ] satisfies [string, Partial<GitsignRequest>][])('%s is bad', async (_what, request) => {
    expect(await check(request)).toMatchObject({
      kind: 'gitsign',
      result: 'bad',
      why: expect.stringMatching(/^expected .+, got /),
    });
  });

  test('an entry that cannot be read proves nothing, and refutes nothing', async () => {
    expect(await check({ logAttribute: Buffer.from([0x0a, 0x50, 0]) })).toEqual({
      ...claimed,
      result: 'unchecked',
      why: 'its log entry: what should be a protobuf message is not',
    });
    expect(await check({ logAttribute: Buffer.alloc(0) })).toMatchObject({ ...claimed, result: 'unchecked' });
  });

  test('a signature by another key than the certificate’s is bad', async () => {
    const forged = { ...leaf, keyPair: createKeyPair() };
    expect(await check({ leaf: forged })).toMatchObject({ ...claimed, result: 'bad' });
  });
});

describe('S/MIME', () => {
  const root = createRoot('acme', createKeyPair('P-384'), authority.at);
  const keyPair = createKeyPair();
  const days = { notBefore: authority.at, notAfter: new Date(authority.at.getTime() + 864e5) };
  const certificate = issueCertificate({
    subject: distinguishedName('acme', 'Jane'),
    publicKey: keyPair,
    issuer: root,
    ...days,
    extensions: [signingUsage(), alternativeNames(names.email('jane@acme.example'))],
  });
  const sign = (payload: Buffer) => signCms(payload, { certificate, keyPair, issuer: root, at: authority.at });
  const named = {
    kind: 'x509',
    key: fingerprintOf(certificate),
    identity: 'jane@acme.example',
    issuer: 'acme',
    checkedBy: 'provtrace',
  };

  test('is named and not checked, and bad over another commit', async () => {
    expect(await world.check(makeCommit({ sign }))).toEqual({
      ...named,
      result: 'unchecked',
      why: 'no authority is known that could speak for S/MIME certificates',
    });
    expect(await world.check(makeCommit({ sign, alteredMessage: 'another\n' }))).toEqual({
      ...named,
      result: 'bad',
      why: 'the signature is not over this commit',
    });
  });

  test('without an alternative name the subject’s is shown; without any, none', async () => {
    const issue = (subject: Buffer) =>
      issueCertificate({ subject, publicKey: keyPair, issuer: root, ...days, extensions: [signingUsage()] });
    const by = (other: Buffer) => (payload: Buffer) =>
      signCms(payload, { certificate: other, keyPair, issuer: root, at: authority.at });
    const withName = await world.check(makeCommit({ sign: by(issue(distinguishedName('acme', 'Jane'))) }));
    expect(withName).toMatchObject({ kind: 'x509', identity: 'Jane' });
    const without = await world.check(makeCommit({ sign: by(issue(NOBODY)) }));
    expect(without).toMatchObject({ kind: 'x509', result: 'unchecked' });
    expect(without).not.toHaveProperty('identity');
  });

  test('the certificate of somebody else is not the signer’s', async () => {
    const other = (payload: Buffer) =>
      signCms(payload, { certificate, keyPair, issuer: root, at: authority.at, serial: integer(7) });
    expect(await world.check(makeCommit({ sign: other }))).toEqual({
      kind: 'x509',
      result: 'unchecked',
      checkedBy: 'provtrace',
      why: 'the CMS message does not have the certificate of its signer',
    });
  });

  const hasOpenssl = canRunOpenssl();
  test.skipIf(!hasOpenssl)(
    `what openssl signs is read${hasOpenssl ? '' : ' (skipped: there is no openssl)'}`,
    async () => {
      const file = (name: string) => join(world.folder, name);
      const openssl = (parameters: string[], input?: Buffer) =>
        execFileSync('openssl', parameters, { input: input ?? '', stdio: ['pipe', 'pipe', 'pipe'] });
      const signers = ['one', 'two'].map((name) => {
        const [key, certificate] = [file(`${name}.key`), file(`${name}.pem`)];
        openssl([
          'req',
          '-x509',
          '-newkey',
          'rsa:2048',
          '-nodes',
          '-subj',
          '/O=acme/CN=Jane',
          '-keyout',
          key,
          '-out',
          certificate,
        ]);
        return ['-signer', certificate, '-inkey', key];
      });
      const [one = [], two = []] = signers;
      const by =
        (...more: string[]) =>
        (payload: Buffer) =>
          armoured(
            openssl(['cms', '-sign', '-binary', '-md', 'sha512', '-outform', 'DER', ...one, ...more], payload),
            'SIGNED MESSAGE',
          );
      const { raw } = new X509Certificate(readFileSync(file('one.pem')));
      expect(await world.check(makeCommit({ sign: by() }))).toEqual({
        kind: 'x509',
        key: fingerprintOf(raw),
        identity: 'Jane',
        issuer: 'acme',
        checkedBy: 'provtrace',
        result: 'unchecked',
        why: 'no authority is known that could speak for S/MIME certificates',
      });
      const why = async (...more: string[]) => (await world.check(makeCommit({ sign: by(...more) })))?.why;
      // In pieces without a length, as gpgsm writes.
      expect(await why('-stream')).toBe('the CMS message is not detached');
      expect(await why('-nodetach')).toBe('the CMS message is not detached');
      expect(await why('-noattr')).toBe('the CMS message has no signed attributes');
      expect(await why('-nocerts')).toBe('the CMS message does not have the certificate of its signer');
      expect(await why('-keyid')).toBe('the CMS message names its certificate by the identifier of a key');
      expect(await why(...two)).toBe('the CMS message has 2 signers');
    },
  );

  test('what is no CMS is bad', async () => {
    const nonsense = makeCommit({ sign: () => armoured(Buffer.from('nonsense'), 'SIGNED MESSAGE') });
    expect(await world.check(nonsense)).toMatchObject({ kind: 'x509', result: 'bad' });
  });
});

function canRunOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
