import { createHash, generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { embeddedTrustRoots, parseTrustedRoots } from '../../src/adapters/sigstore/trusted-root-file.ts';
import type { ManagedKey } from '../../src/adapters/sigstore/managed-key.ts';
import { managedKey } from '../../src/adapters/sigstore/managed-key.ts';
import type { SigstoreVerifierSettings } from '../../src/adapters/sigstore/verifier.ts';
import { createSigstoreVerifier } from '../../src/adapters/sigstore/verifier.ts';
import type { Checked, SignedDocument } from '../../src/core/model/statement.ts';
import { CORPUS, WHERE, hasCorpus } from '../support/authority-specimens.ts';
import { carried, managedKeysIn, verdict, verifyOne } from '../support/authority-trust.ts';

const SUITE = join(CORPUS, 'sigstore-bundles/conformance/bundle-verify');
const CASES = hasCorpus
  ? readdirSync(SUITE).filter((name) => existsSync(join(SUITE, name, 'bundle.sigstore.json')))
  : [];

/** The identity that the suite means where a case names none (its README). */
const BEACON =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';
const GITHUB_ACTIONS = 'https://token.actions.githubusercontent.com';

/** Why each must fail, from its README: what is wrong with it, and not something that it also lacks. */
const REASONS: Readonly<Record<string, string>> = {
  'bundle-empty-certificate-chain_fail': 'rejected MALFORMED_BUNDLE x509CertificateChain.certificates: empty',
  'bundle-from-wrong-instance_fail': 'attested NO_TRUST_ROOT public-good',
  'bundle-invalid-base64-signature_fail': 'rejected MALFORMED_BUNDLE messageSignature.signature: not base64',
  'bundle-malformed-json_fail': 'rejected MALFORMED_BUNDLE not JSON',
  'bundle-negative-log-index_fail': 'rejected MALFORMED_BUNDLE logIndex: not a count',
  'bundle-unknown-version_fail': 'rejected MALFORMED_BUNDLE mediaType',
  'bundle-with-root-cert_fail': 'rejected MALFORMED_BUNDLE certificates[1]',
  'checkpoint-bad-keyhint_fail': 'rejected BAD_LOG_ENTRY checkpoint',
  'checkpoint-wrong-roothash_fail': 'rejected BAD_LOG_ENTRY hash',
  'dsse-invalid-sig_fail': 'rejected BAD_SIGNATURE',
  'dsse-mismatch-envelope_fail': 'rejected LOG_ENTRY_MISMATCH',
  'dsse-mismatch-sig_fail': 'rejected LOG_ENTRY_MISMATCH signature',
  'inclusion-proof-corrupted-hash_fail': 'rejected BAD_LOG_ENTRY root hash',
  'incorrect-public-key_fail': 'rejected LOG_ENTRY_MISMATCH names another',
  'integrated-time-in-future_fail': 'rejected OUTSIDE_VALIDITY',
  'intoto-expired-certificate_fail': 'rejected OUTSIDE_VALIDITY',
  'intoto-log-entry-mismatch_fail': 'rejected LOG_ENTRY_MISMATCH',
  'intoto-missing-inclusion-proof_fail': 'rejected MALFORMED_BUNDLE',
  'intoto-set-outside-signing-cert-validity_fail': 'rejected OUTSIDE_VALIDITY',
  'intoto-tsa-timestamp-outside-cert-validity_fail': 'rejected OUTSIDE_VALIDITY',
  'invalid-checkpoint-signature_fail': 'rejected BAD_LOG_ENTRY checkpoint signature',
  // The log that stamped the certificate is not among those that the root has.
  'invalid-ct-key_fail': 'attested NO_TRUST_ROOT certificate log',
  // Its proof is old, and without the checkpoint that version 0.2 demands.
  'invalid-inclusion-proof_fail': 'rejected MALFORMED_BUNDLE',
  'managed-key-no-key_fail': 'attested NO_KEY no key',
  'managed-key-wrong-key_fail': 'attested NO_KEY none of',
  'message-digest-mismatch_fail': 'rejected SUBJECT_MISMATCH',
  'rekor2-checkpoint-missing-log-signature_fail': 'rejected BAD_LOG_ENTRY no signatures',
  'rekor2-checkpoint-missing-origin_fail': 'rejected BAD_LOG_ENTRY header',
  'rekor2-checkpoint-missing-root-hash_fail': 'rejected BAD_LOG_ENTRY header',
  'rekor2-checkpoint-missing-size_fail': 'rejected BAD_LOG_ENTRY header',
  'rekor2-checkpoint-no-matching-signature_fail': 'rejected BAD_LOG_ENTRY checkpoint signature',
  'rekor2-dsse-invalid-sig_fail': 'rejected BAD_SIGNATURE',
  'rekor2-dsse-mismatch-envelope_fail': 'rejected LOG_ENTRY_MISMATCH',
  'rekor2-dsse-mismatch-sig_fail': 'rejected LOG_ENTRY_MISMATCH signature',
  'rekor2-no-inclusion-proof_fail': 'rejected MALFORMED_BUNDLE',
  'rekor2-no-timestamp_fail': 'attested NO_TIMESTAMP none',
  'rekor2-timestamp-outside-trust-root-tsa-validity_fail': 'rejected BAD_TIMESTAMP',
  'rekor2-timestamp-outside-tsa-cert-validity_fail': 'rejected BAD_TIMESTAMP',
  'rekor2-timestamp-payload-mismatch_fail': 'rejected BAD_TIMESTAMP',
  'rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail': 'attested NO_TIMESTAMP authorities',
  'rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail': 'attested NO_TIMESTAMP authorities',
  'rekor2-timestamp-with-incorrect-time_fail': 'rejected OUTSIDE_VALIDITY',
  'set-invalid-signature_fail': 'rejected BAD_LOG_ENTRY promise',
  'signature-mismatch_fail': 'rejected BAD_SIGNATURE',
  'trust-root-tlog-missing-validity-start_fail': 'attested NO_LOG_ENTRY unknown log',
  'wrong-hashedrekord-artifact_fail': 'rejected LOG_ENTRY_MISMATCH',
  'wrong-hashedrekord-cert-and-sig_fail': 'rejected LOG_ENTRY_MISMATCH names another',
  'wrong-hashedrekord-entry_fail': 'rejected LOG_ENTRY_MISMATCH names another',
  'wrong-material_fail': 'rejected SUBJECT_MISMATCH',
};

describe.skipIf(!hasCorpus)(`sigstore-conformance, bundle-verify, ${WHERE}`, () => {
  test('is whole', () => {
    expect(CASES).toHaveLength(70);
    expect(CASES.filter((name) => name.endsWith('_fail')).toSorted()).toEqual(Object.keys(REASONS).toSorted());
  });

  test.each(CASES)('%s, given the bytes', async (name) => {
    expect(outcomeOf(name, await verifyCase(name))).toBe(expectedOf(name));
  });

  const envelopes = CASES.filter((name) => bundleOf(name).includes('"dsseEnvelope"'));
  test.each(envelopes)('%s, given the digest alone', async (name) => {
    const document = await verifyOne(carried({ form: 'bundle', bytes: bundleOf(name) }), trustOf(name));
    expect(outcomeOf(name, document.checked)).toBe(expectedOf(name));
    // Whatever can be read of these is about the artifact, so that nothing fails for being about another.
    expect(document.kind === 'opaque' || isAbout(document, artifactOf(name))).toBe(true);
  });
});

function isAbout(document: SignedDocument, artifact: Buffer): boolean {
  const sha256 = createHash('sha256').update(artifact).digest('hex');
  return document.kind === 'statement' && document.statement.subject.some(({ digest }) => digest['sha256'] === sha256);
}

async function verifyCase(name: string): Promise<Checked> {
  const bytes = bundleOf(name);
  const isMessage = bytes.includes('"messageSignature"') && name !== 'bundle-malformed-json_fail';
  if (!isMessage) return (await verifyOne(carried({ form: 'bundle', bytes }), trustOf(name))).checked;
  return createSigstoreVerifier(trustOf(name)).verifyArtifact(JSON.parse(bytes.toString()), artifactOf(name));
}

function expectedOf(name: string): string {
  if (name.endsWith('_fail')) return REASONS[name] ?? 'no reason is written down';
  return hasFile(name, 'key.pub')
    ? 'verified key'
    : `verified ${textOf(name, 'identity', BEACON)} ${textOf(name, 'issuer', GITHUB_ACTIONS)}`;
}

/** Who signed; or the verdict, with the word that the reason is known by, or with everything if that word is not there. */
function outcomeOf(name: string, checked: Checked): string {
  if (checked.assurance === 'verified') {
    return checked.signer.kind === 'key'
      ? 'verified key'
      : `verified ${checked.signer.identity} ${checked.signer.issuer}`;
  }
  const told = `expected ${checked.expected}, got ${checked.got}`;
  const word = (REASONS[name] ?? '').split(' ').slice(2).join(' ');
  return [verdict(checked), told.includes(word) ? word : told].filter((part) => part !== '').join(' ');
}

function trustOf(name: string): SigstoreVerifierSettings {
  const roots = hasFile(name, 'trusted_root.json')
    ? parseTrustedRoots(readCase(name, 'trusted_root.json'), name).roots
    : embeddedTrustRoots().filter((root) => root.name === 'public-good');
  return { roots, keys: hasFile(name, 'key.pub') ? keysOf(name) : [], transparencyLog: 'required' };
}

/** One case has a key that is none, which is refused when it is read; another key must not do either. */
function keysOf(name: string): readonly ManagedKey[] {
  const pem = readCase(name, 'key.pub').toString();
  if (name !== 'managed-key-wrong-key_fail') return managedKeysIn(pem, name);
  expect(() => managedKeysIn(pem, name)).toThrow('holds no usable key');
  return [managedKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey, 'another')];
}

function bundleOf(name: string): Buffer {
  return readCase(name, 'bundle.sigstore.json');
}

function artifactOf(name: string): Buffer {
  return hasFile(name, 'artifact') ? readCase(name, 'artifact') : readFileSync(join(SUITE, 'a.txt'));
}

function textOf(name: string, file: string, otherwise: string): string {
  return hasFile(name, file) ? readCase(name, file).toString().trim() : otherwise;
}

function hasFile(name: string, file: string): boolean {
  return existsSync(join(SUITE, name, file));
}

function readCase(name: string, file: string): Buffer {
  return readFileSync(join(SUITE, name, file));
}
