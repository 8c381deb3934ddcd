import { digest, either, exactly, list, record, text } from './build.ts';
import type { Schema } from './build.ts';

const repository = text('The address of the repository, without credentials, in one spelling for all.');
const commit = text('The commit: 40 or 64 hexadecimal characters, or fewer where no more was written.');

/** The nodes of a chain, told apart by `kind`. */
export const entity: Schema = either(
  'Something that the chain leads through.',
  kind('image', 'An image whose digest is known.', {
    digest: digest('The digest of the platform manifest, or of the config where an archive has no manifest.'),
    foundAt: list('Where it can be read.', text('A repository in a registry, or a layout or archive on this machine.')),
  }),
  kind('imageName', 'An image that is only named.', { name: text('The name as it was written.') }),
  kind(
    'build',
    'A run of a builder.',
    { builderId: text('The builder, by its own name.') },
    { invocationId: text('The run, by the name that the builder gives it.') },
  ),
  kind('sourceRevision', 'A commit in a repository.', { repository, commit }),
  kind(
    'sourcePath',
    'A file or directory in a repository.',
    { repository, path: text('The path from the root of the repository.') },
    { commit },
  ),
  kind('repository', 'A source repository.', { url: repository }),
  kind('review', 'A review of a change.', { url: text('The address of the review.') }),
  kind('component', 'A component of a software catalog.', { entityRef: text('The reference that the catalog uses.') }),
  kind('owner', 'Who is accountable.', { handle: text('The team or person, as the source names it.') }),
  kind('contact', 'Where the owner is reached.', { address: text('The address or channel.') }),
  kind('document', 'A document about the image.', {
    digest: digest('The digest of the document.'),
    predicateType: text('What the document states.'),
  }),
);

function kind(
  name: string,
  description: string,
  required: Record<string, Schema>,
  optional: Record<string, Schema> = {},
): Schema {
  return record(description, { kind: exactly('What kind of thing this is.', name), ...required }, optional);
}
