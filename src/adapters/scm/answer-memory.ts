import * as v from 'valibot';
import { ToolError } from '../../core/errors.ts';
import { parseJson } from '../../core/json.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, failed, found, toInstant } from '../../core/model/outcome.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Fact, Store } from '../../ports/store.ts';
import { LIVES_MS } from './lives.ts';

/** Larger answers are asked for anew each time: the file is not there to hold them. */
const KEPT_CHARACTERS_MAX = 1024 * 1024;

/** The statuses by which forges say that there is no such thing, none that may be seen, or none yet (an empty repository: 409). */
export const ABSENT_STATUSES = ['404', '409', '410', '422'] as const;
export type AbsentStatus = (typeof ABSENT_STATUSES)[number];

/** `refresh` asks anew; `offline` asks nothing, and what was learned has no age limit. */
export type AnswerMode = 'normal' | 'refresh' | 'offline';

export type AnswerMemoryOptions = { readonly store: Store; readonly clock: Clock; readonly mode: AnswerMode };

/** What is remembered under one name, for one audience. */
export type RememberedQuestion<Value> = {
  /** `forge https://api.github.com/`. */
  readonly scope: string;
  /** The address within, and what was sent there. */
  readonly name: string;
  /** What it was asked with, undefined for no credential. */
  readonly credential: string | undefined;
  /** As messages name it. */
  readonly what: string;
  /** Reads again what it gave: what is kept is its output. */
  readonly schema: v.GenericSchema<unknown, Value>;
  /** How long that answer stands, in milliseconds; 0 for one that is not to be kept. */
  readonly lifeMs: (value: Value) => number;
  /**
   * Asks; with the entity tag of the answer that is known, where there is one. Undefined where that answer still stands.
   * @throws ToolError, and then nothing is kept
   */
  readonly ask: (etag: string | undefined) => Promise<GivenAnswer<Value> | undefined>;
};

export type GivenAnswer<Value> =
  | { readonly kind: 'found'; readonly value: Value; readonly etag?: string }
  | { readonly kind: 'absent'; readonly reason: AbsentStatus };

/** One memory for the answers of all forges (ownership.md 4.3): each as one credential was given it, and shown to no other. */
export interface AnswerMemory {
  /** Does not throw ToolErrors. What is asked twice at once is asked once. */
  answer<Value>(question: RememberedQuestion<Value>): Promise<Outcome<Value, AbsentStatus>>;
}

const keptSchema = v.union([
  v.object({ absent: v.picklist(ABSENT_STATUSES) }),
  v.object({ value: v.unknown(), etag: v.optional(v.string()) }),
]);

type Kept<Value> = GivenAnswer<Value> & { readonly fact: Fact };

export function createAnswerMemory(options: AnswerMemoryOptions): AnswerMemory {
  const { store, clock, mode } = options;
  const underWay = new Map<string, Promise<unknown>>();
  // What one run asked anew is new enough for the rest of it.
  const askedAnew = new Set<string>();

  async function answer<Value>(question: RememberedQuestion<Value>): Promise<Outcome<Value, AbsentStatus>> {
    const kept = recall(store, question);
    const name = nameOf(question);
    const mayServe = mode === 'normal' || askedAnew.has(name);
    if (kept !== undefined && (mode === 'offline' || (mayServe && isFresh(kept, question, clock.nowMs()))))
      return outcomeOf(kept, kept.fact.learnedAtMs);
    if (mode === 'offline') return failed(notKept(question));
    const etag = kept?.kind === 'found' ? kept.etag : undefined;
    const given = (await question.ask(etag)) ?? kept;
    if (given === undefined) throw unchangedSinceNever(question);
    const learnedAtMs = clock.nowMs();
    keep(store, question, { given, learnedAtMs });
    askedAnew.add(name);
    return outcomeOf(given, learnedAtMs);
  }

  return {
    // Whoever asks the same meanwhile waits, and finds the answer kept.
    answer: (question) => {
      const name = nameOf(question);
      const mine = (underWay.get(name) ?? Promise.resolve()).then(() => answer(question)).catch(asFailure);
      const ended = mine.then(
        () => undefined,
        () => undefined,
      );
      underWay.set(name, ended);
      return mine;
    },
  };
}

