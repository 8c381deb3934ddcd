import { ToolError } from '../../core/errors.ts';
import type {
  BranchRules,
  ForgeAccount,
  ForgeAuthorship,
  ForgeCommit,
  ForgeRepository,
  ForgeSignature,
} from '../../core/model/forge.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, failed, found } from '../../core/model/outcome.ts';
import type { CommitAbsence } from '../../ports/code-forge.ts';
import { accountOf, distinct, instantOf, pageAt } from './account.ts';
import type { ForgeApi } from './forge-api.ts';
import type { ForgeClient } from './forge-client.ts';
import type { GraphqlAnswer } from './github-graphql.ts';
import { askGraphql } from './github-graphql.ts';
import { COMMIT_QUERY } from './github-query.ts';
import { reviewsOf } from './github-reviews.ts';
import type { CommitAnswer, GitActorAnswer, RepositoryAnswer } from './github-schema.ts';
import { commitAnswerSchema } from './github-schema.ts';
import { LIVES_MS } from './lives.ts';

type CommitQuestion = Parameters<ForgeApi['fetchCommit']>[0];
type Refusals = GraphqlAnswer<unknown>['refusalOf'];

/** Everything about a commit in one GraphQL query, which needs a token. */
export async function askGithubCommit(
  client: ForgeClient,
  { path, commit }: CommitQuestion,
): Promise<Outcome<ForgeCommit, CommitAbsence>> {
  const [owner = '', name = ''] = path.split('/');
  const what = `commit ${commit} of ${path}`;
  const outcome = await askGraphql(client, {
    query: COMMIT_QUERY,
    variables: { owner, name, oid: commit, head: commit },
    what,
    schema: commitAnswerSchema,
    lifeMs: ({ repository }) => lifeOf(repository),
  });
  if (outcome.kind !== 'found') return outcome;
  const { value, asOf } = outcome;
  const { repository } = value.data;
  if (!repository) return orRefused(value.refusalOf(['repository']), absent('noSuchRepository', asOf));
  const { object } = repository;
  if (object?.type !== 'Commit')
    return orRefused(value.refusalOf(['repository', 'object']), absent('noSuchCommit', asOf));
  if (object.oid !== commit) {
    const detail = { expected: commit, got: object.oid.slice(0, 100) };
    return failed(new ToolError('MALFORMED', `${client.forge.host} answered another commit`, detail));
  }
  return found(commitOf({ repository, commit: object, refusalOf: value.refusalOf, host: client.forge.host }), asOf);
}

/** What is still open or not on the branch may change any minute. */
function lifeOf(repository: RepositoryAnswer | null | undefined): number {
  const commit = repository?.object;
  if (!repository || commit?.type !== 'Commit') return LIVES_MS.absence;
  const requests = commit.associatedPullRequests?.nodes ?? [];
  const isSettled = requests.every((request) => request?.state === 'MERGED') && isContained(repository) === true;
  return isSettled ? LIVES_MS.commit : LIVES_MS.open;
}

type Answered = {
  readonly repository: RepositoryAnswer;
  readonly commit: CommitAnswer;
  readonly refusalOf: Refusals;
  readonly host: string;
};

function commitOf({ repository, commit, refusalOf, host }: Answered): ForgeCommit {
  const url = pageAt(commit.url);
  const refusedIn = (...path: readonly string[]): ToolError | undefined => refusalOf(['repository', ...path]);
  const contained = isContained(repository);
  const [author, committer] = [authorshipOf(commit.author), authorshipOf(commit.committer)];
  return {
    commit: commit.oid,
    repository: repositoryOf(repository, host),
    ...(url === undefined ? {} : { url }),
    ...(author === undefined ? {} : { author }),
    ...(committer === undefined ? {} : { committer }),
    authors: distinct((commit.authors?.nodes ?? []).map((author) => personOf(author?.user))),
    onDefaultBranch:
      contained === undefined
        ? failed(refusedIn('defaultBranchRef', 'compare') ?? uncompared(repository.nameWithOwner))
        : found(contained),
    signature: orRefused(commit.signature ? undefined : refusedIn('object', 'signature'), signatureOf(commit)),
    reviews: orRefused(
      commit.associatedPullRequests ? undefined : refusedIn('object', 'associatedPullRequests'),
      reviewsOf(commit, (part) => refusedIn('object', 'associatedPullRequests', 'nodes', part)),
    ),
    branchRules: orRefused(refusedIn('defaultBranchRef', 'rules'), branchRulesOf(repository)),
    codeownersErrors: repository.codeowners?.errors ?? [],
  };
}

