import * as v from 'valibot';

/** The longest page that GitHub gives. */
export const PAGE_ENTRIES = 100;

const account = v.nullish(
  v.object({
    login: v.optional(v.string()),
    type: v.optional(v.string()),
    name: v.nullish(v.string()),
    email: v.nullish(v.string()),
  }),
);
const gitActor = v.nullish(v.object({ name: v.nullish(v.string()), email: v.nullish(v.string()) }));

function pageOf<Item extends v.GenericSchema>(item: Item) {
  return v.pipe(v.array(item), v.maxLength(PAGE_ENTRIES));
}

export const accountSchema = v.object({
  login: v.string(),
  type: v.string(),
  name: v.nullish(v.string()),
  email: v.nullish(v.string()),
});

export const repositorySchema = v.object({
  id: v.number(),
  full_name: v.string(),
  html_url: v.string(),
  visibility: v.optional(v.string()),
  archived: v.optional(v.boolean()),
  fork: v.optional(v.boolean()),
  default_branch: v.string(),
});

export const commitSchema = v.object({
  sha: v.string(),
  html_url: v.string(),
  commit: v.object({
    author: gitActor,
    committer: gitActor,
    message: v.string(),
    verification: v.optional(
      v.object({
        verified: v.boolean(),
        reason: v.string(),
        signature: v.nullish(v.string()),
        verified_at: v.nullish(v.string()),
      }),
    ),
  }),
  author: account,
  committer: account,
});

export const pullsSchema = pageOf(
  v.object({
    number: v.number(),
    html_url: v.string(),
    title: v.string(),
    state: v.string(),
    merged_at: v.nullish(v.string()),
    merge_commit_sha: v.nullish(v.string()),
    user: account,
    base: v.object({ ref: v.string() }),
    head: v.object({ sha: v.string() }),
  }),
);

export const reviewsSchema = pageOf(
  v.object({
    user: account,
    state: v.string(),
    commit_id: v.nullish(v.string()),
    submitted_at: v.nullish(v.string()),
  }),
);

export const pullCommitsSchema = pageOf(
  v.object({
    commit: v.object({ message: v.string(), committer: gitActor }),
    author: account,
    committer: account,
  }),
);

export const comparisonSchema = v.object({ status: v.string() });

export type AccountAnswer = v.InferOutput<typeof account>;
export type RepositoryAnswer = v.InferOutput<typeof repositorySchema>;
export type CommitAnswer = v.InferOutput<typeof commitSchema>;
export type PullAnswer = v.InferOutput<typeof pullsSchema>[number];
export type ReviewAnswer = v.InferOutput<typeof reviewsSchema>[number];
export type PullCommitAnswer = v.InferOutput<typeof pullCommitsSchema>[number];
