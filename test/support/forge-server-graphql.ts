import type { IncomingMessage } from 'node:http';
import { schema as published } from '@octokit/graphql-schema';
import type { GraphQLError, GraphQLSchema } from 'graphql';
import { buildSchema, graphql } from 'graphql';
import { isRecord, parseJson } from '../../src/core/json.ts';
import type { ApiAnswer } from './forge-server-api.ts';

/** Why GitHub refuses a part of a query. */
export class GraphqlRefusal extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

let schema: GraphQLSchema | undefined;

/** GitHub's published schema, which has two fields twice. */
export function githubSchema(): GraphQLSchema {
  return (schema ??= buildSchema(published.idl, { assumeValidSDL: true }));
}

/**
 * GitHub's GraphQL endpoint: the query is checked against the published schema and carried out on `root`, whose members are values or functions of the
 * field's arguments; one that throws a refusal is null in the answer, with its error beside it.
 */
export function answerGraphql(root: object): (request: IncomingMessage) => Promise<ApiAnswer> {
  return async (request) => {
    if (request.headers.authorization === undefined)
      return { status: 401, body: { message: 'Requires authentication' } };
    const body = parseJson(Buffer.concat(await request.toArray()), 'the query');
    if (!isRecord(body) || typeof body['query'] !== 'string' || !isRecord(body['variables']))
      return { status: 400, body: { message: 'Problems parsing JSON' } };
    const result = await graphql({
      schema: githubSchema(),
      source: body['query'],
      rootValue: root,
      variableValues: body['variables'],
    });
    const errors = result.errors?.map(errorOf);
    return { body: { ...(result.data === undefined ? {} : { data: result.data }), ...(errors ? { errors } : {}) } };
  };
}

/** Without a path it was the query that is wrong. */
function errorOf({ message, path, originalError }: GraphQLError): object {
  const type = originalError instanceof GraphqlRefusal ? originalError.type : undefined;
  return path === undefined
    ? { message, extensions: { code: 'undefinedField' } }
    : { message, path, ...(type === undefined ? {} : { type }) };
}
