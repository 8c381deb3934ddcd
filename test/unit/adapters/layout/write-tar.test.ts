import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { layerFiles } from '../../../../src/adapters/layout/layer-files.ts';
import { TAR_END, fileHeader } from '../../../../src/adapters/layout/write-tar.ts';

/** Read by our own reader, which others' archives are read by too. */
async function through(name: string, content: Uint8Array): Promise<readonly { name: string; bytes: Uint8Array }[]> {
  const padding = new Uint8Array((512 - (content.length % 512)) % 512);
  return layerFiles(Buffer.concat([fileHeader(name, content.length), content, padding, TAR_END]), () => true);
}

test('a name and its content come back, short and long', async () => {
  const names = fc.array(fc.stringMatching(/^[a-z0-9]{1,60}$/), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(names, fc.uint8Array({ maxLength: 1500 }), async (parts, content) => {
      const [file, ...others] = await through(parts.join('/'), content);
      expect(others).toEqual([]);
      expect(file?.name).toBe(parts.join('/'));
      expect(Buffer.from(file?.bytes ?? [])).toEqual(Buffer.from(content));
    }),
  );
});

test('a blob under a SHA-512 has a name that only an extended header holds', async () => {
  const name = `blobs/sha512/${'f'.repeat(128)}`;
  expect(fileHeader(name, 3).length).toBe(3 * 512);
  expect(await through(name, Buffer.from('abc'))).toMatchObject([{ name }]);
});
