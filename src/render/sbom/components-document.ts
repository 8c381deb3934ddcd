import { documentsText } from '../json.ts';
import type { ComponentsReport } from './index.ts';
import { aboutPart, componentPart, lossPart, problemPart, sbomPart } from './parts.ts';

export const SBOM_SCHEMA = 'provtrace/sbom/1';

/** The components in provtrace's own model: what `schema/sbom.ts` describes. */
export function renderComponentsJson({ sbom, found, images, problems }: ComponentsReport): string {
  const { documents, root, components, edges, namedDigests, losses } = sbom;
  return documentsText([
    {
      schema: SBOM_SCHEMA,
      images: images.map(aboutPart),
      sources: found.map(sbomPart),
      documents,
      root: root === undefined ? undefined : componentPart(root),
      components: components.map(componentPart),
      edges,
      namedDigests,
      losses: losses.map(lossPart),
      problems: problems.map(problemPart),
    },
  ]);
}
