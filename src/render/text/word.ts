import { clean, safeLink } from '../sanitize.ts';

/** What a word is, from which its colour follows. */
export type Style = 'plain' | 'strong' | 'faint' | 'verified' | 'attested' | 'declared' | 'inferred' | 'gap' | 'bad';

/** A word of the terminal's text: clean, without spaces, never broken unless it is wider than the terminal. */
export type Word = {
  readonly text: string;
  readonly style: Style;
  /** Columns before it, where it does not begin a line. */
  readonly gap: number;
  /** No line break before it, while what it is glued to fits a line. */
  readonly glued: boolean;
  /** Only https. */
  readonly link: string | undefined;
  /** Digests in it stay whole. */
  readonly whole: boolean;
};

type Look = {
  readonly style?: Style;
  /** Of the first word; the others are one column apart. */
  readonly gap?: number;
  /** Of the first word. */
  readonly glued?: boolean;
  readonly link?: string | undefined;
  readonly whole?: boolean;
  /** All words stay together where they can. */
  readonly together?: boolean;
};

/** A line's worth: a longer value is cut here, and whole in JSON. */
const SHOWN_LENGTH_MAX = 600;

/** The only maker of words, and so the only way onto the terminal. */
export function words(text: string, look: Look = {}): Word[] {
  const { style = 'plain', gap = 1, glued = false, link, whole = false, together = false } = look;
  const parts = clean(text, SHOWN_LENGTH_MAX)
    .split(' ')
    .filter((part) => part !== '');
  const safe = link === undefined ? undefined : safeLink(link);
  return (parts.length === 0 ? ['(empty)'] : parts).map((part, index) => ({
    // A CI runner takes a line that begins with `::name` for a command, and any word may come to begin one.
    text: part.replace(/^::(?=[a-z])/i, ': :'),
    style,
    gap: index === 0 ? gap : 1,
    glued: index === 0 ? glued : together,
    link: safe,
    whole,
  }));
}

/** `name: value`, which stay together where they can. */
export function pair(name: string, value: string, look: Look = {}): Word[] {
  const { gap = 1, ...rest } = look;
  return [...words(`${name}:`, { style: 'faint', gap }), ...words(value, { ...rest, glued: true })];
}
