import type { Schema } from './build.ts';
import { digest, either, exactly, list, moment, oneWord, part, record, text } from './build.ts';

const signer: Schema = either(
  'Who signed.',
  record(
    'The holder of a certificate.',
    {
      kind: exactly('A certificate.', 'certificate'),
      identity: text('The subject alternative name.'),
      authority: text('The organisation of the certificate authority.'),
      extensions: list(
        'What the authority wrote into the certificate.',
        record('One extension.', { oid: text('Its object identifier.'), value: text('Its value as text.') }),
      ),
    },
    { issuer: text('Who vouched for the identity to the authority.') },
  ),
  record('The holder of a key.', {
    kind: exactly('A key.', 'key'),
    fingerprint: digest('The SHA-256 of the public key (SPKI, DER).'),
    name: text('The name of the key in the configuration.'),
  }),
);

export const check: Schema = either(
  'What checking the signature gave.',
  record('The signature holds.', {
    assurance: exactly('The outcome.', 'verified'),
    signer,
    times: list('When a trusted log or authority saw the signature.', moment('A moment.')),
    logEntries: list(
      'Where it is in transparency logs.',
      record(
        'One entry.',
        { log: text('The log.'), index: text('The index of the entry, a decimal number.') },
        { integratedAt: moment('When the log took it.') },
      ),
    ),
    root: text('The root of trust that was used, by name.'),
  }),
  record('The signature was not established, or does not hold.', {
    assurance: oneWord('The outcome; what is rejected supports nothing.', ['attested', 'rejected']),
    code: text('The reason, one of a closed set.'),
    reason: text('The reason as a phrase.'),
    expected: text('What was expected.'),
    got: text('What was found.'),
  }),
);

const about = part('entity', 'What the document was found for.');
const common = {
  about,
  digest: digest('The digest of the document.'),
  carrier: text('Where it was found.'),
  check: part('check', 'What checking its signature gave.'),
};

const statement: Schema = record('The statement, without its predicate.', {
  type: text('The version of the statement format.'),
  predicateType: text('What it states.'),
  subjects: list(
    'What it is about.',
    record(
      'One subject.',
      { digests: list('Its digests, as written.', text('The algorithm, a colon, and the digest.')) },
      { name: text('Its name, which binds nothing.'), uri: text('Its address, which binds nothing.') },
    ),
  ),
});

export const document: Schema = either(
  'A document about the image, and what its signature is worth.',
  record('An in-toto statement.', { ...common, kind: exactly('A statement.', 'statement'), statement }),
  record('A signature in the simple signing format.', {
    ...common,
    kind: exactly('A simple signature.', 'simpleSigning'),
    signed: digest('The digest that was signed.'),
  }),
  record('A document that is listed and not understood.', {
    ...common,
    kind: exactly('Something else.', 'opaque'),
    mediaType: text('Its media type.'),
  }),
);
