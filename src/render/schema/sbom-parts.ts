import { SIGNAL_STRENGTHS } from '../../core/model/evidence.ts';
import { DOCUMENT_TRUSTS } from '../../core/sbom/attached.ts';
import { COMPONENT_KINDS, SBOM_FORMATS } from '../../core/sbom/model.ts';
import type { Schema } from './build.ts';
import { digest, either, exactly, list, moment, number, oneWord, record, text } from './build.ts';
import { image, reference } from './report.ts';

/** The other side of `render/sbom/parts.ts`. */

export const about = { reference, image };

const signer: Schema = either(
  'Who signed.',
  record(
    'The holder of a certificate.',
    {
      kind: exactly('A certificate.', 'certificate'),
      identity: text('The subject alternative name.'),
      authority: text('The organisation of the certificate authority.'),
    },
    { issuer: text('Who vouched for the identity to the authority.') },
  ),
  record('The holder of a key.', {
    kind: exactly('A key.', 'key'),
    fingerprint: digest('The SHA-256 of the public key (SPKI, DER).'),
    name: text('The name of the key in the configuration.'),
  }),
);

/** Of a document beside the image. */
export const attached = {
  required: {
    document: digest('The envelope, statement or file that carries it.'),
    carrier: text('Where it was found.'),
    type: text('The predicate type, or the media type of a file.'),
    boundBy: oneWord('By which digest it is tied to the image.', [
      'index',
      'platform',
      'config',
      'attestationManifest',
      'commit',
      'none',
    ]),
    trust: oneWord(
      'How far its word goes, best first; signed is by somebody who is not tied to the image, unchecked could not be checked.',
      DOCUMENT_TRUSTS,
    ),
  },
  optional: {
    grade: oneWord('As in the chain; missing for one that is rejected.', SIGNAL_STRENGTHS),
    why: text('Why it is not stronger.'),
    signer,
    signedAt: moment('When a log or a time-stamping authority first saw the signature.'),
  },
};

export const error: Schema = record('Why it could not be read.', {
  code: text('What kind of error.'),
  message: text('What happened.'),
});

export const unheard: Schema = list(
  'Who could have had more and was not heard.',
  record(
    'One of them.',
    { code: text('What kind of error.'), message: text('What happened.') },
    { hint: text('What can be done about it.') },
  ),
);

const tool: Schema = record(
  'What made it.',
  { name: text('Its name.') },
  { version: text('Its version.'), vendor: text('Whose it is.') },
);
export const tools = list('What made it.', tool);

export const problems: Schema = list(
  'What is wrong in the document.',
  record('One thing, as often as it is there.', {
    code: text('What kind of thing; the values are a closed set that grows.'),
    message: text('What is wrong.'),
    at: text('The first place.'),
    count: number('How often.'),
  }),
);

export const losses: Schema = list(
  'What did not get through.',
  record('One thing, as often as it is there.', {
    reason: oneWord('It has no place in the model, no place in the format, or is there in another form.', [
      'unread',
      'unwritten',
      'altered',
    ]),
    what: text('What it is.'),
    count: number('How often.'),
  }),
);

export const format = oneWord('How it is written.', SBOM_FORMATS);

/** An SBOM beside an image. */
export const sbom: Schema = either(
  'An SBOM of the image.',
  record(
    'One that was read.',
    {
      ...attached.required,
      tools,
      components: number('How many components it lists.'),
      binding: oneWord('Whether it names this image by digest, another one alone, or none.', [
        'named',
        'silent',
        'another',
      ]),
      namedDigests: list('The images that it names.', digest('One of them.')),
      problems,
    },
    {
      ...attached.optional,
      format,
      specVersion: text('The version of the format.'),
      name: text('What it calls itself.'),
      created: text('When it was made, as written.'),
    },
  ),
  record('One that could not be read.', { ...attached.required, error }, attached.optional),
);

const party: Schema = record(
  'Somebody.',
  { name: text('The name.') },
  {
    kind: oneWord('What it is.', ['person', 'organization']),
    email: text('An address.'),
    url: text('An address.'),
  },
);

/** A component in provtrace's own model. */
export const component: Schema = record(
  'A component.',
  {
    id: text('Its name in the document.'),
    name: text('Its name.'),
    cpes: list('CPE names.', text('A name.')),
    licences: list(
      'Its licences.',
      record(
        'A licence.',
        {
          kind: oneWord('An SPDX expression, or whatever else was written.', ['expression', 'name']),
          text: text('It.'),
        },
        {
          url: text('Where its text is.'),
          acknowledgement: oneWord('By its author, or found by an analysis.', ['declared', 'concluded']),
        },
      ),
    ),
    hashes: list(
      'Its hashes.',
      record('A hash.', { algorithm: text('The algorithm.'), value: text('Lowercase hexadecimal.') }),
    ),
    foundAt: list(
      'Where it was found in the image.',
      record('A place.', {}, { path: text('A path.'), layer: text('A layer, as written.') }),
    ),
    references: list(
      'Addresses.',
      record('One of them.', { type: text('Of what.'), url: text('The address.') }, { comment: text('A comment.') }),
    ),
    properties: list(
      'What tools add under names of their own.',
      record('One of them.', { name: text('Its name.'), value: text('Its value.') }),
    ),
    documents: list('Which of the documents list it, from 0.', number('A document.')),
  },
  {
    kind: oneWord('What it is.', COMPONENT_KINDS),
    group: text('Its group or namespace.'),
    version: text('Its version.'),
    purl: text('Its package URL, as written.'),
    scope: oneWord('Whether it is needed; excluded is listed and no part.', ['required', 'optional', 'excluded']),
    description: text('A description.'),
    copyright: text('A copyright notice.'),
    supplier: party,
    originator: party,
  },
);

export const author = party;
