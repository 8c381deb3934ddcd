import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { managedKey, parseManagedKeys } from '../../../../src/adapters/sigstore/managed-key.ts';
import type { SigstoreVerifierSettings } from '../../../../src/adapters/sigstore/verifier.ts';
import { createAuthority } from '../../../support/authority.ts';
import { preAuthEncoding } from '../../../support/authority-documents.ts';
import type { KeyPair } from '../../../support/authority-keys.ts';
import { createKeyPair, publicPem, signWith, spki } from '../../../support/authority-keys.ts';
import { carried, carriedBundle, trustIn, verdictOn, verifyOne } from '../../../support/authority-trust.ts';

const STATEMENT = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ digest: { sha256: 'a1'.repeat(32) } }],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: {},
};
const TYPE = 'application/vnd.in-toto+json';

const acme = createAuthority({ name: 'acme' });
const pair = createKeyPair();
const trust = trustIn([acme], { keys: [managedKey(pair.publicKey, 'cosign.pub')] });
const unlogged: SigstoreVerifierSettings = { ...trust, transparencyLog: 'notRequired' };

describe('a file of keys', () => {
  test('may hold several', () => {
    const other = createKeyPair('Ed25519');
    const keys = parseManagedKeys(`${publicPem(pair)}and another\n${publicPem(other)}`, 'keys.pem');
    expect(keys.map(({ name }) => name)).toEqual(['keys.pem#1', 'keys.pem#2']);
    expect(keys[0]?.fingerprint).toBe(`sha256:${createHash('sha256').update(spki(pair)).digest('hex')}`);
  });

  test('may be in the older form of RSA', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const [key] = parseManagedKeys(publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(), 'rsa.pem');
    expect(key?.spki).toEqual(publicKey.export({ type: 'spki', format: 'der' }));
  });

  const refused = [
    { name: 'nothing', pem: '', got: 'none' },
    {
      name: 'a private key',
      pem: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      got: 'PRIVATE KEY',
    },
    {
      name: 'a key that is none',
      pem: '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',
      got: 'bytes that are none',
    },
    { name: 'a short RSA key', pem: publicPem(generateKeyPairSync('rsa', { modulusLength: 1024 })), got: 'RSA 1024' },
    { name: 'a key that cannot sign', pem: publicPem(generateKeyPairSync('x25519')), got: 'X25519' },
    {
      name: 'a curve of another world',
      pem: publicPem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' })),
      got: 'EC secp256k1',
    },
  ];

  test.each(refused)('that holds $name is refused', ({ pem, got }) => {
    expect(() => parseManagedKeys(pem, 'file.pem')).toThrow(
      expect.objectContaining({ code: 'INVALID_CONFIGURATION', message: 'file.pem holds no usable key', got }),
    );
  });
});

describe('without a log entry', () => {
  const bundle = carriedBundle(acme.signBundle({ statement: STATEMENT, managedKey: pair, log: 'none' }));

  test('a signature by a managed key is not established', async () => {
    expect(await verdictOn(bundle, trust)).toBe('attested NO_LOG_ENTRY');
  });

  test('it is where none is required, and has no time', async () => {
    const { checked } = await verifyOne(bundle, { ...unlogged, roots: [] });
    expect(checked).toMatchObject({ assurance: 'verified', times: [], logEntries: [], root: 'key cosign.pub' });
  });

  test('and has one where an authority stamped it', async () => {
    const stamped = carriedBundle(
      acme.signBundle({ statement: STATEMENT, managedKey: pair, log: 'none', timestamped: true }),
    );
    expect((await verifyOne(stamped, unlogged)).checked).toMatchObject({
      assurance: 'verified',
      times: ['2026-03-01T12:01:00Z'],
    });
  });

  test('a forged entry is held against it although none is required', async () => {
    const forged = acme.signBundle({ statement: STATEMENT, managedKey: pair });
    Object.assign(forged.verificationMaterial.tlogEntries[0] ?? {}, { integratedTime: '1772366461' });
    expect(await verdictOn(carriedBundle(forged), unlogged)).toBe('rejected BAD_LOG_ENTRY');
  });
});

