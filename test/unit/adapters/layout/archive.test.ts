import { spawnSync } from 'node:child_process';
import { mkdir, open, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import type { TarEntry } from 'modern-tar';
import { packTar } from 'modern-tar';
import { describe, expect, test } from 'vitest';
import { openArchive } from '../../../../src/adapters/layout/archive-source.ts';
import { unpacked } from '../../../../src/adapters/layout/compression.ts';
import type { BuiltImage } from '../../../support/image-builder.ts';
import { BUILT_AT, image } from '../../../support/image-builder.ts';
import type { Files } from '../../../support/repository-files.ts';
import { layoutFiles, writeFolder, writeTar } from '../../../support/repository-files.ts';
import type { TestRepository } from '../../../support/test-repository.ts';
import { digestOf, emptyRepository, putBlob } from '../../../support/test-repository.ts';
import { answerOf, archiveAt, archiveOf, digestIn, temporaryFolder } from './local-setup.ts';

const BLOCK = 512;
const MTIME = new Date(BUILT_AT);
const isTarInstalled = spawnSync('tar', ['--version']).stdout.includes('GNU tar');

async function oneImage(): Promise<{ repository: TestRepository; built: BuiltImage; files: Files }> {
  const repository = emptyRepository();
  const built = await image().layer({ shop: 'one' }).addTo(repository, '1.4');
  return { repository, built, files: layoutFiles(repository) };
}

async function fileOf(bytes: Uint8Array): Promise<string> {
  const file = join(await temporaryFolder(), 'image.tar');
  await writeFile(file, bytes);
  return file;
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function textEntry(name: string, body: string): TarEntry {
  return { header: { name, size: body.length, mtime: MTIME }, body };
}

async function textIn(path: string, name: string): Promise<string | undefined> {
  const bytes = await (await openArchive(path)).read(name, 1000);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

describe('files in a tar', () => {
  test('come out as they went in, whatever their names and sizes, plain and packed', async () => {
    const folder = await temporaryFolder();
    const name = fc
      .array(fc.stringMatching(/^[a-zé_-]{1,60}$/), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join('/'));
    const files = fc.array(fc.tuple(name, fc.uint8Array({ maxLength: 1600 })), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(files, fc.constantFrom('plain', 'gzip', 'zstd'), async (pairs, packing) => {
        const path = join(folder, 'image.tar');
        await writeTar(path, new Map(pairs), packing);
        const source = await openArchive(path);
        for (const [file, bytes] of new Map(pairs)) {
          expect(Buffer.from(bytes).equals((await source.read(file, bytes.length)) ?? bytesOf('nothing'))).toBe(true);
        }
      }),
    );
  });

  const formats = isTarInstalled
    ? ['v7', 'ustar', 'oldgnu', 'gnu', 'pax']
    : ['any (skipped: GNU tar is not installed)'];
  test.skipIf(!isTarInstalled).each(formats)('are read from an archive of GNU tar, format %s', async (format) => {
    const { built, files } = await oneImage();
    const folder = await temporaryFolder();
    // Longer than the 100 bytes of a header where the format has a way to write that.
    const long = format === 'v7' ? 'short.txt' : `${'a'.repeat(90)}/${'b'.repeat(90)}.txt`;
    files.set(long, bytesOf('long'));
    await writeFolder(join(folder, 'layout'), files);
    const file = join(folder, 'image.tar');
    const made = spawnSync('tar', [`--format=${format}`, '-C', join(folder, 'layout'), '-cf', file, '.']);
    expect(made.status).toBe(0);
    expect(digestIn(await archiveAt(file).tagged('1.4'))).toBe(built.digest);
    expect(await textIn(file, long)).toBe('long');
  });

  test('are the last of those with one name', async () => {
    const tar = await packTar([textEntry('a.txt', 'old'), textEntry('a.txt', 'newer')]);
    for (const archive of [tar, gzipSync(tar)]) expect(await textIn(await fileOf(archive), 'a.txt')).toBe('newer');
  });

  test('are none of links, devices, folders and names that lead elsewhere', async () => {
    const bare = (['link', 'symlink', 'fifo', 'character-device', 'block-device', 'directory'] as const).map(
      (type) => ({
        header: { name: `a-${type}`, type, size: 0, linkname: 'good.txt', mtime: MTIME },
      }),
    );
    const elsewhere = ['../outside.txt', 'a/../../outside.txt', '/absolute.txt'];
    const texts = [...elsewhere, './good.txt'].map((name) => textEntry(name, 'text'));
    const tar = await packTar([...bare, ...texts]);
    const source = await openArchive(await fileOf(tar));
    expect(await source.topNames()).toEqual(['good.txt']);
    expect(new TextDecoder().decode(await source.read('good.txt', 10))).toBe('text');
  });

  test('follow at once where a link has the size of what it leads to, as old tars write it', async () => {
    const [link] = await headersOf([{ name: 'link', size: 0 }]);
    const rest = await packTar([textEntry('after.txt', 'after')]);
    const tar = Buffer.concat([withField(withSize(link!, 512), 156, '1'), rest]);
    expect(await textIn(await fileOf(tar), 'after.txt')).toBe('after');
  });

  test('have no prefix in their names where GNU keeps other fields', async () => {
    const [posix] = await headersOf([{ name: 'a.txt', size: 0 }]);
    const end = new Uint8Array(2 * BLOCK);
    const prefixed = withField(posix!, 345, 'folder');
    const gnu = withField(prefixed, 257, 'ustar  \0');
    expect(await textIn(await fileOf(Buffer.concat([prefixed, end])), 'folder/a.txt')).toBe('');
    expect(await textIn(await fileOf(Buffer.concat([gnu, end])), 'a.txt')).toBe('');
  });

  test('are damaged where the file has become shorter since it was opened', async () => {
    const path = await fileOf(await packTar([textEntry('a.txt', 'text')]));
    const source = await openArchive(path);
    await truncate(path, BLOCK + 2);
    await expect(source.read('a.txt', 10)).rejects.toMatchObject({ code: 'MALFORMED', got: '2 bytes' });
  });

  test('are found behind one of gigabytes, which is passed over and not read', async () => {
    const size = 3 * 1024 ** 3;
    const [layer] = await headersOf([{ name: 'layer.tar', size }]);
    const [after] = await headersOf([{ name: 'after.txt', size: 5 }]);
    const path = await fileOf(layer!);
    await truncate(path, BLOCK + size);
    await using file = await open(path, 'r+');
    await file.write(after!, 0, BLOCK, BLOCK + size);
    await file.write(bytesOf('after'), 0, 5, BLOCK + size + BLOCK);
    await truncate(path, BLOCK + size + BLOCK + BLOCK + 2 * BLOCK);
    expect(await textIn(path, 'after.txt')).toBe('after');
    await expect((await openArchive(path)).read('layer.tar', 1000)).rejects.toMatchObject({
      code: 'TOO_LARGE',
      expected: 'at most 1000 bytes',
      got: `${size} bytes`,
    });
  });

  test('that are too large to be kept are unpacked again', async () => {
    const { repository, built } = await oneImage();
    const sbom = new Uint8Array(5 * 1024 * 1024).map((_, at) => at % 251);
    const { digest } = putBlob(repository, sbom, 'application/spdx+json');
    for (const packing of ['gzip', 'zstd'] as const) {
      const archive = await archiveOf(layoutFiles(repository), packing);
      const outcome = await archive.registry.fetchBlob(archive.at, digest, sbom.length);
      expect(outcome.kind === 'found' && digestOf(outcome.value)).toBe(digest);
      expect(answerOf(await archive.registry.fetchBlob(archive.at, digest, sbom.length - 1))).toBe('TOO_LARGE');
      expect(digestIn(await archive.sole())).toBe(built.digest);
    }
  });
});

describe('packed archives', () => {
  test('several gzip members are one archive; several zstd frames are refused, with what to do', async () => {
    const { built, files } = await oneImage();
    const folder = await temporaryFolder();
    await writeTar(join(folder, 'image.tar'), files);
    const tar = await readFile(join(folder, 'image.tar'));
    const halves = [tar.subarray(0, 700), tar.subarray(700)];
    const members = Buffer.concat(halves.map((half) => gzipSync(half)));
    expect(digestIn(await archiveAt(await fileOf(members)).sole())).toBe(built.digest);
    const frames = Buffer.concat(halves.map((half) => zstdCompressSync(half)));
    expect(await archiveAt(await fileOf(frames)).sole()).toMatchObject({
      error: { code: 'MALFORMED', hint: expect.stringContaining('zstd -d FILE') },
    });
  });

  test('one that is cut off is damaged', async () => {
    const { files } = await oneImage();
    for (const packing of ['gzip', 'zstd'] as const) {
      const archive = await archiveOf(files, packing);
      const whole = await readFile(archive.path);
      await truncate(archive.path, Math.floor(whole.length / 2));
      expect(answerOf(await archive.sole())).toBe('MALFORMED');
    }
  });

  test('one that grows without end is left off at its limit', async () => {
    await using file = await open(await fileOf(gzipSync(new Uint8Array(1024 * 1024))));
    const unpack = async (bytesMax: number): Promise<number> => {
      let size = 0;
      for await (const chunk of unpacked(file, 'gzip', bytesMax)) size += chunk.length;
      return size;
    };
    expect(await unpack(1024 * 1024)).toBe(1024 * 1024);
    await expect(unpack(1024 * 1024 - 1)).rejects.toMatchObject({
      code: 'TOO_LARGE',
      expected: 'at most 1048575 bytes',
    });
  });

  test.each([
    ['bzip2', [0x42, 0x5a, 0x68, 0x39], 'bzip2 -dk FILE'],
    ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], 'xz -dk FILE'],
  ])('one of %s is told how to unpack', async (name, magic, command) => {
    const archive = archiveAt(await fileOf(Uint8Array.from(magic)));
    expect(await archive.sole()).toMatchObject({
      error: {
        code: 'UNSUPPORTED',
        message: `the archive is compressed with ${name} (oci-archive:${archive.path})`,
        hint: `unpack it first: ${command}`,
      },
    });
  });
});

describe('damaged archives', () => {
  test('one that is cut off anywhere is not taken for a whole one', async () => {
    const { files } = await oneImage();
    const { path } = await archiveOf(files);
    const whole = await readFile(path);
    const end = whole.length - 2 * BLOCK;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: end }), async (length) => {
        await writeFile(path, whole.subarray(0, length));
        expect(answerOf(await archiveAt(path).sole())).toBe(length < BLOCK ? 'NOT_AN_IMAGE' : 'MALFORMED');
      }),
    );
  });

  test('one in which a header was changed is damaged, or no tar', async () => {
    const { files } = await oneImage();
    const { path } = await archiveOf(files);
    const whole = await readFile(path);
    const second = 2 * BLOCK;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(0, second), fc.integer({ min: 0, max: 499 }), async (header, at) => {
        const changed = Uint8Array.from(whole);
        changed[header + at]! ^= 0x01;
        await writeFile(path, changed);
        expect(answerOf(await archiveAt(path).sole())).toBe(header === 0 ? 'NOT_AN_IMAGE' : 'MALFORMED');
      }),
    );
  });

  test('arbitrary bytes are no tar, and say how they begin', async () => {
    const path = await fileOf(bytesOf('<html>not found</html>'));
    expect(await archiveAt(path).sole()).toMatchObject({
      error: { code: 'NOT_AN_IMAGE', got: 'a file that begins with "<html>not found<"' },
    });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
        await writeFile(path, bytes);
        expect(answerOf(await archiveAt(path).sole())).toBe('NOT_AN_IMAGE');
      }),
    );
  });

  test('arbitrary bytes behind a good header end in an error of their own', async () => {
    const [extension] = await headersOf([{ name: 'pax', size: 300, type: 'pax-header' as const }]);
    const path = await fileOf(new Uint8Array());
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 300, maxLength: 2000 }), async (bytes) => {
        await writeFile(path, Buffer.concat([extension!, bytes]));
        expect(answerOf(await archiveAt(path).sole())).toBe('MALFORMED');
      }),
    );
  });

  test('one with a size beyond the file, an extension of 1 MiB, or an old sparse file is refused', async () => {
    const [huge] = await headersOf([{ name: 'a', size: 2 ** 50 }]);
    expect(answerOf(await archiveAt(await fileOf(huge!)).sole())).toBe('MALFORMED');

    const [extension] = await headersOf([{ name: 'pax', size: 1024 * 1024, type: 'pax-header' as const }]);
    expect(answerOf(await archiveAt(await fileOf(extension!)).sole())).toBe('TOO_LARGE');

    const sparse = withField((await headersOf([{ name: 'a', size: 0 }]))[0]!, 156, 'S');
    expect(answerOf(await archiveAt(await fileOf(sparse)).sole())).toBe('UNSUPPORTED');
  });
});

