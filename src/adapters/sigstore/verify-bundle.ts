import type { KeyObject } from 'node:crypto';
import { createPublicKey } from 'node:crypto';
import { toInstant } from '../../core/model/outcome.ts';
import type { Checked } from '../../core/model/statement.ts';
import { authorityName, readIdentity } from './certificate.ts';
import { issuingAuthorities } from './chain.ts';
import { CheckFailure, asCheckFailure, checking } from './check-failure.ts';
import { noLogEntry, witnessed } from './hearing.ts';
import type { Holder } from './hearing.ts';
import { isOfKnownLog, namesSigner } from './log-entry.ts';
import type { ManagedKey } from './managed-key.ts';
import type { Domain } from './material.ts';
import { RememberingCertificate, openDomain } from './material.ts';
import { signedBytes } from './opened-bundle.ts';
import type { CarriedSigner, OpenedBundle } from './opened-bundle.ts';
import { isSupportedKey, keyKind, signatureHolds } from './signature.ts';
import type { TrustRoot } from './trust-root.ts';
import { timestampsThatCount } from './witnesses.ts';

/** What is believed, and what is asked of a signature by a managed key. Of a certificate its root says what is asked. */
export type Trust = {
  readonly roots: readonly TrustRoot[];
  readonly keys: readonly ManagedKey[];
  readonly transparencyLog: 'required' | 'notRequired';
};
export type BundleVerifier = (opened: OpenedBundle) => Checked;

/** A verifier for as long as the roots are the same: they are read once. It throws nothing. */
export function createBundleVerifier(trust: Trust): BundleVerifier {
  const domains = trust.roots.map(openDomain);
  return (opened) => {
    try {
      const { signer } = opened;
      return signer.kind === 'certificate'
        ? verifyByCertificate(opened, signer, domains)
        : verifyByKey(opened, signer.hint, { ...trust, domains });
    } catch (error) {
      return asCheckFailure(error, { code: 'MALFORMED_BUNDLE', expected: 'a document that can be read' }).checked;
    }
  };
}

type CertificateHolder = Extract<CarriedSigner, { kind: 'certificate' }>;

function verifyByCertificate(opened: OpenedBundle, holder: CertificateHolder, domains: readonly Domain[]): Checked {
  const { leaf, chain, key } = readHolder(holder);
  assertSignature(opened, key);
  const issuers = domains
    .map((domain) => ({ domain, authorities: issuingAuthorities(leaf, chain, domain) }))
    .filter(({ authorities }) => authorities.length > 0);
  if (issuers.length === 0) throw noTrustRoot(leaf, domains);
  const identity = checking({ code: 'BAD_CERTIFICATE', expected: 'a signing certificate' }, () => readIdentity(leaf));
  return firstThatHolds(issuers, ({ domain, authorities }) => {
    const { requires, name } = domain.root;
    const demands = { logEntries: requires.logEntries, times: 1, certificateLogs: requires.certificateLogs };
    const signer = {
      named: { kind: 'certificate' as const, der: holder.leaf },
      key,
      certificate: { leaf, authorities },
    };
    return { assurance: 'verified', signer: identity, ...witnessed({ opened, signer, domain, demands }), root: name };
  });
}

type KeyTrust = Trust & { readonly domains: readonly Domain[] };

function verifyByKey(opened: OpenedBundle, hint: string, { keys, domains, transparencyLog }: KeyTrust): Checked {
  const key = findKey(opened, hint, keys);
  const demands = { logEntries: transparencyLog === 'required' ? 1 : 0, times: 0, certificateLogs: 0 };
  const holder: Holder = { named: { kind: 'key', der: key.spki }, key: key.publicKey };
  const witnesses = domains.filter(
    (domain) =>
      opened.logEntries.some((entry) => isOfKnownLog(entry, domain)) || timestampsThatCount(opened, domain).length > 0,
  );
  if (witnesses.length === 0 && demands.logEntries > 0) throw noLogEntry(opened, domains);
  const seen =
    witnesses.length === 0
      ? { times: [], logEntries: [] }
      : firstThatHolds(witnesses, (domain) => witnessed({ opened, signer: holder, domain, demands }));
  const signer = { kind: 'key' as const, fingerprint: key.fingerprint, name: key.name };
  return { assurance: 'verified', signer, ...seen, root: `key ${key.name}` };
}

