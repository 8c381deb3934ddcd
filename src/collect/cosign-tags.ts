import type { Collector } from './collector.ts';
import { joined } from './collector.ts';
import type { AttachedTools } from './attached.ts';
import { STATED_RELATIONS, readArtifact, readOutcome } from './attached.ts';
import { COSIGN_SUFFIXES, cosignTag, digestsWithCosignTags } from './carriers.ts';
import type { Images } from './images.ts';

const ID = 'cosign-tags';

/** Signatures, attestations and SBOMs where cosign 1 and 2 keep them: under tags made from the digest. */
export function cosignTags(tools: AttachedTools, images: Images): Collector<'image'> {
  return {
    id: ID,
    about: 'image',
    answers: STATED_RELATIONS,
    reach: 'root',
    collect: async (image) => {
      const { digests } = await images.structureOf(image);
      const lookups = image.foundAt.flatMap((at) =>
        digestsWithCosignTags(digests).flatMap((asked) =>
          COSIGN_SUFFIXES.map(async (suffix) => {
            const lookup = { collector: ID, image, digests, at, carrier: `cosign tag .${suffix}`, asked };
            const outcome = await tools.registry.fetchManifest(at, { kind: 'tag', tag: cosignTag(asked, suffix) });
            return readOutcome(lookup, outcome, (fetched) => readArtifact(tools, lookup, fetched));
          }),
        ),
      );
      return joined(await Promise.all(lookups));
    },
  };
}
