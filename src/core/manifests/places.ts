import { LineCounter } from 'yaml';
import type { ManifestPlace, ManifestText } from './model.ts';

/** The place of what is at an offset of the text. */
export type PlaceOf = (offset: number, pointer: string) => ManifestPlace;

/** Finds lines and columns, both from 1; columns in UTF-16 units, as editors count them. */
export function placesOf({ text, path }: ManifestText): PlaceOf {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  return (offset, pointer) => {
    const { line, col } = lines.linePos(offset);
    return { path, line, column: col, pointer };
  };
}

/** A key or name of the file for a pointer: short enough for one line. */
export function shortened(name: string): string {
  return name.length > NAME_CHARACTERS_MAX ? `${name.slice(0, NAME_CHARACTERS_MAX)}…` : name;
}

/** The longest name that Kubernetes allows. */
const NAME_CHARACTERS_MAX = 253;
