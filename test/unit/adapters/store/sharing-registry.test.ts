import { expect, test } from 'vitest';
import { sharingRegistry } from '../../../../src/adapters/store/sharing-registry.ts';
import type { ImageRepository } from '../../../../src/core/model/image-repository.ts';
import type { Registry } from '../../../../src/ports/registry.ts';
import { registryStub } from '../../../support/registry-stub.ts';
import type { RawDescriptor } from '../../../support/test-repository.ts';
import { emptyRepository, putBlob, putManifest } from '../../../support/test-repository.ts';
import { bytesOf, digestOf, SHOP } from './store-content.ts';

const MIB = 1024 * 1024;
const OTHER: ImageRepository = { transport: 'registry', name: 'ghcr.io/acme/other' };
const LAYOUT: ImageRepository = { transport: 'oci', name: SHOP.name };
const NOWHERE = digestOf(bytesOf('nowhere'));

const INDEX = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [] };

const repository = emptyRepository();
const layer = putBlob(repository, bytesOf('a layer'), '');
const image = putManifest(repository, INDEX, '1.4');

function shared() {
  const repositories = new Map([SHOP.name, OTHER.name].map((name) => [name, repository]));
  const stub = registryStub(repositories);
  return { stub, registry: sharingRegistry(stub.registry) };
}

function blobOf(size: number, number: number): RawDescriptor {
  const bytes = new Uint8Array(size);
  new DataView(bytes.buffer).setUint32(0, number);
  return putBlob(repository, bytes, '');
}

const QUESTIONS = [
  ['a tag', (from: Registry, at: ImageRepository) => from.fetchManifest(at, { kind: 'tag', tag: '1.4' })],
  ['a tag that is absent', (from: Registry, at: ImageRepository) => from.fetchManifest(at, { kind: 'tag', tag: '9' })],
  [
    'a manifest',
    (from: Registry, at: ImageRepository) => from.fetchManifest(at, { kind: 'digest', digest: image.digest }),
  ],
  ['the sole image', (from: Registry, at: ImageRepository) => from.fetchManifest(at, { kind: 'sole' })],
  ['a blob', (from: Registry, at: ImageRepository) => from.fetchBlob(at, layer.digest, 1000)],
  ['a blob that is absent', (from: Registry, at: ImageRepository) => from.fetchBlob(at, NOWHERE, 1000)],
  ['referrers', (from: Registry, at: ImageRepository) => from.fetchReferrers(at, image.digest)],
  ['the tags', (from: Registry, at: ImageRepository) => from.listTags(at, 10)],
] as const;

test.each(QUESTIONS)('%s: asked twice at once, and later, is one question', async (_, ask) => {
  const { stub, registry } = shared();
  const [first, second] = await Promise.all([ask(registry, SHOP), ask(registry, SHOP)]);
  expect(first.kind).toMatch(/found|absent/);
  expect(second).toEqual(first);
  expect(await ask(registry, SHOP)).toEqual(first);
  expect(stub.questions).toHaveLength(1);
});

test.each(QUESTIONS)('%s: asked of two repositories is two questions', async (_, ask) => {
  const { stub, registry } = shared();
  await Promise.all([SHOP, OTHER, LAYOUT].map((at) => ask(registry, at)));
  expect(stub.questions).toHaveLength(3);
});

test.each(QUESTIONS)('%s: a failure is told to all who wait, and not kept', async (_, ask) => {
  const { stub, registry } = shared();
  stub.failure = 'UNREACHABLE';
  const outcomes = await Promise.all([ask(registry, SHOP), ask(registry, SHOP)]);
  expect(outcomes).toMatchObject([{ error: { code: 'UNREACHABLE' } }, { error: { code: 'UNREACHABLE' } }]);
  expect(stub.questions).toHaveLength(1);
  stub.failure = undefined;
  expect((await ask(registry, SHOP)).kind).toMatch(/found|absent/);
  expect(stub.questions).toHaveLength(2);
});

test('different questions about one digest are not mixed up', async () => {
  const { stub, registry } = shared();
  await registry.fetchManifest(SHOP, { kind: 'digest', digest: image.digest });
  await registry.fetchManifest(SHOP, { kind: 'tag', tag: image.digest });
  await registry.fetchBlob(SHOP, image.digest, 10);
  await registry.fetchReferrers(SHOP, image.digest);
  expect(stub.questions).toHaveLength(4);
});

test('a blob too large for one may be small enough for another', async () => {
  const { registry } = shared();
  const [small, large] = await Promise.all([
    registry.fetchBlob(SHOP, layer.digest, 3),
    registry.fetchBlob(SHOP, layer.digest, 100),
  ]);
  expect([small, large]).toMatchObject([{ error: { code: 'TOO_LARGE' } }, { kind: 'found' }]);
});

test('a blob of more than 1 MiB is shared while it is fetched, and then let go', async () => {
  const { stub, registry } = shared();
  for (const [blob, questions] of [
    [blobOf(MIB, 0), 1],
    [blobOf(MIB + 1, 0), 2],
  ] as const) {
    stub.questions.length = 0;
    const ask = () => registry.fetchBlob(SHOP, blob.digest, 2 * MIB);
    await Promise.all([ask(), ask()]);
    expect(stub.questions).toHaveLength(1);
    await ask();
    expect(stub.questions).toHaveLength(questions);
  }
});

test('of more than 64 MiB of content the oldest is let go, and never a tag', async () => {
  const { stub, registry } = shared();
  const askTag = () => registry.fetchManifest(SHOP, { kind: 'tag', tag: '1.4' });
  const askManifest = () => registry.fetchManifest(SHOP, { kind: 'digest', digest: image.digest });
  const blobs = Array.from({ length: 64 }, (_, number) => blobOf(MIB, number + 1));
  await askTag();
  await askManifest();
  for (const { digest } of blobs) await registry.fetchBlob(SHOP, digest, MIB);
  stub.questions.length = 0;

  await registry.fetchBlob(SHOP, blobs[0]!.digest, MIB);
  await registry.fetchBlob(SHOP, blobs[63]!.digest, MIB);
  await askTag();
  expect(stub.questions).toEqual([]);
  // The manifest was the oldest: with it, 64 blobs of 1 MiB were too much.
  await askManifest();
  expect(stub.questions).toHaveLength(1);
  // And with it again, so is the first blob.
  await registry.fetchBlob(SHOP, blobs[0]!.digest, MIB);
  expect(stub.questions).toHaveLength(2);
});
