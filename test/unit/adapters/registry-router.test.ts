import { expect, test } from 'vitest';
import { routingRegistry } from '../../../src/adapters/registry-router.ts';
import type { ImageRepository } from '../../../src/core/model/image-repository.ts';
import { bundleReferrer } from '../../support/attachments.ts';
import { image } from '../../support/image-builder.ts';
import { memoryRegistry } from '../../support/memory-registry.ts';
import { emptyRepository, jsonBytes } from '../../support/test-repository.ts';

const NAME = '/srv/shop';
const TRANSPORTS = ['registry', 'oci', 'oci-archive', 'docker-archive'] as const;

/** A registry whose one image says which it is. */
async function registryOf(transport: ImageRepository['transport']) {
  const repository = emptyRepository();
  const built = await image().layer({ transport }).addTo(repository, transport);
  const bundle = { bytes: jsonBytes({}), predicateType: transport };
  const referrer = bundleReferrer(repository, built.descriptor, bundle);
  return { built, referrer, registry: memoryRegistry(new Map([[NAME, repository]]), { referrersApi: true }) };
}

test('each transport is asked at its own registry, whatever is asked', async () => {
  const [registry, layout, ociArchive, dockerArchive] = await Promise.all(TRANSPORTS.map(registryOf));
  const parts = [registry!, layout!, ociArchive!, dockerArchive!];
  const router = routingRegistry({
    registry: registry!.registry,
    layout: layout!.registry,
    ociArchive: ociArchive!.registry,
    dockerArchive: dockerArchive!.registry,
  });
  for (const [place, transport] of TRANSPORTS.entries()) {
    const at = { transport, name: NAME };
    const { built, referrer } = parts[place]!;
    const answers = [
      await router.fetchManifest(at, { kind: 'tag', tag: transport }),
      await router.fetchBlob(at, built.configDigest, 10_000),
      await router.fetchReferrers(at, built.digest),
      await router.listTags(at, 10),
    ];
    expect(answers).toMatchObject([
      { kind: 'found', value: { digest: built.digest } },
      { kind: 'found' },
      { kind: 'found', value: [{ digest: referrer.digest }] },
      { kind: 'found', value: [transport] },
    ]);
  }
});
