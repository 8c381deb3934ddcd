import * as v from 'valibot';

/** The longest page that GitLab gives. */
export const PAGE_ENTRIES = 100;

function pageOf<Item extends v.GenericSchema>(item: Item) {
  return v.pipe(v.array(item), v.maxLength(PAGE_ENTRIES));
}

const user = v.object({ id: v.number(), username: v.string(), name: v.nullish(v.string()) });

export const projectSchema = v.object({
  id: v.number(),
  path_with_namespace: v.string(),
  web_url: v.string(),
  // Strangers are not told all of it.
  visibility: v.optional(v.string()),
  archived: v.optional(v.boolean()),
  forked_from_project: v.nullish(v.object({ id: v.number() })),
  default_branch: v.nullish(v.string()),
});

export const commitSchema = v.object({
  id: v.string(),
  web_url: v.optional(v.string()),
  author_name: v.string(),
  author_email: v.string(),
  committer_name: v.string(),
  committer_email: v.string(),
});

export const branchesSchema = pageOf(v.object({ name: v.string() }));

export const signatureSchema = v.object({
  signature_type: v.string(),
  verification_status: v.string(),
  gpg_key_primary_keyid: v.nullish(v.string()),
  gpg_key_user_name: v.nullish(v.string()),
  x509_certificate: v.nullish(
    v.object({
      subject: v.nullish(v.string()),
      // Larger than what a number holds exactly; newer versions write it as text.
      serial_number: v.nullish(v.union([v.string(), v.number()])),
    }),
  ),
  key: v.nullish(v.object({ title: v.nullish(v.string()), key: v.nullish(v.string()) })),
});

export const mergeRequestsSchema = pageOf(
  v.object({
    iid: v.number(),
    web_url: v.string(),
    title: v.string(),
    state: v.string(),
    author: v.nullish(user),
    merge_user: v.nullish(user),
    merged_by: v.nullish(user),
    merged_at: v.nullish(v.string()),
    merge_commit_sha: v.nullish(v.string()),
    squash_commit_sha: v.nullish(v.string()),
    sha: v.nullish(v.string()),
    target_branch: v.string(),
  }),
);

export const approvalsSchema = v.object({
  approved_by: pageOf(v.object({ user, approved_at: v.nullish(v.string()) })),
});

export const protectionSchema = v.object({
  allow_force_push: v.optional(v.boolean()),
  code_owner_approval_required: v.optional(v.boolean()),
});

/** `bot` is told of one account, and not in lists. */
export const accountSchema = v.object({
  ...user.entries,
  bot: v.optional(v.boolean()),
  public_email: v.nullish(v.string()),
});
export const accountsSchema = pageOf(user);

export const groupSchema = v.object({ full_path: v.string(), name: v.string(), web_url: v.optional(v.string()) });
export const membersSchema = pageOf(v.object({ username: v.string(), name: v.nullish(v.string()) }));

export type ProjectAnswer = v.InferOutput<typeof projectSchema>;
export type CommitAnswer = v.InferOutput<typeof commitSchema>;
export type SignatureAnswer = v.InferOutput<typeof signatureSchema>;
export type MergeRequestAnswer = v.InferOutput<typeof mergeRequestsSchema>[number];
export type ApprovalsAnswer = v.InferOutput<typeof approvalsSchema>;
export type UserAnswer = v.InferOutput<typeof user>;
