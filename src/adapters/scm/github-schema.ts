import * as v from 'valibot';

/** No list that is asked for is longer; one that is was not asked for. */
const LIST_MAX = 100;

function nodes<Item extends v.GenericSchema>(item: Item) {
  return v.object({ nodes: v.nullish(v.pipe(v.array(v.nullable(item)), v.maxLength(LIST_MAX))) });
}

function countedNodes<Item extends v.GenericSchema>(item: Item) {
  return v.object({ ...nodes(item).entries, totalCount: v.number() });
}

/** Null for an account that is gone. */
const actor = v.nullish(v.object({ type: v.string(), login: v.string() }));
const user = v.nullish(v.object({ login: v.string(), name: v.nullish(v.string()) }));
const gitActor = v.object({ name: v.nullish(v.string()), email: v.nullish(v.string()), user });
const oid = v.nullish(v.object({ oid: v.string() }));

const review = v.object({
  state: v.string(),
  submittedAt: v.nullish(v.string()),
  authorCanPushToRepository: v.nullish(v.boolean()),
  author: actor,
  commit: oid,
  onBehalfOf: v.nullish(nodes(v.object({ combinedSlug: v.string() }))),
});

const pullRequest = v.object({
  number: v.number(),
  url: v.string(),
  title: v.string(),
  state: v.string(),
  mergedAt: v.nullish(v.string()),
  baseRefName: v.string(),
  headRefOid: v.string(),
  author: actor,
  mergedBy: actor,
  mergeCommit: oid,
  latestOpinionatedReviews: v.nullish(countedNodes(review)),
  commits: v.nullish(
    countedNodes(
      v.object({
        commit: v.nullish(v.object({ authors: v.nullish(nodes(gitActor)), committer: v.nullish(gitActor) })),
      }),
    ),
  ),
});

const signature = v.object({
  type: v.string(),
  isValid: v.boolean(),
  state: v.string(),
  wasSignedByGitHub: v.boolean(),
  verifiedAt: v.nullish(v.string()),
  signer: v.nullish(v.object({ login: v.string() })),
  keyId: v.nullish(v.string()),
  keyFingerprint: v.nullish(v.string()),
});

const commit = v.object({
  type: v.literal('Commit'),
  oid: v.string(),
  url: v.string(),
  author: v.nullish(gitActor),
  committer: v.nullish(gitActor),
  authors: v.nullish(nodes(gitActor)),
  signature: v.nullish(signature),
  associatedPullRequests: v.nullish(nodes(pullRequest)),
});

const branch = v.object({
  name: v.string(),
  compare: v.nullish(v.object({ status: v.string() })),
  refUpdateRule: v.nullish(
    v.object({
      requiredApprovingReviewCount: v.nullish(v.number()),
      requiresCodeOwnerReviews: v.nullish(v.boolean()),
      requiresSignatures: v.nullish(v.boolean()),
      allowsForcePushes: v.nullish(v.boolean()),
    }),
  ),
  rules: v.nullish(
    nodes(
      v.object({
        type: v.string(),
        parameters: v.nullish(
          v.object({
            requiredApprovingReviewCount: v.nullish(v.number()),
            requireCodeOwnerReview: v.nullish(v.boolean()),
            dismissStaleReviewsOnPush: v.nullish(v.boolean()),
          }),
        ),
      }),
    ),
  ),
});

const repository = v.object({
  nameWithOwner: v.string(),
  url: v.string(),
  databaseId: v.nullish(v.number()),
  visibility: v.string(),
  isArchived: v.boolean(),
  isFork: v.boolean(),
  defaultBranchRef: v.nullish(branch),
  codeowners: v.nullish(
    v.object({
      errors: v.pipe(
        v.array(v.object({ line: v.number(), kind: v.string(), message: v.string(), path: v.string() })),
        v.maxLength(10 * LIST_MAX),
      ),
    }),
  ),
  object: v.nullish(v.variant('type', [commit, v.object({ type: v.picklist(['Tree', 'Blob', 'Tag']) })])),
});

/** The answer to `COMMIT_QUERY`; what can be refused on its own may be null. */
export const commitAnswerSchema = v.object({ repository: v.nullish(repository) });
export type RepositoryAnswer = v.InferOutput<typeof repository>;
export type CommitAnswer = v.InferOutput<typeof commit>;
export type PullRequestAnswer = v.InferOutput<typeof pullRequest>;
export type ReviewAnswer = v.InferOutput<typeof review>;
export type GitActorAnswer = v.InferOutput<typeof gitActor>;
export type ActorAnswer = v.InferOutput<typeof actor>;

/** The answer to `TEAM_QUERY`. */
export const teamAnswerSchema = v.object({
  organization: v.nullish(
    v.object({
      team: v.nullish(
        v.object({
          combinedSlug: v.string(),
          name: v.string(),
          url: v.nullish(v.string()),
          parentTeam: v.nullish(v.object({ combinedSlug: v.string() })),
          members: v.nullish(
            countedNodes(v.object({ login: v.string(), name: v.nullish(v.string()), email: v.nullish(v.string()) })),
          ),
        }),
      ),
    }),
  ),
});
