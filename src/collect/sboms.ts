import { ToolError } from '../core/errors.ts';
import type { Dossier } from '../core/model/chain.ts';
import type { Digest } from '../core/model/digest.ts';
import type { ImageEntity } from '../core/model/entity.ts';
import type { CarriedDocument } from '../core/model/statement.ts';
import type { AttachedDocument, ListedFile } from '../core/sbom/attached.ts';
import { listedFiles } from '../core/sbom/attached.ts';
import type { Registry } from '../ports/registry.ts';
import type { StatementVerifier } from '../ports/statement-verifier.ts';

/** An SBOM of 100,000 components that says little of each has 70 MB. */
const FILE_BYTES_MAX = 128 * 1024 * 1024;
/** Files beside one image that are read: nightly scans gather. */
const FILES_MAX = 50;

export type ReadFiles = { readonly files: readonly AttachedDocument[]; readonly unread: readonly ToolError[] };

/** The files beside the image that the chain lists by name: SBOMs that nobody signed, under cosign's tags or as referrers. */
export async function readListedFiles(
  registry: Registry,
  dossier: Pick<Dossier, 'image' | 'gathered'>,
): Promise<ReadFiles> {
  const listed = listedFiles(dossier);
  const read = await Promise.all(
    listed.slice(0, FILES_MAX).map((file) => readFile(registry, dossier.image.root, file)),
  );
  const over =
    listed.length <= FILES_MAX
      ? []
      : [new ToolError('TOO_LARGE', `${listed.length} files beside the image, of which ${FILES_MAX} were read`)];
  return {
    files: read.flatMap((result) => (result instanceof ToolError ? [] : [result])),
    unread: [...read.flatMap((result) => (result instanceof ToolError ? [result] : [])), ...over],
  };
}

async function readFile(
  registry: Registry,
  { foundAt }: ImageEntity,
  file: ListedFile,
): Promise<AttachedDocument | ToolError> {
  let failure = new ToolError('NOT_READABLE', `the registry names the file ${file.document} and does not have it`);
  for (const at of foundAt) {
    const blob = await registry.fetchBlob(at, file.document, FILE_BYTES_MAX);
    if (blob.kind === 'found')
      return {
        ...file,
        trust: 'unsigned',
        grade: 'declared',
        why: 'unsigned',
        content: { kind: 'file', bytes: blob.value },
      };
    if (blob.kind === 'failed') failure = blob.error;
  }
  return failure;
}

/** `kept`: by the digest of each document, what carried it. */
export type KeepingVerifier = { readonly verifier: StatementVerifier; readonly kept: Map<Digest, CarriedDocument> };

/** A verifier that keeps what it was given, as it was carried: what a document says letter for letter is in no statement. */
export function keepingVerifier(verifier: StatementVerifier): KeepingVerifier {
  const kept = new Map<Digest, CarriedDocument>();
  return {
    kept,
    verifier: {
      verify: async (carried) => {
        const documents = await verifier.verify(carried);
        for (const { document } of documents) if (!kept.has(document)) kept.set(document, carried);
        return documents;
      },
    },
  };
}
