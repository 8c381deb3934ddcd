import { wordsOf } from './dockerfile-words.ts';

/** One instruction, its continuation lines joined. */
export type Instruction = {
  readonly text: string;
  /** Where in the file the character at this index of `text` is. */
  readonly offsetOf: (index: number) => number;
  /** The name of a here-document that the file never ends: what follows it cannot be told apart. */
  readonly unterminated?: string;
};

type Line = { readonly text: string; readonly offset: number };
type Piece = Line & { readonly index: number };

/** The instructions of a Dockerfile, without comments and the text of here-documents (Dockerfile reference, "Format"). */
export function* instructionsOf(text: string, escape: string): Generator<Instruction> {
  const lines = linesOf(text);
  for (let line = next(lines); line !== undefined; line = next(lines)) {
    if (isBlankOrComment(line.text)) continue;
    const joined = joinContinued(line, lines, escape);
    const unterminated = skipHereDocuments(joined.text, lines, escape);
    yield unterminated === undefined ? joined : { ...joined, unterminated };
  }
}

function* linesOf(text: string): Generator<Line> {
  let offset = 0;
  while (offset < text.length) {
    const end = text.indexOf('\n', offset);
    const line = text.slice(offset, end < 0 ? text.length : end);
    yield { text: line.endsWith('\r') ? line.slice(0, -1) : line, offset };
    offset += line.length + 1;
  }
}

function next(lines: Iterator<Line>): Line | undefined {
  const result = lines.next();
  return result.done === true ? undefined : result.value;
}

function isBlankOrComment(line: string): boolean {
  const trimmed = line.trimStart();
  return trimmed === '' || trimmed.startsWith('#');
}

function joinContinued(first: Line, lines: Iterator<Line>, escape: string): Instruction {
  const pieces: Piece[] = [];
  let index = 0;
  for (let line: Line | undefined = first; line !== undefined; line = next(lines)) {
    // "Comment lines are removed before the Dockerfile instructions are executed", also within an instruction; so are empty ones.
    if (pieces.length > 0 && isBlankOrComment(line.text)) continue;
    const continued = withoutContinuation(line.text, escape);
    const text = continued ?? line.text;
    pieces.push({ text, offset: line.offset, index });
    index += text.length;
    if (continued === undefined) break;
  }
  return { text: pieces.map(({ text }) => text).join(''), offsetOf: (at) => offsetIn(pieces, at) };
}

/** Halves the pieces until the one is left that holds the index: there may be a hundred thousand of them. */
function offsetIn(pieces: readonly Piece[], at: number): number {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((pieces[middle]?.index ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  const { offset, index } = pieces[low] ?? { offset: 0, index: 0 };
  return offset + at - index;
}

/** The line up to the escape character that ends it; undefined where none does. An escaped escape character ends no line. */
function withoutContinuation(line: string, escape: string): string | undefined {
  const trimmed = line.trimEnd();
  if (!trimmed.endsWith(escape) || trimmed.endsWith(escape + escape)) return undefined;
  return trimmed.slice(0, -1);
}

/** Reads past the here-documents that the instruction begins; the name of one that does not end. */
function skipHereDocuments(instruction: string, lines: Iterator<Line>, escape: string): string | undefined {
  if (!instruction.includes('<<') || !/^\s*(?:ONBUILD\s+)?(?:RUN|COPY|ADD)\s/i.test(instruction)) return undefined;
  for (const { raw, text } of wordsOf(instruction, escape)) {
    const indented = /^\d*<<(-?)[^<]+$/.exec(raw)?.[1];
    if (indented === undefined) continue;
    const name = text.replace(/^\d*<<-?/, '');
    let line = next(lines);
    while (line !== undefined && (indented === '' ? line.text : line.text.replace(/^\t+/, '')) !== name)
      line = next(lines);
    if (line === undefined) return name;
  }
  return undefined;
}
