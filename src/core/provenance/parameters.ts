import { isRecord } from '../json.ts';
import type { Node } from './node.ts';
import { complain, entries, isAbsent, items } from './node.ts';
import type { Read } from './provenance.ts';
import { isSecretName, MASK, redactAddress } from './redact.ts';

const PARAMETERS_MAX = 256;
/** Levels of objects and lists that become dotted names. */
const PARAMETER_DEPTH_MAX = 4;
/** In characters; the rest of a longer value is cut. */
const PARAMETER_LENGTH_MAX = 1024;

/** `key` is the last name on the way that is no index: what says whether the value is a secret. */
type Place = { readonly name: string; readonly key: string; readonly depth: number };

/** What the one who asked for the build could choose, flattened: `args.build-arg:VERSION`. Undefined where nothing was chosen. */
export function readParameters(node: Node): Read<Readonly<Record<string, string>>> | undefined {
  const found: (readonly [string, string])[] = [];
  flatten(node, { name: '', key: '', depth: 0 }, found);
  if (found.length > PARAMETERS_MAX) complain(node, 'TRUNCATED', `more than ${PARAMETERS_MAX} parameters`);
  return found.length === 0 ? undefined : { value: Object.fromEntries(found.slice(0, PARAMETERS_MAX)), at: node.at };
}

function flatten(node: Node, { name, key, depth }: Place, found: (readonly [string, string])[]): void {
  if (found.length > PARAMETERS_MAX || isAbsent(node.value)) return;
  if (isRecord(node.value)) {
    if (depth > PARAMETER_DEPTH_MAX) return;
    for (const [inner, child] of entries(node)) {
      flatten(child, { name: joined(name, inner), key: inner, depth: depth + 1 }, found);
    }
  } else if (Array.isArray(node.value)) {
    if (depth > PARAMETER_DEPTH_MAX) return;
    for (const [index, child] of items(node).entries()) {
      flatten(child, { name: joined(name, `${index}`), key, depth: depth + 1 }, found);
    }
  } else {
    found.push([name, readValue(node, key)]);
  }
}

function joined(name: string, inner: string): string {
  return name === '' ? inner : `${name}.${inner}`;
}

function readValue(node: Node, key: string): string {
  if (isSecretName(key) && typeof node.value === 'string') {
    complain(node, 'INSECURE_BUILD_PARAM', 'a parameter that is called like a secret');
    return MASK;
  }
  return redactAddress(String(node.value)).slice(0, PARAMETER_LENGTH_MAX);
}
