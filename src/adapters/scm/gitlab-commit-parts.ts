import { ToolError } from '../../core/errors.ts';
import type { ForgeCommit, ForgeSignature } from '../../core/model/forge.ts';
import { absent, failed, found } from '../../core/model/outcome.ts';
import { tokenAdvice } from './forge-kinds.ts';
import type { ProjectPlace } from './gitlab-forge.ts';
import type { SignatureAnswer } from './gitlab-schema.ts';
import { PAGE_ENTRIES, branchesSchema, protectionSchema, signatureSchema } from './gitlab-schema.ts';
import { LIVES_MS } from './lives.ts';

/** Of branches that hold a commit; old commits are in all of them. */
const PAGES_MAX = 5;

/** Whether the default branch is among the branches that hold the commit. */
export async function readContained(
  { client, at, path, commit }: ProjectPlace,
  branch: string | null | undefined,
): Promise<ForgeCommit['onDefaultBranch']> {
  const what = `the branches of ${path} that hold ${commit}`;
  for (let page = 1; page <= PAGES_MAX; page++) {
    const outcome = await client.read({
      path: `${at}/repository/commits/${commit}/refs?type=branch&per_page=${PAGE_ENTRIES}&page=${page}`,
      what,
      schema: branchesSchema,
      lifeMs: (branches) => (branches.some(({ name }) => name === branch) ? LIVES_MS.merged : LIVES_MS.open),
    });
    if (outcome.kind === 'failed') return outcome;
    if (outcome.kind === 'absent')
      return failed(new ToolError('NOT_READABLE', `${what} are not told`, { got: `status ${outcome.reason}` }));
    const isContained = outcome.value.some(({ name }) => name === branch);
    if (isContained || outcome.value.length < PAGE_ENTRIES) return { ...outcome, value: isContained };
  }
  return failed(
    new ToolError('TOO_LARGE', `${what} are too many to be read`, { expected: `at most ${PAGES_MAX * PAGE_ENTRIES}` }),
  );
}

export async function readSignature({ client, at, path, commit }: ProjectPlace): Promise<ForgeCommit['signature']> {
  const outcome = await client.read({
    path: `${at}/repository/commits/${commit}/signature`,
    what: `the signature of ${commit} of ${path}`,
    schema: signatureSchema,
    lifeMs: LIVES_MS.commit,
  });
  if (outcome.kind === 'absent') return { ...outcome, reason: 'unsigned' };
  return outcome.kind === 'failed' ? outcome : { ...outcome, value: signatureOf(outcome.value) };
}

const KINDS: Readonly<Record<string, ForgeSignature['kind']>> = { PGP: 'openpgp', SSH: 'ssh', X509: 'x509' };

function signatureOf(answer: SignatureAnswer): ForgeSignature {
  const { verification_status: status, x509_certificate: certificate } = answer;
  const key = answer.gpg_key_primary_keyid ?? certificate?.serial_number ?? answer.key?.key;
  const signer = answer.gpg_key_user_name ?? certificate?.subject;
  return {
    isValid: status === 'verified' || status === 'verified_system',
    reason: status,
    kind: KINDS[answer.signature_type] ?? 'unknown',
    ...(key ? { key: String(key) } : {}),
    ...(signer ? { signer } : {}),
    isByForge: status === 'verified_system',
  };
}

/** What protects the default branch now. How many must approve is a matter of each merge request. */
export async function readProtection(
  { client, at, path }: ProjectPlace,
  branch: string | null | undefined,
): Promise<ForgeCommit['branchRules']> {
  if (!branch) return absent('noRules');
  const what = `the rules of ${branch} of ${path}`;
  if (!client.hasToken) return failed(tokenNeeded({ client, what }));
  const outcome = await client.read({
    path: `${at}/protected_branches/${encodeURIComponent(branch)}`,
    what,
    schema: protectionSchema,
    lifeMs: LIVES_MS.repository,
  });
  if (outcome.kind === 'absent') return { ...outcome, reason: 'noRules' };
  if (outcome.kind === 'failed') return outcome;
  const { allow_force_push: allowsForcePush, code_owner_approval_required: codeOwnersRequired } = outcome.value;
  return found(
    {
      branch,
      ...(codeOwnersRequired === undefined ? {} : { codeOwnersRequired }),
      ...(allowsForcePush === undefined ? {} : { allowsForcePush }),
    },
    outcome.asOf,
  );
}

/** GitLab refuses it to whoever is not logged in, so it need not be asked. */
export function tokenNeeded({ client, what }: Pick<ProjectPlace, 'client'> & { readonly what: string }): ToolError {
  const { forge } = client;
  return new ToolError('UNAUTHORISED', `could not read ${what}: ${forge.host} wants a token`, {
    hint: tokenAdvice(forge),
  });
}
