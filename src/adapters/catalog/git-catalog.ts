import { catalogFileNames } from '../../core/catalog/file-names.ts';
import { CATALOG_FILE_BYTES_MAX, type Catalog } from '../../core/catalog/model.ts';
import { readCatalogTree, type ReadTree } from '../../core/catalog/read-tree.ts';
import type { CatalogSettings } from '../../core/catalog/settings.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent } from '../../core/model/outcome.ts';
import type { SourceCode } from '../../ports/source-code.ts';

type GitSettings = Extract<CatalogSettings, { git: string }>;

/** Files of a repository, and what they name in it. */
export async function readGitCatalog(
  settings: GitSettings,
  source: SourceCode,
): Promise<Outcome<Catalog, 'noCatalog'>> {
  const { git, ref = 'HEAD', paths = catalogFileNames, format, columns } = settings;
  const at = { repository: git, namedBy: 'the configuration', headPaths: [] };
  const first = await source.read({ ...at, commit: ref, paths: [] });
  if (first.kind === 'absent') return absent('noCatalog', first.asOf);
  if (first.kind === 'failed') return first;
  // All of it at the commit that the name led to at first.
  const commit = first.value.commit.id;
  const read: ReadTree = async (wanted) => {
    const answer = await source.read({ ...at, commit, paths: wanted });
    if (answer.kind === 'found') return answer.value.paths;
    const instead = answer.kind === 'failed' ? answer : absent('noSuchPath');
    return new Map(wanted.map((path) => [path, instead]));
  };
  const origin = { name: `${git} at ${commit}`, repository: git, commit };
  const tree = { origin, start: paths, read, format, columns, bytesMax: CATALOG_FILE_BYTES_MAX };
  return { ...first, value: await readCatalogTree(tree) };
}
