import type { SignerIdentity } from '../model/statement.ts';
import { parseSourceUrl } from '../source-url.ts';

/** The workflow that signed, in which repository, and at which revision: `refs/heads/main`, or the commit that a caller named. */
export type SignerWorkflow = { readonly repository: string; readonly path: string; readonly ref: string };

/** Fulcio extension .9, Build Signer URI. */
const BUILD_SIGNER_URI = 9;

/** Of `https://github.com/o/r/.github/workflows/x.yml@refs/heads/main`: the Build Signer URI, or else the identity itself. */
export function workflowOf(signer: SignerIdentity): SignerWorkflow | undefined {
  if (signer.kind === 'key') return undefined;
  const uri = signer.extensions[BUILD_SIGNER_URI] ?? signer.identity;
  // The first `@` that a ref follows: a branch may be called `x@refs/heads/main`, and must not pass for main.
  const [, place, ref] = /^(.+?)@(refs\/.+|[0-9a-f]{40}|[0-9a-f]{64})$/.exec(uri) ?? [];
  if (place === undefined || ref === undefined) return undefined;
  // GitLab puts `//` between the project, however deep, and the file; on GitHub a repository is two parts.
  const [, repository, path] =
    /^(https:\/\/.+?)\/\/(.+)$/.exec(place) ?? /^(https:\/\/[^/]+\/[^/]+\/[^/]+)\/(.+)$/.exec(place) ?? [];
  const parsed = repository === undefined ? undefined : parseSourceUrl(repository, 'web');
  return parsed?.kind !== 'repository' || path === undefined ? undefined : { repository: parsed.source.url, path, ref };
}

/**
 * Whether this is the workflow that is required: `owner/repo/path`, or with its host in front, with `@ref` or without, and then any ref
 * will do. `github.com` may be left out, as in gh.
 */
export function isWorkflow(required: string, workflow: SignerWorkflow): boolean {
  const wanted = withHost(required);
  return wanted === placeOf(workflow) || wanted === workflowText(workflow);
}

/** As it is required: without scheme, with one slash before the file. */
export function workflowText(workflow: SignerWorkflow): string {
  return `${placeOf(workflow)}@${workflow.ref}`;
}

function placeOf({ repository, path }: SignerWorkflow): string {
  return `${repository.replace(/^https:\/\//, '')}/${path}`;
}

export function withHost(required: string): string {
  const plain = required.replace(/^https:\/\//, '').replace('//', '/');
  return /^[^/]+\.[^/]+\//.test(plain) ? plain : `github.com/${plain}`;
}
