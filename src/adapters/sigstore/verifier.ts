import { createHash } from 'node:crypto';
import type { Digest } from '../../core/model/digest.ts';
import { parseDigest } from '../../core/model/digest.ts';
import type { CarriedDocument, Checked, SignedDocument } from '../../core/model/statement.ts';
import type { StatementVerifier } from '../../ports/statement-verifier.ts';
import { asCheckFailure } from './check-failure.ts';
import { parseJsonDocuments } from './json-documents.ts';
import type { ManagedKey } from './managed-key.ts';
import { openBundle } from './open-bundle.ts';
import type { OpenedBundle } from './opened-bundle.ts';
import type { TrustRoot } from './trust-root.ts';
import type { BundleVerifier } from './verify-bundle.ts';
import type { Carried, CheckedDocument } from './verify-document.ts';
import { verifyDocument } from './verify-document.ts';

export type SigstoreVerifierSettings = {
  /** Each a domain of its own, never pooled. Of several that have a certificate's authority, the first in which the document holds. */
  readonly roots: readonly TrustRoot[];
  readonly keys: readonly ManagedKey[];
  /**
   * Of signatures by managed keys. `notRequired` loses that anybody could see that the key signed, and every proof of when:
   * whoever stole the key signs unseen. Of certificates, the root of trust says what is required.
   */
  readonly transparencyLog: 'required' | 'notRequired';
};

export interface SigstoreVerifier extends StatementVerifier {
  /** A bundle with a message signature over `artifact`. Nothing is thrown. */
  verifyArtifact(bundle: unknown, artifact: Uint8Array): Promise<Checked>;
}

/** One image is met under many names, and has few documents. */
const REMEMBERED_MAX = 256;

/**
 * Cryptography and identity: who signed, when, and by which root that is known. Whether the signer may speak for the image, and
 * whether the document is about it, is decided elsewhere. The libraries are loaded when the first signature is met.
 */
export function createSigstoreVerifier(settings: SigstoreVerifierSettings): SigstoreVerifier {
  const check = lazily(settings);
  const remembered = new Map<string, Promise<readonly CheckedDocument[]>>();
  return {
    async verify(carried) {
      const key = keyOf(carried);
      const known = remembered.get(key) ?? verifyDocument(carried, check);
      remember(remembered, key, known);
      const documents = await known;
      const digests = digestsOf(carried, documents.length);
      return documents.map((document, index): SignedDocument => ({
        ...document,
        document: digests[index] ?? carried.document,
        carrier: carried.carrier,
      }));
    },
    async verifyArtifact(bundle, artifact) {
      try {
        return await check(openBundle(bundle, Buffer.from(artifact)));
      } catch (error) {
        return asCheckFailure(error, { code: 'MALFORMED_BUNDLE', expected: 'a Sigstore bundle' }).checked;
      }
    },
  };
}

function lazily(settings: SigstoreVerifierSettings): (opened: OpenedBundle) => Promise<Checked> {
  let verifier: Promise<BundleVerifier> | undefined;
  return async (opened) => {
    verifier ??= import('./verify-bundle.ts').then(({ createBundleVerifier }) => createBundleVerifier(settings));
    return (await verifier)(opened);
  };
}

/** Of several documents in one file each is known by its own bytes: what one of them is worth must not be taken for another's. */
function digestsOf({ bytes, document }: CarriedDocument, count: number): readonly Digest[] {
  if (count === 1) return [document];
  return parseJsonDocuments(bytes, 'the document').map((each) => {
    const text = 'bytes' in each ? each.bytes : `line ${each.line} of ${document}`;
    return parseDigest(`sha256:${createHash('sha256').update(text).digest('hex')}`) ?? document;
  });
}

/** The answer depends on nothing else: the same bytes with the same annotations are checked once in a run. */
function keyOf({ form, bytes, annotations }: Carried): string {
  const sorted = Object.entries(annotations).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([form, sorted]))
    .update(bytes)
    .digest('base64');
}

function remember(
  remembered: Map<string, Promise<readonly CheckedDocument[]>>,
  key: string,
  documents: Promise<readonly CheckedDocument[]>,
): void {
  remembered.set(key, documents);
  if (remembered.size <= REMEMBERED_MAX) return;
  for (const oldest of remembered.keys()) {
    remembered.delete(oldest);
    return;
  }
}
