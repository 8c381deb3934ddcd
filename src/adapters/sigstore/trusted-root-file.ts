import { X509Certificate, createPublicKey } from 'node:crypto';
import * as v from 'valibot';
import { withoutUndefined } from '../../core/defined.ts';
import { ToolError } from '../../core/errors.ts';
import { isRecord } from '../../core/json.ts';
import type { Instant } from '../../core/model/outcome.ts';
import type { EmbeddedRoot } from '../../core/trust/embedded-root.ts';
import { GITHUB } from '../../core/trust/github.ts';
import { PUBLIC_GOOD } from '../../core/trust/public-good.ts';
import { parseJsonDocuments } from './json-documents.ts';
import type { JsonDocument } from './json-documents.ts';
import { base64Bytes, firstIssue, moment } from './schema.ts';
import { NEVER } from './trust-root.ts';
import type { Authority, Log, TrustRoot, Window } from './trust-root.ts';

/** `problems` are the entries that were left out, each with what is wrong with it; the rest of the root stands. */
export type ParsedTrustRoots = { readonly roots: readonly TrustRoot[]; readonly problems: readonly ToolError[] };

/** The largest known root has 31 kB. */
const ROOT_FILE_BYTES_MAX = 4 * 1024 * 1024;

const ROOT_MEDIA_TYPES: ReadonlySet<unknown> = new Set([
  'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  'application/vnd.dev.sigstore.trustedroot.v0.1+json',
  'application/vnd.dev.sigstore.trustedroot.v0.2+json',
]);

/** Names of protobuf-specs' `PublicKeyDetails` for keys that logs have, with how the key is written. */
const KEY_FORMATS: Readonly<Record<string, 'spki' | 'pkcs1'>> = {
  PKIX_ECDSA_P256_SHA_256: 'spki',
  PKIX_ECDSA_P384_SHA_384: 'spki',
  PKIX_ECDSA_P521_SHA_512: 'spki',
  PKIX_ED25519: 'spki',
  PKIX_RSA_PKCS1V15_2048_SHA256: 'spki',
  PKIX_RSA_PKCS1V15_3072_SHA256: 'spki',
  PKIX_RSA_PKCS1V15_4096_SHA256: 'spki',
  PKCS1_RSA_PKCS1V5: 'pkcs1',
};

// The specification leaves `start` optional, and then nothing says since when the key was believed: such an entry is refused.
const window = v.pipe(
  v.object({ start: moment, end: v.nullish(moment) }),
  v.transform(({ start, end }): Window => ({ start, end: end ?? NEVER })),
);
const authoritySchema = v.object({
  certChain: v.object({ certificates: v.pipe(v.array(v.object({ rawBytes: base64Bytes })), v.minLength(1)) }),
  validFor: window,
});
const identifier = v.object({ keyId: base64Bytes });
const logSchema = v.object({
  baseUrl: v.nullish(v.string(), ''),
  publicKey: v.object({ rawBytes: base64Bytes, keyDetails: v.string(), validFor: window }),
  logId: v.nullish(identifier),
  checkpointKeyId: v.nullish(identifier),
});

/** The roots that provtrace carries with it. */
export function embeddedTrustRoots(): readonly TrustRoot[] {
  return [PUBLIC_GOOD, GITHUB].flatMap((root) => toTrustRoot(root).roots);
}

/**
 * A file with one `trusted_root.json`, or with one on each line as `gh attestation trusted-root` writes it. Every document
 * becomes a domain of its own. Nothing is thrown: a file that is no root gives no roots and the problem.
 */
export function parseTrustedRoots(bytes: Uint8Array, name: string): ParsedTrustRoots {
  if (bytes.length > ROOT_FILE_BYTES_MAX) {
    return unreadable(name, { expected: `at most ${ROOT_FILE_BYTES_MAX} bytes`, got: `${bytes.length} bytes` });
  }
  const documents = parseJsonDocuments(bytes, name);
  const parsed = documents.map((document) =>
    readDocument(document, documents.length === 1 ? name : `${name}:${document.line}`, name),
  );
  return { roots: parsed.flatMap(({ roots }) => roots), problems: parsed.flatMap(({ problems }) => problems) };
}

function readDocument(document: JsonDocument, name: string, source: string): ParsedTrustRoots {
  if (!('error' in document)) return toTrustRoot({ name, source, document: document.value });
  const { expected = 'JSON', got, message } = document.error;
  return unreadable(name, { expected, got: got ?? message });
}

