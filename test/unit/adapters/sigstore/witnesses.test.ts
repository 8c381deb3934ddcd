import { describe, expect, test } from 'vitest';
import type { Authority } from '../../../support/authority.ts';
import { createAuthority } from '../../../support/authority.ts';
import type { BundleJson, BundleRequest } from '../../../support/authority-documents.ts';
import { carriedBundle, trustIn, verdictOn, verifyOne } from '../../../support/authority-trust.ts';

const STATEMENT = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ digest: { sha256: 'a1'.repeat(32) } }],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: {},
};

const acme = createAuthority({ name: 'acme' });
const other = createAuthority({ name: 'other' });
const trust = trustIn([acme]);
const sign = (request: BundleRequest = {}): BundleJson => acme.signBundle({ statement: STATEMENT, ...request });

describe('a document in several logs', () => {
  const leaf = acme.issue();
  const foreign = other.signBundle({ statement: STATEMENT, leaf }).verificationMaterial.tlogEntries;

  test.each(['before', 'after'])('verifies by the log that is known; the unknown one stands %s it', async (place) => {
    const bundle = sign({ leaf });
    const own = bundle.verificationMaterial.tlogEntries;
    bundle.verificationMaterial.tlogEntries = place === 'before' ? [...foreign, ...own] : [...own, ...foreign];
    const { checked } = await verifyOne(carriedBundle(bundle), trust);
    expect(checked).toMatchObject({ assurance: 'verified', logEntries: [{ log: 'https://rekor.acme.test' }] });
  });

  test('does not verify by unknown ones alone', async () => {
    const bundle = sign({ leaf });
    bundle.verificationMaterial.tlogEntries = foreign;
    expect(await verdictOn(carriedBundle(bundle), trust)).toBe('attested NO_LOG_ENTRY');
  });

  test('names both, where both are known', async () => {
    const bundle = sign({ leaf });
    bundle.verificationMaterial.tlogEntries.push(...sign({ leaf, log: 'v2' }).verificationMaterial.tlogEntries);
    // The second entry is about another signature: the same statement signed again.
    expect(await verdictOn(carriedBundle(bundle), trust)).toBe('rejected LOG_ENTRY_MISMATCH');
  });

  test('does not verify where one of a known log is forged, however good the other', async () => {
    const bundle = sign({ leaf });
    const [entry] = bundle.verificationMaterial.tlogEntries;
    if (entry === undefined) throw new Error('no entry');
    bundle.verificationMaterial.tlogEntries.push({
      ...entry,
      integratedTime: String(Number(entry.integratedTime) + 60),
    });
    expect(await verdictOn(carriedBundle(bundle), trust)).toBe('rejected BAD_LOG_ENTRY');
  });

  test('does not count one entry twice', async () => {
    const bundle = sign({ leaf });
    bundle.verificationMaterial.tlogEntries.push(...structuredClone(bundle.verificationMaterial.tlogEntries));
    expect(await verdictOn(carriedBundle(bundle), trust)).toMatch(/^rejected /);
  });
});

describe('a log of Rekor v2', () => {
  test('signs its checkpoints under its own host, and no other', async () => {
    const astray = createAuthority({ name: 'astray', tileOrigin: 'log1.rekor.elsewhere.test' });
    const bundle = astray.signBundle({ statement: STATEMENT, log: 'v2' });
    expect(await verdictOn(carriedBundle(bundle), trustIn([astray]))).toBe('rejected BAD_LOG_ENTRY');
  });
});

