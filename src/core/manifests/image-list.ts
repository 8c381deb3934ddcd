import { manifestError, type ManifestFinding, type ManifestFormat, type ManifestText } from './model.ts';
import { faultOf } from './read-reference.ts';

/** One image a line, in any form that the command line takes too; `#` begins a comment. */
export const IMAGE_LIST: ManifestFormat = { name: 'image-list', read };

function* read({ text, path }: ManifestText): Generator<ManifestFinding> {
  for (const [index, line] of text.split('\n').entries()) {
    const written = withoutComment(line).trim();
    if (written === '') continue;
    const place = { path, line: index + 1, column: line.indexOf(written) + 1, pointer: `line ${index + 1}` };
    const fault = faultOf(written);
    if (fault === undefined) yield { reference: written, place };
    else
      yield manifestError('NOT_A_REFERENCE', place, {
        message: fault.message,
        ...(fault.expected === undefined ? {} : { hint: `Expected ${fault.expected}.` }),
      });
  }
}

/** As in shells: `#` at the beginning, or after a space. */
export function withoutComment(line: string): string {
  const at = line.search(/(?:^|\s)#/);
  return at < 0 ? line : line.slice(0, at);
}
