import { RELATIONS, SIGNAL_STRENGTHS } from '../../core/model/evidence.ts';
import type { Schema } from './build.ts';
import { digest, either, exactly, list, moment, number, oneWord, part, record, text } from './build.ts';

const BINDINGS = ['index', 'platform', 'config', 'attestationManifest', 'commit', 'none'];
const relation = oneWord('How the two are related.', Object.keys(RELATIONS));

export const strength: Schema = oneWord('What the word of the source is worth, weakest first.', SIGNAL_STRENGTHS);

export const claim: Schema = either(
  'What is said.',
  record('That two things are related.', {
    kind: exactly('A relation.', 'edge'),
    from: part('entity', 'What is spoken of.'),
    relation,
    to: part('entity', 'What it is related to.'),
  }),
  record('That a thing has a value.', {
    kind: exactly('A value.', 'fact'),
    about: part('entity', 'What is spoken of.'),
    name: text('The name of the value; label:NAME for a label of the image.'),
    value: text('The value.'),
  }),
);

export const evidence: Schema = record(
  'One source that says one thing.',
  {
    claim: part('claim', 'What it says.'),
    strength,
    rank: number('Orders sources of one strength; the smaller number wins.'),
    boundBy: oneWord('By which digest the source is tied to the image.', BINDINGS),
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

export const problem: Schema = record(
  'A source that could not be heard, or that said something unreadable.',
  {
    collector: text('Who asked.'),
    at: part('entity', 'What was asked about.'),
    relations: list('What it could have said more about.', relation),
    code: text('What kind of problem it is; the values are a closed set that grows.'),
    message: text('What happened.'),
  },
  { hint: text('What can be done about it.') },
);

export const remark: Schema = record('What reading a document showed beside what it says.', {
  about: part('entity', 'What the document was read for.'),
  code: text('What kind of remark it is; the values are a closed set that grows.'),
  message: text('What was seen.'),
  location: text('Where in the document.'),
});

export const place: Schema = record(
  'A place where was looked.',
  {
    at: part('entity', 'What was looked for.'),
    carrier: text('The place.'),
    result: oneWord('What came of it; unheard is not absent.', ['found', 'absent', 'unheard']),
  },
  {
    asked: digest('The digest that was asked for, where it is another one.'),
    detail: text('What was found there, or why it was not heard.'),
    asOf: moment('When was looked, where the answer can change.'),
  },
);
