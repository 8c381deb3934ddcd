import { factWords } from '../../core/explain/facts.ts';
import { RELATIONS } from '../../core/model/evidence.ts';
import { EXPLAIN_SCHEMA } from '../explain/explain-document.ts';
import type { Schema } from './build.ts';
import { digest, either, exactly, list, moment, number, oneWord, part, record, text } from './build.ts';
import { check, document } from './document.ts';
import { entity } from './entity.ts';
import { problem, strength } from './evidence.ts';
import { failed, image, reference } from './report.ts';

const answers = list('The answers; one, where the fact has one.', text('An answer.'));

const outcome: Schema = either(
  'What the evidence comes to.',
  record('An answer.', { kind: exactly('It is settled.', 'settled'), answers, strength }),
  record('Equally strong answers that differ.', { kind: exactly('It is not settled.', 'conflict'), answers }),
  record('No answer.', { kind: oneWord('Nobody says, or somebody was not heard.', ['absent', 'unheard']) }),
);

const weighed: Schema = record(
  'One source that speaks of the fact.',
  {
    says: text('What it says.'),
    standing: oneWord('What came of it.', ['answer', 'candidate', 'dissent', 'discarded']),
    because: text('Why.'),
    about: part('entity', 'What is spoken of.'),
    asked: text(`The relation or value that it states; relations are ${Object.keys(RELATIONS).join(', ')}.`),
    strength,
    rank: number('Orders sources of one strength; the smaller number wins.'),
    boundBy: oneWord('By which digest the source is tied to the image.', [
      'index',
      'platform',
      'config',
      'attestationManifest',
      'commit',
      'none',
    ]),
    origin: record(
      'Where it was read.',
      { collector: text('Who read it.'), location: text('Where a person can look.') },
      { document: digest('The document that holds it.') },
    ),
  },
  {
    why: text('Why it is not stronger.'),
    labels: list('The labels of the image that it rests on.', text('The name of a label.')),
    asOf: moment('When it was read, where it can change.'),
  },
);

const buildLevel: Schema = record('What may be concluded of the build.', {
  level: number('The level of SLSA’s build track, 0 to 3.'),
  rule: text('What gave it.'),
  keepsFromNext: list('What keeps it from the next level.', text('A reason.')),
});

const explained: Schema = record(
  'One fact about an image.',
  {
    schema: exactly('The name and version of this format.', EXPLAIN_SCHEMA),
    reference,
    image,
    fact: oneWord('Which fact.', factWords()),
    outcome,
    rule: text('By which rule the answer won, or why there is none.'),
    evidence: list('All that was said of it, strongest first.', weighed),
    notUsed: list(
      'Documents that were not listened to.',
      record('One document.', { because: text('Why.'), document: part('document', 'The document.') }),
    ),
    unheard: list('Who could have said more.', part('problem', 'One source.')),
  },
  { buildLevel },
);

/** The explain document: one platform of `explain --format json` (an array of them for several). */
export const explainSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: EXPLAIN_SCHEMA,
  ...either('Why a container image’s chain says what it says about one fact.', explained, failed(EXPLAIN_SCHEMA)),
  $defs: { entity, check, document, problem },
};
