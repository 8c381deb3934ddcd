import type { Outcome } from '../../core/model/outcome.ts';

/** One question at a time for each key, and its answer to whoever asks later. A failure is no answer. */
export class SharedAnswers<Value, Absence extends string> {
  readonly #answers = new Map<string, Promise<Outcome<Value, Absence>>>();
  readonly #isKept: (key: string, value: Value) => boolean;

  /** @param isKept whether what was found is kept; called once, when it was found. */
  constructor(isKept: (key: string, value: Value) => boolean = () => true) {
    this.#isKept = isKept;
  }

  answer(key: string, ask: () => Promise<Outcome<Value, Absence>>): Promise<Outcome<Value, Absence>> {
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const asked = this.#ask(key, ask);
    this.#answers.set(key, asked);
    return asked;
  }

  forget(key: string): void {
    this.#answers.delete(key);
  }

  async #ask(key: string, ask: () => Promise<Outcome<Value, Absence>>): Promise<Outcome<Value, Absence>> {
    const outcome = await ask();
    const isKept = outcome.kind === 'absent' || (outcome.kind === 'found' && this.#isKept(key, outcome.value));
    if (!isKept) this.forget(key);
    return outcome;
  }
}
