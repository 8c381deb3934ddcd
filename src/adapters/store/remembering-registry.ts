import { ToolError } from '../../core/errors.ts';
import type { Descriptor } from '../../core/model/descriptor.ts';
import type { Digest } from '../../core/model/digest.ts';
import { parseDigest } from '../../core/model/digest.ts';
import type { ImageRepository } from '../../core/model/image-repository.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, failed, found } from '../../core/model/outcome.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FetchedManifest, ManifestName, Registry } from '../../ports/registry.ts';
import type { Store } from '../../ports/store.ts';
import { formatReferrers, formatTags, parseReferrers, parseTags } from './kept-lists.ts';
import type { MemoryMode } from './repository-memory.ts';
import { RepositoryMemory } from './repository-memory.ts';

/** A tag moves when somebody pushes: five minutes old is fresh enough to look at, and `--refresh` asks anew. */
const TAG_LIFE_MS = 300_000;
/** Signatures and attestations follow the push, mostly by the same pipeline: as long as a tag. */
const REFERRERS_LIFE_MS = 300_000;
/** Only messages that name a near tag are made of it. */
const TAG_LIST_LIFE_MS = 300_000;
/** The media type that is kept with what was fetched as a blob, and so without one. */
const BLOB = '';

export type RememberingOptions = {
  readonly registry: Registry;
  readonly store: Store;
  readonly clock: Clock;
  /** `Store.audienceOf` the credential that questions about this repository are asked with, '' for none. Does not reject. */
  readonly audienceFor: (repository: ImageRepository) => Promise<string>;
  readonly mode: MemoryMode;
};

/**
 * A registry that remembers what each repository showed to each audience. Content is asked for by its digest once; of what can
 * change, `asOf` says when it was learned. Layouts and archives are files on this machine: they are asked each time.
 */
export function rememberingRegistry(options: RememberingOptions): Registry {
  return new RememberingRegistry(options);
}

class RememberingRegistry implements Registry {
  readonly #options: RememberingOptions;
  readonly #inner: Registry;

  constructor(options: RememberingOptions) {
    this.#options = options;
    this.#inner = options.registry;
  }

  async fetchManifest(at: ImageRepository, name: ManifestName): Promise<Outcome<FetchedManifest, 'noSuchManifest'>> {
    if (at.transport !== 'registry') return this.#inner.fetchManifest(at, name);
    const memory = await this.#memoryOf(at);
    const ask = () => this.#inner.fetchManifest(at, name);
    switch (name.kind) {
      case 'tag':
        return taggedManifest(memory, name.tag, ask);
      case 'digest':
        return manifestUnder(memory, name.digest, ask);
      case 'sole':
        return absent('noSuchManifest');
    }
  }

  async fetchBlob(at: ImageRepository, digest: Digest, bytesMax: number): Promise<Outcome<Uint8Array, 'noSuchBlob'>> {
    const ask = () => this.#inner.fetchBlob(at, digest, bytesMax);
    if (at.transport !== 'registry') return ask();
    const memory = await this.#memoryOf(at);
    const shown = memory.shownContent(digest);
    if (shown !== undefined) return withinBytes(shown, bytesMax);
    return withoutAge(
      await memory.answer({
        kind: 'blob',
        name: digest,
        lifeMs: 0,
        absence: 'noSuchBlob',
        ask,
        format: (bytes, learnedAtMs) => {
          memory.keepContent({ mediaType: BLOB, digest, bytes }, learnedAtMs);
          return undefined;
        },
        parse: () => undefined,
      }),
    );
  }

  async fetchReferrers(
    at: ImageRepository,
    subject: Digest,
  ): Promise<Outcome<readonly Descriptor[], 'noReferrersApi'>> {
    const ask = () => this.#inner.fetchReferrers(at, subject);
    if (at.transport !== 'registry') return ask();
    const memory = await this.#memoryOf(at);
    return memory.answer({
      kind: 'referrers',
      name: subject,
      lifeMs: REFERRERS_LIFE_MS,
      absence: 'noReferrersApi',
      ask,
      format: formatReferrers,
      parse: parseReferrers,
    });
  }

  async listTags(at: ImageRepository, tagsMax: number): Promise<Outcome<readonly string[], 'noSuchRepository'>> {
    const ask = () => this.#inner.listTags(at, tagsMax);
    if (at.transport !== 'registry') return ask();
    const memory = await this.#memoryOf(at);
    return memory.answer({
      kind: 'tags',
      name: `at most ${tagsMax}`,
      lifeMs: TAG_LIST_LIFE_MS,
      absence: 'noSuchRepository',
      ask,
      format: formatTags,
      parse: parseTags,
    });
  }

  async #memoryOf(at: ImageRepository): Promise<RepositoryMemory> {
    const { store, clock, mode } = this.#options;
    return new RepositoryMemory({
      store,
      clock,
      mode,
      repository: at.name,
      audience: await this.#options.audienceFor(at),
    });
  }
}

type AskManifest = () => Promise<Outcome<FetchedManifest, 'noSuchManifest'>>;

/** What is kept of a tag is the digest that it had; the manifest is content like any other. */
function taggedManifest(memory: RepositoryMemory, tag: string, ask: AskManifest): ReturnType<AskManifest> {
  return memory.answer({
    kind: 'tag',
    name: tag,
    lifeMs: TAG_LIFE_MS,
    absence: 'noSuchManifest',
    ask,
    format: (manifest, learnedAtMs) => {
      memory.keepContent(manifest, learnedAtMs);
      return manifest.digest;
    },
    parse: (text) => {
      const digest = parseDigest(text);
      return digest === undefined ? undefined : shownManifest(memory, digest);
    },
  });
}

async function manifestUnder(memory: RepositoryMemory, digest: Digest, ask: AskManifest): ReturnType<AskManifest> {
  const shown = shownManifest(memory, digest);
  if (shown !== undefined) return found(shown);
  return withoutAge(
    await memory.answer({
      kind: 'manifest',
      name: digest,
      lifeMs: 0,
      absence: 'noSuchManifest',
      ask,
      format: (manifest, learnedAtMs) => {
        memory.keepContent(manifest, learnedAtMs);
        return undefined;
      },
      parse: () => undefined,
    }),
  );
}

/** What was only ever fetched as a blob has no media type, and is asked for again as a manifest. */
function shownManifest(memory: RepositoryMemory, digest: Digest): FetchedManifest | undefined {
  const shown = memory.shownContent(digest);
  return shown?.mediaType === BLOB ? undefined : shown;
}

function withinBytes(shown: FetchedManifest, bytesMax: number): Outcome<Uint8Array, never> {
  if (shown.bytes.length <= bytesMax) return found(shown.bytes);
  return failed(
    new ToolError('TOO_LARGE', `blob ${shown.digest} is too large`, {
      expected: `at most ${bytesMax} bytes`,
      got: `${shown.bytes.length} bytes`,
    }),
  );
}

/** Bytes under a digest are as of any time. */
function withoutAge<Value, Absence extends string>(outcome: Outcome<Value, Absence>): Outcome<Value, Absence> {
  return outcome.kind === 'found' ? found(outcome.value) : outcome;
}
