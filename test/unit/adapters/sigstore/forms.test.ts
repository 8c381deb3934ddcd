import { describe, expect, test } from 'vitest';
import { managedKey } from '../../../../src/adapters/sigstore/managed-key.ts';
import { createSigstoreVerifier } from '../../../../src/adapters/sigstore/verifier.ts';
import { DEFAULT_IDENTITY, DEFAULT_ISSUER, createAuthority } from '../../../support/authority.ts';
import type { BundleRequest } from '../../../support/authority-documents.ts';
import type { EntryKind } from '../../../support/authority-entries.ts';
import type { Hash, KeyKind } from '../../../support/authority-keys.ts';
import { createKeyPair } from '../../../support/authority-keys.ts';
import { carried, carriedBundle, trustIn, verdictOn, verifyOne } from '../../../support/authority-trust.ts';

const IMAGE = `sha256:${'a1'.repeat(32)}`;
const STATEMENT = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'shop', digest: { sha256: 'a1'.repeat(32) } }],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: { buildDefinition: {} },
};

const acme = createAuthority({ name: 'acme' });
const trust = trustIn([acme]);
const bundle = (request: BundleRequest = {}) => carriedBundle(acme.signBundle({ statement: STATEMENT, ...request }));

const KEY_KINDS: readonly KeyKind[] = ['P-256', 'P-384', 'P-521', 'RSA', 'RSA-PSS', 'Ed25519'];

describe('a bundle verifies', () => {
  const versions = ['0.1', '0.2', '0.3', '0.3 in the old spelling'] as const;

  test.each(versions)('of version %s', async (version) => {
    expect(await verdictOn(bundle({ version }), trust)).toBe('verified');
  });

  test('and tells who signed, when, in which log, by which root', async () => {
    const document = await verifyOne(
      bundle({
        extensions: { 12: 'https://github.com/acme/shop' },
        timestamped: true,
        stampedAt: new Date('2026-03-01T12:02:03Z'),
      }),
      trust,
    );
    expect(document).toEqual({
      kind: 'statement',
      statement: {
        type: 'https://in-toto.io/Statement/v1',
        subject: STATEMENT.subject,
        predicateType: STATEMENT.predicateType,
        predicate: STATEMENT.predicate,
      },
      document: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      carrier: 'test',
      checked: {
        assurance: 'verified',
        signer: {
          kind: 'certificate',
          identity: DEFAULT_IDENTITY,
          issuer: DEFAULT_ISSUER,
          authority: 'acme',
          extensions: { 1: DEFAULT_ISSUER, 8: DEFAULT_ISSUER, 12: 'https://github.com/acme/shop' },
        },
        times: ['2026-03-01T12:01:00Z', '2026-03-01T12:02:03Z'],
        logEntries: [
          {
            log: 'https://rekor.acme.test',
            index: expect.stringMatching(/^\d+$/),
            integratedAt: '2026-03-01T12:01:00Z',
          },
        ],
        root: 'acme',
      },
    });
  });

  test.each(KEY_KINDS)('signed with a key of kind %s', async (kind) => {
    expect(await verdictOn(bundle({ keyPair: createKeyPair(kind) }), trust)).toBe('verified');
  });

  // What cosign does with every managed key, and keyless ones that are not of its own making.
  test.each<[KeyKind, Hash]>([
    ['P-384', 'sha256'],
    ['P-521', 'sha256'],
    ['RSA', 'sha384'],
    ['RSA', 'sha512'],
    ['RSA-PSS', 'sha512'],
  ])('signed with %s over %s', async (kind, hash) => {
    expect(await verdictOn(bundle({ keyPair: createKeyPair(kind), hash }), trust)).toBe('verified');
  });

  test.each(KEY_KINDS)('over a message, with a key of kind %s', async (kind) => {
    const message = Buffer.from('the bytes themselves');
    const signed = acme.signBundle({ message, keyPair: createKeyPair(kind) });
    expect(await createSigstoreVerifier(trust).verifyArtifact(signed, message)).toMatchObject({
      assurance: 'verified',
      root: 'acme',
    });
  });

  test.each<EntryKind>(['hashedrekord/0.0.1', 'dsse/0.0.1', 'intoto/0.0.2'])(
    'whose entry in Rekor v1 is of kind %s',
    async (entryKind) => {
      expect(await verdictOn(bundle({ entryKind }), trust)).toBe('verified');
    },
  );

  test.each<EntryKind>(['hashedrekord/0.0.2', 'dsse/0.0.2'])(
    'whose entry in Rekor v2 is of kind %s, with a time stamp',
    async (entryKind) => {
      const { checked } = await verifyOne(bundle({ entryKind, log: 'v2' }), trust);
      expect(checked).toMatchObject({
        assurance: 'verified',
        times: ['2026-03-01T12:01:00Z'],
        logEntries: [{ log: 'https://log1.rekor.acme.test' }],
      });
    },
  );

  test('whose entry in Rekor v2 is over SHA-384', async () => {
    expect(await verdictOn(bundle({ keyPair: createKeyPair('P-384'), log: 'v2' }), trust)).toBe('verified');
  });

  test.each<KeyKind>(['P-256', 'P-384', 'P-521', 'RSA'])(
    'with a time stamp by an authority with %s keys',
    async (timestampKind) => {
      const other = createAuthority({ name: 'other', timestampKind });
      expect(
        await verdictOn(carriedBundle(other.signBundle({ statement: STATEMENT, log: 'v2' })), trustIn([other])),
      ).toBe('verified');
    },
  );

  test('under an authority with two intermediates', async () => {
    const deep = createAuthority({ name: 'deep', intermediates: 2 });
    expect(await verdictOn(carriedBundle(deep.signBundle({ statement: STATEMENT })), trustIn([deep]))).toBe('verified');
  });

  test('under an authority without logs, by its time stamp', async () => {
    const quiet = createAuthority({ name: 'quiet', logs: false });
    const { checked } = await verifyOne(carriedBundle(quiet.signBundle({ statement: STATEMENT })), trustIn([quiet]));
    expect(checked).toMatchObject({
      assurance: 'verified',
      logEntries: [],
      times: ['2026-03-01T12:01:00Z'],
      root: 'quiet',
    });
  });

  test('from a private instance, whose log signs checkpoints under the name of its pod', async () => {
    const inside = createAuthority({ name: 'inside', checkpointName: 'rekor-00001-deployment-6f9c4d' });
    expect(await verdictOn(carriedBundle(inside.signBundle({ statement: STATEMENT })), trustIn([inside]))).toBe(
      'verified',
    );
  });

  test('of version 0.1 with a proof that lacks its checkpoint, by the promise', async () => {
    const signed = acme.signBundle({ statement: STATEMENT, version: '0.1' });
    delete signed.verificationMaterial.tlogEntries[0]?.inclusionProof?.checkpoint;
    expect(await verdictOn(carriedBundle(signed), trust)).toBe('verified');
  });
});

