import * as v from 'valibot';

/** What Bitbucket gives at once at the most of any list that is asked for here. */
export const PAGE_ITEMS_MAX = 100;

/** Names can be changed, and two accounts may have one: `account_id` and `uuid` are the account. */
export const bitbucketUser = v.object({
  type: v.string(),
  uuid: v.nullish(v.string()),
  account_id: v.nullish(v.string()),
  nickname: v.nullish(v.string()),
  display_name: v.nullish(v.string()),
});
export type BitbucketUser = v.InferOutput<typeof bitbucketUser>;

const links = v.nullish(v.object({ html: v.nullish(v.object({ href: v.string() })) }));

export const bitbucketRepository = v.object({
  uuid: v.nullish(v.string()),
  full_name: v.string(),
  is_private: v.boolean(),
  links,
  /** Set for a fork. */
  parent: v.nullish(v.object({ full_name: v.nullish(v.string()) })),
  mainbranch: v.nullish(v.object({ name: v.string() })),
});
export type BitbucketRepository = v.InferOutput<typeof bitbucketRepository>;

export const bitbucketCommit = v.object({
  hash: v.string(),
  message: v.nullish(v.string()),
  links,
  /** `raw`: `Ada Lovelace <ada@acme.example>`; without `user` where no account has that address. */
  author: v.nullish(v.object({ raw: v.nullish(v.string()), user: v.nullish(bitbucketUser) })),
});
export type BitbucketCommit = v.InferOutput<typeof bitbucketCommit>;

export const bitbucketListedPull = v.object({ id: v.pipe(v.number(), v.integer()), state: v.nullish(v.string()) });

/** Ids of commits in it are cut to twelve digits. */
const pointer = v.nullish(v.object({ hash: v.string() }));

export const bitbucketPull = v.object({
  id: v.pipe(v.number(), v.integer()),
  title: v.string(),
  state: v.string(),
  links,
  author: v.nullish(bitbucketUser),
  closed_by: v.nullish(bitbucketUser),
  merge_commit: pointer,
  source: v.nullish(v.object({ commit: pointer })),
  destination: v.nullish(v.object({ branch: v.nullish(v.object({ name: v.string() })) })),
  participants: v.pipe(
    v.array(
      v.object({
        user: v.nullish(bitbucketUser),
        approved: v.boolean(),
        /** `approved`, `changes_requested`, or null for who has not decided. */
        state: v.nullish(v.string()),
        participated_on: v.nullish(v.string()),
      }),
    ),
    v.maxLength(1000),
  ),
});
export type BitbucketPull = v.InferOutput<typeof bitbucketPull>;

/** A page of a list; `next` is the whole address of the next one. */
export function pageOf<Item>(item: v.GenericSchema<unknown, Item>) {
  return v.object({ values: v.pipe(v.array(item), v.maxLength(PAGE_ITEMS_MAX)), next: v.nullish(v.string()) });
}
