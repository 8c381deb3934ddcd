import type { Outcome } from '../../core/model/outcome.ts';
import { absent, failed, found } from '../../core/model/outcome.ts';
import type { ObjectId, SourceNotes } from '../../core/model/source.ts';
import type { SourceLocation } from '../../ports/source-code.ts';
import type { Brought, Target } from './at-hand.ts';
import { placesOf, reasonOf, whyMissing } from './at-hand.ts';
import type { LoadedFiles } from './files.ts';
import { describePaths } from './files.ts';
import type { Heard } from './hearing.ts';
import { asOf, unheard } from './hearing.ts';

/** git spreads notes over folders by the first digits of the id, two for each: none where there are few, one for each 256 more. */
const FOLDERS_MAX = 3;

/** Where the notes on a commit are in the folders of the commit that holds all notes. */
export function notesTarget(notes: ObjectId, about: ObjectId): Target {
  const paths = Array.from({ length: FOLDERS_MAX + 1 }, (_, folders) => {
    const digits = Array.from({ length: folders }, (_digits, index) => about.slice(index * 2, index * 2 + 2));
    return [...digits, about.slice(folders * 2)].join('/');
  });
  return { id: notes, paths };
}

/** `brought`: what `notesTarget` came to. */
export function describeNotes(
  at: SourceLocation,
  heard: Heard,
  { brought, loaded }: { readonly brought: Brought; readonly loaded: LoadedFiles },
): Outcome<SourceNotes, 'noNotes'> {
  if (heard.refs.kind !== 'found') return failed(unheard(heard.refs, at));
  const { notes } = heard.refs.value;
  if (notes === undefined) return absent('noNotes', asOf(heard));
  if (brought.explored.kind !== 'commit') return failed(whyMissing(notes, brought));
  const answers = [...describePaths(placesOf(brought), loaded, reasonOf(brought)).values()];
  for (const answer of answers)
    if (answer.kind === 'found' && answer.value.kind === 'file')
      return found({ id: answer.value.id, bytes: answer.value.bytes }, asOf(heard));
  return answers.find((answer) => answer.kind === 'failed') ?? absent('noNotes', asOf(heard));
}