/** Of everything that tells one question from another. */
function nameOf({
  scope,
  name,
  credential,
}: Pick<RememberedQuestion<unknown>, 'scope' | 'name' | 'credential'>): string {
  return JSON.stringify([scope, name, credential]);
}

export function asFailure(error: unknown): Outcome<never, never> {
  if (error instanceof ToolError) return failed(error);
  throw error;
}

/** As learned at that moment. */
export function outcomeOf<Value>(given: GivenAnswer<Value>, learnedAtMs: number): Outcome<Value, AbsentStatus> {
  const asOf = toInstant(learnedAtMs);
  return given.kind === 'found' ? found(given.value, asOf) : absent(given.reason, asOf);
}

/**
 * A fact from the future was learned before the clock was set back, and its life says nothing. A row cannot give itself a longer
 * life than its answer has: the file may come from elsewhere.
 */
function isFresh<Value>(kept: Kept<Value>, question: RememberedQuestion<Value>, nowMs: number): boolean {
  const { learnedAtMs, freshUntilMs } = kept.fact;
  return learnedAtMs <= nowMs && nowMs < Math.min(freshUntilMs, learnedAtMs + lifeOf(kept, question));
}

function lifeOf<Value>(given: GivenAnswer<Value>, { lifeMs }: RememberedQuestion<Value>): number {
  return given.kind === 'found' ? lifeMs(given.value) : LIVES_MS.absence;
}

/** Undefined where nothing was kept, or what was kept is not whole any more. */
function recall<Value>(store: Store, question: RememberedQuestion<Value>): Kept<Value> | undefined {
  const fact = store.readFact(keyOf(store, question));
  const kept = fact?.value === undefined ? undefined : readKept(fact.value);
  if (fact === undefined || kept === undefined) return undefined;
  if ('absent' in kept) return { kind: 'absent', reason: kept.absent, fact };
  const parsed = v.safeParse(question.schema, kept.value);
  if (!parsed.success) return undefined;
  return { kind: 'found', value: parsed.output, fact, ...(kept.etag === undefined ? {} : { etag: kept.etag }) };
}

function readKept(text: string): v.InferOutput<typeof keptSchema> | undefined {
  try {
    const parsed = v.safeParse(keptSchema, parseJson(new TextEncoder().encode(text), 'the answer'));
    return parsed.success ? parsed.output : undefined;
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

function keep<Value>(
  store: Store,
  question: RememberedQuestion<Value>,
  { given, learnedAtMs }: { readonly given: GivenAnswer<Value>; readonly learnedAtMs: number },
): void {
  const lifeMs = lifeOf(given, question);
  if (lifeMs <= 0) return;
  const value = JSON.stringify(
    given.kind === 'absent' ? { absent: given.reason } : { value: given.value, etag: given.etag },
  );
  if (value.length > KEPT_CHARACTERS_MAX) return;
  store.writeFact(keyOf(store, question), { value, learnedAtMs, freshUntilMs: learnedAtMs + lifeMs });
}

function keyOf(
  store: Store,
  { scope, name, credential }: Pick<RememberedQuestion<unknown>, 'scope' | 'name' | 'credential'>,
) {
  return { kind: 'forge', scope, name, audience: credential === undefined ? '' : store.audienceOf(credential) };
}

function notKept({ what }: Pick<RememberedQuestion<unknown>, 'what'>): ToolError {
  return new ToolError('OFFLINE', `not in the store: ${what}`, {
    expected: 'an answer kept by an earlier run',
    got: 'nothing kept',
    hint: 'run once without --offline, with the same credentials',
  });
}

export function unchangedSinceNever({ what }: Pick<RememberedQuestion<unknown>, 'what'>): ToolError {
  return new ToolError('MALFORMED', `the forge says that ${what} did not change, and was not told since when`);
}
