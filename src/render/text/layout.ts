import { columnsOf } from './width.ts';
import type { Word } from './word.ts';

/** Words that flow: the first line from `indent`, all others from `hang`. Without words it is an empty line. */
export type Paragraph = { readonly indent: number; readonly hang: number; readonly words: readonly Word[] };
/** Words that stand on one line. */
export type Line = { readonly indent: number; readonly words: readonly Word[] };

export const EMPTY_LINE: Paragraph = { indent: 0, hang: 0, words: [] };

/** Narrower terminals are taken to be this wide. */
export const WIDTH_MIN = 40;
/** Where what is too wide for its place moves to, before it is broken: an address is to be copied in one piece. */
const INDENT_LEFT = 4;
const INDENT_MIN = 2;
/** Where an address reads best when it must be broken. */
const BREAKS = /(?<=[^:/][/?&])(?!\/|::[a-z])|(?=[@#])/i;
/** What a piece that is too wide falls into: a line that begins with `::name` would be a command to a CI runner. */
const ATOMS = /.?::(?=[a-z])|./gisu;

/** Breaks at word boundaries. A word is broken only where it alone is wider than the terminal, and no line is wider than `width`. */
export function layout(paragraph: Paragraph, width: number): readonly Line[] {
  const flow = new Flow(paragraph, Math.max(width, WIDTH_MIN));
  for (const unit of unitsOf(paragraph.words)) flow.add(unit);
  return flow.lines();
}

/** Words that are glued, together. */
function unitsOf(words: readonly Word[]): Word[][] {
  const units: Word[][] = [];
  for (const word of words) {
    const last = units.at(-1);
    if (word.glued && last !== undefined) last.push(word);
    else units.push([word]);
  }
  return units;
}

class Flow {
  readonly #hang: number;
  readonly #width: number;
  readonly #done: Line[] = [];
  #indent: number;
  #line: Word[] = [];

  constructor(paragraph: Paragraph, width: number) {
    this.#hang = paragraph.hang;
    this.#indent = paragraph.indent;
    this.#width = width;
  }

  add(unit: readonly Word[]): void {
    if (columns(unit) + INDENT_MIN > this.#width) {
      for (const word of unit) this.#addInPieces(word);
      return;
    }
    if (!this.#fits(unit)) this.#break();
    if (!this.#fits(unit)) this.#indent = INDENT_LEFT;
    if (!this.#fits(unit)) this.#indent = INDENT_MIN;
    this.#line.push(...unit);
  }

  lines(): readonly Line[] {
    return [...this.#done, this.#current()];
  }

  #addInPieces(word: Word): void {
    const room = this.#width - this.#hang;
    const pieces = word.text
      .split(BREAKS)
      .flatMap((piece) => (columnsOf(piece) > room ? (piece.match(ATOMS) ?? []) : [piece]));
    for (const [index, text] of pieces.entries()) {
      const piece = { ...word, text, gap: index === 0 ? word.gap : 0 };
      if (!this.#fits([piece])) this.#break();
      this.#line.push(piece);
    }
  }

  #fits(unit: readonly Word[]): boolean {
    return this.#indent + columns([...this.#line, ...unit]) <= this.#width;
  }

  #break(): void {
    if (this.#line.length > 0) this.#done.push(this.#current());
    this.#line = [];
    this.#indent = this.#hang;
  }

  #current(): Line {
    return { indent: this.#indent, words: joined(this.#line) };
  }
}

function columns(words: readonly Word[]): number {
  return words.reduce((sum, word, index) => sum + (index === 0 ? 0 : word.gap) + columnsOf(word.text), 0);
}

/** Pieces of one word that came to stand on one line. */
function joined(words: readonly Word[]): Word[] {
  const whole: Word[] = [];
  for (const word of words) {
    const last = whole.at(-1);
    if (last !== undefined && word.gap === 0) whole.splice(-1, 1, { ...last, text: last.text + word.text });
    else whole.push(word);
  }
  return whole;
}
