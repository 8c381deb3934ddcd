import { PackageURL } from 'packageurl-js';
import type { JudgingOptions } from './judging.ts';

/** Tells whether a package URL names a forbidden package; undefined where that cannot be told. */
export function isForbidden(
  { purl, versions }: { readonly purl: string; readonly versions?: string | undefined },
  testRange: JudgingOptions['testRange'],
): (listed: string) => boolean | undefined {
  const wanted = parsed(purl);
  const test = versions === undefined || wanted === undefined ? undefined : testRange?.(versions, wanted.type);
  return (listed) => {
    const candidate = parsed(listed);
    if (wanted === undefined) return undefined;
    // What cannot be read names no package that could be compared by its parts; it may still be this one.
    if (candidate === undefined) return lower(listed).includes(lower(wanted.name)) ? undefined : false;
    if (!isSame(wanted, candidate)) return false;
    if (versions === undefined) return true;
    return candidate.version === undefined ? undefined : test?.(versionOf(candidate, candidate.version));
  };
}

/** Whether what is listed by a name alone may be a forbidden package: with or without its namespace before it. */
export function isCalledLike({ purl }: { readonly purl: string }, listed: string): boolean {
  const wanted = parsed(purl);
  if (wanted === undefined) return false;
  const last = listed.split(/[/:]/).at(-1) ?? '';
  return [listed, last].some((name) => nameOf(wanted.type, name) === nameOf(wanted.type, wanted.name));
}

type Package = Pick<PackageURL, 'type' | 'namespace' | 'name' | 'version' | 'qualifiers'>;

function parsed(purl: string): Package | undefined {
  try {
    return PackageURL.fromString(purl);
  } catch {
    return undefined;
  }
}

/** Of these the namespace is the distribution: where none is demanded, the package of any is meant. */
const DISTRIBUTED: readonly string[] = ['apk', 'alpm', 'deb', 'rpm'];

function isSame(wanted: Package, { type, namespace, name }: Package): boolean {
  const isAnywhere = wanted.namespace === undefined && DISTRIBUTED.includes(wanted.type);
  return (
    type === wanted.type &&
    nameOf(type, name) === nameOf(type, wanted.name) &&
    (isAnywhere || lower(namespace ?? '') === lower(wanted.namespace ?? ''))
  );
}

/** Without case, whatever the type says of it: a name that differs in nothing else is meant to be taken for the other. */
function nameOf(type: string, name: string): string {
  return type === 'pypi' ? lower(name).replaceAll(/[-_.]+/g, '-') : lower(name);
}

function lower(text: string): string {
  return text.toLowerCase();
}

/** An epoch of rpm stands beside the version in a package URL. */
function versionOf({ type, qualifiers }: Package, version: string): string {
  const epoch = qualifiers?.['epoch'];
  return type === 'rpm' && epoch !== undefined ? `${epoch}:${version}` : version;
}
