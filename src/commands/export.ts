import { ToolError } from '../core/errors.ts';
import type { Run } from './command.ts';
import { textFlag } from './flags.ts';

/** `export IMAGE` writes one document; `export IMAGE --to DIR|FILE.tar` a layout. Each is a file, loaded when it is asked for. */
export const run: Run = async (input, tools) => {
  const [reference, ...others] = input.words;
  if (reference === undefined || others.length > 0)
    throw new ToolError('USAGE', 'export writes one image', { expected: 'one image', got: `${input.words.length}` });
  const target = textFlag(input.flags, 'to');
  return target === undefined
    ? (await import('./export-document.ts')).exportDocument(reference, input, tools)
    : (await import('./export-layout.ts')).exportLayout({ reference, target }, input, tools);
};
