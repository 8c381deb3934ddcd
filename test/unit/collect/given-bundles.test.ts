import { expect, test } from 'vitest';
import { createSigstoreVerifier } from '../../../src/adapters/sigstore/verifier.ts';
import { givenBundles } from '../../../src/collect/given-bundles.ts';
import { createImages } from '../../../src/collect/images.ts';
import { weighing } from '../../../src/core/claims/from-document.ts';
import type { Gathered } from '../../../src/core/model/chain.ts';
import { bundlesOf } from '../../../src/verifying.ts';
import { createAuthority } from '../../support/authority.ts';
import { trustIn } from '../../support/authority-trust.ts';
import { image } from '../../support/image-builder.ts';
import { memoryRegistry } from '../../support/memory-registry.ts';
import { github } from '../../support/scenes.ts';
import { emptyRepository } from '../../support/test-repository.ts';

const REPOSITORY = 'https://github.com/acme/shop';
const authority = createAuthority({ name: 'acme' });
const AT = { transport: 'registry', name: 'registry.example.com/acme/shop' } as const;

/** What the bundles of one file come to for an image; `other` is another image. */
async function gatheredFrom(lines: (made: Record<'own' | 'other', object>) => readonly unknown[]): Promise<Gathered> {
  const repository = emptyRepository();
  const built = await image().layer({ a: '1' }).addTo(repository);
  const other = await image().layer({ a: '2' }).addTo(repository);
  const signed = { own: sign(built), other: sign(other) };
  const text = lines(signed)
    .map((line) => JSON.stringify(line))
    .join('\n');
  const registry = memoryRegistry(new Map([[AT.name, repository]]), { referrersApi: true });
  const verifier = createSigstoreVerifier(trustIn([authority]));
  const images = createImages(registry, { platform: undefined, host: { os: 'linux', architecture: 'amd64' } });
  const bundles = bundlesOf(new TextEncoder().encode(text), 'bundle file kept.jsonl');
  const collector = givenBundles({ registry, verifier, weigh: weighing([]) }, images, bundles);
  return collector.collect({ kind: 'image', digest: built.digest, foundAt: [AT] });
}

function sign(built: Parameters<typeof github>[0]): object {
  return authority.signBundle({ statement: github(built, REPOSITORY) });
}

test('of a file with bundles of many images, those of this image alone', async () => {
  const { documents, places } = await gatheredFrom(({ own, other }) => [own, other]);
  expect(documents).toHaveLength(1);
  expect(places).toMatchObject([{ carrier: 'bundle file kept.jsonl', result: 'found', detail: '1 of 2 bundles' }]);
});

test('one that was altered is shown as rejected, and says nothing', async () => {
  const { documents, evidence } = await gatheredFrom(({ own }) => {
    const altered: { dsseEnvelope: { signatures: { sig: string }[] } } = JSON.parse(JSON.stringify(own));
    for (const signature of altered.dsseEnvelope.signatures) signature.sig = Buffer.from('not it').toString('base64');
    return [altered];
  });
  expect(documents.map(({ signed }) => signed.checked.assurance)).toEqual(['rejected']);
  expect(evidence).toEqual([]);
});

test('what is no bundle is shown too: it does not tell whom it is about', async () => {
  const { documents } = await gatheredFrom(() => [{ not: 'a bundle' }, { nor: 'this' }]);
  expect(documents.map(({ signed }) => signed.checked.assurance)).toEqual(['rejected', 'rejected']);
});

test('a file about other images alone is looked at, and has nothing', async () => {
  const { documents, places } = await gatheredFrom(({ other }) => [other, other]);
  expect(documents).toEqual([]);
  expect(places).toMatchObject([{ result: 'absent', detail: '0 of 2 bundles' }]);
});
