import type { Failed, ImageDocuments } from '../../core/sbom/image-documents.ts';
import { failurePart } from '../document-parts.ts';
import { documentsText } from '../json.ts';
import { aboutPart, sbomPart, unheardPart } from './parts.ts';

export const SBOM_LIST_SCHEMA = 'provtrace/sbom-list/1';

export function renderListJson(images: readonly (ImageDocuments | Failed)[]): string {
  return documentsText(
    images.map((image) =>
      image.kind === 'failed'
        ? failurePart(SBOM_LIST_SCHEMA, image)
        : {
            schema: SBOM_LIST_SCHEMA,
            ...aboutPart(image),
            sboms: image.sboms.map(sbomPart),
            unheard: image.unheard.map(unheardPart),
          },
    ),
  );
}
