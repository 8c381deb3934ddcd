import { SIGNAL_STRENGTHS } from '../../core/model/evidence.ts';
import type { Schema } from './build.ts';
import { digest, exactly, list, moment, oneWord, record, text } from './build.ts';

/** What the documents of all commands that look at an image begin with. */

export const reference = text('The image as it was asked for.');
export const grade = oneWord('The grade, strongest first; none where a step is a gap.', [
  ...SIGNAL_STRENGTHS.toReversed(),
  'none',
]);
export const grades: Schema = record('The two grades of the chain, each as weak as its weakest step.', {
  origin: grade,
  ownership: grade,
});

export const image: Schema = record(
  'The image that was traced: one platform.',
  {
    digest: digest('The digest of the platform manifest, or of the config where an archive has no manifest.'),
    foundAt: list('Where it can be read.', text('A repository in a registry, or a layout or archive on this machine.')),
    digests: record(
      'The digests under which statements about it may be kept.',
      {
        indexes: list('The indexes that it was chosen from, outermost first.', digest('An index.')),
        config: digest('The image config.'),
        attestationManifests: list('The attestation manifests of this platform.', digest('An attestation manifest.')),
      },
      { platform: digest('The platform manifest.') },
    ),
  },
  {
    platform: text('The platform as os/architecture/variant.'),
    asOf: moment('When the tag was last seen to name this digest.'),
  },
);

/** The document of an image that could not be read, in the format of this name; `optional`: what the format adds to it. */
export function failed(format: string, optional: Readonly<Record<string, Schema>> = {}): Schema {
  const error = record(
    'Why it could not be read.',
    {
      code: text('What kind of error it is; the values are a closed set that grows.'),
      message: text('What happened.'),
    },
    { expected: text('What was expected.'), got: text('What was found.'), hint: text('What can be done about it.') },
  );
  const schema = exactly('The name and version of this format.', format);
  return record('An image that could not be read.', { schema, reference, error }, optional);
}
