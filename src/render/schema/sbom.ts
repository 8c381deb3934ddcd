import { EDGE_KINDS } from '../../core/sbom/model.ts';
import { SBOM_SCHEMA } from '../sbom/components-document.ts';
import type { Schema } from './build.ts';
import { digest, exactly, list, oneWord, record, text } from './build.ts';
import { about, author, component, format, losses, problems, sbom, tools } from './sbom-parts.ts';

const edge: Schema = record('A tie between components.', {
  from: text('A component, by its id.'),
  kind: oneWord('What ties it.', EDGE_KINDS),
  to: text('Another one.'),
});

const document: Schema = record(
  'What a document says of itself.',
  {
    format,
    specVersion: text('The version of the format.'),
    tools,
    authors: list('Who wrote it.', author),
  },
  {
    identifier: text('Its own name in the world.'),
    name: text('What it calls itself.'),
    created: text('When it was made, as written.'),
  },
);

/** The document of `sbom --format json`. */
export const sbomSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: SBOM_SCHEMA,
  ...record(
    'The components of an image, in provtrace’s own model.',
    {
      schema: exactly('The name and version of this format.', SBOM_SCHEMA),
      images: list('The platforms that it is of.', record('A platform.', about)),
      sources: list('The SBOMs that it was made of.', sbom),
      documents: list('What these say of themselves.', document),
      components: list('All that is listed, without the root.', component),
      edges: list('What depends on what, and what contains what.', edge),
      namedDigests: list('The images that the root names.', digest('One of them.')),
      losses,
      problems,
    },
    { root: component },
  ),
};
