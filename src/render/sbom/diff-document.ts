import type { ComponentsDiff, ImageDiff } from '../../core/sbom/image-diff.ts';
import { documentsText } from '../json.ts';
import { aboutPart, componentPart, sbomPart, unheardPart } from './parts.ts';

export const SBOM_DIFF_SCHEMA = 'provtrace/sbom-diff/1';

export function renderDiffJson({ before, after, origin, components }: ImageDiff): string {
  return documentsText([
    {
      schema: SBOM_DIFF_SCHEMA,
      before: { ...aboutPart(before), unheard: before.unheard.map(unheardPart) },
      after: { ...aboutPart(after), unheard: after.unheard.map(unheardPart) },
      origin,
      components: components === undefined ? undefined : componentsPart(components),
    },
  ]);
}

function componentsPart({ from, to, added, removed, changed }: ComponentsDiff): object {
  return {
    from: sbomPart(from),
    to: sbomPart(to),
    added: added.map(componentPart),
    removed: removed.map(componentPart),
    changed: changed.map(({ before, after, facts }) => ({
      before: componentPart(before),
      after: componentPart(after),
      facts,
    })),
  };
}
