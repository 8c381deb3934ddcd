import * as v from 'valibot';

/** The most that is asked for at once; Gitea's own limit unless an administrator changed it. */
export const PAGE_ITEMS_MAX = 50;

/** An empty text for what an account does not show. Those below 1 are Gitea's own: deleted accounts, its actions. */
export const giteaUser = v.object({
  id: v.number(),
  login: v.string(),
  full_name: v.nullish(v.string()),
  email: v.nullish(v.string()),
});
export type GiteaUser = v.InferOutput<typeof giteaUser>;

const identity = v.object({ name: v.string(), email: v.string() });

export const giteaCommit = v.object({
  sha: v.string(),
  html_url: v.nullish(v.string()),
  commit: v.object({
    message: v.string(),
    author: v.nullish(identity),
    committer: v.nullish(identity),
    verification: v.nullish(
      v.object({
        verified: v.boolean(),
        reason: v.string(),
        signature: v.string(),
        signer: v.nullish(v.object({ name: v.nullish(v.string()), username: v.nullish(v.string()) })),
      }),
    ),
  }),
  // Null where no account has that address.
  author: v.nullish(giteaUser),
  committer: v.nullish(giteaUser),
});
export type GiteaCommit = v.InferOutput<typeof giteaCommit>;

export const giteaRepository = v.object({
  id: v.number(),
  full_name: v.string(),
  html_url: v.nullish(v.string()),
  private: v.boolean(),
  internal: v.nullish(v.boolean()),
  archived: v.boolean(),
  fork: v.boolean(),
  default_branch: v.nullish(v.string()),
});
export type GiteaRepository = v.InferOutput<typeof giteaRepository>;

export const giteaPull = v.object({
  number: v.pipe(v.number(), v.integer()),
  html_url: v.nullish(v.string()),
  title: v.string(),
  state: v.string(),
  merged: v.boolean(),
  merged_at: v.nullish(v.string()),
  merge_commit_sha: v.nullish(v.string()),
  user: v.nullish(giteaUser),
  merged_by: v.nullish(giteaUser),
  base: v.nullish(v.object({ ref: v.string() })),
  head: v.nullish(v.object({ sha: v.string() })),
});
export type GiteaPull = v.InferOutput<typeof giteaPull>;

export const giteaReview = v.object({
  // Null where the review is a team's, which is only ever asked for one.
  user: v.nullish(giteaUser),
  state: v.string(),
  commit_id: v.string(),
  stale: v.boolean(),
  official: v.boolean(),
  dismissed: v.boolean(),
  submitted_at: v.nullish(v.string()),
});
export type GiteaReview = v.InferOutput<typeof giteaReview>;

export const giteaBranch = v.object({ protected: v.boolean(), required_approvals: v.number() });
export const giteaComparison = v.object({ total_commits: v.number() });
export const giteaSettings = v.object({ max_response_items: v.pipe(v.number(), v.integer(), v.minValue(1)) });
export const giteaTeam = v.object({ id: v.pipe(v.number(), v.integer()), name: v.string() });
