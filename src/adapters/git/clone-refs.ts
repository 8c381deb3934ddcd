import type { ObjectId, SourceRef } from '../../core/model/source.ts';
import type { SourceRefs } from '../../ports/source-code.ts';
import { NOTES_REF } from './advertisement.ts';
import { isObjectId } from './object-id.ts';

/** A ref of a clone, of any kind. */
export type CloneRef = {
  readonly name: string;
  readonly commit: ObjectId;
  /** Where a symbolic ref points to. */ readonly target: string;
};
type Selected = Pick<SourceRefs, 'head' | 'refs' | 'notes'>;

/** A line for each: its id, what that leads to where it is a tag, where it points to, and its name. */
export function parseCloneRefs(text: string): readonly CloneRef[] {
  return text.split('\n').flatMap((line) => {
    const [id = '', peeled = '', target = '', name = ''] = line.split('\0');
    const commit = peeled === '' ? id : peeled;
    return isObjectId(commit) && name !== '' ? [{ name, commit, target }] : [];
  });
}

/** All that the clone has, with what is checked out as its head. */
export function refsOfClone(listed: readonly CloneRef[], head: string): Selected {
  const [, branch] = /^ref: (refs\/\S+)\s*$/.exec(head) ?? [];
  const id = branch === undefined ? head.trim() : listed.find(({ name }) => name === branch)?.commit;
  return {
    ...(id !== undefined && isObjectId(id)
      ? { head: { commit: id, ...(branch === undefined ? {} : { branch }) } }
      : {}),
    refs: listed
      .filter(({ target }) => target === '')
      .filter(({ name }) => /^refs\/(?:heads|remotes|tags)\//.test(name))
      .map(plain),
    ...notesOf(listed),
  };
}

/** What the clone remembers of one of its remotes, under the names that the remote has for it. */
export function refsOfRemote(listed: readonly CloneRef[], remote: string): Selected {
  const prefix = `refs/remotes/${remote}/`;
  const toRemote = (name: string): string => name.replace(prefix, 'refs/heads/');
  const head = listed.find(({ name, target }) => name === `${prefix}HEAD` && target.startsWith(prefix));
  const branches = listed.filter(({ name, target }) => name.startsWith(prefix) && target === '');
  return {
    ...(head === undefined ? {} : { head: { branch: toRemote(head.target), commit: head.commit } }),
    refs: [
      ...branches.map((ref) => ({ name: toRemote(ref.name), commit: ref.commit })),
      ...listed.filter(({ name }) => name.startsWith('refs/tags/')).map(plain),
    ],
    ...notesOf(listed),
  };
}

/** git has no other place for those that were fetched from a remote. */
function notesOf(listed: readonly CloneRef[]): Pick<SourceRefs, 'notes'> {
  const notes = listed.find(({ name }) => name === NOTES_REF);
  return notes === undefined ? {} : { notes: notes.commit };
}

function plain({ name, commit }: CloneRef): SourceRef {
  return { name, commit };
}
