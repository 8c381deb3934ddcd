import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Descriptor } from '../../src/core/model/descriptor.ts';
import type { Digest } from '../../src/core/model/digest.ts';
import { parseDigest, referrersTag } from '../../src/core/model/digest.ts';
import { parseManifest } from '../../src/core/model/oci.ts';
import type { Outcome } from '../../src/core/model/outcome.ts';
import { BUNDLE_TYPE, bundleReferrer, cosignTag, fallbackTag, referrer, statement } from '../support/attachments.ts';
import { image, index } from '../support/image-builder.ts';
import type { RawDescriptor, TestRepository } from '../support/test-repository.ts';
import { digestOf, emptyRepository, jsonBytes } from '../support/test-repository.ts';
import type { Served } from './registry-implementations.ts';
import { IMPLEMENTATIONS } from './registry-implementations.ts';

const UNKNOWN = digestOf(jsonBytes('nobody has this'));
const SBOM_TYPE = 'application/spdx+json';
const PREDICATE_TYPE = 'https://slsa.dev/provenance/v1';

type World = {
  readonly repository: TestRepository;
  readonly index: RawDescriptor;
  readonly platform: RawDescriptor;
  readonly config: Digest;
  /** Of the index. */
  readonly referrers: readonly RawDescriptor[];
  /** Of the platform, under the fallback tag too. */
  readonly signature: RawDescriptor;
};

/** One index of two platforms with all that can be attached to it. */
async function buildWorld(): Promise<World> {
  const repository = emptyRepository();
  const amd64 = await image().layer({ 'shop.txt': 'amd64' }).annotations({ version: '1.4' }).addTo(repository);
  const arm64 = await image().platform('linux/arm64/v8').layer({ 'shop.txt': 'arm64' }).addTo(repository);
  const about = (subject: Digest) => [statement({ subject, predicateType: PREDICATE_TYPE, predicate: {} })];
  const both = index()
    .add(amd64)
    .add(arm64)
    .attest(amd64, about(amd64.digest))
    .attest(arm64, about(arm64.digest), 'artifact')
    .addTo(repository, '1.4');
  repository.tags.set('latest', both.digest);
  const sbom = referrer(repository, both.descriptor, {
    artifactType: SBOM_TYPE,
    layers: [{ mediaType: SBOM_TYPE, bytes: jsonBytes({ spdxVersion: 'SPDX-2.3' }) }],
  });
  const bundle = { bytes: jsonBytes({ mediaType: BUNDLE_TYPE }), predicateType: PREDICATE_TYPE };
  const provenance = bundleReferrer(repository, both.descriptor, bundle);
  const signature = bundleReferrer(repository, amd64.descriptor, bundle);
  fallbackTag(repository, amd64.digest, [signature]);
  cosignTag(repository, both.digest, { kind: 'att', layers: [{ mediaType: 'text/plain', bytes: jsonBytes('dsse') }] });
  return {
    repository,
    index: both.descriptor,
    platform: amd64.descriptor,
    config: amd64.configDigest,
    referrers: [sbom, provenance],
    signature,
  };
}

/** The value, the reason why there is none, or the error's code. */
function answerOf<Value>(outcome: Outcome<Value, string>): Value | string {
  if (outcome.kind === 'failed') return outcome.error.code;
  return outcome.kind === 'found' ? outcome.value : outcome.reason;
}

function valueOf<Value>(outcome: Outcome<Value, string>): Value {
  if (outcome.kind === 'found') return outcome.value;
  throw new Error(outcome.kind === 'absent' ? outcome.reason : `${outcome.error.code}: ${outcome.error.message}`);
}

/** What a listing says of a referrer. */
function listed({ digest, artifactType, annotations = {} }: RawDescriptor | Descriptor): unknown {
  return { digest, artifactType, annotations };
}

function byDigest<Item extends { readonly digest: string }>(items: readonly Item[]): readonly Item[] {
  return items.toSorted((left, right) => (left.digest < right.digest ? -1 : 1));
}

