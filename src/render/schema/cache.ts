import type { Schema } from './build.ts';
import { digest, either, exactly, list, moment, number, record, text } from './build.ts';

const SCHEMA = 'provtrace/cache/1';
const schema = exactly('The name and version of this format.', SCHEMA);

/** The document of `cache ACTION --format json`. */
export const cacheSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: SCHEMA,
  ...either(
    'The local file, or what was done to it.',
    record(
      'info: where it is, how large, how fresh.',
      {
        schema,
        path: text('The file.'),
        bytes: number('Of the file.'),
        schemaVersion: number('Of its tables.'),
        contents: number('Documents that are kept under their digest.'),
        contentBytes: number('Of these.'),
        facts: number('What can change, as it was learned.'),
        staleFacts: number('Those of them that are past their life.'),
        images: number('Images that were seen.'),
      },
      { oldest: moment('When the first was learned.'), newest: moment('When the last was.') },
    ),
    record('prune: what was removed.', {
      schema,
      facts: number('How many.'),
      contents: number('How many documents.'),
      bytes: number('Of these.'),
    }),
    record('clear: it is empty now.', { schema, cleared: text('The file.') }),
    record('check: everything was hashed again.', {
      schema,
      contents: number('How many documents.'),
      damaged: list('Those that do not have their digest.', digest('What they should have.')),
      faults: list('What SQLite itself finds wrong.', text('A fault.')),
    }),
  ),
};