describe('what is no archive of a layout', () => {
  test('a file that is not there is no such image', async () => {
    const path = join(await temporaryFolder(), 'nothing.tar');
    expect(await archiveAt(path).sole()).toMatchObject({
      error: { code: 'NO_SUCH_IMAGE', message: `there is no such file or folder (oci-archive:${path})` },
    });
  });

  test('a folder is named as one', async () => {
    const path = join(await temporaryFolder(), 'layout');
    await mkdir(path);
    expect(await archiveAt(path).sole()).toMatchObject({
      error: { code: 'NOT_AN_IMAGE', got: 'a folder', hint: expect.stringContaining('oci:DIR') },
    });
  });

  test('an archive of docker save is told to be one', async () => {
    const archive = await archiveOf(new Map([['manifest.json', bytesOf('[]')]]));
    expect(await archive.sole()).toMatchObject({
      error: { code: 'NOT_AN_IMAGE', got: 'manifest.json', hint: expect.stringContaining('docker-archive:FILE') },
    });
  });

  test('a layout in a folder of the archive is told by the folder', async () => {
    const { files } = await oneImage();
    const nested = new Map([...files].map(([name, bytes]) => [`shop/${name}`, bytes]));
    expect(await (await archiveOf(nested)).sole()).toMatchObject({ error: { code: 'NOT_AN_IMAGE', got: 'shop' } });
  });
});

