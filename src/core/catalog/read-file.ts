import { BACKSTAGE } from './backstage.ts';
import { COMPASS } from './compass.ts';
import { CORTEX } from './cortex.ts';
import { readCsv, type CsvColumns } from './csv.ts';
import { DATADOG } from './datadog.ts';
import { problem, type CatalogDocument, type CatalogFormat } from './format.ts';
import {
  CATALOG_FILE_BYTES_MAX,
  joinCatalogs,
  type Catalog,
  type CatalogFormatName,
  type CatalogOrigin,
} from './model.ts';
import { OPSLEVEL } from './opslevel.ts';
import { OWN } from './own.ts';
import { parseYamlDocuments, type CatalogText } from './yaml-documents.ts';

/** Parsed in some seconds. A catalog of thousands of services fits many times. */
const YAML_BYTES_MAX = 2 * 1024 * 1024;

/** In the order in which they are tried: no document has the marks of two, but for `version`, which OpsLevel's needs more beside. */
const FORMATS: readonly CatalogFormat[] = [BACKSTAGE, DATADOG, CORTEX, COMPASS, OPSLEVEL, OWN];

/** A pattern with more of either is made to keep its matcher busy. */
const WILDCARDS_MAX = 8;
const PATTERN_CHARACTERS_MAX = 300;

export type CatalogFile = {
  readonly bytes: Uint8Array;
  /** From the root of where the catalog is kept. */
  readonly path: string;
  readonly origin: CatalogOrigin;
  /** As configured; else each document says of itself which it is, and `.csv` is CSV. */
  readonly format?: CatalogFormatName | undefined;
  readonly columns?: CsvColumns | undefined;
};

/** What one file says. Whatever its bytes, nothing is thrown: what cannot be read is among the problems. */
export function readCatalogFile(file: CatalogFile): Catalog {
  const isCsv = file.format === 'csv' || (file.format === undefined && /\.csv$/i.test(file.path));
  const bytesMax = isCsv ? CATALOG_FILE_BYTES_MAX : YAML_BYTES_MAX;
  if (file.bytes.length > bytesMax)
    return fault(file, 'TOO_LARGE', `${file.bytes.length} bytes, and at most ${bytesMax} are read`);
  const text = decode(file.bytes, isCsv);
  if (text === undefined) return fault(file, 'NOT_TEXT', 'not UTF-8 text');
  const { path, origin } = file;
  if (isCsv) return withoutCostlyPatterns(joinCatalogs([readCsv({ text, path, origin }, file.columns)]));
  return withoutCostlyPatterns(readYaml({ text, path, origin }, file.format));
}

function fault({ path, origin }: CatalogFile, code: 'TOO_LARGE' | 'NOT_TEXT', message: string): Catalog {
  return joinCatalogs([{ problems: [problem({ path, origin, line: 1, document: 1 }, code, message)] }]);
}

/** Without a byte order mark. Spreadsheets export Windows-1252, in which any bytes are text. */
function decode(bytes: Uint8Array, isCsv: boolean): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return isCsv ? new TextDecoder('windows-1252').decode(bytes) : undefined;
  }
}

function readYaml(text: CatalogText, format: CatalogFormatName | undefined): Catalog {
  const { documents, problems } = parseYamlDocuments(text);
  return joinCatalogs([...documents.map((document) => readDocument(document, format)), { problems }]);
}

/** What one document says, in the format that it is marked as. */
export function readDocument(document: CatalogDocument, format?: CatalogFormatName): Partial<Catalog> {
  const marked = FORMATS.find(({ marks }) => marks(document.value));
  if (marked !== undefined && (format === undefined || marked.name === format)) return marked.read(document);
  const expected = format ?? FORMATS.map(({ name }) => name).join(', ');
  const keys = Object.keys(document.value).slice(0, 5).join(', ');
  return {
    problems: [
      problem(document.place, 'UNKNOWN_FORMAT', `not of the format ${expected}`, { hint: `it has the keys ${keys}` }),
    ],
  };
}

/** A component keeps what else it says; one of which no path is left names no code, rather than the whole repository. */
function withoutCostlyPatterns(catalog: Catalog): Catalog {
  const costly = catalog.components.flatMap(({ place, images, code }) =>
    [...images, ...code.flatMap(({ paths }) => paths)].filter(isCostly).map((pattern) => {
      const limits = `at most ${WILDCARDS_MAX} wildcards and ${PATTERN_CHARACTERS_MAX} characters are matched`;
      return problem(place, 'WRONG_VALUE', `the pattern ${pattern.slice(0, 60)} is too costly`, { hint: limits });
    }),
  );
  if (costly.length === 0) return catalog;
  const components = catalog.components.map((component) => ({
    ...component,
    images: component.images.filter((image) => !isCostly(image)),
    code: component.code.flatMap((location) => {
      const paths = location.paths.filter((path) => !isCostly(path));
      return paths.length === 0 && location.paths.length > 0 ? [] : [{ ...location, paths }];
    }),
  }));
  return { ...catalog, components, problems: [...catalog.problems, ...costly] };
}

function isCostly(pattern: string): boolean {
  return pattern.length > PATTERN_CHARACTERS_MAX || (pattern.match(/[*?]+/g) ?? []).length > WILDCARDS_MAX;
}
