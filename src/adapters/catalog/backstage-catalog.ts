import { problem } from '../../core/catalog/format.ts';
import { joinCatalogs, type Catalog, type CatalogPlace } from '../../core/catalog/model.ts';
import type { CatalogSettings } from '../../core/catalog/settings.ts';
import { ToolError } from '../../core/errors.ts';
import { isRecord, parseJson } from '../../core/json.ts';
import type { Instant, Outcome } from '../../core/model/outcome.ts';
import { failed, found } from '../../core/model/outcome.ts';
import type { FetchPage } from './pages.ts';

type BackstageSettings = Extract<CatalogSettings, { backstage: string }>;

const PAGE_ENTITIES = 500;
const PAGES_MAX = 100;
const PAGE_BYTES_MAX = 16 * 1024 * 1024;
const KINDS = 'kind=component,kind=group,kind=user,kind=system';
/** Definitions of APIs are long, and say nothing about people. */
const FIELDS =
  'apiVersion,kind,metadata,spec.type,spec.lifecycle,spec.owner,spec.system,spec.profile,spec.parent,spec.members,relations';

/** All components, groups and users of a running Backstage, page after page. */
export async function readBackstageCatalog(
  settings: BackstageSettings,
  { fetchPage, token }: { readonly fetchPage: FetchPage; readonly token: string | undefined },
): Promise<Outcome<Catalog, 'noCatalog'>> {
  const origin = { name: settings.backstage };
  const parts: Partial<Catalog>[] = [];
  const instants: Instant[] = [];
  let url: URL | undefined = firstPage(settings.backstage);
  for (let number = 1; url !== undefined; number++) {
    const place: CatalogPlace = { origin, path: '', line: 1, document: number };
    if (number > PAGES_MAX) {
      const message = `not all of it was read: more than ${PAGES_MAX * PAGE_ENTITIES} entities`;
      parts.push({ problems: [problem(place, 'TOO_MANY', message)] });
      break;
    }
    const page = await fetchPage({ url, token, bytesMax: PAGE_BYTES_MAX });
    if (page.kind !== 'found') return page;
    try {
      parts.push(await readEntities(page.value.bytes, place));
    } catch (error) {
      if (error instanceof ToolError) return failed(error);
      throw error;
    }
    if (page.asOf !== undefined) instants.push(page.asOf);
    url = page.value.next;
  }
  // As old as its oldest page.
  return found(joinCatalogs(parts), instants.toSorted()[0]);
}

/** Filters side by side are alternatives, and so they are written: `filter` once for each. */
function firstPage(backstage: string): URL {
  const url = new URL(`${backstage.replace(/\/+$/, '')}/api/catalog/entities`);
  for (const filter of KINDS.split(',')) url.searchParams.append('filter', filter);
  url.searchParams.append('fields', FIELDS);
  url.searchParams.append('limit', String(PAGE_ENTITIES));
  return url;
}

async function readEntities(bytes: Uint8Array, place: CatalogPlace): Promise<Catalog> {
  const entities = parseJson(bytes, `the answer of ${place.origin.name}`);
  if (!Array.isArray(entities)) {
    throw new ToolError('MALFORMED', `the answer of ${place.origin.name} is not a list of entities`, {
      hint: 'the address of a Backstage is expected, without /api/catalog',
    });
  }
  const { readDocument } = await import('../../core/catalog/read-file.ts');
  return joinCatalogs(
    entities.map((value: unknown) => {
      if (!isRecord(value)) return { problems: [problem(place, 'WRONG_VALUE', 'an entity is not a mapping')] };
      return readDocument({ value, place, placeOf: () => place }, 'backstage');
    }),
  );
}
