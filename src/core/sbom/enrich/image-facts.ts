import { withoutUndefined } from '../../defined.ts';
import type { TracedImage } from '../../model/chain.ts';
import { formatPlatform } from '../../model/descriptor.ts';
import type { ImageFacts } from './chain-facts.ts';

/** An image as an SBOM names it; one that is on this machine alone has no name. */
export function imageFacts({ root, digests, platform }: TracedImage): ImageFacts {
  const at = root.foundAt.find(({ transport }) => transport === 'registry');
  return withoutUndefined({
    digest: root.digest,
    otherDigests: [...digests.indexes, digests.config].filter((digest) => digest !== root.digest),
    name: at?.name,
    platform: platform === undefined ? undefined : formatPlatform(platform),
  });
}
