import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join, resolve } from 'node:path';
import type { HttpClient } from './adapters/http/http.ts';
import { parseManagedKeys } from './adapters/sigstore/managed-key.ts';
import type { ManagedKey } from './adapters/sigstore/managed-key.ts';
import { embeddedTrustRoots, parseTrustedRoots } from './adapters/sigstore/trusted-root-file.ts';
import type { TrustRoot } from './adapters/sigstore/trust-root.ts';
import { whileLocked } from './adapters/store/file-lock.ts';
import { rootRepositories } from './adapters/trust/root-repositories.ts';
import { createTrustFiles } from './adapters/trust/trust-files.ts';
import { createSigstoreVerifier } from './adapters/sigstore/verifier.ts';
import type { OpenedVerifier, VerifierOptions } from './commands/command.ts';
import { withoutUndefined } from './core/defined.ts';
import { ToolError } from './core/errors.ts';
import type { Digest } from './core/model/digest.ts';
import { parseDigest } from './core/model/digest.ts';
import type { CarriedDocument } from './core/model/statement.ts';
import type { KeptPin } from './core/model/trust-report.ts';
import type { PinSettings, Settings } from './core/settings/settings.ts';
import type { Clock } from './ports/clock.ts';
import type { TrustFiles } from './ports/trust-files.ts';

const TRUST_FILE_BYTES_MAX = 16 * 1024 * 1024;
const BUNDLE_FILE_BYTES_MAX = 64 * 1024 * 1024;
const NAMED_FILE_BYTES_MAX = 16 * 1024 * 1024;
const BUNDLES_MAX = 10_000;

/** The user's trust files with what the configuration adds to them. */
export type Trusting = {
  readonly files: TrustFiles;
  readonly loadRoots: () => Promise<readonly TrustRoot[]>;
  readonly loadKeys: () => Promise<readonly ManagedKey[]>;
};

export function openTrust(options: {
  readonly folder: string | undefined;
  readonly workingFolder: string;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly http: () => HttpClient;
}): Trusting {
  const { folder, workingFolder, clock, settings, http } = options;
  const { roots = [], keys = [], pins = [] } = settings.trust ?? {};
  const files = createTrustFiles({
    folder: folder === undefined ? undefined : join(folder, 'trust'),
    workingFolder,
    clock,
    roots: { embedded: embeddedTrustRoots, parse: parseTrustedRoots },
    configuredRoots: roots,
    readKeys: parseManagedKeys,
    repositories: rootRepositories(http),
    whileLocked,
  });
  const configured = pins.map(toPin);
  return {
    files: { ...files, readPins: async () => [...configured, ...(await files.readPins())] },
    loadRoots: () => files.loadRoots(),
    loadKeys: async () => [...(await files.loadKeys()), ...(await Promise.all(keys.map(readKeys))).flat()],
  };
}

function toPin(pin: PinSettings): KeptPin {
  if ('key' in pin) return { images: pin.images, signer: { kind: 'key', fingerprint: pin.key } };
  const { images, issuer } = pin;
  const named =
    'identity' in pin
      ? { identity: pin.identity, match: 'exact' as const }
      : { identity: pin.identityPattern, match: 'pattern' as const };
  const root = pin.root === undefined ? undefined : `file:${pin.root}`;
  return withoutUndefined({ images, signer: { kind: 'certificate' as const, issuer, ...named }, root });
}

