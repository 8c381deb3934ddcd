import { withoutUndefined } from '../../defined.ts';
import { parseDigest } from '../../model/digest.ts';
import type { SourceGrammar, SourceUrl } from '../../source-url.ts';
import { fullCommit, validRef } from '../../source-url/pointer.ts';
import { parseImageName } from '../image-input.ts';
import type { Node } from '../node.ts';
import { complain, text } from '../node.ts';
import type { Read, ReadProblem } from '../provenance.ts';
import { complainOfFlags, readSourceUrl, splitDirty } from '../sources.ts';
import type { Labelled, LabelReading, Labels } from './label-reading.ts';

/** The values of a reading, before the table adds which vocabulary it was. */
export type LabelValues = Omit<LabelReading, 'vocabulary' | 'keys' | 'problems'>;

/** Labels by name, as nodes of one vocabulary: they share their list of problems. No name gives a node without a value. */
export type LabelNodes = (key: string | undefined) => Node;

const SHORT_COMMIT = /^(?=.*[a-f])[0-9a-f]{7,63}$/i;

export function openLabels(labels: Labels, problems: ReadProblem[]): LabelNodes {
  return (key) => {
    const value = key !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
    const node = { value, at: key ?? '', problems };
    // What an unset variable leaves in a Dockerfile; in SLSA's documents empty is the same as missing.
    if (value === '') complain(node, 'PLACEHOLDER_VALUE', 'an empty value');
    return node;
  };
}

/** The value with the label that it was read from. */
export function labelled<Value>(read: Read<Value> | undefined): Labelled<Value> | undefined {
  return read && { value: read.value, keys: [read.at] };
}

export type RevisionNodes = {
  readonly repository: Node;
  readonly grammar: SourceGrammar;
  readonly revision: Node;
  readonly ref: Node;
};

/** Repository, commit and ref of one vocabulary. The address may have a commit and a ref of its own; the labels made for them go before it. */
export function readRevision(nodes: RevisionNodes): Pick<LabelValues, 'source' | 'commit' | 'ref' | 'dirty'> {
  const { repository, revision } = nodes;
  const source = readSourceUrl(repository, nodes.grammar);
  if (source !== undefined) complainOfFlags(repository, source);
  const written = readWrittenRevision(revision);
  if (source?.commit !== undefined && written.commit !== undefined && !source.commit.startsWith(written.commit.value)) {
    complain(revision, 'CONTRADICTION', 'another commit than the one in the address of the repository');
  }
  return withoutUndefined({
    source: source && labelled({ value: source, at: repository.at }),
    commit: written.commit ?? ofAddress(repository, source?.commit),
    ref: labelled(text(nodes.ref)) ?? written.ref ?? ofAddress(repository, source?.ref),
    dirty: written.dirty,
  });
}

/** A commit, a part of one, or the name of a branch or tag: the label is made for the first, and gets them all. */
function readWrittenRevision(node: Node): Pick<LabelValues, 'commit' | 'ref' | 'dirty'> {
  const read = text(node);
  if (read === undefined) return {};
  const { commit, dirty } = splitDirty(read.value);
  // Digits alone are a date or a number of a build.
  if (fullCommit(commit) === undefined && !SHORT_COMMIT.test(commit)) {
    const ref = validRef(read.value);
    if (ref === undefined) complain(node, 'MALFORMED_ITEM', 'neither a commit nor a ref');
    return withoutUndefined({ ref: labelled(ref === undefined ? undefined : { value: ref, at: node.at }) });
  }
  return {
    commit: { value: commit.toLowerCase(), keys: [node.at] },
    ...(dirty ? { dirty: { value: true, keys: [node.at] } } : {}),
  };
}

function ofAddress(node: Node, value: string | undefined): Labelled<string> | undefined {
  return value === undefined ? undefined : { value, keys: [node.at] };
}

/** The base image: a name that may bring a digest, and a digest of its own. */
export function readBase(name: Node, digest: Node): LabelValues['base'] {
  const writtenName = text(name);
  const writtenDigest = text(digest);
  const image = parseImageName(writtenName?.value ?? '');
  const own = parseDigest(writtenDigest?.value ?? '');
  if (writtenName !== undefined && image === undefined) complain(name, 'MALFORMED_ITEM', 'not the name of an image');
  if (writtenDigest !== undefined && own === undefined) complain(digest, 'MALFORMED_ITEM', 'not a digest');
  const keys = [...(image === undefined ? [] : [name.at]), ...(own === undefined ? [] : [digest.at])];
  const [first, ...others] = keys;
  if (first === undefined) return undefined;
  const value = withoutUndefined({
    name: image?.name,
    tag: image?.tag,
    digest: own ?? parseDigest(image?.digest ?? ''),
  });
  return { value, keys: [first, ...others] };
}

/** True for the address of a repository on a forge that is known by its address. */
export function isForgePage(source: SourceUrl): boolean {
  return source.hostKind !== 'unknown' && source.gitLike;
}
