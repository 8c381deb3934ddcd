import * as v from 'valibot';
import { ToolError } from '../../core/errors.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { failed, found } from '../../core/model/outcome.ts';
import type { AbsentStatus } from './answer-memory.ts';
import type { ForgeClient } from './forge-client.ts';
import { PAGE_ITEMS_MAX, giteaSettings } from './gitea-schema.ts';
import { LIVES_MS } from './lives.ts';
import type { JsonQuestion } from './question.ts';

const PAGES_MAX = 10;

/** A question whose answer is a list in pages; `path` without a query, or with one that names no page. */
export type ListQuestion<Item> = Pick<JsonQuestion<unknown>, 'path' | 'what' | 'scope'> & {
  readonly item: v.GenericSchema<unknown, Item>;
  readonly lifeMs: number;
};

/** Reads a whole list; one that is longer than is read is `TOO_LARGE`. */
export type ReadGiteaList = <Item>(question: ListQuestion<Item>) => Promise<Outcome<readonly Item[], AbsentStatus>>;

/** For lists that are read together: how long pages are is asked for once. */
export function giteaLists(client: ForgeClient): ReadGiteaList {
  let size: ReturnType<typeof readPageSize> | undefined;
  return async (question) => readPages(client, question, await (size ??= readPageSize(client)));
}

async function readPages<Item>(
  client: ForgeClient,
  { path, what, scope, item, lifeMs }: ListQuestion<Item>,
  size: Outcome<number, never>,
): Promise<Outcome<readonly Item[], AbsentStatus>> {
  if (size.kind !== 'found') return size;
  const limit = size.value;
  const schema = v.pipe(v.array(item), v.maxLength(limit));
  const items: Item[] = [];
  for (let page = 1; page <= PAGES_MAX; page++) {
    const query = new URLSearchParams({ page: `${page}`, limit: `${limit}` }).toString();
    const question = { path: `${path}${path.includes('?') ? '&' : '?'}${query}`, what, schema, lifeMs };
    const answer = await client.read(scope === undefined ? question : { ...question, scope });
    if (answer.kind === 'absent' && page > 1)
      return failed(new ToolError('MALFORMED', `a later page of ${what} is not there`));
    if (answer.kind !== 'found') return answer;
    items.push(...answer.value);
    if (answer.value.length < limit) return found(items, answer.asOf);
  }
  const detail = { expected: `at most ${limit * PAGES_MAX}`, got: 'more' };
  return failed(new ToolError('TOO_LARGE', `${what} are too many to be read`, detail));
}

/** A page that is shorter than asked for is the last one only if the server would have given as many. */
async function readPageSize(client: ForgeClient): Promise<Outcome<number, never>> {
  const { host } = client.forge;
  const settings = await client.read({
    path: 'settings/api',
    what: `the settings of ${host}`,
    schema: giteaSettings,
    lifeMs: LIVES_MS.repository,
  });
  if (settings.kind === 'failed') return settings;
  if (settings.kind === 'found') return found(Math.min(settings.value.max_response_items, PAGE_ITEMS_MAX));
  return failed(
    new ToolError('UNSUPPORTED', `${host} does not tell how long its lists are`, {
      expected: 'Gitea 1.13 or newer, or Forgejo',
      got: `status ${settings.reason}`,
    }),
  );
}
