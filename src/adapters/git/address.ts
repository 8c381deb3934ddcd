import { fileURLToPath } from 'node:url';
import { ToolError } from '../../core/errors.ts';
import { REFUSALS, parseSourceUrl, repositoryKey } from '../../core/source-url.ts';
import { decodePercent } from '../../core/source-url/percent.ts';
import type { SourceLocation } from '../../ports/source-code.ts';

/** Where a repository is, by the way there. */
export type SourceAddress =
  | {
      readonly kind: 'http';
      /** Where it may be found, the likeliest first. */
      readonly candidates: readonly URL[];
    }
  | { readonly kind: 'ssh'; readonly url: URL }
  | { readonly kind: 'git'; readonly url: URL }
  | { readonly kind: 'clone'; readonly folder: string };

/** `user@host:path`, which is no URL. */
const SCP_FORM = /^([\w.-]+@)?([\w.-]+):(?!\/\/)(.+)$/;

/**
 * The address in a form that git can be given: of a transport that is known, without credentials, and nothing that could be read
 * as an option or a command.
 * @throws ToolError `REFUSED_ADDRESS`
 */
export function parseSourceAddress(at: SourceLocation): SourceAddress {
  const { repository } = at;
  if (repository.startsWith('file:')) return { kind: 'clone', folder: folderOf(at) };
  const parsed = parseSourceUrl(repository, 'web');
  if (parsed.kind === 'refused') throw refused(at, REFUSALS[parsed.reason]);
  const scheme = /^(?:git\+)?([a-z][a-z0-9]*):\/\//i.exec(repository)?.[1]?.toLowerCase();
  if (scheme === 'ssh' || scheme === 'git')
    return { kind: scheme, url: plainUrl(repository.replace(/^git\+/i, ''), at) };
  if (scheme === undefined && SCP_FORM.test(repository)) {
    return { kind: 'ssh', url: plainUrl(repository.replace(SCP_FORM, 'ssh://$1$2/$3'), at) };
  }
  return { kind: 'http', candidates: httpCandidates(parsed.source.url, parsed.source.hostKind === 'azure') };
}

/**
 * The address without `.git` is for people: every forge takes the one with it, and a plain server has folders that are called so.
 * Azure alone does not.
 */
function httpCandidates(url: string, isAzure: boolean): readonly URL[] {
  return isAzure ? [new URL(url)] : [new URL(`${url}.git`), new URL(url)];
}

function folderOf(at: SourceLocation): string {
  try {
    if (at.repository.startsWith('file:///')) return fileURLToPath(at.repository);
  } catch {
    // Said below.
  }
  throw refused(at, 'not a folder of this machine');
}

/** With a user name at most; git is given the whole, and ssh its host, user and path each for itself. */
function plainUrl(text: string, at: SourceLocation): URL {
  const url = URL.parse(text);
  if (url === null || !isPlain(url)) throw refused(at, 'not an address that git can be given');
  url.search = '';
  url.hash = '';
  return url;
}

function isPlain({ hostname, username, password, pathname }: URL): boolean {
  const parts = [hostname, username, pathname.slice(1)].map(decodePercent);
  const isHost = /^[\w.-]+$|^\[[0-9a-f:.]+\]$/i.test(hostname);
  return password === '' && isHost && parts.every((part) => !/^-|\p{C}/u.test(part));
}

export function refused({ repository, namedBy }: SourceLocation, reason: string): ToolError {
  return new ToolError(
    'REFUSED_ADDRESS',
    `${repositoryKey(repository)} was not contacted: ${namedBy} named it, and it is ${reason}`,
    {
      expected: 'the https address of a repository',
      hint: 'name a clone with --source, if you have one',
    },
  );
}