test('an archive that is written anew is read anew', async () => {
  const { files, built } = await oneImage();
  const other = emptyRepository();
  const newer = await image().layer({ shop: 'newer' }).addTo(other);
  const archive = await archiveOf(files, 'gzip');
  expect(digestIn(await archive.sole())).toBe(built.digest);
  await writeTar(archive.path, layoutFiles(other), 'gzip');
  expect(digestIn(await archive.sole())).toBe(newer.digest);
});

/** The header blocks alone. */
async function headersOf(
  headers: readonly { name: string; size: number; type?: 'pax-header' }[],
): Promise<readonly Uint8Array[]> {
  const blocks = await Promise.all(
    headers.map(({ name, type }) => packTar([{ header: { name, size: 0, mtime: MTIME, ...(type && { type }) } }])),
  );
  return blocks.map((block, at) => withSize(block.subarray(0, BLOCK), headers[at]!.size));
}

/** In octal where it fits, else in GNU's binary form. */
function withSize(header: Uint8Array, size: number): Uint8Array {
  const changed = Uint8Array.from(header);
  if (size < 8 ** 11) {
    changed.set(bytesOf(`${size.toString(8).padStart(11, '0')}\0`), 124);
  } else {
    const field = Buffer.alloc(12);
    field[0] = 0x80;
    field.writeBigUInt64BE(BigInt(size), 4);
    changed.set(field, 124);
  }
  return withChecksum(changed);
}

function withField(header: Uint8Array, at: number, text: string): Uint8Array {
  const changed = Uint8Array.from(header);
  changed.set(bytesOf(text), at);
  return withChecksum(changed);
}

function withChecksum(header: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(header);
  changed.set(bytesOf('        '), 148);
  const sum = changed.reduce((total, byte) => total + byte, 0);
  changed.set(bytesOf(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  return changed;
}