describe('a document with several times', () => {
  test('passes over the stamp of an unknown authority', async () => {
    const bundle = sign();
    stampBy(bundle, other, new Date('2026-03-01T12:02:00Z'));
    const { checked } = await verifyOne(carriedBundle(bundle), trust);
    expect(checked).toMatchObject({ assurance: 'verified', times: ['2026-03-01T12:01:00Z'] });
  });

  test('is not believed where a known authority stamped something else', async () => {
    const bundle = sign();
    const stamp = acme.timestamps.stamp(Buffer.from('something else'), new Date('2026-03-01T12:02:00Z'));
    bundle.verificationMaterial.timestampVerificationData = {
      rfc3161Timestamps: [{ signedTimestamp: stamp.toString('base64') }],
    };
    expect(await verdictOn(carriedBundle(bundle), trust)).toBe('rejected BAD_TIMESTAMP');
  });

  test.each(['2026-03-01T11:59:59Z', '2026-03-01T12:10:01Z'])(
    'must have every one of them within the validity of the certificate: %s',
    async (moment) => {
      const bundle = sign();
      stampBy(bundle, acme, new Date(moment));
      expect(await verdictOn(carriedBundle(bundle), trust)).toBe('rejected OUTSIDE_VALIDITY');
    },
  );

  test.each(['2026-03-01T12:00:00Z', '2026-03-01T12:10:00Z'])(
    'may be in the first and last second of it: %s',
    async (moment) => {
      const bundle = sign({ log: 'v2', stampedAt: new Date(moment) });
      expect(await verdictOn(carriedBundle(bundle), trust)).toBe('verified');
    },
  );
});

describe('a root of trust', () => {
  test('that is older than the certificate says so', async () => {
    const later = createAuthority({ name: 'later', at: new Date('2026-11-01T00:00:00Z') });
    const dated = trust.roots.map((root) => ({ ...root, asOf: '2026-06-29T00:00:00Z' }));
    const { checked } = await verifyOne(carriedBundle(later.signBundle({ statement: STATEMENT })), {
      ...trust,
      roots: dated,
    });
    expect(checked).toMatchObject({
      assurance: 'attested',
      code: 'NO_TRUST_ROOT',
      expected: 'a root of trust that has the authority "later"',
      got: 'acme of 2026-06-29; the certificate is of 2026-11-01, newer than acme',
    });
  });

  test('that is newer does not', async () => {
    const dated = trust.roots.map((root) => ({ ...root, asOf: '2026-06-29T00:00:00Z' }));
    const { checked } = await verifyOne(carriedBundle(other.signBundle({ statement: STATEMENT })), {
      ...trust,
      roots: dated,
    });
    expect(checked).toMatchObject({ code: 'NO_TRUST_ROOT', got: 'acme of 2026-06-29' });
  });

  test('that has retired the authority by then does not count it', async () => {
    const root = acme.trustedRoot();
    Object.assign(root.certificateAuthorities[0]?.validFor ?? {}, { end: '2026-03-01T12:00:59Z' });
    const retired = trustIn([{ ...acme, trustedRootJson: JSON.stringify(root) }]);
    expect(await verdictOn(carriedBundle(sign()), retired)).toBe('rejected OUTSIDE_VALIDITY');
  });

  test('that does not have the log which stamped the certificate cannot tell', async () => {
    const root = { ...acme.trustedRoot(), ctlogs: other.trustedRoot().ctlogs };
    const unstamped = trustIn([{ ...acme, trustedRootJson: JSON.stringify(root) }]);
    expect(await verdictOn(carriedBundle(sign()), unstamped)).toBe('attested NO_TRUST_ROOT');
  });

  test('is not needed to see that a certificate did not sign', async () => {
    const bundle = other.signBundle({ statement: STATEMENT });
    bundle.dsseEnvelope?.signatures.splice(0, 1, ...(sign().dsseEnvelope?.signatures ?? []));
    expect(await verdictOn(carriedBundle(bundle), trust)).toBe('rejected BAD_SIGNATURE');
  });
});

function stampBy(bundle: BundleJson, authority: Authority, at: Date): void {
  const signature = Buffer.from(bundle.dsseEnvelope?.signatures[0]?.sig ?? '', 'base64');
  const stamps = (bundle.verificationMaterial.timestampVerificationData ??= { rfc3161Timestamps: [] });
  stamps.rfc3161Timestamps.push({ signedTimestamp: authority.timestamps.stamp(signature, at).toString('base64') });
}
