import { gzipSync, zstdCompressSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layerFiles } from '../../../../src/adapters/layout/layer-files.ts';
import { fileHeader } from '../../../../src/adapters/layout/write-tar.ts';
import { ToolError } from '../../../../src/core/errors.ts';

const tar = (files: Readonly<Record<string, string>>): Promise<Uint8Array> =>
  packTar(
    Object.entries(files).map(([name, text]) => ({ header: { name, size: Buffer.byteLength(text) }, body: text })),
  );
const isJson = (name: string): boolean => name.endsWith('.json');
const read = async (layer: Uint8Array): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries((await layerFiles(layer, isJson)).map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]));

describe('the files of a layer that are wanted', () => {
  const files = { 'bin/tool': 'x'.repeat(100_000), 'layers/a.json': '{"a":1}', 'layers/b.json': '' };
  const wanted = { 'layers/a.json': '{"a":1}', 'layers/b.json': '' };

  test.each([
    ['plain', (layer: Uint8Array) => layer],
    ['gzip', (layer: Uint8Array) => gzipSync(layer)],
    ['zstd', (layer: Uint8Array) => zstdCompressSync(layer)],
  ])('%s', async (_, pack) => expect(await read(pack(await tar(files)))).toEqual(wanted));

  test('what has no name in the layer is none', async () => {
    expect(await read(await tar({ '../up.json': '1', 'ok.json': '2' }))).toEqual({ 'ok.json': '2' });
  });
});

describe('bad layers end in an error', () => {
  const refusal = async (layer: Uint8Array): Promise<string> => {
    const thrown = await layerFiles(layer, isJson).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ToolError);
    return (thrown as ToolError).code;
  };

  test.each([
    ['text', Buffer.from('no archive')],
    ['nothing', Buffer.alloc(0)],
    ['gzip of text', gzipSync('no archive')],
    ['a gzip that is cut off', gzipSync(Buffer.alloc(100_000, 'x')).subarray(0, 60)],
    ['an archive that ends inside a file', Buffer.concat([fileHeader('a.json', 1000), Buffer.alloc(100)])],
  ])('%s', async (_, layer) => expect(await refusal(layer)).toBe('MALFORMED'));

  test('a file that is larger than what is kept, before it is read', async () => {
    expect(await refusal(gzipSync(Buffer.concat([fileHeader('a.json', 300 * 1024 ** 2), Buffer.alloc(512)])))).toBe(
      'TOO_LARGE',
    );
  });

  test('whatever the bytes, files or that error', async () => {
    const any = fc.uint8Array({ maxLength: 2000 });
    const layers = fc.oneof(
      any,
      any.map((bytes) => gzipSync(bytes)),
      any.map((bytes) => Buffer.concat([fileHeader('a.json', bytes.length), bytes])),
    );
    await fc.assert(
      fc.asyncProperty(layers, async (layer) => {
        const result = await layerFiles(layer, isJson).catch((error: unknown) => error);
        expect(Array.isArray(result) || result instanceof ToolError).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
