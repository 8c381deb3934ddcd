import { ToolError } from '../errors.ts';
import { absent, failed, found } from '../model/outcome.ts';
import type { Digest } from '../model/digest.ts';
import type { FoundSbom } from '../sbom/found.ts';
import type { Component } from '../sbom/model.ts';
import type { ImageDocuments, Unheard } from '../sbom/image-documents.ts';
import { statementsAbout } from '../vex/found.ts';
import type { Fact, PolicyInput, SbomFact } from './policy-input.ts';
import { scanFacts } from './scans.ts';

/** What SBOMs, scans and VEX documents beside an image tell. Where one of them is listed and could not be read, the answer hangs on it. */
export function knownDocuments(
  image: ImageDocuments,
  unread: readonly Unheard[],
): Pick<PolicyInput, 'sboms' | 'scans'> {
  const { root, digests } = image.traced.dossier.image;
  const scans = scanFacts(statementsAbout(image).statements, {
    digests: [root.digest, ...digests.indexes, digests.config],
    names: [],
  });
  const sboms = image.sboms.filter(({ trust }) => trust !== 'rejected').map(sbomFact);
  return { sboms: factOf(sboms, unread), scans: factOf(scans, unread) };
}

function factOf<Item extends { readonly document: Digest }>(
  items: readonly Item[],
  [first]: readonly Unheard[],
): Fact<readonly Item[]> {
  if (first !== undefined)
    return failed(new ToolError(first.code, first.message, first.hint === undefined ? {} : { hint: first.hint }));
  if (items.length === 0) return absent('none is beside the image');
  return found({ value: items, places: items.map(({ document }) => document) });
}

/** The image itself is no package in it: where that is all that is listed, nothing is. */
function packagesOf(
  components: readonly Component[],
  root: Component | undefined,
): Pick<SbomFact, 'purls' | 'unidentified'> {
  const purls = components.flatMap(({ purl }) => purl?.canonical ?? []);
  return {
    purls: purls.length === 0 ? [] : [...(root?.purl === undefined ? [] : [root.purl.canonical]), ...purls],
    unidentified: components.flatMap(({ purl, name }) => (purl === undefined ? [name] : [])),
  };
}

/** One that cannot be read lists nothing, so nothing can be ruled out by it. */
function sbomFact({ document, reading, binding, content, boundBy }: FoundSbom): SbomFact {
  if (reading.kind === 'refused') return { document, format: 'unreadable', isBound: false, purls: [] };
  const { documents, components, root } = reading.sbom;
  const [first] = documents;
  // The subject of the statement around it is a digest of the image, unless the SBOM itself says that it is another's.
  const isSubject = content.kind === 'predicate' && (boundBy === 'platform' || boundBy === 'index');
  return {
    document,
    format: first?.format ?? 'unknown',
    isBound: binding === 'named' || (binding === 'silent' && isSubject),
    ...(first?.created === undefined ? {} : { created: first.created }),
    ...packagesOf(components, root),
  };
}
