import type { Sbom, Tool } from './model.ts';
import { namedDigestsOf } from './named-digests.ts';
import type { Notes } from './notes.ts';
import type { WriteOptions } from './write-options.ts';

/** What documents say of themselves and no single document that is made of them can say again. */
export function tellDocumentLosses(
  { documents, root, namedDigests }: Sbom,
  { created }: WriteOptions,
  notes: Notes,
): void {
  notes.lose(
    'unwritten',
    'identifiers of documents',
    documents.filter(({ identifier }) => identifier !== undefined).length,
  );
  notes.lose(
    'unwritten',
    'times of documents',
    documents.filter((document) => document.created !== undefined && document.created !== created).length,
  );
  notes.lose('unwritten', 'which of the documents lists what', documents.length > 1 ? documents.length : 0);
  const written = root === undefined ? [] : namedDigestsOf(root);
  const lost = namedDigests.filter((digest) => !written.includes(digest));
  notes.lose('unwritten', 'digests by which the root is known', lost.length);
}

/** The tools of all documents and the one that writes, each once. */
export function toolsOf({ documents }: Sbom, { tool }: WriteOptions): readonly Tool[] {
  const tools = [...documents.flatMap((document) => document.tools), tool];
  return [...new Map(tools.map((each) => [`${each.vendor}\n${each.name}\n${each.version}`, each])).values()];
}
