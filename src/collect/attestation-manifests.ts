import { ToolError } from '../core/errors.ts';
import type { AttachedTools } from './attached.ts';
import { STATED_RELATIONS, readArtifact, readOutcome, unheard } from './attached.ts';
import type { Collector } from './collector.ts';
import { joined } from './collector.ts';
import type { Images } from './images.ts';

const ID = 'attestation-manifests';

/** BuildKit's statements, in the manifests that stand beside the platform's in the index (BuildKit, attestation-storage.md; both forms). */
export function attestationManifests(tools: AttachedTools, images: Images): Collector<'image'> {
  return {
    id: ID,
    about: 'image',
    answers: STATED_RELATIONS,
    reach: 'root',
    collect: async (image) => {
      const { digests } = await images.structureOf(image);
      const lookups = image.foundAt.flatMap((at) =>
        digests.attestationManifests.map(async (asked) => {
          const lookup = { collector: ID, image, digests, at, carrier: 'attestation manifest in the index', asked };
          const outcome = await tools.registry.fetchManifest(at, { kind: 'digest', digest: asked });
          return outcome.kind === 'absent'
            ? unheard(
                lookup,
                new ToolError(
                  'NOT_READABLE',
                  `the index lists the attestation manifest ${asked} and the registry does not have it`,
                ),
              )
            : readOutcome(lookup, outcome, (fetched) => readArtifact(tools, lookup, fetched));
        }),
      );
      return joined(await Promise.all(lookups));
    },
  };
}
