import type { SourceGrammar, SourceUrl, SourceUrlFlag } from '../source-url.ts';
import { parseSourceUrl, REFUSALS } from '../source-url.ts';
import { fullCommit, validRef } from '../source-url/pointer.ts';
import type { Node } from './node.ts';
import { address, complain, entries, member, text } from './node.ts';
import type { SourceReading, SourceRole } from './provenance.ts';

/** Which name of a digest set is looked at first (reference/provenance.md 3.5). */
const COMMIT_KEYS: readonly string[] = ['gitCommit', 'sha1', 'sha256', 'commit'];
const FLAG_TEXT: Readonly<Record<SourceUrlFlag, string>> = {
  CREDENTIALS_IN_URL: 'a user name or password in the address',
  AMBIGUOUS_REF: 'where the ref ends and the path begins is a guess',
  PATH_OUTSIDE_REPOSITORY: 'the path leads out of the repository',
};

export type CommitReading = {
  readonly commit: string;
  readonly digestKey: string;
  readonly dirty?: true;
  readonly at: string;
};

/**
 * The commit in a digest set that stands beside the address of a repository. What it is is told by its length, because producers name it
 * wrongly: 40 hex are SHA-1 whatever the key says.
 */
export function readCommit(digest: Node): CommitReading | undefined {
  const known = entries(digest).filter(([key]) => COMMIT_KEYS.includes(key));
  known.sort(([left], [right]) => COMMIT_KEYS.indexOf(left) - COMMIT_KEYS.indexOf(right));
  for (const [digestKey, node] of known) {
    const { commit, dirty } = splitDirty(text(node)?.value ?? '');
    const full = fullCommit(commit);
    if (full === undefined) {
      complain(node, 'MALFORMED_ITEM', 'not the id of a commit');
      continue;
    }
    const mislabelled = digestKey === 'sha256' ? full.length !== 64 : digestKey === 'sha1' && full.length !== 40;
    if (mislabelled) complain(node, 'DIGEST_ALG_MISLABEL', 'a commit of another algorithm than its name says');
    return { commit: full, digestKey, ...(dirty ? { dirty: true as const } : {}), at: node.at };
  }
  return undefined;
}

/** `<commit>-dirty`, as buildx and git-describe write it for a tree with changes that were not committed. */
export function splitDirty(written: string): { readonly commit: string; readonly dirty: boolean } {
  const dirty = written.endsWith('-dirty');
  return { commit: dirty ? written.slice(0, -'-dirty'.length) : written, dirty };
}

export type SourceNodes = {
  readonly uri: Node;
  readonly grammar: SourceGrammar;
  readonly role: SourceRole;
  readonly digest?: Node;
  /** A ref in a member of its own, used where the address has none. */
  readonly ref?: Node;
};

/** A repository with its revision; undefined, with a problem, where the text names none. */
export function readSource(nodes: SourceNodes): SourceReading | undefined {
  const source = readSourceUrl(nodes.uri, nodes.grammar);
  return source && completeSource(source, nodes);
}

/** A repository's address; undefined, with a problem, where the text is none. */
export function readSourceUrl(uri: Node, grammar: SourceGrammar): SourceUrl | undefined {
  const written = address(uri);
  if (written === undefined) return undefined;
  const result = parseSourceUrl(written.value, grammar);
  if (result.kind === 'repository') return result.source;
  complain(uri, 'NOT_A_REPOSITORY', REFUSALS[result.reason]);
  return undefined;
}

/** What is not well with the text of an address. */
export function complainOfFlags(uri: Node, { flags }: SourceUrl): void {
  for (const found of flags) complain(uri, found, FLAG_TEXT[found]);
}

/** Joins an address that was parsed already with what stands beside it. */
export function completeSource(source: SourceUrl, { uri, role, digest, ref }: SourceNodes): SourceReading {
  complainOfFlags(uri, source);
  const beside = digest === undefined ? undefined : readCommit(digest);
  if (beside !== undefined && source.commit !== undefined && source.commit !== beside.commit) {
    complain(uri, 'CONTRADICTION', 'the address and the digest beside it give two commits');
  }
  const refBeside = ref === undefined || source.ref !== undefined ? undefined : refOrCommit(ref);
  return {
    ...refBeside,
    ...source,
    ...(source.commit === undefined ? {} : { commitAt: uri.at }),
    ...(beside === undefined
      ? {}
      : {
          commit: beside.commit,
          digestKey: beside.digestKey,
          commitAt: beside.at,
          ...(beside.dirty && { dirty: true }),
        }),
    role,
    at: uri.at,
  };
}

function refOrCommit(node: Node): { readonly ref?: string; readonly commit?: string; readonly commitAt?: string } {
  const written = text(node)?.value;
  if (written === undefined) return {};
  const commit = fullCommit(written);
  if (commit !== undefined) return { commit, commitAt: node.at };
  const ref = validRef(written);
  if (ref === undefined) complain(node, 'MALFORMED_ITEM', 'not a ref');
  return ref === undefined ? {} : { ref };
}

/** The address of a declared source: a text, or an object that has it under one of the names. */
export function addressNode(node: Node): Node {
  if (typeof node.value === 'string') return node;
  const uri = member(node, 'uri');
  return uri.value === undefined ? member(node, 'repository') : uri;
}
