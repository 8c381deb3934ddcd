/** Everything about a commit in one question (ownership.md 4.1), about 8 of the 5,000 points of an hour. */
export const COMMIT_QUERY = `query Commit($owner: String!, $name: String!, $oid: GitObjectID!, $head: String!) {
  repository(owner: $owner, name: $name) {
    nameWithOwner url databaseId visibility isArchived isFork
    defaultBranchRef {
      name
      compare(headRef: $head) { status }
      refUpdateRule { requiredApprovingReviewCount requiresCodeOwnerReviews requiresSignatures allowsForcePushes }
      rules(first: 30) { nodes {
        type
        parameters { ... on PullRequestParameters {
          requiredApprovingReviewCount requireCodeOwnerReview dismissStaleReviewsOnPush
        } }
      } }
    }
    codeowners(refName: $head) { errors { line kind message path } }
    object(oid: $oid) { type: __typename ... on Commit {
      oid url
      author { name email user { login name } }
      committer { name email user { login name } }
      authors(first: 20) { nodes { email user { login name } } }
      signature {
        type: __typename isValid state wasSignedByGitHub verifiedAt signer { login }
        ... on GpgSignature { keyId }
        ... on SshSignature { keyFingerprint }
      }
      associatedPullRequests(first: 5, orderBy: { field: CREATED_AT, direction: ASC }) { nodes {
        number url title state mergedAt baseRefName headRefOid
        author { type: __typename login }
        mergedBy { type: __typename login }
        mergeCommit { oid }
        latestOpinionatedReviews(first: 50) { totalCount nodes {
          state submittedAt authorCanPushToRepository
          author { type: __typename login }
          commit { oid }
          onBehalfOf(first: 10) { nodes { combinedSlug } }
        } }
        commits(last: 100) { totalCount nodes { commit {
          authors(first: 5) { nodes { email user { login } } }
          committer { email user { login } }
        } } }
      } }
    } }
  }
}`;

/** Needs the scope read:org. */
export const TEAM_QUERY = `query Team($organization: String!, $slug: String!) {
  organization(login: $organization) {
    team(slug: $slug) {
      combinedSlug name url
      parentTeam { combinedSlug }
      members(first: 100) { totalCount nodes { login name email } }
    }
  }
}`;
