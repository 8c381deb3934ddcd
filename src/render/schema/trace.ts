import { STEP_NAMES } from '../../core/model/report.ts';
import { TRACE_SCHEMA } from '../trace-document.ts';
import type { Schema } from './build.ts';
import { address, either, exactly, list, moment, oneWord, part, record, text } from './build.ts';
import { check, document } from './document.ts';
import { entity } from './entity.ts';
import { claim, evidence, place, problem, remark, strength } from './evidence.ts';
import { failed, grade, grades, image, reference } from './report.ts';

const schema = exactly('The name and version of this format.', TRACE_SCHEMA);
const detail: Schema = record(
  'A named value that belongs to a step.',
  { name: text('Its name.'), value: text('Its value.') },
  { grade: strength, link: address('Where a person can look.') },
);

const dissent: Schema = record(
  'Another answer, which did not win.',
  { answer: text('The answer.'), grade: strength, from: text('Who gives it.') },
  { why: text('Why it is not stronger.') },
);

const step: Schema = record(
  'A step of the chain: an answer with its grade, or a gap.',
  {
    name: oneWord('Which step.', STEP_NAMES),
    details: list('Named values that belong to the step.', detail),
    why: list('Why it is not verified, or why there is no answer, strongest reason first.', text('A phrase.')),
    support: list('The evidence for the answer, best first.', part('evidence', 'One source.')),
    dissent: list('Other answers; in a conflict, all candidates.', dissent),
  },
  {
    grade: grade,
    gap: oneWord('Why there is no answer: nobody says, a source was not heard, or answers conflict.', [
      'absent',
      'unheard',
      'conflict',
    ]),
    answer: text('What the step comes to, on one line.'),
    entity: part('entity', 'What the step leads to.'),
    link: address('Where a person can look.'),
    asOf: moment('When it was learned, where it can change.'),
  },
);

const factFields = {
  about: part('entity', 'What has the value.'),
  name: text('The name of the value; label:NAME for a label of the image.'),
  strength,
  support: list('The evidence for the value.', part('evidence', 'One source.')),
  dissent: list('Evidence for other values.', part('evidence', 'One source.')),
};
const fact: Schema = either(
  'A named value.',
  record('A value that the evidence settles.', { ...factFields, value: text('The value.') }),
  record('A value that the evidence does not settle.', {
    ...factFields,
    conflict: list('The values that conflict.', text('A value.')),
  }),
);

const finding: Schema = record('Something that does not fit, or promises less than it seems to.', {
  code: text('What kind of finding it is.'),
  severity: oneWord('How bad it is.', ['high', 'warn', 'info']),
  about: part('entity', 'What it is about.'),
  message: text('What was seen, with both sides.'),
  advice: text('What to do about it.'),
  evidence: list('The evidence that it rests on.', part('evidence', 'One source.')),
});

const traced: Schema = record(
  'An image that was traced.',
  {
    schema,
    reference,
    image,
    grades,
    steps: list('The chain, from the image on.', part('step', 'One step.')),
    facts: list('The named values along the chain.', part('fact', 'One value.')),
    findings: list('The findings, worst first.', part('finding', 'One finding.')),
    problems: list('The sources that were not heard.', part('problem', 'One problem.')),
    places: list('The places where was looked.', part('place', 'One place.')),
    documents: list('The documents that were found.', part('document', 'One document.')),
    remarks: list('What reading the documents showed beside what they say.', part('remark', 'One remark.')),
    evidence: list('All that was said, also what bears on no step.', part('evidence', 'One source.')),
  },
  {
    bases: list('The base images, nearest first; missing where their provenance was not asked for.', {
      $ref: '#',
      description:
        'The base, traced for itself without its people; one that could not be read has an error, and is unheard.',
    }),
  },
);

/** The trace document: one image of `trace --format json` (an array of them for several images), or one line of `ndjson`. */
export const traceSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: TRACE_SCHEMA,
  ...either(
    'Where a container image came from, and how each step of the answer is known.',
    traced,
    failed(TRACE_SCHEMA),
  ),
  $defs: { entity, claim, evidence, check, document, problem, place, remark, step, fact, finding },
};