function orRefused<Value, Absence extends string>(
  refusal: ToolError | undefined,
  outcome: Outcome<Value, Absence>,
): Outcome<Value, Absence> {
  return refusal === undefined ? outcome : failed(refusal);
}

function uncompared(path: string): ToolError {
  return new ToolError('NOT_READABLE', `the commit cannot be compared with the default branch of ${path}`, {
    expected: 'BEHIND, IDENTICAL, AHEAD or DIVERGED',
    got: 'nothing',
  });
}

/** Of the branch, seen from which the commit is behind, or its head. */
function isContained({ defaultBranchRef }: RepositoryAnswer): boolean | undefined {
  const status = defaultBranchRef?.compare?.status;
  return status === undefined ? undefined : status === 'BEHIND' || status === 'IDENTICAL';
}

function repositoryOf(answer: RepositoryAnswer, host: string): ForgeRepository {
  const visibility = answer.visibility.toLowerCase();
  return {
    path: answer.nameWithOwner,
    url: pageAt(answer.url) ?? `https://${host}/${answer.nameWithOwner}`,
    ...(answer.databaseId ? { id: String(answer.databaseId) } : {}),
    ...(visibility === 'public' || visibility === 'internal' || visibility === 'private' ? { visibility } : {}),
    isArchived: answer.isArchived,
    isFork: answer.isFork,
    ...(answer.defaultBranchRef ? { defaultBranch: answer.defaultBranchRef.name } : {}),
  };
}

function authorshipOf(answer: GitActorAnswer | null | undefined): ForgeAuthorship | undefined {
  if (!answer) return undefined;
  const account = personOf(answer.user);
  return { name: answer.name ?? '', email: answer.email ?? '', ...(account === undefined ? {} : { account }) };
}

/** GitHub ties e-mail addresses to people alone. */
export function personOf(user: GitActorAnswer['user']): ForgeAccount | undefined {
  return accountOf({ login: user?.login, kind: 'person', name: user?.name });
}

const SIGNATURE_KINDS: Readonly<Record<string, ForgeSignature['kind']>> = {
  GpgSignature: 'openpgp',
  SshSignature: 'ssh',
  SmimeSignature: 'x509',
};

function signatureOf({ signature }: CommitAnswer): Outcome<ForgeSignature, 'unsigned'> {
  if (!signature) return absent('unsigned');
  const key = signature.keyFingerprint ?? signature.keyId;
  const verifiedAt = instantOf(signature.verifiedAt);
  return found({
    isValid: signature.isValid,
    reason: signature.state.toLowerCase(),
    kind: SIGNATURE_KINDS[signature.type] ?? 'unknown',
    ...(key ? { key } : {}),
    ...(signature.signer ? { signer: signature.signer.login } : {}),
    isByForge: signature.wasSignedByGitHub,
    ...(verifiedAt === undefined ? {} : { verifiedAt }),
  });
}

/** The older protection and the newer rules hold side by side: the stricter counts. */
function branchRulesOf({ defaultBranchRef: branch }: RepositoryAnswer): Outcome<BranchRules, 'noRules'> {
  const old = branch?.refUpdateRule;
  const rules = (branch?.rules?.nodes ?? []).flatMap((rule) => rule ?? []);
  if (!branch || (!old && rules.length === 0)) return absent('noRules');
  const parameters = rules.map((rule) => rule.parameters ?? {});
  const has = (type: string): boolean => rules.some((rule) => rule.type === type);
  return found({
    branch: branch.name,
    approvalsRequired: Math.max(
      old?.requiredApprovingReviewCount ?? 0,
      ...parameters.map((each) => each.requiredApprovingReviewCount ?? 0),
    ),
    codeOwnersRequired:
      old?.requiresCodeOwnerReviews === true || parameters.some((each) => each.requireCodeOwnerReview === true),
    signaturesRequired: old?.requiresSignatures === true || has('REQUIRED_SIGNATURES'),
    dismissesStale: parameters.some((each) => each.dismissStaleReviewsOnPush === true),
    allowsForcePush: old?.allowsForcePushes !== false && !has('NON_FAST_FORWARD'),
  });
}
