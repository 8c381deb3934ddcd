import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { managedKey } from '../../../../src/adapters/sigstore/managed-key.ts';
import { parseTrustedRoots } from '../../../../src/adapters/sigstore/trusted-root-file.ts';
import type { SigstoreVerifierSettings } from '../../../../src/adapters/sigstore/verifier.ts';
import type { Authority, TrustedRootJson } from '../../../support/authority.ts';
import { DEFAULT_IDENTITY, createAuthority } from '../../../support/authority.ts';
import {
  CODE_SIGNING,
  SERVER_AUTH,
  authorityExtensions,
  createIntermediate,
  extendedUsages,
  extension,
  fulcioExtension,
  issueCertificate,
  issuedBy,
  names,
  years,
} from '../../../support/authority-certificates.ts';
import { nothing, sequence, utf8 } from '../../../support/authority-der.ts';
import type { BundleJson, BundleRequest } from '../../../support/authority-documents.ts';
import type { EntryKind } from '../../../support/authority-entries.ts';
import { createKeyPair } from '../../../support/authority-keys.ts';
import { refusal } from '../../../support/authority-timestamps.ts';
import { carried, carriedBundle, trustIn, verdictOn, verifyOne } from '../../../support/authority-trust.ts';

// What @sigstore/verify leaves open, by the numbers of the reference: each test fails without the check that closes it.

const STATEMENT = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ digest: { sha256: 'a1'.repeat(32) } }],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: {},
};

const DIGEST = `sha256:${'a1'.repeat(32)}`;

const acme = createAuthority({ name: 'acme' });
const trust = trustIn([acme]);

function sign(request: BundleRequest = {}, authority: Authority = acme): BundleJson {
  return authority.signBundle({ statement: STATEMENT, ...request });
}

function verdictOf(bundle: BundleJson, settings: SigstoreVerifierSettings = trust): Promise<string> {
  return verdictOn(carriedBundle(bundle), settings);
}

/** Trust in an authority whose root was altered; what could not be read of it is left out. */
function trustAltered(
  alter: (root: TrustedRootJson) => void,
  authority: Authority = acme,
): SigstoreVerifierSettings & { readonly problems: readonly string[] } {
  const root = authority.trustedRoot();
  alter(root);
  const { roots, problems } = parseTrustedRoots(Buffer.from(JSON.stringify(root)), authority.name);
  return {
    roots,
    keys: [],
    transparencyLog: 'required',
    problems: problems.map(({ message, got }) => `${message}: ${got}`),
  };
}

describe('T1: identities are given out whole, and nothing here is a pattern', () => {
  test.each([
    'https://github.com/acme/shop',
    'https://github.com/acme/shop-evil/.github/workflows/x.yml@refs/heads/main',
    'a.b@example.com',
  ])('%s', async (identity) => {
    const { checked } = await verifyOne(carriedBundle(sign({ identity })), trust);
    expect(checked).toMatchObject({ assurance: 'verified', signer: { identity } });
  });
});

