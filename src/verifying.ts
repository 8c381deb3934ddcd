import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseManagedKeys } from './adapters/sigstore/managed-key.ts';
import type { ManagedKey } from './adapters/sigstore/managed-key.ts';
import { parseTrustedRoots } from './adapters/sigstore/trusted-root-file.ts';
import type { TrustRoot } from './adapters/sigstore/trust-root.ts';
import { createSigstoreVerifier } from './adapters/sigstore/verifier.ts';
import type { OpenedVerifier, VerifierOptions } from './commands/command.ts';
import { ToolError } from './core/errors.ts';
import { parseDigest } from './core/model/digest.ts';
import type { CarriedDocument } from './core/model/statement.ts';

const TRUST_FILE_BYTES_MAX = 16 * 1024 * 1024;
const BUNDLE_FILE_BYTES_MAX = 64 * 1024 * 1024;
const BUNDLES_MAX = 10_000;

/** The verifier with the roots in use and what the command line adds. A file's root is never called as a built-in one is. */
export async function openVerifier(
  given: VerifierOptions,
  known: { roots: readonly TrustRoot[]; workingFolder: string },
): Promise<OpenedVerifier> {
  const { workingFolder, roots } = known;
  const added = await Promise.all(given.trustedRoots.map((path) => readRoots(resolve(workingFolder, path))));
  const keys = await Promise.all(given.keys.map((path) => readKeys(resolve(workingFolder, path))));
  return {
    verifier: createSigstoreVerifier({
      roots: [...roots, ...added.flat()],
      keys: keys.flat(),
      transparencyLog: given.transparencyLog,
    }),
    fingerprints: keys.flat().map(({ fingerprint }) => fingerprint),
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

function bundlesOf(bytes: Uint8Array, carrier: string): readonly CarriedDocument[] {
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

async function readBounded(path: string, bytesMax: number): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > bytesMax)
      throw new ToolError('TOO_LARGE', `${path} is too large`, {
        expected: `at most ${bytesMax} bytes`,
        got: `${size}`,
      });
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof ToolError) throw cause;
    throw new ToolError('USAGE', `${path} cannot be read`, { expected: 'a file', cause });
  }
}
