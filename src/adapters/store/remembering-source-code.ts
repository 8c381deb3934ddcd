import { hash } from 'node:crypto';
import * as v from 'valibot';
import { ToolError } from '../../core/errors.ts';
import { parseJson } from '../../core/json.ts';
import { parseDigest } from '../../core/model/digest.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, failed, found } from '../../core/model/outcome.ts';
import { repositoryKey } from '../../core/source-url.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ObjectId, Reachability } from '../../core/model/source.ts';
import type {
  PathHistory,
  ReachedSource,
  SourceLocation,
  SourceObject,
  SourceObjects,
  SourceRefs,
} from '../../ports/source-code.ts';
import type { FactKey, Store } from '../../ports/store.ts';
import type { MemoryMode } from './repository-memory.ts';
import { RepositoryMemory } from './repository-memory.ts';
import { SharedAnswers } from './shared-answers.ts';

/** A branch moves when somebody pushes: five minutes old is fresh enough to look at, and `--refresh` asks anew. */
const REFS_LIFE_MS = 300_000;
/** That a branch leads to a commit ends when somebody pushes by force. That none does is a matter of a minute, like every absence. */
const REACHABILITY_LIFE_MS = 24 * 60 * 60 * 1000;
/** The history of a commit does not change; who asks for it says from when on. */
const CONTRIBUTORS_LIFE_MS = 24 * 60 * 60 * 1000;
const FOREVER_MS = Number.MAX_SAFE_INTEGER;

export type RememberingSourceOptions = {
  readonly source: SourceObjects;
  readonly store: Store;
  readonly clock: Clock;
  /**
   * `Store.audienceOf` the credential that questions about this repository are asked with, '' for none. Does not reject.
   * `isLoginNeeded`: it was read with one before, so that it is worth asking for one that is not at hand.
   */
  readonly audienceFor: (at: SourceLocation, options: { readonly isLoginNeeded: boolean }) => Promise<string>;
  readonly mode: MemoryMode;
};

type CommitBytes = Parameters<SourceObjects['fetchReachability']>[1];

/**
 * Repositories of which is remembered what each showed to each audience. Objects never change, and are asked for once. git's ids are
 * no digests of OCI, so that an object is kept as content, in the bytes that git hashes, with a fact that says under which digest;
 * when it is read again, its id is computed again. Clones are files on this machine: they are asked each time.
 */
export function rememberingSourceCode(options: RememberingSourceOptions): SourceObjects {
  return new RememberingSource(options);
}

class RememberingSource implements SourceObjects {
  readonly #options: RememberingSourceOptions;
  readonly #inner: SourceObjects;
  // Within one run: one question for what is asked twice, at once or later, so that a run does not contradict itself.
  readonly #refs = new SharedAnswers<SourceRefs, 'noSuchRepository'>();
  readonly #commits = new SharedAnswers<readonly ObjectId[], 'noSuchCommit'>();
  readonly #files = new SharedAnswers<readonly ObjectId[], 'noSuchCommit'>();
  readonly #reachability = new SharedAnswers<Reachability, never>();

  constructor(options: RememberingSourceOptions) {
    this.#options = options;
    this.#inner = options.source;
  }

  fetchRefs(at: SourceLocation): ReturnType<SourceObjects['fetchRefs']> {
    return this.#refs.answer(at.repository, () => this.#fetchRefs(at));
  }

