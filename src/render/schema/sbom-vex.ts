import { STATED_STATUSES, STATEMENT_FORMATS } from '../../core/vex/model.ts';
import { VEX_SCHEMA } from '../sbom/statements-document.ts';
import type { Schema } from './build.ts';
import { either, exactly, list, oneWord, record, text } from './build.ts';
import { failed } from './report.ts';
import { about, attached, error, unheard } from './sbom-parts.ts';

const component: Schema = record(
  'A component of the best SBOM.',
  { id: text('Its name in the SBOM.'), name: text('Its name.') },
  { version: text('Its version.'), purl: text('Its package URL.') },
);

const statement: Schema = record(
  'What is stated about one vulnerability.',
  {
    vulnerability: text('Its name, as written.'),
    aliases: list('Other names.', text('A name.')),
    status: oneWord('In the words of VEX; reported where nobody judged it.', STATED_STATUSES),
    about: oneWord('What of the image it is about.', ['image', 'sameName', 'components', 'other', 'unjoined']),
    components: list('The components that it is about.', component),
    undecided: list('Components of which the version cannot be told to be meant.', component),
    products: list('As written; empty for the subject of the attestation.', text('A product.')),
    severities: list(
      'How bad, as one source rates it each.',
      record(
        'A rating, as written.',
        {},
        {
          level: text('A word.'),
          score: text('A number.'),
          method: text('Such as CVSSv31.'),
          vector: text('A vector.'),
          source: text('Who rates it.'),
        },
      ),
    ),
  },
  {
    justification: text('Why it does not affect, in the format’s fixed words.'),
    detail: text('The author’s words.'),
    fixedIn: text('Versions in which it is fixed.'),
    timestamp: text('When it was stated, as written.'),
  },
);

const read: Schema = record(
  'One that was read.',
  {
    ...attached.required,
    format: oneWord('What kind of document.', STATEMENT_FORMATS),
    statements: list('What it states; empty for one that is rejected.', statement),
  },
  {
    ...attached.optional,
    author: text('Who states it, in its own words.'),
    timestamp: text('When, as written.'),
    databaseUpdated: text('When the scanner’s knowledge was last updated, as written.'),
    tool: record(
      'What made it.',
      { name: text('Its name.') },
      { version: text('Its version.'), vendor: text('Whose it is.') },
    ),
  },
);

/** The document of `sbom --vex --format json`; of several images, an array of them. */
export const vexSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: VEX_SCHEMA,
  ...either(
    'What is stated about the vulnerabilities of an image, or why it could not be read.',
    record('Of one platform.', {
      schema: exactly('The name and version of this format.', VEX_SCHEMA),
      ...about,
      documents: list(
        'Best first. Nothing of it is provtrace’s own judgement.',
        either(
          'A document.',
          read,
          record('One that could not be read.', { ...attached.required, error }, attached.optional),
        ),
      ),
      unheard,
    }),
    failed(VEX_SCHEMA),
  ),
};