function readHolder({ leaf: der, chain }: CertificateHolder) {
  return checking({ code: 'BAD_CERTIFICATE', expected: 'certificates in DER' }, () => {
    const leaf = RememberingCertificate.fromDer(der);
    const key = createPublicKey({ key: leaf.publicKey, format: 'der', type: 'spki' });
    return {
      leaf,
      key,
      chain: chain.map((each) => RememberingCertificate.fromDer(each)),
    };
  });
}

/** The first key that made the signature. A hint, or a log entry, can only tell which key should have. */
function findKey(opened: OpenedBundle, hint: string, keys: readonly ManagedKey[]): ManagedKey {
  const signed = signedBytes(opened.content);
  const key = keys.find(({ publicKey }) => signatureHolds(publicKey, signed, opened.signature));
  if (key !== undefined) return key;
  const named = keys.find(
    ({ spki, fingerprint }) =>
      isHintOf(hint, fingerprint) || opened.logEntries.some((entry) => namesSigner(entry, { kind: 'key', der: spki })),
  );
  if (named !== undefined) {
    throw new CheckFailure('BAD_SIGNATURE', {
      expected: `a signature by key ${named.name}`,
      got: 'one that does not hold',
    });
  }
  const got =
    keys.length === 0 ? 'no key to check it with' : `one by none of ${keys.map(({ name }) => name).join(', ')}`;
  throw new CheckFailure('NO_KEY', {
    expected: `a signature by a known key${hint === '' ? '' : ` (the document calls it ${hint})`}`,
    got,
  });
}

/** The hash of the key as a hint: cosign writes it in base64, others after `SHA256:` or in hexadecimal. */
function isHintOf(hint: string, fingerprint: string): boolean {
  const text = hint.replace(/^SHA256:/i, '');
  const hex = /^[0-9a-f]{64}$/i.test(text) ? text.toLowerCase() : Buffer.from(text, 'base64').toString('hex');
  return `sha256:${hex}` === fingerprint;
}

function assertSignature(opened: OpenedBundle, key: KeyObject): void {
  if (!isSupportedKey(key)) {
    throw new CheckFailure('UNSUPPORTED_KIND', { expected: 'an EC, RSA or Ed25519 key', got: keyKind(key) });
  }
  if (signatureHolds(key, signedBytes(opened.content), opened.signature)) return;
  throw new CheckFailure('BAD_SIGNATURE', {
    expected: `a signature by the certificate's key (${keyKind(key)})`,
    got: 'one that does not hold',
  });
}

/** The first success; if there is none, the failure that says most: that something is wrong, before that something is not known. */
function firstThatHolds<Item, Result>(items: readonly Item[], attempt: (item: Item) => Result): Result {
  const failures: CheckFailure[] = [];
  for (const item of items) {
    try {
      return attempt(item);
    } catch (error) {
      failures.push(asCheckFailure(error, { code: 'MALFORMED_BUNDLE', expected: 'a document that can be read' }));
    }
  }
  throw failures.find(({ assurance }) => assurance === 'rejected') ?? failures[0] ?? new Error('nothing to attempt');
}

function noTrustRoot(leaf: RememberingCertificate, domains: readonly Domain[]): CheckFailure {
  const roots = domains
    .map(({ root: { name, asOf } }) => (asOf === undefined ? name : `${name} of ${asOf.slice(0, 10)}`))
    .join(', ');
  const issued = toInstant(leaf.notBefore.getTime());
  const older = domains
    .filter(({ root }) => root.asOf !== undefined && root.asOf < issued)
    .map(({ root }) => root.name);
  const stale =
    older.length === 0 ? '' : `; the certificate is of ${issued.slice(0, 10)}, newer than ${older.join(', ')}`;
  return new CheckFailure('NO_TRUST_ROOT', {
    expected: `a root of trust that has the authority "${authorityName(leaf)}"`,
    got: `${roots === '' ? 'none' : roots}${stale}`,
  });
}
