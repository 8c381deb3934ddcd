import { problem } from '../../core/catalog/format.ts';
import { CATALOG_FILE_BYTES_MAX, type Catalog } from '../../core/catalog/model.ts';
import type { CatalogSettings } from '../../core/catalog/settings.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { FetchPage } from './pages.ts';

type WebSettings = Extract<CatalogSettings, { url: string }>;

/** One document at an address. Other files that it names are in no tree that could be read with it. */
export async function readWebCatalog(
  settings: WebSettings,
  { fetchPage, token }: { readonly fetchPage: FetchPage; readonly token: string | undefined },
): Promise<Outcome<Catalog, 'noCatalog'>> {
  const url = new URL(settings.url);
  const page = await fetchPage({ url, token, bytesMax: CATALOG_FILE_BYTES_MAX });
  if (page.kind !== 'found') return page;
  const { readCatalogFile } = await import('../../core/catalog/read-file.ts');
  const name = `${url.origin}${url.pathname}`;
  const path = url.pathname.split('/').at(-1) ?? '';
  const { format, columns } = settings;
  const catalog = readCatalogFile({ bytes: page.value.bytes, path, origin: { name }, format, columns });
  const problems = catalog.targets.map(({ target, place }) =>
    problem(place, 'NOT_FOLLOWED', `the target ${target} is in another place`, {
      hint: 'name the repository with git, and what its files name is read too',
    }),
  );
  return { ...page, value: { ...catalog, targets: [], problems: [...catalog.problems, ...problems] } };
}