function toTrustRoot(root: Omit<EmbeddedRoot, 'asOf'> & { readonly asOf?: Instant }): ParsedTrustRoots {
  const { name, document } = root;
  if (!isRecord(document) || !ROOT_MEDIA_TYPES.has(document['mediaType'])) {
    const got = isRecord(document) ? `mediaType ${JSON.stringify(document['mediaType'])}` : typeof document;
    return unreadable(name, {
      expected: 'a trusted_root.json (application/vnd.dev.sigstore.trustedroot+json;version=0.1)',
      got,
    });
  }
  const authorities = readEntries({ name, document, field: 'certificateAuthorities' }, readAuthority);
  const timestamps = readEntries({ name, document, field: 'timestampAuthorities' }, readAuthority);
  const logs = readEntries({ name, document, field: 'tlogs' }, readLog);
  const certificateLogs = readEntries({ name, document, field: 'ctlogs' }, readLog);
  return {
    roots: [
      withoutUndefined({
        name,
        source: root.source,
        asOf: root.asOf,
        certificateAuthorities: authorities.read,
        timestampAuthorities: timestamps.read,
        logs: logs.read,
        certificateLogs: certificateLogs.read,
        requires: { logEntries: logs.required, certificateLogs: certificateLogs.required },
      }),
    ],
    problems: [authorities, timestamps, logs, certificateLogs].flatMap(({ problems }) => problems),
  };
}

type Declared = {
  readonly name: string;
  readonly document: Readonly<Record<string, unknown>>;
  readonly field: string;
};
type Entries<Entry> = {
  readonly read: readonly Entry[];
  readonly problems: readonly ToolError[];
  readonly required: 0 | 1;
};

/** A bad entry costs the entry and not the root: new kinds of keys appear in roots before clients know them. */
function readEntries<Entry>({ name, document, field }: Declared, read: (entry: unknown) => Entry): Entries<Entry> {
  const declared = document[field] ?? [];
  const entries: readonly unknown[] = Array.isArray(declared) ? declared : [declared];
  const good: Entry[] = [];
  const problems: ToolError[] = [];
  for (const [index, entry] of entries.entries()) {
    try {
      good.push(read(entry));
    } catch (cause) {
      problems.push(leftOut(`${name}: ${field}[${index}]`, cause));
    }
  }
  return { read: good, problems, required: entries.length === 0 ? 0 : 1 };
}

function readAuthority(entry: unknown): Authority {
  const { certChain, validFor } = v.parse(authoritySchema, entry);
  const certificates = certChain.certificates.map(({ rawBytes }) => rawBytes);
  const root = certificates.map((der) => new X509Certificate(der)).at(-1);
  // @sigstore/verify follows a chain to its root, and finds none in a chain that ends before it.
  if (root === undefined || !root.checkIssued(root)) throw new TypeError('a chain that does not end in its root');
  return { certificates, validFor };
}

function readLog(entry: unknown): Log {
  const { baseUrl, publicKey, logId, checkpointKeyId } = v.parse(logSchema, entry);
  const type = KEY_FORMATS[publicKey.keyDetails];
  const id = checkpointKeyId ?? logId;
  if (type === undefined) throw new TypeError(`key of unknown kind ${publicKey.keyDetails}`);
  if (id === null || id === undefined) throw new TypeError('no logId');
  const key = createPublicKey({ key: publicKey.rawBytes, format: 'der', type });
  return { url: baseUrl, id: id.keyId, publicKey: key, validFor: publicKey.validFor };
}

function leftOut(where: string, cause: unknown): ToolError {
  const reason = v.isValiError(cause) ? firstIssue(cause.issues) : messageOf(cause);
  return new ToolError('INVALID_CONFIGURATION', `${where} is left out`, {
    expected: 'a key or chain that can be read, with the moment since when it is valid',
    got: reason,
    cause,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function unreadable(name: string, detail: { readonly expected: string; readonly got: string }): ParsedTrustRoots {
  const hint = '`gh attestation trusted-root` and `cosign trusted-root create` write such files';
  return {
    roots: [],
    problems: [new ToolError('INVALID_CONFIGURATION', `${name} is no root of trust`, { ...detail, hint })],
  };
}
