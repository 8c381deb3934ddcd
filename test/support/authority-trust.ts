import { createHash } from 'node:crypto';
import { parseManagedKeys } from '../../src/adapters/sigstore/managed-key.ts';
import type { ManagedKey } from '../../src/adapters/sigstore/managed-key.ts';
import type { TrustRoot } from '../../src/adapters/sigstore/trust-root.ts';
import { parseTrustedRoots } from '../../src/adapters/sigstore/trusted-root-file.ts';
import type { SigstoreVerifierSettings } from '../../src/adapters/sigstore/verifier.ts';
import { createSigstoreVerifier } from '../../src/adapters/sigstore/verifier.ts';
import type { Digest } from '../../src/core/model/digest.ts';
import { parseDigest } from '../../src/core/model/digest.ts';
import type { CarriedDocument, Checked, SignedDocument } from '../../src/core/model/statement.ts';
import type { Authority } from './authority.ts';
import type { BundleJson } from './authority-documents.ts';

/** The roots of a file of which every entry can be read. */
export function rootsIn(bytes: Uint8Array, name: string): readonly TrustRoot[] {
  const { roots, problems } = parseTrustedRoots(bytes, name);
  const [problem] = problems;
  if (problem !== undefined) throw problem;
  return roots;
}

export function managedKeysIn(pem: string, name: string): readonly ManagedKey[] {
  return parseManagedKeys(pem, name);
}

/** Trust in these authorities of the tests, each a domain under its own name. */
export function trustIn(
  authorities: readonly Authority[],
  settings: Partial<SigstoreVerifierSettings> = {},
): SigstoreVerifierSettings {
  const roots = authorities.flatMap(({ name, trustedRootJson }) => rootsIn(Buffer.from(trustedRootJson), name));
  return { roots, keys: [], transparencyLog: 'required', ...settings };
}

type Parts = {
  readonly form: CarriedDocument['form'];
  readonly bytes: Uint8Array;
  readonly annotations?: Readonly<Record<string, string>>;
};

/** The bytes as a carrier of the tests holds them. */
export function carried({ form, bytes, annotations = {} }: Parts): CarriedDocument {
  return { form, bytes, annotations, document: digestOf(bytes), carrier: 'test' };
}

export function carriedBundle(bundle: BundleJson): CarriedDocument {
  return carried({ form: 'bundle', bytes: Buffer.from(JSON.stringify(bundle)) });
}

/** The one document that the bytes hold, as a new verifier finds it. */
export async function verifyOne(document: CarriedDocument, trust: SigstoreVerifierSettings): Promise<SignedDocument> {
  const [only, ...more] = await createSigstoreVerifier(trust).verify(document);
  if (only === undefined || more.length > 0) throw new Error(`${more.length + 1} documents`);
  return only;
}

/** `verified`, or the assurance with its code: `rejected BAD_SIGNATURE`. */
export function verdict(checked: Checked): string {
  return checked.assurance === 'verified' ? 'verified' : `${checked.assurance} ${checked.code}`;
}

export async function verdictOn(document: CarriedDocument, trust: SigstoreVerifierSettings): Promise<string> {
  return verdict((await verifyOne(document, trust)).checked);
}

export function digestOf(bytes: Uint8Array): Digest {
  const digest = parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  if (digest === undefined) throw new Error('no digest');
  return digest;
}
