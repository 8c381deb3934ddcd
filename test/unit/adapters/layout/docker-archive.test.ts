import { writeFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestHex } from '../../../../src/core/model/digest.ts';
import type { BuiltImage } from '../../../support/image-builder.ts';
import { image } from '../../../support/image-builder.ts';
import type { Files } from '../../../support/repository-files.ts';
import { blobPath, dockerArchiveFiles, layoutFiles, writeTar } from '../../../support/repository-files.ts';
import { digestOf, emptyRepository, jsonBytes } from '../../../support/test-repository.ts';
import { answerOf, digestIn, dockerArchiveAt, dockerArchiveOf, temporaryFolder } from './local-setup.ts';

async function build(text: string): Promise<BuiltImage> {
  return image().docker().layer({ shop: text }).addTo(emptyRepository());
}

/** manifest.json alone, and the files that it names. */
function saved(images: unknown, others: Files = new Map()): Files {
  return new Map([...others, ['manifest.json', jsonBytes(images)]]);
}

describe('an image of docker save', () => {
  test.each(['plain', 'gzip', 'zstd'] as const)('is its config, under the digest of that (%s)', async (packing) => {
    const built = await build('one');
    const archive = await dockerArchiveOf(dockerArchiveFiles([{ image: built, names: ['shop:1.4'] }]), packing);
    const answers = [
      await archive.sole(),
      await archive.tagged('shop:1.4'),
      await archive.digested(built.configDigest),
    ];
    for (const answer of answers) {
      expect(answer).toEqual({
        kind: 'found',
        value: {
          mediaType: 'application/vnd.docker.container.image.v1+json',
          digest: built.configDigest,
          bytes: expect.anything(),
        },
      });
      expect(answer.kind === 'found' && digestOf(answer.value.bytes)).toBe(built.configDigest);
    }
  });

  test('has no referrers, and says that it cannot have any', async () => {
    const built = await build('one');
    const { registry, at } = await dockerArchiveOf(dockerArchiveFiles([{ image: built, names: null }]));
    expect(await registry.fetchReferrers(at, built.configDigest)).toEqual({ kind: 'absent', reason: 'noReferrersApi' });
  });

  test('is named as docker names it', async () => {
    const one = await build('one');
    const other = await build('other');
    const archive = await dockerArchiveOf(
      dockerArchiveFiles([
        { image: one, names: ['shop:latest', 'ghcr.io/acme/shop:1.4'] },
        { image: other, names: ['acme/cart:2'] },
      ]),
    );
    for (const name of ['shop', 'shop:latest', 'docker.io/library/shop', 'ghcr.io/acme/shop:1.4', '1.4', 'latest']) {
      expect(digestIn(await archive.tagged(name))).toBe(one.configDigest);
    }
    for (const name of ['acme/cart:2', 'docker.io/acme/cart:2', '2']) {
      expect(digestIn(await archive.tagged(name))).toBe(other.configDigest);
    }
    for (const name of ['acme/cart', 'cart:2', 'ghcr.io/acme/shop', 'acme/shop:1.4', 'hop:latest']) {
      expect(answerOf(await archive.tagged(name))).toBe('noSuchManifest');
    }
    expect(await archive.registry.listTags(archive.at, 2)).toEqual({
      kind: 'found',
      value: ['acme/cart:2', 'ghcr.io/acme/shop:1.4'],
    });
  });

  test('has to be named where there are several: the error lists them', async () => {
    const one = await build('one');
    const other = await build('other');
    const archive = await dockerArchiveOf(
      dockerArchiveFiles([
        { image: one, names: ['shop:1.4'] },
        { image: other, names: null },
      ]),
    );
    expect(await archive.sole()).toMatchObject({
      error: { code: 'AMBIGUOUS_IMAGE', expected: `one of shop:1.4, ${digestHex(other.configDigest)}.json` },
    });
    expect(digestIn(await archive.digested(other.configDigest))).toBe(other.configDigest);
  });

  test('is one although it is listed twice', async () => {
    const built = await build('one');
    const archive = await dockerArchiveOf(
      dockerArchiveFiles([
        { image: built, names: ['shop:1.4'] },
        { image: built, names: ['shop:1.5'] },
      ]),
    );
    expect(digestIn(await archive.sole())).toBe(built.configDigest);
  });

  test.each([
    ['blobs/sha256/HEX, as newer docker has it', (hex: string) => `blobs/sha256/${hex}`],
    ['sha256:HEX, as crane has it', (hex: string) => `sha256:${hex}`],
    ['config.json, as jib has it', () => 'config.json'],
  ])('may keep its config as %s', async (_, nameOf) => {
    const built = await build('one');
    const name = nameOf(digestHex(built.configDigest));
    const config = jsonBytes(built.config);
    const archive = await dockerArchiveOf(saved([{ Config: name }], new Map([[name, config]])));
    expect(digestIn(await archive.sole())).toBe(built.configDigest);
    expect(digestIn(await archive.digested(built.configDigest))).toBe(built.configDigest);
  });
});