for (const implementation of IMPLEMENTATIONS) {
  const { name, hasReferrers, isRegistry, isAvailable } = implementation;

  describe.skipIf(!isAvailable)(`the registry port over ${name}`, () => {
    let world: World;
    let served: Served;
    beforeAll(async () => {
      world = await buildWorld();
      served = await implementation.serve(world.repository);
    });
    afterAll(async () => {
      await served.close();
    });

    const manifest = async (tag: string) => served.registry.fetchManifest(served.at, { kind: 'tag', tag });
    const manifestOf = async (digest: Digest) => served.registry.fetchManifest(served.at, { kind: 'digest', digest });

    test('a tag answers the manifest that it names, byte for byte', async () => {
      const expected = world.repository.manifests.get(world.index.digest)!;
      for (const tag of ['1.4', 'latest']) {
        const fetched = valueOf(await manifest(tag));
        expect(fetched).toMatchObject({ mediaType: expected.mediaType, digest: world.index.digest });
        expect(digestOf(fetched.bytes)).toBe(world.index.digest);
      }
    });

    test('a digest answers every manifest: index, platform, attestation manifest, referrer', async () => {
      for (const [digest, { mediaType, bytes }] of world.repository.manifests) {
        const fetched = valueOf(await manifestOf(parseDigest(digest)!));
        expect(fetched).toMatchObject({ mediaType, digest });
        expect(new TextDecoder().decode(fetched.bytes)).toBe(new TextDecoder().decode(bytes));
      }
    });

    test('a tag or digest that is not there is absent', async () => {
      expect(await manifest('1.5')).toMatchObject({ kind: 'absent', reason: 'noSuchManifest' });
      expect(await manifestOf(UNKNOWN)).toMatchObject({ kind: 'absent', reason: 'noSuchManifest' });
    });

    test('a blob that is no manifest is not answered as one', async () => {
      expect((await manifestOf(world.config)).kind).not.toBe('found');
    });

    test('a blob is given out whole, up to its limit and not above', async () => {
      const config = world.repository.blobs.get(world.config)!;
      const fetched = await served.registry.fetchBlob(served.at, world.config, config.length);
      expect(new TextDecoder().decode(valueOf(fetched))).toBe(new TextDecoder().decode(config));
      expect(answerOf(await served.registry.fetchBlob(served.at, world.config, config.length - 1))).toBe('TOO_LARGE');
    });

    test('a blob that is not there is absent', async () => {
      const outcome = await served.registry.fetchBlob(served.at, UNKNOWN, 1000);
      expect(outcome).toMatchObject({ kind: 'absent', reason: 'noSuchBlob' });
    });

    test(`referrers are ${hasReferrers ? 'listed with type and annotations' : 'absent for want of an API'}`, async () => {
      const answer = answerOf(await served.registry.fetchReferrers(served.at, world.index.digest));
      expect(Array.isArray(answer) ? byDigest(answer).map(listed) : answer).toEqual(
        hasReferrers ? byDigest(world.referrers).map(listed) : 'noReferrersApi',
      );
    });

    test(`a digest that nothing is about ${hasReferrers ? 'has an empty list' : 'has none either'}`, async () => {
      const answer = answerOf(await served.registry.fetchReferrers(served.at, UNKNOWN));
      expect(answer).toEqual(hasReferrers ? [] : 'noReferrersApi');
    });

    test('the fallback tag answers the index of referrers', async () => {
      const fetched = valueOf(await manifest(referrersTag(world.platform.digest)));
      const parsed = parseManifest(fetched.bytes, fetched.mediaType);
      expect(parsed).toMatchObject({ kind: 'index', manifests: [{ digest: world.signature.digest }] });
    });

    test("cosign's tag answers the attestations", async () => {
      const tag = `${referrersTag(world.index.digest)}.att`;
      expect(valueOf(await manifest(tag)).digest).toBe(world.repository.tags.get(tag));
    });

    test('tags are listed, as many as are asked for', async () => {
      const tags = valueOf(await served.registry.listTags(served.at, 100));
      expect(tags.toSorted()).toEqual([...world.repository.tags.keys()].toSorted());
      expect(valueOf(await served.registry.listTags(served.at, 2))).toHaveLength(2);
    });

    test(`a place that does not exist ${isRegistry ? 'has nothing' : 'is no image'}`, async () => {
      const { registry, nowhere } = served;
      const fetched = await registry.fetchManifest(nowhere, { kind: 'tag', tag: '1.4' });
      const listed = await registry.listTags(nowhere, 10);
      expect([answerOf(fetched), answerOf(listed)]).toEqual(
        isRegistry ? ['noSuchManifest', 'noSuchRepository'] : ['NO_SUCH_IMAGE', 'NO_SUCH_IMAGE'],
      );
    });

    test(`the sole image is ${isRegistry ? 'nothing that a registry has' : 'the one that all the rest is about'}`, async () => {
      const answer = answerOf(await served.registry.fetchManifest(served.at, { kind: 'sole' }));
      expect(typeof answer === 'string' ? answer : answer.digest).toBe(
        isRegistry ? 'noSuchManifest' : world.index.digest,
      );
    });

    test('other bytes under a digest are refused', async () => {
      const config = world.repository.blobs.get(world.config)!;
      await served.replace(world.config, config.toReversed());
      expect(answerOf(await served.registry.fetchBlob(served.at, world.config, config.length))).toBe('DIGEST_MISMATCH');

      const { digest } = world.platform;
      const text = new TextDecoder().decode(world.repository.manifests.get(digest)!.bytes);
      await served.replace(digest, new TextEncoder().encode(text.replace('"version":"1.4"', '"version":"6.6"')));
      expect(answerOf(await manifestOf(digest))).toBe('DIGEST_MISMATCH');
    });
  });
}
