import { isRecord } from '../../../../src/core/json.ts';
import type { Provenance } from '../../../../src/core/provenance/provenance.ts';

/** What a provenance says, without where it says so: every `{ value, at }` is its value, a problem is `CODE path`, in order. */
export function withoutPaths({ problems, ...rest }: Provenance): unknown {
  const values = Object.entries(rest).map(([name, value]) => [name, plain(value)]);
  return { ...Object.fromEntries(values), problems: problems.map(({ code, at }) => `${code} ${at}`).sort() };
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isRecord(value)) return value;
  if ('value' in value && 'at' in value) return plain(value['value']);
  const hidden = 'url' in value ? ['at', 'commitAt', 'key', 'hostKind', 'gitLike', 'flags'] : ['at'];
  const shown = Object.entries(value).filter(([name]) => !hidden.includes(name));
  return Object.fromEntries(shown.map(([name, inner]) => [name, plain(inner)]));
}

/** The value at `$.a["b c"][0]`; undefined where the path leads nowhere. */
export function resolvePath(json: unknown, path: string): unknown {
  const steps = path.slice(1).matchAll(/\.([A-Za-z_][\w-]*)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/g);
  return [...steps].reduce((value: unknown, [, name, index, quoted]) => {
    if (index !== undefined) return Array.isArray(value) ? value[Number(index)] : undefined;
    return isRecord(value) ? value[name ?? quoted ?? ''] : undefined;
  }, json);
}
