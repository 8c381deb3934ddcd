import { withoutUndefined } from '../core/defined.ts';
import { ToolError } from '../core/errors.ts';
import type { TracedImage } from '../core/model/chain.ts';
import { formatRepository } from '../core/model/image-repository.ts';
import type { ImageReference } from '../core/model/image-reference.ts';
import type { ImageStructure } from '../core/model/image.ts';
import { nearest } from '../core/nearest.ts';
import type { ManifestName, Registry } from '../ports/registry.ts';
import type { Store } from '../ports/store.ts';
import { foreseeing } from './carriers.ts';
import type { PlatformChoice, UnreadPlatform } from './image-reader.ts';
import { readImages } from './image-reader.ts';

export type ResolvedImage = { readonly image: TracedImage; readonly structure: ImageStructure };

const TAGS_MAX = 1000;

/**
 * What the user typed to the images that it names: one, or one a platform; with the platforms that could not be read, where others could.
 * @throws ToolError
 */
export async function resolveImages(
  tools: { readonly registry: Registry; readonly store: Store },
  reference: ImageReference,
  choice: PlatformChoice,
): Promise<{ readonly resolved: readonly ResolvedImage[]; readonly unread: readonly UnreadPlatform[] }> {
  const located = reference.kind === 'seen' ? locateSeen(tools.store, reference) : reference;
  const { repository, tag, digest } = located;
  const foresee = foreseeing(tools.registry, repository);
  if (digest !== undefined) foresee(digest, 'image');
  if (tag !== undefined && digest !== undefined) await assertTagAnswers(tools.registry, { ...located, tag, digest });
  const name: ManifestName =
    digest !== undefined ? { kind: 'digest', digest } : tag !== undefined ? { kind: 'tag', tag } : { kind: 'sole' };
  const { images, unread, asOf } = await readImages(tools.registry, repository, { name, choice, foresee }).catch(
    async (error: unknown) => {
      throw await withNearTag(tools.registry, located, error);
    },
  );
  const resolved = images.map((structure) => {
    const { digests, platform } = structure;
    const root = { kind: 'image' as const, digest: digests.platform ?? digests.config, foundAt: [repository] };
    return { image: withoutUndefined({ reference: reference.text, tag, root, digests, platform, asOf }), structure };
  });
  return { resolved, unread };
}

type Located = Extract<ImageReference, { kind: 'located' }>;

function locateSeen(store: Store, { text, hexPrefix }: Extract<ImageReference, { kind: 'seen' }>): Located {
  const seen = store.findSeen(hexPrefix);
  const digests = [...new Set(seen.map((image) => image.digest))];
  const [latest] = seen;
  if (latest === undefined) {
    throw new ToolError('NOT_IN_STORE', `no image seen before has a digest that begins with sha256:${hexPrefix}`, {
      hint: 'name it with its repository, such as ghcr.io/acme/shop@sha256:…',
    });
  }
  if (digests.length > 1) {
    throw new ToolError(
      'AMBIGUOUS_IMAGE',
      `${digests.length} images seen before have a digest that begins with sha256:${hexPrefix}`,
      {
        expected: 'one',
        got: seen.map((image) => `${formatRepository(image.repository)}@${image.digest}`).join(', '),
        hint: 'give more of the digest',
      },
    );
  }
  return { kind: 'located', text, repository: latest.repository, digest: latest.digest };
}

async function assertTagAnswers(
  registry: Registry,
  { repository, tag, digest }: Located & Required<Pick<Located, 'tag' | 'digest'>>,
): Promise<void> {
  const outcome = await registry.fetchManifest(repository, { kind: 'tag', tag });
  if (outcome.kind === 'failed') throw outcome.error;
  const got = outcome.kind === 'found' ? outcome.value.digest : 'no such tag';
  if (got === digest) return;
  throw new ToolError(
    'TAG_DIGEST_MISMATCH',
    `${formatRepository(repository)}:${tag} is not the image that was asked for`,
    {
      expected: digest,
      got,
      hint: 'leave out the tag to trace the digest, or the digest to trace what the tag names now',
    },
  );
}

/** A tag that does not exist is often a tag misspelt. */
async function withNearTag(registry: Registry, { repository, tag }: Located, error: unknown): Promise<unknown> {
  if (!(error instanceof ToolError) || error.code !== 'NO_SUCH_IMAGE' || tag === undefined) return error;
  const tags = await registry.listTags(repository, TAGS_MAX);
  const near = tags.kind === 'found' ? nearest(tag, tags.value) : undefined;
  return near === undefined
    ? error
    : new ToolError('NO_SUCH_IMAGE', error.message, { hint: `did you mean ${formatRepository(repository)}:${near}?` });
}
