import { ToolError } from '../../core/errors.ts';
import { toInstant } from '../../core/model/outcome.ts';
import type { CommitSignature, FolderName, ObjectId, SourceCommit, SourcePerson } from '../../core/model/source.ts';
import { isObjectId, objectFormatOf } from './object-id.ts';

// git's objects, as git hashes them (gitformat-pack(5), "Object types"; the fields of commits: Documentation/git-commit-tree).

const NUL = 0;
const SPACE = 0x20;
const LINE_FEED = 0x0a;
/** The end of year 9999, the last that RFC 3339 can write. */
const SECONDS_MAX = 253_402_300_799;
const PARENTS_MAX = 1000;
const PERSON_LENGTH_MAX = 1000;

export type ObjectContent = { readonly type: string; readonly content: Uint8Array };
export type TreeEntry = FolderName & { readonly id: ObjectId };

/** Header and content apart. @throws ToolError `MALFORMED` */
export function openObject(bytes: Uint8Array): ObjectContent {
  const nul = bytes.indexOf(NUL);
  const [, type] = /^(commit|tree|blob|tag) \d+$/.exec(latin1(bytes.subarray(0, Math.max(nul, 0)))) ?? [];
  if (type === undefined) throw malformed('an object of git');
  return { type, content: bytes.subarray(nul + 1) };
}

/** The object that an annotated tag is for. @throws ToolError `MALFORMED` */
export function parseTagTarget(content: Uint8Array): ObjectId {
  const [, id = ''] = /^object (\S+)\n/.exec(latin1(content.subarray(0, 100))) ?? [];
  if (!isObjectId(id)) throw malformed('a tag');
  return id;
}

/** The ids of the parents alone. @throws ToolError `MALFORMED` */
export function parseParents(content: Uint8Array): readonly ObjectId[] {
  return readHeader(content).parents;
}

/** @throws ToolError `MALFORMED` */
export function parseCommit(id: ObjectId, content: Uint8Array): SourceCommit {
  const header = readHeader(content);
  const { signature, rest } = divideSignature(id, content);
  const decode = decoderFor(fieldOf(rest, 'encoding'));
  const [message = ''] = decode(rest.subarray(endOfHeader(rest))).split('\0', 1);
  return {
    id,
    tree: header.tree,
    parents: header.parents,
    author: parsePerson(decode(fieldOf(rest, 'author'))),
    committer: parsePerson(decode(fieldOf(rest, 'committer'))),
    message,
    bytes: content,
    ...(signature === '' ? {} : { signature: { armour: signature, payload: rest } satisfies CommitSignature }),
  };
}

/** In git's order. @throws ToolError `MALFORMED` */
export function parseTree(treeId: ObjectId, content: Uint8Array): readonly TreeEntry[] {
  const idBytes = objectFormatOf(treeId) === 'sha1' ? 20 : 32;
  const entries: TreeEntry[] = [];
  for (let start = 0; start < content.length;) {
    const space = content.indexOf(SPACE, start);
    const nul = content.indexOf(NUL, space);
    const end = nul + 1 + idBytes;
    if (space < 0 || nul < 0 || end > content.length) throw malformed('a folder');
    const kind = kindOf(latin1(content.subarray(start, space)));
    const name = new TextDecoder().decode(content.subarray(space + 1, nul));
    entries.push({ kind, name, id: Buffer.from(content.subarray(nul + 1, end)).toString('hex') });
    start = end;
  }
  return entries;
}

/** By the type in the mode, as fsck knows them. Very old commits have other permissions, and some leave out the leading zero. */
function kindOf(mode: string): FolderName['kind'] {
  switch (Number.parseInt(mode, 8) & 0o170000) {
    case 0o040000:
      return 'folder';
    case 0o100000:
      return 'file';
    case 0o120000:
      return 'link';
    case 0o160000:
      return 'submodule';
    default:
      throw malformed('a folder');
  }
}

function readHeader(content: Uint8Array): { readonly tree: ObjectId; readonly parents: readonly ObjectId[] } {
  const text = latin1(content.subarray(0, 80 * (PARENTS_MAX + 1)));
  const [all, tree = '', parents = ''] = /^tree (\S+)\n((?:parent \S+\n)*)/.exec(text) ?? [];
  const ids = [...parents.matchAll(/^parent (\S+)$/gm)].map(([, id = '']) => id);
  if (all === undefined || ids.length > PARENTS_MAX || ![tree, ...ids].every(isObjectId)) throw malformed('a commit');
  return { tree, parents: ids };
}

/** The block of the signature, and the commit without it: as git takes them apart to verify (`parse_buffer_signed_by_header`). */
function divideSignature(id: ObjectId, content: Uint8Array): { readonly signature: string; readonly rest: Uint8Array } {
  const own = objectFormatOf(id) === 'sha1' ? 'gpgsig' : 'gpgsig-sha256';
  const signature: string[] = [];
  const rest: Uint8Array[] = [];
  let within: 'own' | 'other' | undefined;
  for (const line of headerLines(content)) {
    const text = latin1(line);
    // Commits are signed for both hash functions without either signature.
    if (!text.startsWith(' '))
      within = text.startsWith(`${own} `) ? 'own' : text.startsWith('gpgsig') ? 'other' : undefined;
    if (within === 'own') signature.push(text.slice(text.indexOf(' ') + 1));
    else if (within === undefined) rest.push(line);
  }
  const payload = Buffer.concat([...rest, content.subarray(endOfHeader(content) - 1)]);
  return { signature: signature.join(''), rest: new Uint8Array(payload) };
}

/** Each with its line break. */
function* headerLines(content: Uint8Array): Generator<Uint8Array, void, void> {
  const end = endOfHeader(content) - 1;
  for (let start = 0; start < end;) {
    const lineFeed = content.indexOf(LINE_FEED, start);
    const next = lineFeed < 0 ? end : lineFeed + 1;
    yield content.subarray(start, next);
    start = next;
  }
}

/** Behind the empty line; a commit without a message may lack it. */
function endOfHeader(content: Uint8Array): number {
  const end = Buffer.from(content.buffer, content.byteOffset, content.length).indexOf('\n\n');
  return end < 0 ? content.length + 1 : end + 2;
}

function fieldOf(content: Uint8Array, name: string): Uint8Array {
  for (const line of headerLines(content)) {
    if (latin1(line.subarray(0, name.length + 1)) === `${name} `) return line.subarray(name.length + 1, -1);
  }
  return new Uint8Array();
}

function decoderFor(encoding: Uint8Array): (bytes: Uint8Array) => string {
  const label = latin1(encoding);
  try {
    const decoder = new TextDecoder(label === '' ? 'utf-8' : label);
    return (bytes) => decoder.decode(bytes);
  } catch {
    // An encoding that nobody knows: whatever is plain ASCII can be read.
    return (bytes) => new TextDecoder().decode(bytes);
  }
}

/** `Ada Lovelace <ada@acme.example> 1700000000 +0100`. */
function parsePerson(text: string): SourcePerson {
  const [name = '', rest = ''] = text.slice(0, PERSON_LENGTH_MAX).split('<', 2);
  const [email = '', time = ''] = rest.split('>', 2);
  const [, digits] = /^ (\d{1,12}) /.exec(time) ?? [];
  const seconds = Number(digits ?? Number.NaN);
  return {
    name: name.trim(),
    email: email.trim(),
    ...(seconds <= SECONDS_MAX ? { at: toInstant(seconds * 1000) } : {}),
  };
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

function malformed(what: string): ToolError {
  return new ToolError('MALFORMED', `what should be ${what} is not`);
}
