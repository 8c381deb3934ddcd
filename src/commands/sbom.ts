import { ToolError } from '../core/errors.ts';
import type { RawInput, Run, Tools } from './command.ts';
import { isSet } from './flags.ts';

/** `sbom IMAGE`, `sbom --list IMAGE…`, `sbom --vex IMAGE…`, `sbom diff IMAGE IMAGE`: each is a file, loaded when it is asked for. */
export const run: Run = async (input, tools) => {
  const [first, ...others] = input.words;
  if (first === 'diff' && others.length > 0) return diff({ ...input, words: others }, tools);
  if (isSet(input.flags, 'list') || isSet(input.flags, 'vex'))
    return (await import('./sbom-list.ts')).listDocuments(input, tools);
  if (first === undefined || others.length > 0)
    throw new ToolError('USAGE', 'sbom writes the document of one image', {
      expected: 'one image',
      got: `${input.words.length}`,
      hint: 'provtrace sbom --list takes several; provtrace sbom diff compares two',
    });
  return (await import('./sbom-document.ts')).writeDocument(first, input, tools);
};

async function diff(input: RawInput, tools: Tools): Promise<number> {
  const [before, after, ...others] = input.words;
  if (before === undefined || after === undefined || others.length > 0)
    throw new ToolError('USAGE', 'sbom diff compares two images', {
      expected: 'provtrace sbom diff IMAGE IMAGE',
      hint: 'an image of that name is docker.io/library/diff',
    });
  return (await import('./sbom-diff.ts')).compareImages({ before, after }, input, tools);
}
