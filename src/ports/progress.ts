/** What long work says of itself while it goes on. Shown on a terminal only, on standard error. */
export interface Progress {
  /** `text` replaces what was shown before; undefined clears it. */
  update(text: string | undefined): void;
  /** A line that stays: something the user should know although the result does not depend on it. */
  notice(text: string): void;
}
