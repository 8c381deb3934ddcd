import { matchesPattern } from '../anchored-pattern.ts';
import { isRecord } from '../json.ts';
import type { CelEvaluator, CelProgram, CelResult } from './cel.ts';

/** As much of `@marcbachmann/cel-js` as is used: whoever needs expressions loads it and hands it over. */
export type CelLibrary = { readonly Environment: new (options: CelOptions) => CelEnvironment };
type CelOptions = {
  readonly homogeneousAggregateLiterals: boolean;
  readonly limits: Readonly<
    Record<'maxAstNodes' | 'maxDepth' | 'maxListElements' | 'maxMapEntries' | 'maxCallArguments', number>
  >;
};
type CelEnvironment = {
  registerVariable: (name: string, type: string) => CelEnvironment;
  registerFunction: (signature: string, handler: (text: string, pattern: string) => boolean) => CelEnvironment;
  parse: (expression: string) => CelParsed;
};
type CelParsed = ((context: Record<string, unknown>) => unknown) & {
  readonly ast: unknown;
  readonly check: () => { readonly valid: boolean; readonly type?: unknown; readonly error?: Error };
};

const EXPRESSION_LENGTH_MAX = 4_096;
const LIST_ELEMENTS_MAX = 100;
const LIMITS: CelOptions['limits'] = {
  maxAstNodes: 500,
  maxDepth: 32,
  maxListElements: LIST_ELEMENTS_MAX,
  maxMapEntries: 50,
  maxCallArguments: 8,
};
/** Steps that one run may take at most, by an estimate that is never too low: about a second. */
const WORK_MAX = 5_000_000;
const GLOB_LENGTH_MAX = 1_024;

/** A text can make `matches` backtrack for hours; `split` and `bind` make lists and texts that no bound before the run would hold. */
const REFUSED: Readonly<Record<string, string>> = {
  matches: 'matches() can be made to run for hours: use glob(text, pattern)',
  split: 'split() is not offered: use glob(text, pattern), contains() or startsWith()',
  bind: 'cel.bind() is not offered: write the value where it is used',
};
const MACROS: readonly string[] = ['all', 'exists', 'exists_one', 'map', 'filter'];

/** Expressions over `predicate`, with `glob(text, pattern)`, whose work is bounded before they run. Each is read once. */
export function boundedCel({ Environment }: CelLibrary): CelEvaluator {
  const environment = new Environment({ homogeneousAggregateLiterals: false, limits: LIMITS })
    .registerVariable('predicate', 'dyn')
    .registerFunction('glob(string, string): bool', glob);
  const programs = new Map<string, CelProgram>();
  return (expression) => {
    const program = programs.get(expression) ?? read(expression, environment);
    programs.set(expression, program);
    return program;
  };
}

function glob(text: string, pattern: string): boolean {
  if (text.length > GLOB_LENGTH_MAX || pattern.length > GLOB_LENGTH_MAX)
    throw new RangeError(`glob() is for texts of at most ${GLOB_LENGTH_MAX} characters`);
  return matchesPattern(pattern, text);
}

function read(expression: string, environment: CelEnvironment): CelProgram {
  if (expression.length > EXPRESSION_LENGTH_MAX)
    return { kind: 'refused', message: `an expression of at most ${EXPRESSION_LENGTH_MAX} characters` };
  try {
    const parsed = environment.parse(expression);
    const shape = measure(parsed.ast);
    const [first] = shape.refused;
    if (first !== undefined) return { kind: 'refused', message: REFUSED[first] ?? first };
    const { valid, type, error } = parsed.check();
    if (!valid) return { kind: 'refused', message: wordsOf(error) };
    if (!['bool', 'dyn'].includes(String(type)))
      return { kind: 'refused', message: `an expression that is true or false, and not ${String(type)}` };
    return { kind: 'ready', run: (predicate) => run(parsed, predicate, shape) };
  } catch (error) {
    return { kind: 'refused', message: wordsOf(error) };
  }
}

function run(parsed: CelParsed, predicate: unknown, shape: Shape): CelResult {
  try {
    // What nests deeper than the stack can follow ends here too.
    const work = workOf(shape, Math.max(sizeOf(predicate), LIST_ELEMENTS_MAX));
    if (work > WORK_MAX)
      return { kind: 'error', message: `too much to work out: up to ${work.toExponential(0)} steps` };
    const result = parsed({ predicate });
    return typeof result === 'boolean'
      ? { kind: 'value', holds: result }
      : { kind: 'error', message: 'it is neither true nor false' };
  } catch (error) {
    return { kind: 'error', message: wordsOf(error) };
  }
}

/** The library's messages go on with a picture of the place. */
function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  return message.split('\n')[0]?.trim() || 'an expression that can be read';
}

/** What an expression can cost: how deep loops nest, and how often what they make can grow. */
type Shape = {
  readonly nodes: number;
  readonly loops: number;
  readonly sums: number;
  readonly maps: number;
  readonly refused: readonly string[];
};

/** A chain of loops counts as nested: each runs over what the one before has made. */
function measure(node: unknown): Shape {
  if (Array.isArray(node)) return joined(node.map(measure));
  if (!isRecord(node)) return joined([]);
  const { op, args } = node;
  const within = measure(args);
  const name = (op === 'call' || op === 'rcall') && Array.isArray(args) ? String(args[0]) : '';
  return {
    nodes: within.nodes + 1,
    loops: within.loops + (MACROS.includes(name) ? 1 : 0),
    sums: within.sums + (op === '+' ? 1 : 0),
    maps: within.maps + (name === 'map' ? 1 : 0),
    refused: [...(Object.hasOwn(REFUSED, name) ? [name] : []), ...within.refused],
  };
}

function joined(shapes: readonly Shape[]): Shape {
  const total = (count: (shape: Shape) => number): number => shapes.reduce((sum, shape) => sum + count(shape), 0);
  return {
    nodes: total(({ nodes }) => nodes),
    loops: Math.max(0, ...shapes.map(({ loops }) => loops)),
    sums: total(({ sums }) => sums),
    maps: total(({ maps }) => maps),
    refused: shapes.flatMap(({ refused }) => refused),
  };
}

/** A sum makes one thing of two; in a map it does so to all of a list, and the next map to what came of it. */
function workOf({ nodes, loops, sums, maps }: Shape, size: number): number {
  const grown = size * (sums + 1) ** (maps + 1);
  return nodes * Math.max(1, grown ** loops);
}

/** How many values there are in it, at any depth. */
function sizeOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, member) => sum + sizeOf(member), 1);
}