describe('T2: the log entry names the signer', () => {
  const stranger = acme.issue({ identity: 'https://github.com/evil/evil/.github/workflows/x.yml@refs/heads/main' });
  const kinds: readonly EntryKind[] = [
    'hashedrekord/0.0.1',
    'dsse/0.0.1',
    'intoto/0.0.2',
    'hashedrekord/0.0.2',
    'dsse/0.0.2',
  ];

  test.each(kinds)('%s that names the certificate of another', async (entryKind) => {
    const bundle = sign({ entryKind, log: logOf(entryKind), entrySigner: stranger });
    expect(await verdictOf(bundle)).toBe('rejected LOG_ENTRY_MISMATCH');
  });

  test.each(kinds)('%s that names a bare key, although it is the right one', async (entryKind) => {
    const leaf = acme.issue();
    const bundle = sign({ leaf, entryKind, log: logOf(entryKind), entrySigner: { key: leaf.keyPair } });
    expect(await verdictOf(bundle)).toBe('rejected LOG_ENTRY_MISMATCH');
  });

  test.each(kinds)('%s that names another than the managed key', async (entryKind) => {
    const pair = createKeyPair();
    const bundle = sign({ managedKey: pair, entryKind, log: logOf(entryKind), entrySigner: { key: createKeyPair() } });
    expect(await verdictOf(bundle, { ...trust, keys: [managedKey(pair.publicKey, 'own')] })).toBe(
      'rejected LOG_ENTRY_MISMATCH',
    );
  });

  test.each(kinds)('%s that has the hash of something else', async (entryKind) => {
    const bundle = sign({ entryKind, log: logOf(entryKind), entryAbout: Buffer.from('something else') });
    expect(await verdictOf(bundle)).toBe('rejected LOG_ENTRY_MISMATCH');
  });

  test('hashedrekord/0.0.1 of an image signature that has the hash of another payload', async () => {
    const layer = acme.signSimpleSigning({ digest: DIGEST, entryAbout: Buffer.from('something else') });
    expect(await verdictOn(carried({ form: 'simpleSigning', ...layer }), trust)).toBe('rejected LOG_ENTRY_MISMATCH');
  });

  test('intoto/0.0.1 that names the certificate of another', async () => {
    const layer = acme.signAttestationLayer({ statement: STATEMENT, entryKind: 'intoto/0.0.1', entrySigner: stranger });
    expect(await verdictOn(carried({ form: 'dsse', ...layer }), trust)).toBe('rejected LOG_ENTRY_MISMATCH');
  });

  test('intoto/0.0.1 that is about another envelope', async () => {
    const leaf = acme.issue();
    const [one, two] = [STATEMENT, { ...STATEMENT, predicate: { other: true } }].map((statement) =>
      acme.signAttestationLayer({ statement, leaf, entryKind: 'intoto/0.0.1' }),
    );
    const mixed = { form: 'dsse' as const, bytes: one?.bytes ?? Buffer.alloc(0), annotations: two?.annotations ?? {} };
    expect(await verdictOn(carried(mixed), trust)).toBe('rejected LOG_ENTRY_MISMATCH');
  });

  test('intoto/0.0.1 that the log did not promise', async () => {
    const layer = acme.signAttestationLayer({ statement: STATEMENT, entryKind: 'intoto/0.0.1' });
    const key = 'dev.sigstore.cosign/bundle';
    const annotations = {
      ...layer.annotations,
      [key]: (layer.annotations[key] ?? '').replace(/"logIndex":(\d+)/, '"logIndex":7'),
    };
    expect(await verdictOn(carried({ form: 'dsse', bytes: layer.bytes, annotations }), trust)).toBe(
      'rejected BAD_LOG_ENTRY',
    );
  });
});

describe('T3: the key of a Rekor v2 log is valid when the entry is made', () => {
  const windows = [
    { name: 'had ended', validFor: { start: '2025-09-01T00:00:00Z', end: '2026-02-01T00:00:00Z' } },
    { name: 'had not begun', validFor: { start: '2026-04-01T00:00:00Z' } },
  ];

  test.each(windows)('a key that $name', async ({ validFor }) => {
    const altered = trustAltered(({ tlogs }) => void Object.assign(tlogs[1]?.publicKey ?? {}, { validFor }));
    expect(altered.problems).toEqual([]);
    expect(await verdictOf(sign({ log: 'v2' }), altered)).toBe('rejected BAD_LOG_ENTRY');
  });

  test('a key in whose last second the entry was made', async () => {
    const altered = trustAltered(
      ({ tlogs }) => void Object.assign(tlogs[1]?.publicKey.validFor ?? {}, { end: '2026-03-01T12:01:00Z' }),
    );
    expect(await verdictOf(sign({ log: 'v2' }), altered)).toBe('verified');
  });

  test('a key that ends, where a managed key leaves no time to compare', async () => {
    const pair = createKeyPair();
    const altered = trustAltered(
      ({ tlogs }) => void Object.assign(tlogs[1]?.publicKey.validFor ?? {}, { end: '2027-01-01T00:00:00Z' }),
    );
    const keys = [managedKey(pair.publicKey, 'own')];
    expect(await verdictOf(sign({ log: 'v2', managedKey: pair }), { ...altered, keys })).toBe('rejected BAD_LOG_ENTRY');
    expect(await verdictOf(sign({ log: 'v2', managedKey: pair, timestamped: true }), { ...altered, keys })).toBe(
      'verified',
    );
  });
});

