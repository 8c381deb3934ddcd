import { createHash, createPublicKey } from 'node:crypto';
import type { TransparencyLogEntry } from '@sigstore/bundle';
import { json } from '@sigstore/core';
import { isRecord, parseJson } from '../../core/json.ts';
import { CheckFailure, checking } from './check-failure.ts';
import type { Domain, LogAuthority } from './material.ts';
import type { SignedContent } from './opened-bundle.ts';
import { pemBlocks } from './pem.ts';
import { signatureHolds } from './signature.ts';

/** The signer as it must stand in the entry: the very certificate in DER, or the very key as SubjectPublicKeyInfo in DER. */
export type NamedSigner = { readonly kind: 'certificate' | 'key'; readonly der: Buffer };

type Path = readonly (string | number)[];
/** Rekor v1 names the signer by PEM in base64, v2 by DER in base64, as a certificate or as a bare key. */
type Kind = { readonly log: 'v1' | 'v2'; readonly signer: Path };

/** The kinds of entries that are understood, with where each names its signer. */
const KINDS: Readonly<Record<string, Kind>> = {
  'hashedrekord/0.0.1': { log: 'v1', signer: ['spec', 'signature', 'publicKey', 'content'] },
  'dsse/0.0.1': { log: 'v1', signer: ['spec', 'signatures', 0, 'verifier'] },
  'intoto/0.0.1': { log: 'v1', signer: ['spec', 'publicKey'] },
  'intoto/0.0.2': { log: 'v1', signer: ['spec', 'content', 'envelope', 'signatures', 0, 'publicKey'] },
  'hashedrekord/0.0.2': { log: 'v2', signer: ['spec', 'hashedRekordV002', 'signature', 'verifier'] },
  'dsse/0.0.2': { log: 'v2', signer: ['spec', 'dsseV002', 'signatures', 0, 'verifier'] },
};

export function kindOf({ kindVersion }: TransparencyLogEntry): string {
  return `${kindVersion.kind}/${kindVersion.version}`;
}

export function isUnderstoodKind(entry: TransparencyLogEntry): boolean {
  return Object.hasOwn(KINDS, kindOf(entry));
}

/** Rekor v1 signs its checkpoints under a name of its own (of the pod, in a cluster), v2 under its host. */
export function isRekorV1(entry: TransparencyLogEntry): boolean {
  return KINDS[kindOf(entry)]?.log === 'v1';
}

/** Written by `cosign attest` up to 2.1, and the one kind here that `@sigstore/verify` does not know. */
export function isIntotoV001(entry: TransparencyLogEntry): boolean {
  return kindOf(entry) === 'intoto/0.0.1';
}

/** True if one of the domain's logs has the entry's log id. */
export function isOfKnownLog(entry: TransparencyLogEntry, domain: Domain): boolean {
  return logsOf(entry, domain).length > 0;
}

export function logsOf(entry: TransparencyLogEntry, domain: Domain): readonly LogAuthority[] {
  return domain.logs.filter(({ logID }) => logID.equals(entry.logId.keyId));
}

/** True if the entry names this signer. Whoever put the entry into the log named whom he liked, so that it must be compared. */
export function namesSigner(entry: TransparencyLogEntry, signer: NamedSigner): boolean {
  const path = KINDS[kindOf(entry)]?.signer;
  const named = path === undefined ? undefined : readSigner(valueAt(readBody(entry), path));
  return named?.equals(signer.der) ?? false;
}

/**
 * An entry of kind intoto/0.0.1: the log promised it, and it is about this envelope. cosign has the promise and no proof.
 * @throws CheckFailure `BAD_LOG_ENTRY`, `LOG_ENTRY_MISMATCH`, `UNSUPPORTED_KIND`
 */
export function verifyIntotoV001(entry: TransparencyLogEntry, content: SignedContent, domain: Domain): void {
  if (
    content.kind !== 'envelope' ||
    content.blob === undefined ||
    entry.inclusionPromise === undefined ||
    entry.inclusionProof !== undefined
  ) {
    throw new CheckFailure('UNSUPPORTED_KIND', {
      expected: 'an entry of kind intoto/0.0.1 beside a layer by cosign',
      got: 'one in a bundle',
    });
  }
  const { integratedTime, logIndex, logId, canonicalizedBody, inclusionPromise } = entry;
  const seen = new Date(Number(integratedTime) * 1000);
  const promised = json.canonicalize({
    body: canonicalizedBody.toString('base64'),
    integratedTime: Number(integratedTime),
    logIndex: Number(logIndex),
    logID: logId.keyId.toString('hex'),
  });
  const logs = logsOf(entry, domain).filter(({ validFor }) => validFor.start <= seen && seen <= validFor.end);
  if (
    !logs.some(({ publicKey }) =>
      signatureHolds(publicKey, Buffer.from(promised), inclusionPromise.signedEntryTimestamp),
    )
  ) {
    throw new CheckFailure('BAD_LOG_ENTRY', {
      expected: 'a promise by the log that the entry names',
      got: 'a signature that does not hold',
    });
  }
  const hash = valueAt(readBody(entry), ['spec', 'content', 'hash', 'value']);
  const actual = createHash('sha256').update(content.blob).digest('hex');
  if (hash !== actual) {
    throw new CheckFailure('LOG_ENTRY_MISMATCH', {
      expected: `an entry about the envelope sha256:${actual}`,
      got: `one about sha256:${String(hash)}`,
    });
  }
}

function readBody(entry: TransparencyLogEntry): unknown {
  return checking({ code: 'BAD_LOG_ENTRY', expected: 'a log entry in JSON' }, () =>
    parseJson(entry.canonicalizedBody, 'the log entry'),
  );
}

/** DER: of the certificate, or of the bare key. The two are never equal. */
function readSigner(value: unknown): Buffer | undefined {
  if (typeof value === 'string') return fromPem(Buffer.from(value, 'base64').toString('utf8'));
  if (!isRecord(value)) return undefined;
  const named = valueAt(value, ['x509Certificate', 'rawBytes']) ?? valueAt(value, ['publicKey', 'rawBytes']);
  return typeof named === 'string' ? Buffer.from(named, 'base64') : undefined;
}

function fromPem(pem: string): Buffer | undefined {
  const [block] = pemBlocks(pem);
  if (block === undefined || block.label === 'CERTIFICATE') return block?.der;
  const key = checking({ code: 'BAD_LOG_ENTRY', expected: 'a public key' }, () => createPublicKey(pem));
  return key.export({ type: 'spki', format: 'der' });
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, step) => {
    if (Array.isArray(inner)) return typeof step === 'number' ? inner[step] : undefined;
    return isRecord(inner) && Object.hasOwn(inner, step) ? inner[step] : undefined;
  }, value);
}
