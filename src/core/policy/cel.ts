/** What came of an expression: `error` where it could not be worked out (no such key, a bound exceeded), which is never true. */
export type CelResult =
  | { readonly kind: 'value'; readonly holds: boolean }
  | { readonly kind: 'error'; readonly message: string };
/** An expression over `predicate`, read and checked; or why it cannot be used, as a phrase. */
export type CelProgram =
  | { readonly kind: 'ready'; readonly run: (predicate: unknown) => CelResult }
  | { readonly kind: 'refused'; readonly message: string };
/** Reads an expression of the Common Expression Language. Its work is bounded before it runs, and it never throws. */
export type CelEvaluator = (expression: string) => CelProgram;
