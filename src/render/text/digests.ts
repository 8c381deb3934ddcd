import type { Paragraph } from './layout.ts';

const DIGEST = /sha(?:256|512):[0-9a-f]{64,128}/g;
/** Enough to name an image that was seen before (SPEC 1), and what docker shows. */
const SHORT_HEX = 12;

export type Shortened = {
  readonly paragraphs: readonly Paragraph[];
  /** What was shortened, in the order of its appearance. */ readonly digests: readonly string[];
};

/** Digests cut to 12 hex, so that a step stays a line, and the full ones to be shown elsewhere. Addresses stay as they are. */
export function shortenDigests(paragraphs: readonly Paragraph[]): Shortened {
  const digests = new Set<string>();
  const shorten = (digest: string): string => {
    digests.add(digest);
    return digest.slice(0, digest.indexOf(':') + 1 + SHORT_HEX);
  };
  const shortened = paragraphs.map((paragraph) => ({
    ...paragraph,
    words: paragraph.words.map((word) =>
      word.whole || word.text.includes('://') ? word : { ...word, text: word.text.replace(DIGEST, shorten) },
    ),
  }));
  return { paragraphs: shortened, digests: [...digests] };
}
