import { spawnSync } from 'node:child_process';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fallbackTag, referrer } from '../../../support/attachments.ts';
import { referrersTag } from '../../../../src/core/model/digest.ts';
import type { BuiltImage } from '../../../support/image-builder.ts';
import { image, index } from '../../../support/image-builder.ts';
import type { Files } from '../../../support/repository-files.ts';
import { blobPath, layoutFiles } from '../../../support/repository-files.ts';
import type { TestRepository } from '../../../support/test-repository.ts';
import { emptyRepository, jsonBytes, putBlob, putManifest } from '../../../support/test-repository.ts';
import { answerOf, digestIn, layoutAt, layoutOf, temporaryFolder } from './local-setup.ts';

const REF_NAME = 'org.opencontainers.image.ref.name';

async function oneImage(): Promise<{ repository: TestRepository; built: BuiltImage; files: Files }> {
  const repository = emptyRepository();
  const built = await image().layer({ shop: 'one' }).addTo(repository, '1.4');
  return { repository, built, files: layoutFiles(repository) };
}

describe('what is no layout', () => {
  test('a folder that is not there is no such image, with a hint', async () => {
    const layout = layoutAt(join(await temporaryFolder(), 'nothing'));
    expect(await layout.sole()).toMatchObject({
      kind: 'failed',
      error: {
        code: 'NO_SUCH_IMAGE',
        message: `there is no such file or folder (oci:${layout.path})`,
        hint: expect.stringContaining('oci: takes a folder'),
      },
    });
  });

  test('a file is named as one', async () => {
    const file = join(await temporaryFolder(), 'image.tar');
    await writeFile(file, 'tar');
    expect(await layoutAt(file).sole()).toMatchObject({
      error: { code: 'NOT_AN_IMAGE', got: 'a file', hint: expect.stringContaining('oci-archive:FILE') },
    });
  });

  test('a folder without oci-layout is told by what is in it', async () => {
    const layout = await layoutOf(
      new Map([
        ['b.txt', jsonBytes(1)],
        ['a/c.txt', jsonBytes(2)],
      ]),
    );
    expect(await layout.sole()).toMatchObject({
      error: { code: 'NOT_AN_IMAGE', expected: 'a file oci-layout', got: 'a, b.txt' },
    });
  });

  test('neither is one without index.json', async () => {
    const { files } = await oneImage();
    files.delete('index.json');
    expect(await (await layoutOf(files)).sole()).toMatchObject({
      error: { code: 'NOT_AN_IMAGE', expected: 'a file index.json', got: 'blobs, oci-layout' },
    });
  });

  test.each([
    ['a later version', 'oci-layout', { imageLayoutVersion: '2.0.0' }, 'UNSUPPORTED'],
    ['no version', 'oci-layout', {}, 'UNSUPPORTED'],
    ['an index.json that is a manifest', 'index.json', { config: {}, layers: [] }, 'MALFORMED'],
    ['an index.json that is a list', 'index.json', [], 'MALFORMED'],
  ])('%s is refused', async (_, name, document, code) => {
    const { files } = await oneImage();
    files.set(name, jsonBytes(document));
    expect(answerOf(await (await layoutOf(files)).sole())).toBe(code);
  });

  test('an index.json of more than 4 MiB is not read', async () => {
    const { files } = await oneImage();
    files.set('index.json', new Uint8Array(4 * 1024 * 1024 + 1).fill(0x20));
    expect(await (await layoutOf(files)).sole()).toMatchObject({
      error: { code: 'TOO_LARGE', expected: 'at most 4194304 bytes', got: '4194305 bytes' },
    });
  });

  test('arbitrary bytes as index.json end in an error that says so, or in nothing', async () => {
    const { files } = await oneImage();
    const layout = await layoutOf(files);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((json) => new TextEncoder().encode(json)),
        ),
        async (bytes) => {
          await writeFile(join(layout.path, 'index.json'), bytes);
          expect(['MALFORMED', 'NOT_AN_IMAGE']).toContain(answerOf(await layout.sole()));
        },
      ),
    );
  });
});

