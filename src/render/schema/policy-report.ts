import { policySchemaName } from '../policy/policy-document.ts';
import type { Schema } from './build.ts';
import { either, exactly, list, number, oneWord, part, record, text, truth } from './build.ts';

const VERDICTS = ['pass', 'fail', 'undecided'];
const warnings = list('What whoever wrote the policy should know.', text('A sentence.'));
const path = text('The policy file.');
const mode = oneWord('Whether what does not hold fails, or is only told.', ['enforce', 'warn']);

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

function schemaOf(action: 'check' | 'explain' | 'test', schema: Schema, $defs: Record<string, Schema> = {}): Schema {
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title: policySchemaName(action), ...schema, $defs };
}

function named(action: 'check' | 'explain' | 'test'): Schema {
  return exactly('The name and version of this format.', policySchemaName(action));
}

/** What `policy check --format json` writes. */
export const policyCheckSchema: Schema = schemaOf(
  'check',
  record('A policy file that can be used.', {
    schema: named('check'),
    path,
    rules: list(
      'Its rules.',
      record('A rule.', { name: text('Its name.'), images: list('Its patterns.', text('A pattern.')), mode }),
    ),
    exceptions: number('How many exceptions it has.'),
    expired: list('Those that have expired.', exception),
    warnings,
  }),
);

const demand: Schema = either(
  'What is required.',
  record('One requirement.', {
    requirement: text('A stable name, such as provenance.ref.'),
    expected: text('What is required, in words.'),
  }),
  record('Several that are joined.', {
    join: text('How.'),
    parts: list('They.', part('demand', 'One of them.')),
  }),
);

/** What `policy explain --format json` writes. */
export const policyExplainSchema: Schema = schemaOf(
  'explain',
  record('The rules that bear on an image.', {
    schema: named('explain'),
    path,
    image: text('The image, without tag or digest.'),
    rules: list(
      'The rules.',
      record('A rule.', {
        rule: text('Its name.'),
        pattern: text('The pattern by which it is for the image.'),
        mode,
        platforms: list('What it wants of platforms.', text('In words.')),
        requires: list('What it requires.', part('demand', 'One demand.')),
        exceptions: list('Exceptions from it that may be for the image.', exception),
      }),
    ),
    byDefault: oneWord('What becomes of an image without a rule.', ['deny', 'report']),
    warnings,
  }),
  { demand },
);

/** What `policy test --format json` writes. */
export const policyTestSchema: Schema = schemaOf(
  'test',
  record('Layouts that were held against a policy.', {
    schema: named('test'),
    path,
    cases: list(
      'They.',
      record('One layout.', {
        name: text('Its folder.'),
        expected: oneWord('The verdict that was expected.', VERDICTS),
        got: oneWord('The verdict, or that it could not be read.', [...VERDICTS, 'unread']),
        reason: text('The verdict in a sentence.'),
        isAsExpected: truth('Whether all is as expected.'),
        notFailing: list('Requirements that were to fail and did not.', text('A stable name.')),
      }),
    ),
  }),
);
