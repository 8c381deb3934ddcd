/** The time of day, and nothing else that changes by itself. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
}
