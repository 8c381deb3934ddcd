import * as v from 'valibot';
import { CSV_COLUMNS } from './csv.ts';
import { CATALOG_FORMATS } from './model.ts';

const httpsUrl = v.pipe(v.string(), v.url(), v.regex(/^https:\/\//, 'an address that begins with https://'));
/** By default each document says of itself which format it has. */
const format = v.optional(v.picklist(CATALOG_FORMATS));
/** For CSV: which columns are read for what, `{ owner: u_support_team }`. */
const columns = v.optional(v.record(v.picklist(CSV_COLUMNS), v.union([v.string(), v.array(v.string())])));
/** Name of an environment variable that holds a token for this address. */
const tokenVariable = v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of a variable')));

/** One catalog. For the user's own configuration alone: it says where requests and tokens go (SPEC 8). */
export const catalogSettingsSchema = v.union([
  /** A file, or a folder with files; relative to the configuration file. */
  v.strictObject({ file: v.string(), format, columns }),
  v.strictObject({ url: httpsUrl, tokenVariable, format, columns }),
  /** `ref`: by default the head of the default branch. `paths`: files, folders and patterns; by default the usual names at the root. */
  v.strictObject({
    git: v.string(),
    ref: v.optional(v.string()),
    paths: v.optional(v.array(v.string())),
    format,
    columns,
  }),
  /** Its address, without `/api/catalog`. */
  v.strictObject({ backstage: httpsUrl, tokenVariable }),
]);
export type CatalogSettings = v.InferOutput<typeof catalogSettingsSchema>;

/** The hosts that the configuration names: they may be on a private network. */
export function catalogHosts(settings: readonly CatalogSettings[]): readonly string[] {
  return settings.flatMap((catalog) => {
    const address = 'url' in catalog ? catalog.url : 'backstage' in catalog ? catalog.backstage : undefined;
    const url = URL.parse(address ?? ('git' in catalog ? catalog.git : ''));
    return url === null || url.host === '' ? [] : [url.host];
  });
}

/** As messages name it. */
export function catalogName(catalog: CatalogSettings): string {
  if ('file' in catalog) return catalog.file;
  if ('git' in catalog) return catalog.git;
  return 'url' in catalog ? catalog.url : catalog.backstage;
}
