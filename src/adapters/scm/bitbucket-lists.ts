import type * as v from 'valibot';
import { ToolError } from '../../core/errors.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { failed, found } from '../../core/model/outcome.ts';
import type { AbsentStatus } from './answer-memory.ts';
import { pageOf } from './bitbucket-schema.ts';
import type { ForgeClient } from './forge-client.ts';
import type { JsonQuestion } from './question.ts';

const PAGES_MAX = 10;

export type ListQuestion<Item> = Pick<JsonQuestion<unknown>, 'path' | 'what'> & {
  readonly item: v.GenericSchema<unknown, Item>;
  /** Of each page. */
  readonly lifeMs: (items: readonly Item[]) => number;
};

/** A whole list; one that is longer than is read is `TOO_LARGE`. */
export async function readBitbucketList<Item>(
  client: ForgeClient,
  { path: first, what, item, lifeMs }: ListQuestion<Item>,
): Promise<Outcome<readonly Item[], AbsentStatus>> {
  const schema = pageOf(item);
  const visited = new Set<string>();
  const items: Item[] = [];
  for (let path = first; ;) {
    if (visited.has(path)) return failed(new ToolError('MALFORMED', `the pages of ${what} go in a circle`));
    if (visited.size === PAGES_MAX)
      return failed(new ToolError('TOO_LARGE', `${what} have too many pages`, { expected: `at most ${PAGES_MAX}` }));
    visited.add(path);
    const answer = await client.read({ path, what, schema, lifeMs: ({ values }) => lifeMs(values) });
    if (answer.kind === 'absent' && visited.size > 1)
      return failed(new ToolError('MALFORMED', `a later page of ${what} is not there`));
    if (answer.kind !== 'found') return answer;
    items.push(...answer.value.values);
    const { next } = answer.value;
    if (!next) return found(items, answer.asOf);
    // The token goes along, so the next page must be within the API.
    const url = URL.parse(next)?.href ?? '';
    if (!url.startsWith(client.api.href)) {
      const detail = { expected: client.api.href, got: next.slice(0, 200) };
      return failed(new ToolError('MALFORMED', `the next page of ${what} is not at ${client.api.host}`, detail));
    }
    path = url.slice(client.api.href.length);
  }
}
