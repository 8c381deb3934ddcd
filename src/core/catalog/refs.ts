import type { CatalogRef, OwnerReference } from './model.ts';

const DEFAULT_NAMESPACE = 'default';

type RefDefaults = { readonly kind: string; readonly namespace?: string };

/** Backstage's `[kind:][namespace/]name`, in full and in lower case. Nothing here fails: whatever is written is a name. */
export function parseRef(text: string, { kind, namespace = DEFAULT_NAMESPACE }: RefDefaults): CatalogRef {
  const [, writtenKind = kind, writtenNamespace = namespace, name = ''] =
    /^(?:([^:/]+):)?(?:([^/]+)\/)?(.*)$/s.exec(text.trim()) ?? [];
  return `${writtenKind}:${writtenNamespace}/${name}`.toLowerCase();
}

/** A name as it is, which may hold slashes and colons. */
export function refOf(kind: string, name: string, namespace: string = DEFAULT_NAMESPACE): CatalogRef {
  return `${kind}:${namespace}/${name}`.toLowerCase();
}

export function kindOfRef(ref: CatalogRef): string {
  return ref.slice(0, ref.indexOf(':'));
}

export function nameOfRef(ref: CatalogRef): string {
  return ref.slice(ref.indexOf('/') + 1);
}

/** Equal for `Payments Team`, `payments_team` and `payments-team`. */
export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .join('-');
}

const EMAIL = /^[^\s@/]+@[^\s@/]+$/;

/** An owner as Backstage writes it: a team, unless it says `user:`, or is an address. */
export function ownerReference(text: string, namespace?: string): OwnerReference {
  if (EMAIL.test(text)) return { kind: 'email', ref: text.toLowerCase(), text };
  const ref = parseRef(text, { kind: 'group', ...(namespace === undefined ? {} : { namespace }) });
  return { kind: kindOfRef(ref) === 'user' ? 'person' : 'team', ref, text };
}

/** An owner of a catalog that knows teams by one name. */
export function teamReference(text: string): OwnerReference {
  return EMAIL.test(text) ? ownerReference(text) : { kind: 'team', ref: refOf('group', text), text };
}
