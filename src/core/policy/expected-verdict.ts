import * as v from 'valibot';
import { parseSettings } from '../settings/parse.ts';
import type { Verdict } from './evaluate.ts';

/** What `policy test` reads beside a layout. */
export const EXPECTED_FILE = 'expected.yaml';

const schema = v.strictObject({
  /** The name by which the policy knows it. */
  image: v.pipe(v.string(), v.minLength(1)),
  verdict: v.picklist(['pass', 'fail', 'undecided'] satisfies readonly Verdict[]),
  /** Requirements that are to be among those that do not hold: `provenance.ref`. */
  failing: v.optional(v.array(v.string())),
  /** Which image of the layout, where it has several. */
  ref: v.optional(v.string()),
  platform: v.optional(v.string()),
});

export type ExpectedVerdict = v.InferOutput<typeof schema>;

/** @throws ToolError `INVALID_CONFIGURATION` with line, column and the nearest known key */
export function parseExpectedVerdict(file: { readonly text: string; readonly path: string }): ExpectedVerdict {
  return parseSettings({ ...file, schema });
}
