import type { Schema } from './build.ts';
import { digest, either, exactly, list, moment, number, oneWord, record, text, truth } from './build.ts';

const SCHEMA = 'provtrace/trust/1';
const schema = exactly('The name and version of this format.', SCHEMA);
const action = (name: string): Schema => exactly('What was done.', name);

const problem: Schema = record(
  'What could not be read and was left out.',
  { code: text('What kind of error.'), message: text('What happened.') },
  { expected: text('What was expected.'), got: text('What was found.'), hint: text('What can be done about it.') },
);
const problems = list('What was left out.', problem);

const signer: Schema = either(
  'Who may have signed.',
  record('By a certificate.', {
    kind: exactly('By a certificate.', 'certificate'),
    issuer: text('Who vouches for the identity, exactly.'),
    identity: text('The identity, or its pattern.'),
    match: oneWord('How the identity is compared.', ['exact', 'pattern']),
  }),
  record('By a key.', { kind: exactly('By a key.', 'key'), fingerprint: digest('Of its SPKI.') }),
);
const pin: Schema = record(
  'Who may speak for images of a name.',
  { images: text('A name, or a pattern.'), signer },
  { root: text('The root of trust by which the certificate must hold; missing: a built-in one.') },
);
const pins = (description: string): Schema => list(description, pin);

const root: Schema = record(
  'A root of trust in use.',
  {
    name: text('Its name.'),
    kind: oneWord('Where it comes from.', ['builtIn', 'updated', 'imported', 'configured']),
    source: text('Where it was published, or the file that holds it.'),
    certificateAuthorities: list(
      'Those that issue certificates to signers.',
      record(
        'One of them.',
        { name: text('Its name.'), validFrom: moment('Since when.') },
        { validUntil: moment('Until when; missing where the end is open.') },
      ),
    ),
    logs: list('Transparency logs.', text('A log.')),
    timestampAuthorities: number('How many.'),
  },
  {
    asOf: moment('When it was published, or last confirmed.'),
    validUntil: moment('When the last of its certificate authorities ends.'),
    stale: record('Why it may not know new signatures.', {
      why: text('Why.'),
      renew: text('The command that brings a newer one.'),
    }),
  },
);
const roots = list('Roots of trust.', root);

const update: Schema = either(
  'What asking one publisher came to.',
  record('It was heard.', {
    name: text('Which root.'),
    source: text('Where it was asked.'),
    kind: exactly('It was heard.', 'updated'),
    isChanged: truth('It is another one than before.'),
    root,
    problems,
  }),
  record('It was not heard, or not believed.', {
    name: text('Which root.'),
    source: text('Where it was asked.'),
    kind: exactly('It failed.', 'failed'),
    error: problem,
  }),
  record('It was not asked: nothing is known by which its answer could be checked.', {
    name: text('Which root.'),
    source: text('Where it would be asked.'),
    kind: exactly('It was not asked.', 'unstarted'),
    path: text('Where its TUF root could be put.'),
  }),
);

const refusal: Schema = record('Why nobody was pinned.', {
  missing: list('Who was asked for, and has not signed.', signer),
  found: list('Those whose signature holds.', signer),
  documents: list(
    'Documents by which nobody can be pinned.',
    record('One of them.', {
      predicateType: text('What it states.'),
      carrier: text('Where it was found.'),
      why: text('Why not.'),
    }),
  ),
  isUnheard: truth('A place could not be looked at, in which a signature may be.'),
});

/** The document of `trust ACTION --format json`. */
export const trustSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: SCHEMA,
  ...either(
    'Roots of trust and pins, or what was done to them.',
    record('list', { schema, action: action('list'), roots, pins: pins('Whom the user trusts.'), problems }),
    record('import', {
      schema,
      action: action('import'),
      roots,
      problems,
      path: text('The copy that was kept.'),
      isNew: truth('It was not imported before.'),
    }),
    record('update', { schema, action: action('update'), updates: list('One a publisher.', update) }),
    record(
      'pin',
      {
        schema,
        action: action('pin'),
        pinned: pins('Who is pinned now.'),
        known: pins('Who was already.'),
        notes: list('What to know about it.', text('A note.')),
      },
      { path: text('The file that holds them.'), refusal },
    ),
    record('pin --remove', { schema, action: action('unpin'), removed: pins('Who is pinned no longer.') }),
  ),
};
