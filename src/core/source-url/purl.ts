import { PackageURL } from 'packageurl-js';

/** Package types that are repositories (purl-spec, PURL-TYPES), and the host that they mean. purl-spec has no `gitlab`, and people write it. */
const REPOSITORY_TYPES: ReadonlyMap<string, string> = new Map([
  ['github', 'github.com'],
  ['gitlab', 'gitlab.com'],
  ['bitbucket', 'bitbucket.org'],
]);

/** The package URL that `text` is, or undefined. */
export function parsePurl(text: string): PackageURL | undefined {
  try {
    return PackageURL.fromString(text);
  } catch {
    // The library throws for every text that is no package URL.
    return undefined;
  }
}

/** The repository that a package URL names, as an address in the `spdx` grammar; undefined where it names another thing. */
export function repositoryOfPurl(purl: PackageURL): string | undefined {
  // BuildKit calls a git bundle that is kept in a registry so; the repository is a material of its own.
  if (purl.type === 'docker' || purl.type === 'oci') return undefined;
  const address = purl.qualifiers?.['vcs_url'];
  if (typeof address === 'string' && address !== '') return address;
  const host = REPOSITORY_TYPES.get(purl.type);
  if (host === undefined || !purl.namespace) return undefined;
  const version = purl.version ? `@${encodeURIComponent(purl.version)}` : '';
  const subpath = purl.subpath ? `#${encodeURIComponent(purl.subpath)}` : '';
  return `git+https://${host}/${purl.namespace}/${purl.name}${version}${subpath}`;
}