describe('which key', () => {
  test('none is known', async () => {
    expect(
      await verdictOn(carriedBundle(acme.signBundle({ statement: STATEMENT, managedKey: pair })), {
        ...trust,
        keys: [],
      }),
    ).toBe('attested NO_KEY');
  });

  test('another is known', async () => {
    const keys = [managedKey(createKeyPair().publicKey, 'another')];
    expect(
      await verdictOn(carriedBundle(acme.signBundle({ statement: STATEMENT, managedKey: pair })), { ...trust, keys }),
    ).toBe('attested NO_KEY');
  });

  test('the hint names a known one, which did not sign', async () => {
    const bundle = acme.signBundle({ statement: STATEMENT, managedKey: pair });
    if (bundle.dsseEnvelope) bundle.dsseEnvelope.payload = Buffer.from('{}').toString('base64');
    expect(await verdictOn(carriedBundle(bundle), trust)).toBe('rejected BAD_SIGNATURE');
  });

  test('the log entry names a known one, which did not sign', async () => {
    const layer = acme.signSimpleSigning({ digest: `sha256:${'a1'.repeat(32)}`, managedKey: pair });
    const bytes = Buffer.from(layer.bytes.toString().replace('a1a1', 'b2b2'));
    expect(await verdictOn(carried({ form: 'simpleSigning', bytes, annotations: layer.annotations }), trust)).toBe(
      'rejected BAD_SIGNATURE',
    );
  });

  test('the hint names another, and a known one signed', async () => {
    const bundle = acme.signBundle({ statement: STATEMENT, managedKey: pair });
    bundle.verificationMaterial.publicKey = { hint: 'the key of the release team' };
    expect(await verdictOn(carriedBundle(bundle), trust)).toBe('verified');
  });

  test('that stands in a certificate is not looked for among managed ones', async () => {
    const bundle = createAuthority({ name: 'stranger' }).signBundle({ statement: STATEMENT, keyPair: pair });
    expect(await verdictOn(carriedBundle(bundle), trust)).toBe('attested NO_TRUST_ROOT');
  });
});

describe('a bare envelope', () => {
  const payload = Buffer.from(JSON.stringify(STATEMENT));
  const envelope = (signatures: readonly object[], encoding: 'base64' | 'base64url' = 'base64') =>
    carried({
      form: 'dsse',
      bytes: Buffer.from(JSON.stringify({ payloadType: TYPE, payload: payload.toString(encoding), signatures })),
    });
  const signature = (by: KeyPair, keyid?: string) => ({
    ...(keyid === undefined ? {} : { keyid }),
    sig: signWith(by, preAuthEncoding(TYPE, payload)).toString('base64'),
  });

  test('verifies in the alphabet for URLs too', async () => {
    expect(await verdictOn(envelope([signature(pair)], 'base64url'), unlogged)).toBe('verified');
  });

  test('verifies by one good signature of several', async () => {
    expect(await verdictOn(envelope([signature(createKeyPair(), 'unknown'), signature(pair)]), unlogged)).toBe(
      'verified',
    );
  });

  test('that lacks a log entry says that, and not that another key is unknown', async () => {
    expect(await verdictOn(envelope([signature(createKeyPair(), 'unknown'), signature(pair)]), trust)).toBe(
      'attested NO_LOG_ENTRY',
    );
  });

  test.each(['hexadecimal', 'base64 after SHA256:'])(
    'whose key id names a known key, in %s, and does not hold',
    async (spelling) => {
      const hash = createHash('sha256').update(spki(pair)).digest();
      const keyid =
        spelling === 'hexadecimal' ? hash.toString('hex') : `SHA256:${hash.toString('base64').replaceAll('=', '')}`;
      expect(await verdictOn(envelope([signature(createKeyPair(), keyid)]), unlogged)).toBe('rejected BAD_SIGNATURE');
    },
  );

  test('with the two numbers of the signature bare, as Google writes them', async () => {
    const { r, s } = numbersOf(signWith(pair, preAuthEncoding(TYPE, payload)));
    expect(await verdictOn(envelope([{ sig: Buffer.concat([r, s]).toString('base64') }]), unlogged)).toBe('verified');
  });

  test('whose certificate is in it is believed by nobody', async () => {
    const { certificate, keyPair } = acme.issue();
    expect(await verdictOn(envelope([{ ...signature(keyPair), cert: certificate.toString('base64') }]), trust)).toBe(
      'attested NO_LOG_ENTRY',
    );
  });

  test.each([
    `projects/verified-builder/locations/nowhere/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1`,
  ])('that names an unknown key of Google Cloud Build: %s', async (keyid) => {
    expect(await verdictOn(envelope([signature(pair, keyid)]), unlogged)).toBe('attested NO_KEY');
  });

  test('that names a known key of Google Cloud Build, which did not sign', async () => {
    const keyid =
      'projects/verified-builder/locations/global/keyRings/attestor/cryptoKeys/google-hosted-worker/cryptoKeyVersions/1';
    expect(await verdictOn(envelope([signature(pair, keyid)]), unlogged)).toBe('rejected BAD_SIGNATURE');
  });
});

/** The two integers of a DER signature on P-256, each in 32 bytes. */
function numbersOf(der: Buffer): { r: Buffer; s: Buffer } {
  const rLength = der[3] ?? 0;
  const r = der.subarray(4, 4 + rLength);
  const s = der.subarray(6 + rLength);
  return { r: padded(r), s: padded(s) };
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.alloc(32), bytes]).subarray(-32);
}
