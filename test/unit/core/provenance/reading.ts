import type { Provenance } from '../../../../src/core/provenance/provenance.ts';

/** What a provenance says, without where it says so: every `{ value, at }` is its value, a problem is `CODE path`, in order. */
export function withoutPaths(provenance: Provenance): unknown {
  const { problems, ...rest } = provenance;
  const plain = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== 'object' || value === null) return value;
    if ('value' in value && 'at' in value) return plain(value.value);
    const hidden = 'url' in value ? ['at', 'commitAt', 'key', 'hostKind', 'gitLike', 'flags'] : ['at'];
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, inner]) => (hidden.includes(key) ? [] : [[key, plain(inner)]])),
    );
  };
  const told = problems.map(({ code, at }) => `${code} ${at}`).sort();
  return { ...(plain(rest) as object), problems: told };
}

/** The value at `$.a["b c"][0]`; undefined where the path leads nowhere. */
export function resolvePath(json: unknown, path: string): unknown {
  const steps = path.slice(1).matchAll(/\.([A-Za-z_][\w-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g);
  let value = json;
  for (const [, name, index, quoted] of steps) {
    const key = name ?? index ?? (JSON.parse(quoted ?? '""') as string);
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value;
}