describe('a layer by cosign verifies', () => {
  test('that signs an image, and gives out the digest', async () => {
    const layer = acme.signSimpleSigning({ digest: IMAGE });
    const document = await verifyOne(carried({ form: 'simpleSigning', ...layer }), trust);
    expect(document).toMatchObject({
      kind: 'simpleSigning',
      digest: IMAGE,
      checked: { assurance: 'verified', root: 'acme' },
    });
  });

  test('that signs an image and has a time stamp', async () => {
    const layer = acme.signSimpleSigning({ digest: IMAGE, timestamped: true });
    const { checked } = await verifyOne(carried({ form: 'simpleSigning', ...layer }), trust);
    expect(checked).toMatchObject({ assurance: 'verified', times: ['2026-03-01T12:01:00Z'] });
  });

  test.each<EntryKind>(['intoto/0.0.1', 'dsse/0.0.1', 'intoto/0.0.2'])(
    'that attests, with an entry of kind %s',
    async (entryKind) => {
      const layer = acme.signAttestationLayer({ statement: STATEMENT, entryKind });
      const document = await verifyOne(carried({ form: 'dsse', ...layer }), trust);
      expect(document).toMatchObject({
        kind: 'statement',
        checked: {
          assurance: 'verified',
          times: ['2026-03-01T12:01:00Z'],
          logEntries: [{ log: 'https://rekor.acme.test' }],
        },
      });
    },
  );

  test.each(['envelope', 'signature'] as const)('that attests, time-stamped over the %s', async (stamps) => {
    const layer = acme.signAttestationLayer({
      statement: STATEMENT,
      stamps,
      timestamped: true,
      stampedAt: new Date('2026-03-01T12:03:00Z'),
    });
    const { checked } = await verifyOne(carried({ form: 'dsse', ...layer }), trust);
    expect(checked).toMatchObject({ assurance: 'verified', times: ['2026-03-01T12:01:00Z', '2026-03-01T12:03:00Z'] });
  });

  test('whose intermediates are in its annotations alone', async () => {
    const rootOnly = createAuthority({ name: 'rooted', intermediates: 2, intermediatesIn: 'bundle' });
    const layer = rootOnly.signSimpleSigning({ digest: IMAGE });
    expect(await verdictOn(carried({ form: 'simpleSigning', ...layer }), trustIn([rootOnly]))).toBe('verified');
  });
});

