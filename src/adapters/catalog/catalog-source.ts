import type { Catalog } from '../../core/catalog/model.ts';
import { catalogName, type CatalogSettings } from '../../core/catalog/settings.ts';
import { ToolError } from '../../core/errors.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { failed } from '../../core/model/outcome.ts';
import type { CatalogAnswer, CatalogSource } from '../../ports/catalog-source.ts';
import type { SourceCode } from '../../ports/source-code.ts';
import { readBackstageCatalog } from './backstage-catalog.ts';
import { readGitCatalog } from './git-catalog.ts';
import { readLocalCatalog } from './local-catalog.ts';
import { rememberingPages, type FetchPage, type PagesOptions } from './pages.ts';
import { readWebCatalog } from './web-catalog.ts';

export type CatalogSourceOptions = PagesOptions & {
  readonly settings: readonly CatalogSettings[];
  /** What relative paths of files are relative to. */
  readonly folder: string;
  readonly source: SourceCode;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** The catalogs of the configuration. Git repositories are remembered by their own source. */
export function createCatalogSource(options: CatalogSourceOptions): CatalogSource {
  const fetchPage = rememberingPages(options);
  let answers: Promise<readonly CatalogAnswer[]> | undefined;
  const readAll = (): Promise<readonly CatalogAnswer[]> =>
    Promise.all(
      options.settings.map(async (settings) => ({
        name: catalogName(settings),
        outcome: await readCatalog(settings, { ...options, fetchPage }),
      })),
    );
  return { readCatalogs: () => (answers ??= readAll()) };
}

type Tools = CatalogSourceOptions & { readonly fetchPage: FetchPage };

async function readCatalog(settings: CatalogSettings, tools: Tools): Promise<Outcome<Catalog, 'noCatalog'>> {
  if ('file' in settings) return readLocalCatalog(settings, tools.folder);
  if ('git' in settings) return readGitCatalog(settings, tools.source);
  const { tokenVariable } = settings;
  const token = tokenVariable === undefined ? undefined : tools.env[tokenVariable] || undefined;
  if (tokenVariable !== undefined && token === undefined) {
    return failed(
      new ToolError('UNAUTHORISED', `the catalog ${catalogName(settings)} wants a token`, {
        expected: `a token in the environment variable ${tokenVariable}`,
        got: 'no such variable, or an empty one',
      }),
    );
  }
  const access = { fetchPage: tools.fetchPage, token };
  return 'url' in settings ? readWebCatalog(settings, access) : readBackstageCatalog(settings, access);
}
