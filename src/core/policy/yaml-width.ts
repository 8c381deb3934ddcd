import { LineCounter, Parser } from 'yaml';
import { ToolError } from '../errors.ts';
import { isRecord } from '../json.ts';

/** Keys of one map. The library compares each with each, and 60,000 of them took it half a minute. */
const KEYS_MAX = 2_000;

/**
 * Looks at the tokens of a YAML text before it is read, in time that grows with its length alone.
 * @throws ToolError `INVALID_CONFIGURATION` for a map with more keys than anybody writes.
 */
export function checkWidth({ text, path }: { readonly text: string; readonly path: string }): void {
  const lines = new LineCounter();
  const open: unknown[] = [...new Parser(lines.addNewLine).parse(text)];
  while (open.length > 0) {
    const token = open.pop();
    if (!isRecord(token)) continue;
    const { type, start, items, value, key, offset } = token;
    open.push(value, key);
    if (!Array.isArray(items)) continue;
    const isMap = type === 'block-map' || (isRecord(start) && start['source'] === '{');
    if (isMap && items.length > KEYS_MAX) {
      const { line, col } = lines.linePos(Number(offset));
      throw new ToolError('INVALID_CONFIGURATION', `${path}:${line}:${col}: too many entries`, {
        expected: `at most ${KEYS_MAX}`,
        got: `${items.length}`,
      });
    }
    // One by one: a list may be longer than a call can have arguments.
    for (const item of items) open.push(item);
  }
}