describe('T4: what does not say since when it is valid is left out of the root', () => {
  const cases = [
    {
      entry: 'tlogs[0]',
      alter: (root: TrustedRootJson) => delete root.tlogs[0]?.publicKey.validFor.start,
      verdict: 'attested NO_LOG_ENTRY',
    },
    {
      entry: 'certificateAuthorities[0]',
      alter: (root: TrustedRootJson) => delete root.certificateAuthorities[0]?.validFor.start,
      verdict: 'attested NO_TRUST_ROOT',
    },
    {
      entry: 'ctlogs[0]',
      alter: (root: TrustedRootJson) => delete root.ctlogs[0]?.publicKey.validFor.start,
      verdict: 'attested NO_TRUST_ROOT',
    },
  ];

  test.each(cases)('$entry', async ({ entry, alter, verdict }) => {
    const altered = trustAltered((root) => void alter(root));
    expect(altered.problems).toEqual([expect.stringContaining(`acme: ${entry} is left out`)]);
    expect(await verdictOf(sign(), altered)).toBe(verdict);
  });

  test('timestampAuthorities[0]', async () => {
    const altered = trustAltered((root) => void delete root.timestampAuthorities[0]?.validFor.start);
    expect(altered.problems).toHaveLength(1);
    expect(await verdictOf(sign({ log: 'v2' }), altered)).toBe('attested NO_TIMESTAMP');
  });
});

describe('T5: the certificate is for signing code, and every critical part of it is understood', () => {
  const cases: readonly { readonly name: string; readonly request: BundleRequest; readonly verdict: string }[] = [
    { name: 'only for servers', request: { usages: [SERVER_AUTH] }, verdict: 'rejected BAD_CERTIFICATE' },
    { name: 'for nothing in particular', request: { usages: 'none' }, verdict: 'rejected BAD_CERTIFICATE' },
    { name: 'for servers too', request: { usages: [SERVER_AUTH, CODE_SIGNING] }, verdict: 'verified' },
    {
      name: 'with a critical extension of nobody',
      request: { extraExtensions: [extension('1.2.3.4', nothing(), true)] },
      verdict: 'rejected BAD_CERTIFICATE',
    },
    {
      name: 'with an extension of nobody that is not critical',
      request: { extraExtensions: [extension('1.2.3.4', nothing())] },
      verdict: 'verified',
    },
    {
      name: 'with the poison of a precertificate',
      request: { extraExtensions: [extension('1.3.6.1.4.1.11129.2.4.3', nothing(), true)] },
      verdict: 'rejected BAD_CERTIFICATE',
    },
    {
      name: 'with an extension twice',
      request: { extraExtensions: [fulcioExtension(8, 'https://other.test')] },
      verdict: 'rejected BAD_CERTIFICATE',
    },
  ];

  test.each(cases)('$name: $verdict', async ({ request, verdict }) => {
    expect(await verdictOf(sign(request))).toBe(verdict);
  });
});

