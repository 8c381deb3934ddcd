import * as v from 'valibot';
import { ToolError } from '../errors.ts';

/**
 * The value as the schema has it.
 * @throws ToolError `MALFORMED`; `what` is the thing that it is not ("a DSSE envelope").
 */
export function checkShape<Schema extends v.GenericSchema>(
  schema: Schema,
  raw: unknown,
  what: string,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, raw);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new ToolError('MALFORMED', `not ${what}: ${v.getDotPath(issue) ?? 'the document'}`, {
    expected: issue.expected ?? issue.message,
    got: issue.received.slice(0, 200),
  });
}

/** @throws ToolError `TOO_LARGE` */
export function checkSize(bytes: Uint8Array, bytesMax: number, what: string): void {
  if (bytes.length <= bytesMax) return;
  throw new ToolError('TOO_LARGE', `${what} is too large`, {
    expected: `at most ${bytesMax} bytes`,
    got: `${bytes.length}`,
  });
}
