/** `raw` as written, with its quotes; `text` without them. */
export type Word = { readonly raw: string; readonly text: string; readonly index: number };

/** The words of an instruction as a shell splits them: quotes and the escape character keep a word together. */
export function* wordsOf(instruction: string, escape: string): Generator<Word> {
  let index = 0;
  while (index < instruction.length) {
    if (isSpace(instruction[index])) index++;
    else {
      const word = wordAt(instruction, index, escape);
      yield word;
      index += word.raw.length;
    }
  }
}

function wordAt(instruction: string, index: number, escape: string): Word {
  const parts: string[] = [];
  let quote = '';
  let at = index;
  for (; at < instruction.length && (quote !== '' || !isSpace(instruction[at])); at++) {
    const character = instruction[at] ?? '';
    if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === escape && quote !== "'" && isEscapable(instruction[at + 1])) {
      // Kept for a `$`, which it makes an ordinary one when variables are filled in.
      parts.push(instruction[at + 1] === '$' ? `${escape}$` : (instruction[at + 1] ?? ''));
      at++;
    } else parts.push(character);
  }
  return { raw: instruction.slice(index, at), text: parts.join(''), index };
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\f' || character === '\v';
}

function isEscapable(character: string | undefined): boolean {
  return character !== undefined && !/[A-Za-z0-9]/.test(character);
}