describe('T6: what is signed is an in-toto statement, and says so', () => {
  test('another payload type, rightly signed', async () => {
    const document = await verifyOne(
      carriedBundle(sign({ payloadType: 'application/vnd.docker.distribution.manifest.v2+json' })),
      trust,
    );
    expect(document).toMatchObject({ kind: 'opaque', checked: { assurance: 'attested', code: 'PAYLOAD_TYPE' } });
  });

  test.each(['{"a":1}', 'no JSON', '', '{"_type":"https://example.test/v1","predicateType":"x","subject":[]}'])(
    'a payload that is no statement, rightly signed: %s',
    async (text) => {
      const document = await verifyOne(carriedBundle(sign({ payload: Buffer.from(`${text} `) })), trust);
      expect(document).toMatchObject({
        kind: 'opaque',
        checked: { assurance: 'rejected', code: 'MALFORMED_STATEMENT' },
      });
    },
  );

  test('a simple-signing payload of another type, rightly signed', async () => {
    const layer = acme.signSimpleSigning({ digest: DIGEST, type: 'atomic container signature' });
    const document = await verifyOne(carried({ form: 'simpleSigning', ...layer }), trust);
    expect(document).toMatchObject({ kind: 'opaque', checked: { assurance: 'attested', code: 'PAYLOAD_TYPE' } });
  });

  test.each(['sha256:short', 'latest', 'SHA256:'.padEnd(71, 'A')])(
    'a simple-signing payload about %s, rightly signed',
    async (digest) => {
      const layer = acme.signSimpleSigning({ digest });
      expect(await verdictOn(carried({ form: 'simpleSigning', ...layer }), trust)).toBe('rejected MALFORMED_STATEMENT');
    },
  );
});

