import { expect, test } from 'vitest';
import { readImages } from '../../../src/collect/image-reader.ts';
import { MEDIA_TYPES } from '../../../src/core/model/descriptor.ts';
import { image } from '../../support/image-builder.ts';
import { memoryRegistry } from '../../support/memory-registry.ts';
import type { RawDescriptor } from '../../support/test-repository.ts';
import { emptyRepository, putManifest } from '../../support/test-repository.ts';

const AT = { transport: 'registry', name: 'registry.example.com/acme/shop' } as const;
const TIMES = 30;

/** Some kilobytes that say one index thousands of times would be millions of questions. */
test('an index that lists another many times, which does the same, is read once each', async () => {
  const repository = emptyRepository();
  let inner: RawDescriptor = (await image().layer({ a: 'a' }).addTo(repository)).descriptor;
  for (let depth = 0; depth < 4; depth++) {
    const listed = inner;
    const manifests = Array.from({ length: TIMES }, () => listed);
    inner = putManifest(repository, { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests });
  }
  const registry = memoryRegistry(new Map([[AT.name, repository]]), { referrersApi: true });
  let asked = 0;
  const counting: typeof registry = {
    ...registry,
    fetchManifest: (at, name) => {
      asked++;
      return registry.fetchManifest(at, name);
    },
  };
  const name = { kind: 'digest', digest: inner.digest } as const;
  const { images } = await readImages(counting, AT, { name, choice: { kind: 'all' } });
  expect(images).toHaveLength(1);
  expect(asked).toBeLessThanOrEqual(5);
});
