import { SBOM_LIST_SCHEMA } from '../sbom/list-document.ts';
import type { Schema } from './build.ts';
import { either, exactly, list, record } from './build.ts';
import { failed } from './report.ts';
import { about, sbom, unheard } from './sbom-parts.ts';

/** The document of `sbom --list --format json`; of several images, an array of them. */
export const sbomListSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: SBOM_LIST_SCHEMA,
  ...either(
    'The SBOMs of an image, or why it could not be read.',
    record('The SBOMs of one platform.', {
      schema: exactly('The name and version of this format.', SBOM_LIST_SCHEMA),
      ...about,
      sboms: list('Best first.', sbom),
      unheard,
    }),
    failed(SBOM_LIST_SCHEMA),
  ),
};
