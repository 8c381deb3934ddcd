import { REQUIREMENT_NAMES } from '../../core/policy/requirements.ts';
import { VERIFY_SCHEMA } from '../verify/verify-document.ts';
import type { Schema } from './build.ts';
import { digest, either, exactly, list, number, oneWord, part, record, text, truth } from './build.ts';
import { check, document } from './document.ts';
import { entity } from './entity.ts';
import { problem } from './evidence.ts';
import { failed, grades, image, reference } from './report.ts';
import { judged as judgedParts, policy } from './verify-policy.ts';

const requirement: Schema = record('One requirement, held against one document.', {
  requirement: oneWord('What was required.', REQUIREMENT_NAMES),
  holds: truth('Whether the document meets it.'),
  expected: text('What was required, in words.'),
  got: text('What the document has.'),
});

const workflow: Schema = record('The workflow that signed.', {
  repository: text('The address of its repository.'),
  path: text('Its file.'),
  ref: text('Its ref, or the commit that it was called at.'),
});

const source: Schema = record(
  'What the image was made from, as the document states.',
  {},
  {
    repository: text('The address of the repository.'),
    ref: text('The ref.'),
    commit: text('The commit.'),
  },
);

const judged: Schema = record(
  'A document that was held against the requirements.',
  {
    document: digest('The digest of the document.'),
    carrier: text('Where it was found.'),
    predicateType: text('What it states.'),
    about: record('What it is about.', {
      digest: digest('The digest in it.'),
      boundBy: oneWord('What has this digest.', ['platform', 'index', 'attestationManifest', 'config']),
    }),
    check: part('check', 'What checking its signature gave.'),
    source,
    requirements: list('What was required of it.', requirement),
  },
  {
    endorsedBy: digest(
      'The signature of the attestation manifest that holds the document, where that is what was checked.',
    ),
    speaker: record('Why the signer may speak for the image.', {
      by: oneWord('On which ground.', ['pin', 'platform', 'namespace']),
      why: text('The same in words.'),
    }),
    workflow,
    builder: text('The builder that the document names.'),
  },
);

const foundIn: Schema = list(
  'Where files name the image.',
  record(
    'A place in a file.',
    {
      path: text('The file.'),
      line: number('Counted from 1.'),
      pointer: text('Where in the document, in words.'),
    },
    { column: number('Counted from 1.') },
  ),
);

const verified: Schema = record(
  'An image that was held against the requirements.',
  {
    schema: exactly('The name and version of this format.', VERIFY_SCHEMA),
    reference,
    image,
    verdict: oneWord('Whether what is required was checked and holds; undecided where it was not heard.', [
      'pass',
      'fail',
      'undecided',
    ]),
    reason: text('The verdict in a sentence.'),
    grades,
    judged: list('The documents that were held against the requirements, nearest first.', judged),
    unheard: list('The sources that were not heard, where the verdict hangs on them.', part('problem', 'One problem.')),
    documents: list('All documents that were found.', part('document', 'One document.')),
    placesLookedIn: number('In how many places was looked.'),
    waived: list('What a flag gave up, in words.', text('A sentence.')),
  },
  {
    signerFlags: text('Flags of verify that require the signer of the nearest document, where it lacks only that.'),
    foundIn,
    policy,
    platforms: part('judged', 'What the policy wants of the platforms of the image together.'),
  },
);

const unread: Schema = failed(VERIFY_SCHEMA, { foundIn });

/** The verify document: one image of `verify --format json` (an array of them for several images), or one line of `ndjson`. */
export const verifySchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: VERIFY_SCHEMA,
  ...either('Whether a container image meets the requirements, and how.', verified, unread),
  $defs: { entity, check, document, problem, judged: judgedParts },
};