  async #fetchRefs(at: SourceLocation): ReturnType<SourceObjects['fetchRefs']> {
    if (isLocal(at)) return this.#inner.fetchRefs(at);
    const wasLoginNeeded = this.#isLoginNeeded(at);
    const outcome = await this.#answerRefs(at, () => this.#inner.fetchRefs(at), wasLoginNeeded);
    const isLoginNeeded = outcome.kind === 'found' && outcome.value.credential !== undefined;
    if (!isLoginNeeded || wasLoginNeeded) return outcome;
    this.#writeForever(loginKey(at), 'needed');
    // Only now it is known whose answer it is.
    return this.#answerRefs(at, async () => outcome, true);
  }

  async readObjects(at: SourceLocation, ids: readonly ObjectId[]): ReturnType<SourceObjects['readObjects']> {
    if (isLocal(at)) return this.#inner.readObjects(at, ids);
    const audience = await this.#audienceOf(at);
    const objects = new Map<ObjectId, SourceObject>();
    for (const id of new Set(ids)) {
      const bytes = this.#recallObject(id, objectKey(at, id, audience));
      if (bytes !== undefined) objects.set(id, { kind: 'object', bytes });
    }
    const shown = await this.#inner.readObjects(
      at,
      ids.filter((id) => !objects.has(id)),
    );
    if (shown.kind !== 'found') return shown;
    for (const [id, object] of shown.value) {
      if (object.kind === 'object') this.#keepObject(objectKey(at, id, audience), object.bytes);
      objects.set(id, object);
    }
    return found(objects);
  }

  fetchCommits(at: ReachedSource, ids: readonly ObjectId[]): ReturnType<SourceObjects['fetchCommits']> {
    return this.#commits.answer(keyOf(at, ids), () => this.#fetchCommits(at, ids));
  }

  async #fetchCommits(at: ReachedSource, ids: readonly ObjectId[]): ReturnType<SourceObjects['fetchCommits']> {
    const memory = await this.#memoryOf(at);
    return memory.answer({
      kind: 'commit',
      name: ids.join(' '),
      lifeMs: 0,
      absence: 'noSuchCommit',
      ask: () => this.#inner.fetchCommits(at, ids),
      format: () => undefined,
      parse: () => undefined,
    });
  }

  async fetchFiles(at: ReachedSource, ids: readonly ObjectId[]): ReturnType<SourceObjects['fetchFiles']> {
    if (this.#options.mode !== 'offline') {
      return this.#files.answer(keyOf(at, ids), () => this.#inner.fetchFiles(at, ids));
    }
    return failed(
      new ToolError('OFFLINE', `not in the store: ${ids.length} files of ${repositoryKey(at.repository)}`, {
        hint: 'run once without --offline, with the same credentials',
      }),
    );
  }

  fetchReachability(at: ReachedSource, commit: CommitBytes): ReturnType<SourceObjects['fetchReachability']> {
    return this.#reachability.answer(keyOf(at, [commit.id]), () => this.#fetchReachability(at, commit));
  }

  async #fetchReachability(at: ReachedSource, commit: CommitBytes): ReturnType<SourceObjects['fetchReachability']> {
    const memory = await this.#memoryOf(at);
    const outcome = await memory.answer<Reachability, 'unreachable'>({
      kind: 'reachability',
      name: commit.id,
      lifeMs: REACHABILITY_LIFE_MS,
      absence: 'unreachable',
      ask: async () => {
        const reached = await this.#inner.fetchReachability(at, commit);
        return reached.kind === 'found' && reached.value.refs.length === 0 ? absent('unreachable') : reached;
      },
      format: (reachability) => JSON.stringify(reachability),
      parse: (text) => parseKept(REACHABILITY, text),
    });
    return outcome.kind === 'absent' ? found({ refs: [] }, outcome.asOf) : outcome;
  }

  async fetchContributors(at: ReachedSource, asked: PathHistory): ReturnType<SourceObjects['fetchContributors']> {
    const memory = await this.#memoryOf(at);
    return memory.answer({
      kind: 'contributors',
      name: `${asked.commit} ${asked.since} ${asked.path}`,
      lifeMs: CONTRIBUTORS_LIFE_MS,
      absence: 'noSuchCommit',
      ask: () => this.#inner.fetchContributors(at, asked),
      format: (contributors) => JSON.stringify(contributors),
      parse: (text) => parseKept(CONTRIBUTORS, text),
    });
  }

  async #answerRefs(
    at: SourceLocation,
    ask: () => Promise<Outcome<SourceRefs, 'noSuchRepository'>>,
    isLoginKnown: boolean,
  ): Promise<Outcome<SourceRefs, 'noSuchRepository'>> {
    const memory = await this.#memoryOf(at);
    return memory.answer({
      kind: 'branches',
      name: 'and tags',
      lifeMs: REFS_LIFE_MS,
      absence: 'noSuchRepository',
      ask,
      format: (refs) => (refs.credential === undefined || isLoginKnown ? JSON.stringify(refs) : undefined),
      parse: (text) => parseKept(REFS, text),
    });
  }

  async #memoryOf(at: SourceLocation): Promise<RepositoryMemory> {
    const { store, clock, mode } = this.#options;
    return new RepositoryMemory({
      store,
      clock,
      mode,
      repository: nameOf(at),
      audience: await this.#audienceOf(at),
    });
  }

  #audienceOf(at: SourceLocation): Promise<string> {
    return this.#options.audienceFor(at, { isLoginNeeded: this.#isLoginNeeded(at) });
  }

  #isLoginNeeded(at: SourceLocation): boolean {
    return this.#options.store.readFact(loginKey(at)) !== undefined;
  }

  /** The bytes, if they are still those of that id. */
  #recallObject(id: ObjectId, key: FactKey): Uint8Array | undefined {
    const { store } = this.#options;
    const digest = parseDigest(store.readFact(key)?.value ?? '');
    const bytes = digest === undefined ? undefined : store.readContent(digest);
    return bytes !== undefined && hash(id.length === 40 ? 'sha1' : 'sha256', bytes) === id ? bytes : undefined;
  }

  /** The bytes first: a fact must not promise what is not there. */
  #keepObject(key: FactKey, bytes: Uint8Array): void {
    const digest = parseDigest(`sha256:${hash('sha256', bytes)}`);
    if (digest === undefined) return;
    this.#options.store.writeContent(digest, bytes);
    this.#writeForever(key, digest);
  }

  #writeForever(key: FactKey, value: string): void {
    const learnedAtMs = this.#options.clock.nowMs();
    this.#options.store.writeFact(key, { value, learnedAtMs, freshUntilMs: FOREVER_MS });
  }
}

