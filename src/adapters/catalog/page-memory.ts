import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { withoutUndefined } from '../../core/defined.ts';
import { parseDigest, type Digest } from '../../core/model/digest.ts';
import type { Fact, FactKey, Store } from '../../ports/store.ts';

/** Catalogs change by the day; whoever has just changed one says `--refresh`. */
const LIFE_MS = 3_600_000;
/** What is not there is often about to be. */
const ABSENCE_LIFE_MS = 60_000;
/** What was shown under a digest stays true. */
const FOREVER_MS = Number.MAX_SAFE_INTEGER;
const KIND = 'catalogPage';

/** `bytesMax`: a longer one is `TOO_LARGE`. `token`: goes to this address alone. */
export type PageQuestion = { readonly url: URL; readonly token: string | undefined; readonly bytesMax: number };
/** `next`: the page after this one, where the server named one at the same origin. */
export type Page = { readonly bytes: Uint8Array; readonly next?: URL };
/** A page, and by what its server tells that it has not changed. */
export type KeptPage = {
  readonly page: Page;
  readonly etag?: string;
  readonly modified?: string;
};

const keptSchema = v.object({
  digest: v.string(),
  etag: v.optional(v.string()),
  modified: v.optional(v.string()),
  next: v.optional(v.string()),
});

/** Whatever the row says of its life: the file may come from elsewhere. */
export function isFresh({ value, learnedAtMs, freshUntilMs }: Fact, nowMs: number): boolean {
  const lifeMs = value === undefined ? ABSENCE_LIFE_MS : LIFE_MS;
  return learnedAtMs <= nowMs && nowMs < Math.min(freshUntilMs, learnedAtMs + lifeMs);
}

/** What the store holds of one page, as one credential was shown it. */
export type PageMemory = {
  readonly fact: () => Fact | undefined;
  /** Undefined where it is not whole any more. */
  readonly recall: (text: string) => KeptPage | undefined;
  readonly keep: (answer: KeptPage | undefined, learnedAtMs: number) => void;
};

export function pageMemory(store: Store, { url, token, bytesMax }: PageQuestion): PageMemory {
  const audience = token === undefined ? '' : store.audienceOf(token);
  const keyOf = (kind: string, name: string): FactKey => ({ kind, name, scope: `catalog ${url.origin}`, audience });
  return {
    fact: () => store.readFact(keyOf(KIND, url.href)),
    recall: (text) => {
      const kept = readKept(text);
      const digest = kept === undefined ? undefined : parseDigest(kept.digest);
      // That somebody else was shown the same bytes is no permission to see them.
      if (kept === undefined || digest === undefined || store.readFact(keyOf('content', digest)) === undefined)
        return undefined;
      const bytes = store.readContent(digest);
      const next = kept.next === undefined ? null : URL.parse(kept.next);
      if (bytes === undefined || bytes.length > bytesMax) return undefined;
      const page = next !== null && next.host === url.host ? { bytes, next } : { bytes };
      return withoutUndefined({ page, etag: kept.etag, modified: kept.modified });
    },
    keep: (answer, learnedAtMs) => {
      if (answer === undefined) {
        const freshUntilMs = learnedAtMs + ABSENCE_LIFE_MS;
        store.writeFact(keyOf(KIND, url.href), { value: undefined, learnedAtMs, freshUntilMs });
        return;
      }
      const { page, etag, modified } = answer;
      const digest = digestOf(page.bytes);
      if (digest === undefined) return;
      // The bytes first: a fact must not promise what is not there.
      store.writeContent(digest, page.bytes);
      const content = { value: 'application/octet-stream', learnedAtMs, freshUntilMs: FOREVER_MS };
      store.writeFact(keyOf('content', digest), content);
      const value = JSON.stringify({ digest, etag, modified, next: page.next?.href });
      store.writeFact(keyOf(KIND, url.href), { value, learnedAtMs, freshUntilMs: learnedAtMs + LIFE_MS });
    },
  };
}

function readKept(text: string): v.InferOutput<typeof keptSchema> | undefined {
  try {
    const parsed = v.safeParse(keptSchema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

function digestOf(bytes: Uint8Array): Digest | undefined {
  return parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
}
