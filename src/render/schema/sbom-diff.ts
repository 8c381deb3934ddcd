import { CHANGED_FACTS } from '../../core/sbom/diff.ts';
import { ORIGIN_STEPS } from '../../core/sbom/image-diff.ts';
import { SBOM_DIFF_SCHEMA } from '../sbom/diff-document.ts';
import type { Schema } from './build.ts';
import { exactly, list, oneWord, record, text } from './build.ts';
import { grade } from './report.ts';
import { about, component, sbom, unheard } from './sbom-parts.ts';

const side: Schema = record('One of the images.', { ...about, unheard });
const answer: Schema = record(
  'What the step came to.',
  {},
  {
    answer: text('On one line.'),
    grade,
    gap: oneWord('Why there is no answer.', ['absent', 'unheard', 'conflict']),
  },
);

/** The document of `sbom diff --format json`. */
export const sbomDiffSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: SBOM_DIFF_SCHEMA,
  ...record(
    'How one image differs from another.',
    {
      schema: exactly('The name and version of this format.', SBOM_DIFF_SCHEMA),
      before: side,
      after: side,
      origin: list(
        'The steps of the chain that differ in answer or grade.',
        record('One of them.', { step: oneWord('Which step.', ORIGIN_STEPS), before: answer, after: answer }),
      ),
    },
    {
      components: record('By the best SBOM of each; missing where one of them has none that holds.', {
        from: sbom,
        to: sbom,
        added: list('In the second alone.', component),
        removed: list('In the first alone.', component),
        changed: list(
          'In both, and not the same.',
          record('One of them.', {
            before: component,
            after: component,
            facts: list('What differs.', oneWord('A fact.', CHANGED_FACTS)),
          }),
        ),
      }),
    },
  ),
};