describe('blobs of docker save', () => {
  test('are configs, and what is kept as in a layout', async () => {
    const repository = emptyRepository();
    const built = await image().docker().layer({ shop: 'one' }).addTo(repository);
    const both = new Map([...layoutFiles(repository), ...dockerArchiveFiles([{ image: built, names: null }])]);
    const { registry, at } = await dockerArchiveOf(both);
    const layer = digestOf(built.layers[0]!.bytes);
    for (const digest of [built.configDigest, layer]) {
      const outcome = await registry.fetchBlob(at, digest, 10_000);
      expect(outcome.kind === 'found' && digestOf(outcome.value)).toBe(digest);
    }
    const classic = await dockerArchiveOf(dockerArchiveFiles([{ image: built, names: null }]));
    expect(answerOf(await classic.registry.fetchBlob(classic.at, built.configDigest, 10_000))).toBe('found');
    expect(answerOf(await classic.registry.fetchBlob(classic.at, built.configDigest, 10))).toBe('TOO_LARGE');
    expect(answerOf(await classic.registry.fetchBlob(classic.at, layer, 10_000))).toBe('noSuchBlob');
  });
});

describe('what is not as docker save writes it', () => {
  test('a config that is not what its name says is refused', async () => {
    const built = await build('one');
    for (const name of [`${digestHex(built.configDigest)}.json`, blobPath(built.configDigest)]) {
      const archive = await dockerArchiveOf(saved([{ Config: name }], new Map([[name, jsonBytes({})]])));
      const answers = [
        await archive.sole(),
        await archive.digested(built.configDigest),
        await archive.registry.fetchBlob(archive.at, built.configDigest, 1000),
      ];
      expect(answers.map(answerOf)).toEqual(['DIGEST_MISMATCH', 'DIGEST_MISMATCH', 'DIGEST_MISMATCH']);
    }
  });

  test.each(['lost.json', '../../../etc/passwd', '/etc/passwd'])('a config %s is not in the archive', async (name) => {
    expect(await (await dockerArchiveOf(saved([{ Config: name }]))).sole()).toMatchObject({
      error: { code: 'MALFORMED', got: 'no such file' },
    });
  });

  test('a digest that no image has is absent', async () => {
    const built = await build('one');
    const nameless = saved([{ Config: 'config.json' }], new Map([['config.json', jsonBytes(built.config)]]));
    for (const files of [dockerArchiveFiles([{ image: built, names: null }]), nameless]) {
      expect(answerOf(await (await dockerArchiveOf(files)).digested(built.digest))).toBe('noSuchManifest');
    }
  });

  test('another image that is damaged is no fault of the one that is asked for', async () => {
    const built = await build('one');
    const config = `${digestHex(built.configDigest)}.json`;
    const images = [{ Config: `${digestHex(built.digest)}.json` }, { Config: config }];
    const archive = await dockerArchiveOf(saved(images, new Map([[config, jsonBytes(built.config)]])));
    expect(digestIn(await archive.digested(built.configDigest))).toBe(built.configDigest);
  });

  test('an empty list holds no image', async () => {
    expect(answerOf(await (await dockerArchiveOf(saved([]))).sole())).toBe('NOT_AN_IMAGE');
  });

  test.each([{}, [{}], [{ Config: 1 }], [{ Config: 'a', RepoTags: 'shop:1.4' }], ['a'], 'text'])(
    'manifest.json as %j is refused',
    async (document) => {
      expect(answerOf(await (await dockerArchiveOf(saved(document))).sole())).toBe('MALFORMED');
    },
  );

  test('a layout is told to be one', async () => {
    const archive = await dockerArchiveOf(layoutFiles(emptyRepository()));
    expect(await archive.sole()).toMatchObject({
      error: { code: 'NOT_AN_IMAGE', got: 'index.json, oci-layout', hint: expect.stringContaining('oci-archive:FILE') },
    });
  });

  test('arbitrary bytes as manifest.json end in an error that says so', async () => {
    const path = `${await temporaryFolder()}/image.tar`;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((json) => new TextEncoder().encode(json)),
        ),
        async (bytes) => {
          await writeTar(path, new Map([['manifest.json', bytes]]));
          expect(['MALFORMED', 'NOT_AN_IMAGE']).toContain(answerOf(await dockerArchiveAt(path).sole()));
        },
      ),
    );
    await writeFile(path, '');
    expect(await dockerArchiveAt(path).sole()).toMatchObject({ error: { code: 'NOT_AN_IMAGE', got: 'an empty file' } });
  });
});