describe('T7: the shape of a bundle is exact', () => {
  const alterations: Readonly<Record<string, (bundle: BundleJson) => unknown>> = {
    'a version to come': (bundle) => (bundle.mediaType = 'application/vnd.dev.sigstore.bundle.v0.4+json'),
    'a version with more behind it': (bundle) => (bundle.mediaType += 'XXX'),
    'version 1.0': (bundle) => (bundle.mediaType = 'application/vnd.dev.sigstore.bundle+json;version=1.0'),
    'version 0.1, for its lesser demands': (bundle) =>
      (bundle.mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.1'),
    'envelope and message': (bundle) =>
      (bundle.messageSignature = { messageDigest: { algorithm: 'SHA2_256', digest: 'AAAA' }, signature: 'AAAA' }),
    'no content': (bundle) => delete bundle.dsseEnvelope,
    'certificate and key': (bundle) => (material(bundle).publicKey = { hint: 'x' }),
    'certificate and chain': (bundle) =>
      (material(bundle).x509CertificateChain = { certificates: [{ rawBytes: 'AAAA' }] }),
    'no certificate': (bundle) => delete material(bundle).certificate,
    'an empty chain': (bundle) =>
      Object.assign(material(bundle), { certificate: undefined, x509CertificateChain: { certificates: [] } }),
    'two signatures': (bundle) => bundle.dsseEnvelope?.signatures.push({ sig: 'AAAA', keyid: '' }),
    'no signature': (bundle) => (bundle.dsseEnvelope ? (bundle.dsseEnvelope.signatures = []) : undefined),
    'junk in the base64': (bundle) =>
      bundle.dsseEnvelope
        ? (bundle.dsseEnvelope.payload = `${bundle.dsseEnvelope.payload.slice(0, 8)}!${bundle.dsseEnvelope.payload.slice(8)}`)
        : undefined,
    'base64 without its padding': (bundle) =>
      (material(bundle).certificate = { rawBytes: `${material(bundle).certificate?.rawBytes ?? ''}A` }),
    'a negative index': (bundle) => Object.assign(material(bundle).tlogEntries[0] ?? {}, { logIndex: '-1' }),
    'an index that is none': (bundle) => Object.assign(material(bundle).tlogEntries[0] ?? {}, { logIndex: '0x10' }),
    'no proof': (bundle) => delete material(bundle).tlogEntries[0]?.inclusionProof,
    'no checkpoint': (bundle) => delete material(bundle).tlogEntries[0]?.inclusionProof?.checkpoint,
    'too many entries': (bundle) =>
      (material(bundle).tlogEntries = Array.from({ length: 33 }, () =>
        structuredClone(material(bundle).tlogEntries[0]!),
      )),
    'too many time stamps': (bundle) =>
      (material(bundle).timestampVerificationData = {
        rfc3161Timestamps: Array.from({ length: 33 }, () => ({ signedTimestamp: 'AAAA' })),
      }),
    'too many certificates': (bundle) =>
      Object.assign(material(bundle), {
        certificate: undefined,
        x509CertificateChain: { certificates: Array.from({ length: 11 }, () => material(bundle).certificate!) },
      }),
  };

  test.each(Object.entries(alterations))('%s', async (_, alter) => {
    const bundle = sign();
    alter(bundle);
    expect(await verdictOf(bundle)).toBe('rejected MALFORMED_BUNDLE');
  });

  test('line breaks in the base64, which Go passes over, are none of it', async () => {
    const bundle = sign();
    const certificate = material(bundle).certificate?.rawBytes ?? '';
    material(bundle).certificate = { rawBytes: certificate.replaceAll(/.{76}/g, '$&\n') };
    expect(await verdictOf(bundle)).toBe('verified');
  });

  test('a chain out of its order, with a root in the middle', async () => {
    const bundle = sign({ version: '0.1' });
    const others = [acme.root, ...acme.intermediates].map(({ certificate }) => ({
      rawBytes: certificate.toString('base64'),
    }));
    material(bundle).x509CertificateChain?.certificates.push(...others);
    expect(await verdictOf(bundle)).toBe('rejected MALFORMED_BUNDLE');
    material(bundle).x509CertificateChain?.certificates.splice(1, 2, ...others.toReversed());
    expect(await verdictOf(bundle)).toBe('verified');
  });
});

describe('T8: the one name of the certificate, of whatever form', () => {
  const forms = [
    { form: 'a URI', name: names.uri(DEFAULT_IDENTITY), identity: DEFAULT_IDENTITY },
    { form: 'an e-mail address', name: names.email('jo@acme.test'), identity: 'jo@acme.test' },
    { form: 'a host', name: names.host('build.acme.test'), identity: 'build.acme.test' },
    { form: 'a user name of Fulcio', name: names.other('jo!acme.test'), identity: 'jo!acme.test' },
  ];

  test.each(forms)('$form', async ({ name, identity }) => {
    const { checked } = await verifyOne(carriedBundle(sign({ alternativeNames: [name] })), trust);
    expect(checked).toMatchObject({ assurance: 'verified', signer: { identity } });
  });

  const refused = [
    {
      name: 'two, of which whoever looks for one overlooks the other',
      alternativeNames: [names.uri('https://a.test'), names.email('b@acme.test')],
    },
    { name: 'none', alternativeNames: [] },
    { name: 'an empty one', alternativeNames: [names.uri('')] },
    { name: 'an address of the internet', alternativeNames: [names.address([127, 0, 0, 1])] },
    {
      name: 'another kind of otherName',
      alternativeNames: [Buffer.from('a00e06032a0304a0070c05', 'hex')].map((head) =>
        Buffer.concat([head, Buffer.from('hello')]),
      ),
    },
  ];

  test.each(refused)('$name', async ({ alternativeNames }) => {
    expect(await verdictOf(sign({ alternativeNames }))).toBe('rejected BAD_CERTIFICATE');
  });
});

describe('T9: one entry that cannot be read does not cost the root', () => {
  const damages: Readonly<Record<string, (root: TrustedRootJson) => unknown>> = {
    'a kind of key to come': (root) =>
      root.tlogs.unshift(
        Object.assign(logEntryOf(root), { publicKey: { ...logEntryOf(root).publicKey, keyDetails: 'ML_DSA_65' } }),
      ),
    'a key that is none': (root) =>
      root.tlogs.unshift(
        Object.assign(logEntryOf(root), { publicKey: { ...logEntryOf(root).publicKey, rawBytes: 'AAAA' } }),
      ),
    'a certificate that is none': (root) =>
      root.certificateAuthorities.unshift({
        ...root.certificateAuthorities[0]!,
        certChain: { certificates: [{ rawBytes: 'AAAA' }] },
      }),
    'no entry at all': (root) => root.ctlogs.push(JSON.parse('null')),
  };

  test.each(Object.entries(damages))('%s', async (_, damage) => {
    const altered = trustAltered((root) => void damage(root));
    expect(altered.problems).toHaveLength(1);
    expect(await verdictOf(sign(), altered)).toBe('verified');
  });

  test('but a root whose logs cannot be read does not ask for less', async () => {
    const altered = trustAltered(({ tlogs }) =>
      tlogs.forEach(({ publicKey }) => Object.assign(publicKey, { keyDetails: 'ML_DSA_65' })),
    );
    expect(altered.problems).toHaveLength(2);
    expect(await verdictOf(sign({ log: 'none' }), altered)).toBe('attested NO_LOG_ENTRY');
  });

  test('nor one whose certificate logs cannot be read', async () => {
    const altered = trustAltered(({ ctlogs }) =>
      ctlogs.forEach(({ publicKey }) => Object.assign(publicKey, { keyDetails: 'ML_DSA_65' })),
    );
    expect(await verdictOf(sign({ certificateLog: false }), altered)).toBe('rejected BAD_CERTIFICATE');
  });
});

describe('T10: whatever the libraries throw is a verdict', () => {
  const damages: Readonly<Record<string, (bundle: BundleJson) => unknown>> = {
    'a time-stamping answer without a stamp': (bundle) =>
      (material(bundle).timestampVerificationData = stamped(refusal())),
    'a time stamp that is no DER': (bundle) =>
      (material(bundle).timestampVerificationData = stamped(Buffer.from('not DER'))),
    'a time stamp of another shape': (bundle) =>
      (material(bundle).timestampVerificationData = stamped(sequence(utf8('a'), sequence(utf8('b'))))),
    'a certificate that is no DER': (bundle) =>
      (material(bundle).certificate = { rawBytes: Buffer.from('not DER').toString('base64') }),
    'a certificate of another shape': (bundle) =>
      (material(bundle).certificate = { rawBytes: sequence(sequence(), sequence()).toString('base64') }),
    'a log entry that is no JSON': (bundle) =>
      Object.assign(material(bundle).tlogEntries[0] ?? {}, { canonicalizedBody: 'AAAA' }),
    'a log entry about nothing': (bundle) =>
      Object.assign(material(bundle).tlogEntries[0] ?? {}, {
        canonicalizedBody: Buffer.from('{"kind":"dsse","apiVersion":"0.0.1"}').toString('base64'),
      }),
    'a checkpoint of nonsense': (bundle) =>
      Object.assign(material(bundle).tlogEntries[0]?.inclusionProof ?? {}, {
        checkpoint: { envelope: '\n\n\u2014 a AAAA\n' },
      }),
    'a time at the end of time': (bundle) =>
      Object.assign(material(bundle).tlogEntries[0] ?? {}, { integratedTime: '9999999999999999999' }),
  };

  test.each(Object.entries(damages))('%s', async (_, damage) => {
    const bundle = sign();
    damage(bundle);
    expect(await verdictOf(bundle)).toMatch(/^rejected /);
  });
});

describe('T11: domains are never pooled', () => {
  const quiet = createAuthority({ name: 'quiet', logs: false });

  test('a signature that lacks its log entry is not saved by a root that asks for none', async () => {
    const bundle = sign({ log: 'none' });
    expect(await verdictOf(bundle, trustIn([quiet, acme]))).toBe('attested NO_LOG_ENTRY');
    expect(await verdictOf(bundle, trustIn([acme, quiet]))).toBe('attested NO_LOG_ENTRY');
  });

  test("a time stamp by another root's authority is no time", async () => {
    const bundle = sign({ log: 'v2' });
    const signature = Buffer.from(bundle.dsseEnvelope?.signatures[0]?.sig ?? '', 'base64');
    bundle.verificationMaterial.timestampVerificationData = {
      rfc3161Timestamps: [{ signedTimestamp: quiet.timestamps.stamp(signature, acme.at).toString('base64') }],
    };
    expect(await verdictOf(bundle, trustIn([acme, quiet]))).toBe('attested NO_TIMESTAMP');
  });

  test("an entry in another root's log is no entry", async () => {
    const other = createAuthority({ name: 'other' });
    const leaf = acme.issue();
    const entries = sign({ leaf }, other).verificationMaterial.tlogEntries;
    const bundle = sign({ leaf });
    bundle.verificationMaterial.tlogEntries = entries;
    expect(await verdictOf(bundle, trustIn([acme, other]))).toBe('attested NO_LOG_ENTRY');
  });

  test('each document is checked by its own, whatever the order', async () => {
    for (const settings of [trustIn([acme, quiet]), trustIn([quiet, acme])]) {
      expect((await verifyOne(carriedBundle(sign()), settings)).checked).toMatchObject({
        assurance: 'verified',
        root: 'acme',
      });
      expect((await verifyOne(carriedBundle(sign({}, quiet)), settings)).checked).toMatchObject({
        assurance: 'verified',
        root: 'quiet',
      });
    }
  });

  test('of two roots with one authority, what one finds false is false, whatever the other does not know', async () => {
    const older = trustAltered(({ tlogs }) => void tlogs.pop());
    const bundle = sign({ log: 'v2' });
    bundle.verificationMaterial.tlogEntries[0]?.inclusionProof?.hashes.reverse();
    expect(await verdictOf(bundle, older)).toBe('attested NO_LOG_ENTRY');
    for (const roots of [
      [...older.roots, ...trust.roots],
      [...trust.roots, ...older.roots],
    ]) {
      expect(await verdictOf(bundle, { ...trust, roots })).toBe('rejected BAD_LOG_ENTRY');
    }
  });

  test('of two roots with one authority, one that lacks the log does not stand in the way', async () => {
    const older = trustAltered(({ tlogs }) => void tlogs.pop());
    expect(await verdictOf(sign({ log: 'v2' }), { ...trust, roots: [...older.roots, ...trust.roots] })).toBe(
      'verified',
    );
  });
});

describe('T12: certificates that the document brings must be vouched for', () => {
  const rooted = createAuthority({ name: 'rooted', intermediates: 2, intermediatesIn: 'bundle' });
  const settings = trustIn([rooted]);

  test.each(['0.1', '0.2', '0.3'] as const)(
    'intermediates up to the root, in a bundle of version %s',
    async (version) => {
      expect(await verdictOf(sign({ version }, rooted), settings)).toBe('verified');
    },
  );

  test('a chain with a link missing', async () => {
    const bundle = sign({ version: '0.1' }, rooted);
    chainOf(bundle).splice(2, 1);
    expect(await verdictOf(bundle, settings)).toBe('attested NO_TRUST_ROOT');
  });

  test('an authority of the attacker, its root along with it', async () => {
    const evil = createAuthority({ name: 'rooted', intermediates: 2, intermediatesIn: 'bundle' });
    const bundle = sign({ version: '0.1' }, evil);
    expect(await verdictOf(bundle, settings)).toBe('attested NO_TRUST_ROOT');
    chainOf(bundle).push(rawBytes(evil.root.certificate));
    expect(await verdictOf(bundle, settings)).toBe('attested NO_TRUST_ROOT');
  });

  test('a signer who issues certificates', async () => {
    const signer = acme.issue();
    const certificate = issueCertificate({
      subject: sequence(),
      publicKey: createKeyPair(),
      issuer: { name: sequence(), keyPair: signer.keyPair },
      ...years(acme.at, 1),
      extensions: [extendedUsages([CODE_SIGNING])],
    });
    const bundle = sign({ version: '0.1' });
    chainOf(bundle).splice(0, 1, rawBytes(certificate), rawBytes(signer.certificate));
    expect(await verdictOf(bundle)).not.toBe('verified');
  });

  const unfit = [
    { name: 'for servers', extensions: [extendedUsages([SERVER_AUTH])] },
    { name: 'with a critical extension of nobody', extensions: [extension('1.2.3.4', nothing(), true)] },
  ];

  test.each(unfit)('an intermediate $name', async ({ extensions }) => {
    const keyPair = createKeyPair('P-384');
    const made = createIntermediate(rooted.root, {
      commonName: 'unfit',
      organization: 'rooted',
      keyPair,
      around: rooted.at,
    });
    const certificate = issueCertificate({
      subject: made.name,
      publicKey: keyPair,
      issuer: rooted.root,
      ...years(rooted.at, 1),
      extensions: [...authorityExtensions(keyPair), issuedBy(rooted.root), ...extensions],
    });
    expect(await verdictOf(bundleUnder({ ...made, certificate }), settings)).toBe('rejected BAD_CERTIFICATE');
    expect(await verdictOf(bundleUnder(made), settings)).toBe('verified');
  });

  /** Signed by somebody whom this intermediate issued a certificate to. */
  function bundleUnder(intermediate: {
    readonly certificate: Buffer;
    readonly name: Buffer;
    readonly keyPair: ReturnType<typeof createKeyPair>;
  }): BundleJson {
    const keyPair = createKeyPair();
    const like = new X509Certificate(rooted.issue().certificate);
    const certificate = issueCertificate({
      subject: sequence(),
      publicKey: keyPair,
      issuer: intermediate,
      notBefore: new Date(like.validFrom),
      notAfter: new Date(like.validTo),
      extensions: [
        extendedUsages([CODE_SIGNING]),
        issuedBy(intermediate),
        extension('2.5.29.17', sequence(names.uri(DEFAULT_IDENTITY)), true),
      ],
      afterwards: (tbs) => rooted.certificateLog.stamp(tbs, intermediate, rooted.at),
    });
    const bundle = sign({ version: '0.1', leaf: { certificate, keyPair } }, rooted);
    chainOf(bundle).splice(1, 2, rawBytes(intermediate.certificate));
    return bundle;
  }
});

describe('T13: only a promise of the log is a time', () => {
  test('an entry with a proof alone', async () => {
    const bundle = sign();
    delete bundle.verificationMaterial.tlogEntries[0]?.inclusionPromise;
    expect(await verdictOf(bundle)).toBe('attested NO_TIMESTAMP');
  });

  test('an entry with a proof alone, beside a time stamp', async () => {
    const bundle = sign({ timestamped: true });
    const [entry] = bundle.verificationMaterial.tlogEntries;
    delete entry?.inclusionPromise;
    Object.assign(entry ?? {}, { integratedTime: '1' });
    const { checked } = await verifyOne(carriedBundle(bundle), trust);
    expect(checked).toMatchObject({ assurance: 'verified', times: ['2026-03-01T12:01:00Z'] });
    expect(checked).not.toHaveProperty('logEntries.0.integratedAt');
  });
});

function material(bundle: BundleJson): BundleJson['verificationMaterial'] {
  return bundle.verificationMaterial;
}

function chainOf(bundle: BundleJson): { rawBytes: string }[] {
  return bundle.verificationMaterial.x509CertificateChain?.certificates ?? [];
}

function rawBytes(certificate: Buffer): { rawBytes: string } {
  return { rawBytes: certificate.toString('base64') };
}

function stamped(bytes: Buffer): { rfc3161Timestamps: { signedTimestamp: string }[] } {
  return { rfc3161Timestamps: [{ signedTimestamp: bytes.toString('base64') }] };
}

function logEntryOf(root: TrustedRootJson): TrustedRootJson['tlogs'][number] {
  return structuredClone(root.tlogs[0]!);
}

function logOf(entryKind: EntryKind): 'v1' | 'v2' {
  return entryKind === 'hashedrekord/0.0.2' || entryKind === 'dsse/0.0.2' ? 'v2' : 'v1';
}
