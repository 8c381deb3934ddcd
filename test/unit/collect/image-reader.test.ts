import { expect, test } from 'vitest';
import { createImages } from '../../../src/collect/images.ts';
import { ToolError } from '../../../src/core/errors.ts';
import { parsePlatform } from '../../../src/commands/flags.ts';
import { image, index } from '../../support/image-builder.ts';
import { memoryRegistry } from '../../support/memory-registry.ts';
import { emptyRepository } from '../../support/test-repository.ts';

const AT = { transport: 'registry', name: 'registry.example.com/acme/shop' } as const;

/** Whether an index with one image of that platform has an image for another. */
async function has(there: string, wanted: string): Promise<boolean> {
  const repository = emptyRepository();
  const member = await image().platform(there).layer({ a: there }).addTo(repository);
  const beside = await image().platform('linux/s390x').layer({ a: 'beside' }).addTo(repository);
  const { digest } = index().add(member).add(beside).addTo(repository);
  const registry = memoryRegistry(new Map([[AT.name, repository]]), { referrersApi: true });
  const platform = parsePlatform(wanted);
  const images = createImages(registry, { platform, host: platform });
  try {
    const { digests } = await images.structureOf({ kind: 'image', digest, foundAt: [AT] });
    return digests.platform === member.digest;
  } catch (error) {
    if (error instanceof ToolError && error.code === 'NO_SUCH_PLATFORM') return false;
    throw error;
  }
}

test.each([
  ['linux/arm64', 'linux/arm64/v8', true],
  ['linux/arm64/v8', 'linux/arm64/v8', true],
  ['linux/arm64/v8', 'linux/arm64', true],
  ['linux/arm', 'linux/arm/v7', true],
  ['linux/arm/v6', 'linux/arm/v7', false],
  ['linux/arm64/v9', 'linux/arm64/v8', false],
  ['linux/amd64/v3', 'linux/amd64', true],
  ['linux/amd64', 'linux/arm64', false],
])('an index that has %s, asked for %s: %s', async (there, wanted, fits) => {
  expect(await has(there, wanted)).toBe(fits);
});
