import { ToolError } from '../../core/errors.ts';
import type { Digest } from '../../core/model/digest.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, failed, found, toInstant } from '../../core/model/outcome.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FetchedManifest } from '../../ports/registry.ts';
import type { Fact, Store } from '../../ports/store.ts';

/** What is not there is often about to be: whoever waits for a push or a signature asks again soon. */
const ABSENCE_LIFE_MS = 60_000;
/** What was shown under a digest stays true. */
const FOREVER_MS = Number.MAX_SAFE_INTEGER;

/** `refresh` asks anew for what can change; `offline` asks nothing, and what was learned has no age limit. */
export type MemoryMode = 'normal' | 'refresh' | 'offline';

export type MemoryOptions = {
  readonly store: Store;
  readonly clock: Clock;
  readonly mode: MemoryMode;
  /** The repository, as a person writes it. */
  readonly repository: string;
  readonly audience: string;
};

/** Something that can change, or that can be absent now and be there later. */
export type Question<Value, Absence extends string> = {
  readonly kind: string;
  readonly name: string;
  readonly lifeMs: number;
  readonly absence: Absence;
  readonly ask: () => Promise<Outcome<Value, Absence>>;
  /** The fact's value for an answer; undefined where only an absence is kept as a fact. */
  readonly format: (value: Value, learnedAtMs: number) => string | undefined;
  /** The answer from the fact's value; undefined where it is not whole any more. */
  readonly parse: (text: string) => Value | undefined;
};

/** What the store holds of one repository, as one audience was shown it. */
export class RepositoryMemory {
  readonly #options: MemoryOptions;

  constructor(options: MemoryOptions) {
    this.#options = options;
  }

  /** The content, if this very repository showed it to this very audience: that somebody else could read it is no permission. */
  shownContent(digest: Digest): FetchedManifest | undefined {
    const mediaType = this.#readFact('content', digest)?.value;
    if (mediaType === undefined) return undefined;
    const bytes = this.#options.store.readContent(digest);
    return bytes === undefined ? undefined : { mediaType, digest, bytes };
  }

  /** The bytes first: a fact must not promise what is not there. */
  keepContent(content: FetchedManifest, learnedAtMs: number): void {
    this.#options.store.writeContent(content.digest, content.bytes);
    this.#writeFact('content', content.digest, { value: content.mediaType, learnedAtMs, freshUntilMs: FOREVER_MS });
  }

  /** From the store if that is fresh enough, else asked and kept. `asOf` says when it was learned. */
  async answer<Value, Absence extends string>(question: Question<Value, Absence>): Promise<Outcome<Value, Absence>> {
    const remembered = this.#options.mode === 'refresh' ? undefined : this.#recall(question);
    if (remembered !== undefined) return remembered;
    if (this.#options.mode === 'offline') return failed(this.#notKept(question));
    return this.#keep(question, await question.ask());
  }

  #recall<Value, Absence extends string>(question: Question<Value, Absence>): Outcome<Value, Absence> | undefined {
    const fact = this.#readFact(question.kind, question.name);
    if (
      fact === undefined ||
      (this.#options.mode === 'normal' &&
        !this.#isFresh(fact, fact.value === undefined ? ABSENCE_LIFE_MS : question.lifeMs))
    )
      return undefined;
    const asOf = toInstant(fact.learnedAtMs);
    if (fact.value === undefined) return absent(question.absence, asOf);
    const value = question.parse(fact.value);
    return value === undefined ? undefined : found(value, asOf);
  }

  #keep<Value, Absence extends string>(
    question: Question<Value, Absence>,
    outcome: Outcome<Value, Absence>,
  ): Outcome<Value, Absence> {
    if (outcome.kind === 'failed') return outcome;
    const learnedAtMs = this.#options.clock.nowMs();
    const asOf = toInstant(learnedAtMs);
    if (outcome.kind === 'absent') {
      const freshUntilMs = learnedAtMs + ABSENCE_LIFE_MS;
      this.#writeFact(question.kind, question.name, { value: undefined, learnedAtMs, freshUntilMs });
      return absent(outcome.reason, asOf);
    }
    const value = question.format(outcome.value, learnedAtMs);
    if (value !== undefined) {
      const freshUntilMs = learnedAtMs + question.lifeMs;
      this.#writeFact(question.kind, question.name, { value, learnedAtMs, freshUntilMs });
    }
    return found(outcome.value, asOf);
  }

  /**
   * A fact from the future was learned before the clock was set back, and its life says nothing. A row cannot give itself a longer life
   * than its kind has: the file may come from elsewhere.
   */
  #isFresh(fact: Fact, lifeMs: number): boolean {
    const nowMs = this.#options.clock.nowMs();
    return fact.learnedAtMs <= nowMs && nowMs < Math.min(fact.freshUntilMs, fact.learnedAtMs + lifeMs);
  }

  #notKept(question: { readonly kind: string; readonly name: string }): ToolError {
    const { repository } = this.#options;
    return new ToolError('OFFLINE', `not in the store: ${question.kind} ${question.name} of ${repository}`, {
      expected: 'an answer kept by an earlier run',
      got: 'nothing kept',
      hint: 'run once without --offline, with the same credentials',
    });
  }

  #readFact(kind: string, name: string): Fact | undefined {
    return this.#options.store.readFact(this.#key(kind, name));
  }

  #writeFact(kind: string, name: string, fact: Fact): void {
    this.#options.store.writeFact(this.#key(kind, name), fact);
  }

  #key(kind: string, name: string) {
    return { kind, name, scope: `registry ${this.#options.repository}`, audience: this.#options.audience };
  }
}