function keyOf(at: SourceLocation, ids: readonly ObjectId[]): string {
  return [at.repository, ...ids].join('\0');
}

/** `file:` is a clone on this machine. */
function isLocal(at: SourceLocation): boolean {
  return at.repository.startsWith('file:');
}

function objectKey(at: SourceLocation, id: ObjectId, audience: string): FactKey {
  return { kind: 'object', scope: scopeOf(at), name: id, audience };
}

/** That a repository wants a login is known to whoever may use this file. */
function loginKey(at: SourceLocation): FactKey {
  return { kind: 'login', scope: scopeOf(at), name: '', audience: '' };
}

function scopeOf(at: SourceLocation): string {
  return `source ${nameOf(at)}`;
}

/** What was read without encryption is not taken for what would be read with it. */
function nameOf({ repository }: SourceLocation): string {
  const [scheme = ''] = /^(?:ssh|git):\/\//.exec(repository) ?? [];
  return `${scheme}${repositoryKey(repository)}`;
}

const OBJECT_ID = v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/));
const REFS = v.strictObject({
  address: v.pipe(v.string(), v.url()),
  objectFormat: v.picklist(['sha1', 'sha256']),
  filters: v.exactOptional(v.boolean()),
  head: v.exactOptional(v.strictObject({ branch: v.exactOptional(v.string()), commit: OBJECT_ID })),
  refs: v.array(v.strictObject({ name: v.string(), commit: OBJECT_ID })),
  notes: v.exactOptional(OBJECT_ID),
  movedTo: v.exactOptional(v.string()),
  credential: v.exactOptional(v.string()),
});
const REACHABILITY = v.strictObject({ refs: v.array(v.string()) });
const CONTRIBUTORS = v.array(
  v.strictObject({
    name: v.string(),
    email: v.string(),
    commits: v.number(),
    lastCommit: v.strictObject({ id: OBJECT_ID, at: v.string() }),
  }),
);

/** The file may come from elsewhere (SPEC 7): what is not whole is not there. */
function parseKept<Schema extends v.GenericSchema>(schema: Schema, text: string): v.InferOutput<Schema> | undefined {
  try {
    const result = v.safeParse(schema, parseJson(new TextEncoder().encode(text), 'a kept answer'));
    return result.success ? result.output : undefined;
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}
