import type { Schema } from './build.ts';
import { digest, either, list, number, oneWord, part, record, text, truth } from './build.ts';

const verdict = oneWord('Whether it was checked and holds; undecided where it was not heard.', [
  'pass',
  'fail',
  'undecided',
]);

const exception: Schema = record(
  'An image that need not meet a rule for a while.',
  {
    rule: text('The rule.'),
    reason: text('Why.'),
    owner: text('Who answers for it.'),
    expires: text('The last day on which it holds, in UTC.'),
  },
  { images: text('The images, as a pattern.'), digest: text('The digest of the image.') },
);

const rule: Schema = record(
  'One rule, held against the image.',
  {
    rule: text('Its name.'),
    pattern: text('The pattern by which it is for this image.'),
    found: { ...verdict, description: 'What was found, whatever is made of it.' },
    verdict: { ...verdict, description: 'What is made of it: pass where it holds, or a waiver lets it through.' },
    expired: list('Exceptions that would have let it through, had they not expired.', exception),
    judged: part('judged', 'What it requires, with what there is.'),
  },
  {
    waiver: record(
      'What keeps it from failing the image although it does not hold.',
      { kind: oneWord('How.', ['warn', 'exception']) },
      { exception },
    ),
  },
);

/** What a policy file made of the image. */
export const policy: Schema = record(
  'What the policy made of the image.',
  {
    verdict,
    reason: text('The same in a sentence.'),
    isUnruled: truth('No rule of the policy is for this image.'),
    rules: list('Each rule that is for the image.', rule),
  },
  { file: text('The policy file.'), digest: digest('Of its bytes.') },
);

const leaf: Schema = record(
  'One thing that is required.',
  {
    requirement: text('What is required: a stable name, such as provenance.ref.'),
    verdict,
    expected: text('What is required, in words.'),
    got: text('What there is.'),
    evidence: list('Where that was read.', text('A place.')),
    unheard: list(
      'Who could have said otherwise and was not heard.',
      record('A source.', { message: text('What went wrong.') }, { hint: text('What to do.') }),
    ),
  },
  { nearest: text('What would have passed and is nearest to what there is.') },
);

const branch: Schema = record(
  'Several things that are required together.',
  {
    join: oneWord('How many of them must hold.', ['all', 'any', 'atLeast']),
    requirement: text('What they are.'),
    verdict,
    parts: list('They.', part('judged', 'One of them.')),
    omitted: number('How many more there are of the same kind, none of which came nearer.'),
  },
  { n: number('Of atLeast: how many.') },
);

/** For `$defs`: it names itself. */
export const judged: Schema = either('What is required, with what there is.', leaf, branch);
