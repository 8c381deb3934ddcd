import * as v from 'valibot';
import { ToolError } from '../../core/errors.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { failed } from '../../core/model/outcome.ts';
import type { ForgeClient } from './forge-client.ts';
import { traitsOf } from './forge-kinds.ts';

const ERRORS_MAX = 100;

const errorSchema = v.object({
  message: v.string(),
  type: v.nullish(v.string()),
  path: v.nullish(v.array(v.union([v.string(), v.number()]))),
  extensions: v.nullish(v.object({ code: v.nullish(v.string()) })),
});
type GraphqlError = v.InferOutput<typeof errorSchema>;

export type GraphqlQuestion<Data> = {
  readonly query: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly what: string;
  /** Each part that can be refused is nullish in it. */
  readonly schema: v.GenericSchema<unknown, Data>;
  /** Of an answer in which nothing was refused. */
  readonly lifeMs: (data: Data) => number;
  /** What a token must be allowed to for it. */
  readonly scope?: string;
};

/** An answer, and why its missing parts are missing. */
export type GraphqlAnswer<Data> = {
  readonly data: Data;
  /** Why there is nothing at that path (`['repository', 'codeowners']`), or undefined where nothing was refused there. */
  readonly refusalOf: (path: readonly string[]) => ToolError | undefined;
};

/**
 * One query. What is refused in it is null in the answer, with an error that names its path: an answer without one costs that part alone.
 * @returns failed where nothing was answered; `UNSUPPORTED` where a server does not know a field
 */
export async function askGraphql<Data>(
  client: ForgeClient,
  question: GraphqlQuestion<Data>,
): Promise<Outcome<GraphqlAnswer<Data>, never>> {
  const { query, variables, what, schema, lifeMs, scope } = question;
  const outcome = await client.read({
    path: endpointOf(client.api),
    what,
    body: { query, variables },
    schema: v.object({
      data: v.nullish(schema),
      errors: v.optional(v.pipe(v.array(errorSchema), v.maxLength(ERRORS_MAX))),
    }),
    // Failure is never kept, nor is that of a part.
    lifeMs: ({ data, errors = [] }) => (data && errors.every(isNotFound) ? lifeMs(data) : 0),
    ...(scope === undefined ? {} : { scope }),
  });
  if (outcome.kind === 'failed') return outcome;
  if (outcome.kind === 'absent')
    return failed(new ToolError('UNSUPPORTED', `${client.forge.host} has no GraphQL API`, { got: outcome.reason }));
  const { data, errors = [] } = outcome.value;
  const [first] = errors;
  if (!data || errors.some(isRateLimit)) return failed(errorOf(first, client, question));
  const refusalOf = (path: readonly string[]): ToolError | undefined => {
    const refused = errors.find((error) => !isNotFound(error) && concerns(error, path));
    return refused === undefined ? undefined : errorOf(refused, client, question);
  };
  return { ...outcome, value: { data, refusalOf } };
}

/** Beside `/api/v3/` on servers of one's own, below the root elsewhere. */
function endpointOf(api: URL): string {
  return api.pathname.endsWith('/v3/') ? '../graphql' : 'graphql';
}

/** An error at what is above a part took the part with it. */
function concerns({ path }: GraphqlError, part: readonly string[]): boolean {
  const names = (path ?? []).filter((step) => typeof step === 'string');
  return part.every((step, index) => names[index] === undefined || names[index] === step);
}

function isNotFound({ type }: GraphqlError): boolean {
  return type === 'NOT_FOUND';
}

function isRateLimit({ type }: GraphqlError): boolean {
  return type === 'RATE_LIMITED' || type === 'RATE_LIMIT';
}

function errorOf(
  error: GraphqlError | undefined,
  { forge }: ForgeClient,
  { what, scope }: Pick<GraphqlQuestion<unknown>, 'what' | 'scope'>,
): ToolError {
  const message = `could not read ${what} from ${forge.host}`;
  if (error === undefined)
    return new ToolError('MALFORMED', `${message}: the answer is empty`, { expected: 'data or errors' });
  const got = error.message.slice(0, 200);
  if (isRateLimit(error))
    return new ToolError('RATE_LIMITED', `${message}: it wants no more requests`, {
      got,
      hint: 'try again in an hour',
    });
  if (error.extensions?.code === 'undefinedField')
    return new ToolError('UNSUPPORTED', `${message}: it is too old for the question`, { got });
  if (/\bSAML\b/.test(error.message)) {
    const hint = "authorise the token for the organisation's single sign-on, in your settings at GitHub";
    return new ToolError('FORBIDDEN', `${message}: it wants a single sign-on`, { got, hint });
  }
  if (error.type === 'FORBIDDEN' || error.type === 'INSUFFICIENT_SCOPES')
    return new ToolError('FORBIDDEN', `not allowed to read ${what} from ${forge.host}`, {
      got,
      hint: `the token needs ${scope ?? traitsOf(forge).scope}`,
    });
  return new ToolError('SERVER_ERROR', `${message}: it failed`, { got, hint: 'try again later' });
}
