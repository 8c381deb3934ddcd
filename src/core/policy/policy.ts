import type { Mode } from './policy-shape.ts';
import type { Requirement } from './requirement-shape.ts';

/** A policy, whatever file it was written in: names resolved, and nothing in it that demands nothing. */
export type Policy = {
  /** What becomes of an image without a rule. */
  readonly default: 'deny' | 'report';
  /** Of the rules whose patterns match an image: which of them it must meet. */
  readonly selection: 'mostSpecific' | 'every';
  readonly rules: readonly PolicyRule[];
  readonly exceptions: readonly PolicyException[];
  /** What whoever wrote it should know. */
  readonly warnings: readonly string[];
};
export type PolicyRule = {
  readonly name: string;
  /** Empty for a rule that others name. */
  readonly images: readonly ImagePattern[];
  readonly mode: Mode;
  /** The rules that it extends, outermost first, and its own; all must hold. */
  readonly requirements: readonly Requirement[];
  readonly platforms: PlatformDemand;
};
export type PlatformDemand = {
  /** `every`: those that the index lists. It may stand in a list too, where one rule requires it and another one names some. */
  readonly required?: 'every' | readonly string[];
  readonly inheritFromIndex: boolean;
};
/** `matches` where a pattern is not one of ours. */
export type ImagePattern = { readonly text: string; readonly matches?: (name: string) => boolean };
export type PolicyException = {
  readonly rule: string;
  readonly reason: string;
  readonly owner: string;
  /** The last day on which it holds, `2027-03-31`, in UTC. */
  readonly expires: string;
} & ({ readonly images: string } | { readonly digest: string });
