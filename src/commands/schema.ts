import type { Run } from './command.ts';
import { oneOf } from './flags.ts';

export const run: Run = async ({ words: [name = ''] }, tools) => {
  const { schemas } = await import('../render/schema/index.ts');
  const known = oneOf(name, Object.keys(schemas), 'schema');
  await tools.write(`${JSON.stringify(await schemas[known]?.(), undefined, 2)}\n`);
  return 0;
};