describe('manifests', () => {
  test('a digest answers a manifest that no entry names', async () => {
    const repository = emptyRepository();
    const built = await image().docker().layer({ shop: 'one' }).addTo(repository);
    const both = index().docker().add(built).addTo(repository, '1.4');
    const nested = index().addIndex(both).addTo(repository, 'nested');
    const layout = await layoutOf(layoutFiles(repository));
    const found = [await layout.tagged('nested'), await layout.tagged('1.4'), await layout.digested(built.digest)];
    expect(found.map(digestIn)).toEqual([nested.digest, both.digest, built.digest]);
    expect(found).toMatchObject([
      { value: { mediaType: 'application/vnd.oci.image.index.v1+json' } },
      { value: { mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json' } },
      { value: { mediaType: 'application/vnd.docker.distribution.manifest.v2+json' } },
    ]);
  });

  test('a digest of another blob answers no manifest', async () => {
    const { built, files } = await oneImage();
    expect(answerOf(await (await layoutOf(files)).digested(built.configDigest))).toBe('noSuchManifest');
  });

  test('one of Docker schema 1 is told as such', async () => {
    const { repository } = await oneImage();
    const old = putBlob(repository, jsonBytes({ schemaVersion: 1, name: 'acme/shop' }), 'application/json');
    const layout = await layoutOf(layoutFiles(repository));
    expect(answerOf(await layout.digested(old.digest))).toBe('UNSUPPORTED');
  });

  test('one that index.json names and that is not there is damage, not absence', async () => {
    const { built, files } = await oneImage();
    files.delete(blobPath(built.digest));
    const layout = await layoutOf(files);
    for (const outcome of [await layout.sole(), await layout.tagged('1.4')]) {
      expect(outcome).toMatchObject({ error: { code: 'MALFORMED', got: 'no such blob' } });
    }
  });

  test('other bytes are refused with both digests', async () => {
    const { built, files } = await oneImage();
    files.set(blobPath(built.digest), jsonBytes({}));
    expect(await (await layoutOf(files)).sole()).toMatchObject({
      error: {
        code: 'DIGEST_MISMATCH',
        expected: built.digest,
        got: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
      },
    });
  });

  test('a layout that is written anew is read anew', async () => {
    const { repository, built, files } = await oneImage();
    const layout = await layoutOf(files);
    expect(answerOf(await layout.tagged('1.5'))).toBe('noSuchManifest');
    repository.tags.set('1.5', built.digest);
    await writeFile(join(layout.path, 'index.json'), layoutFiles(repository).get('index.json')!);
    expect(digestIn(await layout.tagged('1.5'))).toBe(built.digest);
  });

  test('more layouts than stay open answer each its own', async () => {
    const images = await Promise.all(
      Array.from({ length: 12 }, async (_, at) => {
        const repository = emptyRepository();
        const built = await image()
          .layer({ shop: `${at}` })
          .addTo(repository);
        return { built, layout: await layoutOf(layoutFiles(repository)) };
      }),
    );
    const { registry } = images[0]!.layout;
    for (const { built, layout } of [...images, ...images]) {
      expect(digestIn(await registry.fetchManifest(layout.at, { kind: 'sole' }))).toBe(built.digest);
    }
  });
});

describe('referrers', () => {
  const CONTENT = { artifactType: 'application/spdx+json', layers: [] };

  test('take the config media type where the manifest says no artifactType', async () => {
    const { repository, built } = await oneImage();
    const { mediaType, digest, size } = built.descriptor;
    const config = putBlob(repository, jsonBytes({}), 'application/vnd.cncf.notary.signature');
    const signature = putManifest(repository, {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config,
      layers: [],
      subject: { mediaType, digest, size },
    });
    const layout = await layoutOf(layoutFiles(repository));
    expect(await layout.registry.fetchReferrers(layout.at, digest)).toEqual({
      kind: 'found',
      value: [
        {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          digest: signature.digest,
          size: signature.size,
          artifactType: 'application/vnd.cncf.notary.signature',
          annotations: {},
        },
      ],
    });
  });

  test('of what is no manifest there are none, and it hides no others', async () => {
    const { repository, built } = await oneImage();
    const sbom = referrer(repository, built.descriptor, CONTENT);
    const broken = putBlob(repository, jsonBytes('no manifest'), 'application/vnd.oci.image.manifest.v1+json');
    const old = putBlob(repository, jsonBytes({ schemaVersion: 1 }), 'application/vnd.oci.image.manifest.v1+json');
    const text = putBlob(emptyRepository(), jsonBytes('nobody reads this'), 'text/plain');
    const layout = await layoutOf(layoutFiles(repository, [built.descriptor, broken, old, text, sbom]));
    expect(await layout.registry.fetchReferrers(layout.at, built.digest)).toMatchObject({
      kind: 'found',
      value: [{ digest: sbom.digest, artifactType: CONTENT.artifactType }],
    });
  });

  test('are unheard where one of them cannot be read: it may be the one that matters', async () => {
    const { repository, built } = await oneImage();
    const lost = referrer(repository, built.descriptor, CONTENT);
    const files = layoutFiles(repository);
    files.delete(blobPath(lost.digest));
    const layout = await layoutOf(files);
    expect(answerOf(await layout.registry.fetchReferrers(layout.at, built.digest))).toBe('MALFORMED');
    await writeFile(join(layout.path, blobPath(lost.digest)), repository.manifests.get(lost.digest)!.bytes);
    expect(answerOf(await layout.registry.fetchReferrers(layout.at, built.digest))).toBe('found');
  });

  test('are no reason to look at more than the image where there is only one', async () => {
    const { repository, built } = await oneImage();
    const lost = {
      ...fallbackTag(emptyRepository(), built.digest, []),
      annotations: { [REF_NAME]: referrersTag(built.digest) },
    };
    expect(digestIn(await (await layoutOf(layoutFiles(repository, [built.descriptor, lost]))).sole())).toBe(
      built.digest,
    );
  });
});

describe('links and other files', () => {
  test('a link inside the layout is followed', async () => {
    const { built, files } = await oneImage();
    const layout = await layoutOf(files);
    await rename(join(layout.path, 'blobs'), join(layout.path, 'content'));
    await symlink('content', join(layout.path, 'blobs'));
    expect(digestIn(await layout.sole())).toBe(built.digest);
  });

  test('a layout may itself be named by a link', async () => {
    const { built, files } = await oneImage();
    const layout = await layoutOf(files);
    const link = join(await temporaryFolder(), 'link');
    await symlink(layout.path, link);
    expect(digestIn(await layoutAt(link).sole())).toBe(built.digest);
  });

  test.each(['blobs', 'index.json'])('%s as a link that leads out of the layout is refused', async (name) => {
    const { files } = await oneImage();
    const layout = await layoutOf(files);
    const outside = join(await temporaryFolder(), 'outside');
    await rename(join(layout.path, name), outside);
    await symlink(outside, join(layout.path, name));
    expect(await layout.sole()).toMatchObject({
      error: { code: 'NOT_READABLE', hint: expect.stringContaining('cp -rL') },
    });
  });

  test('a folder beside the layout whose name begins alike is outside too', async () => {
    const { files } = await oneImage();
    const layout = await layoutOf(files);
    await rename(join(layout.path, 'blobs'), `${layout.path}-blobs`);
    await symlink(`${layout.path}-blobs`, join(layout.path, 'blobs'));
    expect(answerOf(await layout.sole())).toBe('NOT_READABLE');
    await rm(`${layout.path}-blobs`, { recursive: true });
  });

  test('a link that leads to itself, a folder and a pipe are not readable, and nobody waits for them', async () => {
    const { files } = await oneImage();
    const layout = await layoutOf(files);
    const file = join(layout.path, 'index.json');
    await rm(file);
    await symlink('index.json', file);
    expect(answerOf(await layout.sole())).toBe('NOT_READABLE');
    await rm(file);
    await mkdir(file);
    expect(answerOf(await layout.sole())).toBe('NOT_READABLE');
    await rm(file, { recursive: true });
    spawnSync('mkfifo', [file]);
    expect(answerOf(await layout.sole())).toBe('NOT_READABLE');
  });
});
