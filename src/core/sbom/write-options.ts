import type { Loss, Tool } from './model.ts';

/** What a written document says of itself, given so that the same input gives the same output. */
export type WriteOptions = {
  /** RFC 3339 in UTC. */
  readonly created: string;
  /** A UUID in lower case that no other document has: one made from what was read and how it was written does. */
  readonly uuid: string;
  /** Who writes it: stands behind the tools that made what was read. */
  readonly tool: Tool;
};

export type Written<Value> = {
  readonly value: Value;
  /** What did not get through from the documents that were read into this one, reading and writing together. */
  readonly losses: readonly Loss[];
};
