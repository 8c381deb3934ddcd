import { expect, test } from 'vitest';
import { renderComponents } from '../../../../src/render/sbom/index.ts';
import { SHOP_FILES, read, shopBytes } from '../../core/sbom/documents.ts';
import { validatorOf } from '../trace-schema.ts';

test.each(SHOP_FILES)('%s: all that the model holds is valid by the published schema', async (file) => {
  const { sbom, problems } = read(shopBytes(file));
  const document: unknown = JSON.parse(await renderComponents({ sbom, problems, found: [], images: [] }));
  expect((await validatorOf('sbom'))(document)).toEqual([]);
  expect(document).toMatchObject({ components: sbom.components.map(({ name }) => ({ name })) });
});
