import type { ForgeCommit } from '../../../../src/core/model/forge.ts';
import type { Outcome } from '../../../../src/core/model/outcome.ts';
import type { ApiOptions } from '../../../support/forge-server-api.ts';
import { startApi } from '../../../support/forge-server-api.ts';
import { GraphqlRefusal, answerGraphql } from '../../../support/forge-server-graphql.ts';
import type { TestServer } from '../../../support/http-server.ts';
import { COMMIT, forgeAt, openForges, valueOf } from './code-forge-world.ts';
import { opened } from './forge-world.ts';

export const TOKEN = { token: 'ghp_x', source: 'GH_TOKEN' };
export const HEAD = '1111111111111111111111111111111111111111';

export const ada = { __typename: 'User', login: 'ada', name: 'Ada L', email: 'ada@acme.example' };
export const bob = { __typename: 'User', login: 'bob', name: 'Bob', email: 'bob@acme.example' };
export const web = { name: 'GitHub', email: 'noreply@github.com', user: { __typename: 'User', login: 'web-flow' } };
export const byAda = { name: 'Ada L', email: 'ada@acme.example', user: ada };

export const approval = {
  state: 'APPROVED',
  submittedAt: '2026-11-19T08:00:00Z',
  authorCanPushToRepository: true,
  author: bob,
  commit: { oid: HEAD },
  onBehalfOf: { nodes: [{ combinedSlug: 'acme/payments' }] },
};

export const pull = {
  number: 12,
  url: 'https://github.com/acme/shop/pull/12',
  title: 'Add a basket',
  state: 'MERGED',
  mergedAt: '2026-11-20T10:00:00Z',
  baseRefName: 'main',
  headRefOid: HEAD,
  author: ada,
  mergedBy: bob,
  mergeCommit: { oid: COMMIT },
  latestOpinionatedReviews: { totalCount: 1, nodes: [approval] },
  commits: { totalCount: 1, nodes: [{ commit: { authors: { nodes: [byAda] }, committer: web } }] },
};

export const commit = {
  __typename: 'Commit',
  oid: COMMIT,
  url: `https://github.com/acme/shop/commit/${COMMIT}`,
  author: byAda,
  committer: web,
  authors: { nodes: [byAda, { name: 'Bob', email: 'bob@acme.example', user: bob }] },
  signature: {
    __typename: 'GpgSignature',
    isValid: true,
    state: 'VALID',
    wasSignedByGitHub: true,
    verifiedAt: '2026-11-20T10:00:05Z',
    signer: { login: 'web-flow' },
    keyId: 'B5690EEEBB952194',
  },
  associatedPullRequests: { nodes: [pull] },
};

export const branch = {
  name: 'main',
  compare: { status: 'BEHIND' },
  refUpdateRule: {
    requiredApprovingReviewCount: 1,
    requiresCodeOwnerReviews: false,
    requiresSignatures: false,
    allowsForcePushes: false,
  },
  rules: {
    nodes: [
      {
        type: 'PULL_REQUEST',
        parameters: {
          __typename: 'PullRequestParameters',
          requiredApprovingReviewCount: 2,
          requireCodeOwnerReview: true,
          dismissStaleReviewsOnPush: true,
        },
      },
    ],
  },
};

export const repository = {
  nameWithOwner: 'acme/shop',
  url: 'https://github.com/acme/shop',
  databaseId: 77,
  visibility: 'PUBLIC',
  isArchived: false,
  isFork: false,
  defaultBranchRef: branch,
  codeowners: { errors: [{ line: 3, kind: 'Unknown owner', message: 'Unknown owner on line 3', path: 'CODEOWNERS' }] },
  object: commit,
};

export const refuse =
  (type: string, message = 'Resource not accessible by personal access token') =>
  (): never => {
    throw new GraphqlRefusal(type, message);
  };

export async function startGithub(root: object, rest: ApiOptions['routes'] = {}): Promise<TestServer> {
  const routes = { '/graphql': answerGraphql(root), ...rest };
  return opened(await startApi({ authorization: 'Bearer ghp_x', routes }));
}

export async function ask(answer: unknown, rest: ApiOptions['routes'] = {}): Promise<Outcome<ForgeCommit, string>> {
  const server = await startGithub({ repository: answer }, rest);
  const { forges } = openForges({ token: TOKEN });
  return forges.fetchCommit({ forge: forgeAt(server, 'github'), path: 'acme/shop', commit: COMMIT });
}

export async function askFor(part: object): Promise<ForgeCommit> {
  return valueOf(await ask({ ...repository, object: { ...commit, ...part } }));
}

export async function requestsFor(...pulls: readonly object[]): Promise<ForgeCommit['reviews']> {
  return (await askFor({ associatedPullRequests: { nodes: pulls } })).reviews;
}