/** The verifier with what is trusted always, and what the command line adds. A file's root is never called as a built-in one is. */
export async function openVerifier(
  given: VerifierOptions,
  known: { trust: Trusting; workingFolder: string },
): Promise<OpenedVerifier> {
  const { workingFolder, trust } = known;
  const [roots, keys] = await Promise.all([trust.loadRoots(), trust.loadKeys()]);
  const addedRoots = await Promise.all(given.trustedRoots.map((path) => readRoots(resolve(workingFolder, path))));
  const addedKeys = (await Promise.all(given.keys.map((path) => readKeys(resolve(workingFolder, path))))).flat();
  const policyKeys = (given.policyKeys ?? []).flatMap(({ pem, path }) => parseManagedKeys(pem, path));
  const verifier = createSigstoreVerifier({
    roots: [...roots, ...addedRoots.flat()],
    keys: [...addedKeys, ...policyKeys, ...keys],
    transparencyLog: given.transparencyLog,
  });
  return {
    verifier,
    verifyArtifact: (bundle, artifact) => verifier.verifyArtifact(bundle, artifact),
    fingerprints: addedKeys.map(({ fingerprint }) => fingerprint),
    trustedRootsOf: async (names) => {
      const { trustedRootLines } = await import('./adapters/sigstore/write-trusted-root.ts');
      return trustedRootLines([...roots, ...addedRoots.flat()].filter(({ name }) => names.has(name)));
    },
  };
}

async function readRoots(path: string): Promise<readonly TrustRoot[]> {
  const { roots, problems } = parseTrustedRoots(await readBounded(path, TRUST_FILE_BYTES_MAX), `file:${path}`);
  const [problem] = problems;
  if (roots.length === 0)
    throw (
      problem ??
      new ToolError('INVALID_CONFIGURATION', `${path} holds no root of trust`, { expected: 'trusted_root.json' })
    );
  return roots;
}

async function readKeys(path: string): Promise<readonly ManagedKey[]> {
  return parseManagedKeys(new TextDecoder().decode(await readBounded(path, TRUST_FILE_BYTES_MAX)), path);
}

/** Undefined for what is no public key. */
export function keyFingerprint(pem: string): Digest | undefined {
  try {
    return parseManagedKeys(pem, 'the key')[0]?.fingerprint;
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

/** A file that the user names, of a manifest, a policy or the like. */
export function readNamedFile(path: string, workingFolder: string): Promise<Uint8Array> {
  return readBounded(resolve(workingFolder, path), NAMED_FILE_BYTES_MAX);
}

/** Bundles in a file: one JSON document, or one a line. */
export async function readBundles(
  paths: readonly string[],
  workingFolder: string,
): Promise<readonly CarriedDocument[]> {
  const files = await Promise.all(
    paths.map((path) => readBounded(resolve(workingFolder, path), BUNDLE_FILE_BYTES_MAX)),
  );
  return files.flatMap((bytes, index) => bundlesOf(bytes, `bundle file ${paths[index]}`));
}

/** @throws ToolError `TOO_LARGE` */
export function bundlesOf(bytes: Uint8Array, carrier: string): readonly CarriedDocument[] {
  const lines = isOneDocument(bytes) ? [bytes] : linesOf(bytes);
  if (lines.length > BUNDLES_MAX)
    throw new ToolError('TOO_LARGE', `${carrier} holds too many bundles`, {
      expected: `at most ${BUNDLES_MAX}`,
      got: `${lines.length}`,
    });
  return lines.map((line): CarriedDocument => {
    const document = parseDigest(`sha256:${createHash('sha256').update(line).digest('hex')}`);
    if (document === undefined) throw new Error('a SHA-256 hash is a digest');
    return { form: 'bundle', bytes: line, document, annotations: {}, carrier };
  });
}

function isOneDocument(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder().decode(bytes));
    return true;
  } catch {
    return false;
  }
}

function linesOf(bytes: Uint8Array): Uint8Array[] {
  return new TextDecoder()
    .decode(bytes)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => new TextEncoder().encode(line));
}

/** Read with its bound: what is no plain file has no size to ask for. */
async function readBounded(path: string, bytesMax: number): Promise<Uint8Array> {
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of createReadStream(path)) {
      if (!Buffer.isBuffer(chunk)) continue;
      size += chunk.length;
      if (size > bytesMax)
        throw new ToolError('TOO_LARGE', `${path} is too large`, { expected: `at most ${bytesMax} bytes` });
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (cause) {
    if (cause instanceof ToolError) throw cause;
    throw new ToolError('USAGE', `${path} cannot be read`, { expected: 'a file', cause });
  }
}