describe('a document with a managed key', () => {
  test.each(KEY_KINDS)('of kind %s verifies in every form', async (kind) => {
    const pair = createKeyPair(kind);
    const held = {
      ...trust,
      keys: [managedKey(createKeyPair().publicKey, 'another'), managedKey(pair.publicKey, 'cosign.pub')],
    };
    const documents = [
      bundle({ managedKey: pair }),
      bundle({ managedKey: pair, log: 'v2' }),
      carried({ form: 'simpleSigning', ...acme.signSimpleSigning({ digest: IMAGE, managedKey: pair }) }),
      carried({
        form: 'dsse',
        ...acme.signAttestationLayer({ statement: STATEMENT, managedKey: pair, entryKind: 'intoto/0.0.1' }),
      }),
    ];
    for (const document of documents) {
      expect((await verifyOne(document, held)).checked).toMatchObject({
        assurance: 'verified',
        signer: { kind: 'key', name: 'cosign.pub' },
        root: 'key cosign.pub',
      });
    }
  });
});

describe('is told apart by name and left unverified', () => {
  test.each<[EntryKind, string]>([
    ['rekord/0.0.1', 'rekord/0.0.1'],
    ['intoto/0.0.1', 'one in a bundle'],
  ])('an entry of kind %s in a bundle', async (entryKind, got) => {
    const { checked } = await verifyOne(bundle({ entryKind }), trust);
    expect(checked).toMatchObject({ assurance: 'attested', code: 'UNSUPPORTED_KIND', got });
  });

  test('a message signature without its message', async () => {
    const signed = carriedBundle(acme.signBundle({ message: Buffer.from('somewhere else') }));
    expect(await verifyOne(signed, trust)).toMatchObject({
      kind: 'opaque',
      checked: { assurance: 'attested', code: 'NOT_CHECKED' },
    });
  });

  test('a message signature over another message', async () => {
    const signed = acme.signBundle({ message: Buffer.from('one') });
    expect(await createSigstoreVerifier(trust).verifyArtifact(signed, Buffer.from('two'))).toMatchObject({
      assurance: 'rejected',
      code: 'SUBJECT_MISMATCH',
    });
  });

  test('a layer without a signature', async () => {
    const { bytes } = acme.signSimpleSigning({ digest: IMAGE });
    expect(await verifyOne(carried({ form: 'simpleSigning', bytes }), trust)).toMatchObject({
      kind: 'simpleSigning',
      digest: IMAGE,
      checked: { assurance: 'attested', code: 'UNSIGNED' },
    });
  });

  test('a bare statement', async () => {
    const bytes = Buffer.from(JSON.stringify(STATEMENT));
    expect(await verifyOne(carried({ form: 'statement', bytes }), trust)).toMatchObject({
      kind: 'statement',
      checked: { assurance: 'attested', code: 'UNSIGNED' },
    });
  });

  test('an envelope without signatures', async () => {
    const bytes = Buffer.from(
      JSON.stringify({
        payloadType: 'application/vnd.in-toto+json',
        payload: Buffer.from(JSON.stringify(STATEMENT)).toString('base64'),
        signatures: [],
      }),
    );
    expect(await verifyOne(carried({ form: 'dsse', bytes }), trust)).toMatchObject({
      kind: 'statement',
      checked: { assurance: 'attested', code: 'UNSIGNED' },
    });
  });
});
