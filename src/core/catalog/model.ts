import type { ToolError } from '../errors.ts';

/** The catalog formats that are read, by the names that the configuration has for them. */
export const CATALOG_FORMATS = ['backstage', 'datadog', 'opslevel', 'cortex', 'compass', 'provtrace', 'csv'] as const;
export type CatalogFormatName = (typeof CATALOG_FORMATS)[number];

/** Of a repository that is only somebody's: a few seconds of reading, if it was made to take long. */
export const STRANGER_BYTES_MAX = 512 * 1024;
/** An export of a hundred thousand records. No file of a catalog is read that is larger. */
export const CATALOG_FILE_BYTES_MAX = 16 * 1024 * 1024;

/** Where a catalog is kept. */
export type CatalogOrigin = {
  /** For people: an address, a path, or `https://github.com/acme/shop at 4f2a…`. */
  readonly name: string;
  /** Of what was read in a repository: its address and the full id of the commit. */
  readonly repository?: string;
  readonly commit?: string;
};

/** Where something was read. */
export type CatalogPlace = {
  readonly origin: CatalogOrigin;
  /** Of the file, from the root of where the catalog is kept; empty where it is one document. */
  readonly path: string;
  /** Counted from 1; of CSV where the record begins. */
  readonly line: number;
  /** Which document of a file with several, counted from 1. */
  readonly document: number;
};

/** A name in one catalog's words: `group:default/payments`. Lower case, since no catalog tells names apart by their case. */
export type CatalogRef = string;

/** Whom a component names as its owner. `email`: `ref` is the address. */
export type OwnerReference = {
  readonly kind: 'team' | 'person' | 'email';
  readonly ref: CatalogRef;
  /** As written. */
  readonly text: string;
};

export type ContactKind = 'email' | 'chat' | 'pager' | 'onCall';
export type CatalogContact = {
  readonly kind: ContactKind;
  /** What a person can use: `pay@acme.example`, `#pay`, `https://…`, `PagerDuty service PABC123`. Never a key. */
  readonly address: string;
  readonly place: CatalogPlace;
};

export type CatalogLink = { readonly url: string; readonly title?: string; readonly type?: string };

/** Code that a component says is its own. */
export type CodeLocation = {
  /** `repositoryKey` of it. */
  readonly repository: string;
  /** Patterns from the root, as GitHub's CODEOWNERS has them; empty for the whole repository. */
  readonly paths: readonly string[];
};

export type CatalogComponent = {
  /** `component:default/checkout`: the same in every format, so that catalogs that agree do agree. */
  readonly entityRef: CatalogRef;
  readonly name: string;
  readonly title?: string;
  /** `component` for what can be deployed, of every format; else the catalog's own: `api`, `system`, `datastore`. */
  readonly kind: string;
  /** `service`, `website`, `library`, …, in lower case. */
  readonly type?: string;
  readonly aliases: readonly string[];
  readonly lifecycle?: string;
  readonly tier?: string;
  readonly owners: readonly OwnerReference[];
  readonly system?: string;
  readonly description?: string;
  readonly links: readonly CatalogLink[];
  /** Its own, beside those of its owners. */
  readonly contacts: readonly CatalogContact[];
  /** Image names without tag, `*` and `**` as in core/anchored-pattern. */
  readonly images: readonly string[];
  readonly code: readonly CodeLocation[];
  readonly place: CatalogPlace;
};

export type CatalogTeam = {
  /** `group:default/payments`. */
  readonly ref: CatalogRef;
  readonly name: string;
  readonly title?: string;
  readonly contacts: readonly CatalogContact[];
  /** Of people. */
  readonly members: readonly CatalogRef[];
  readonly parent?: CatalogRef;
  /** At its forge, in lower case: `acme/payments`. */
  readonly forgeTeam?: string;
  readonly place: CatalogPlace;
};

export type CatalogPerson = {
  /** `user:default/alice`. */
  readonly ref: CatalogRef;
  readonly name: string;
  /** At a forge, in lower case. */
  readonly login?: string;
  readonly emails: readonly string[];
  readonly place: CatalogPlace;
};

/** Another file that a file names as part of its catalog. */
export type CatalogTarget = { readonly target: string; readonly place: CatalogPlace };

/** Why something was not read. */
export type CatalogProblemCode =
  | 'UNREAD'
  | 'TOO_LARGE'
  | 'TOO_MANY'
  | 'NOT_TEXT'
  | 'NOT_YAML'
  | 'NOT_CSV'
  | 'ALIASES'
  | 'UNKNOWN_FORMAT'
  | 'UNKNOWN_KEY'
  | 'WRONG_VALUE'
  | 'NAMELESS'
  | 'REPEATED_KEY'
  | 'NOT_FOLLOWED'
  | 'CYCLE';

/** What of a catalog could not be read. The rest of it stands. */
export type CatalogProblem = {
  readonly code: CatalogProblemCode;
  /** Lower case, without full stop and without the place. */
  readonly message: string;
  readonly hint?: string;
  readonly place: CatalogPlace;
  /** Set where a source was not heard: then what it would have said is not known to be absent. */
  readonly error?: ToolError;
};

/** What catalogs say, whatever their format. */
export type Catalog = {
  readonly components: readonly CatalogComponent[];
  readonly teams: readonly CatalogTeam[];
  readonly people: readonly CatalogPerson[];
  readonly targets: readonly CatalogTarget[];
  readonly problems: readonly CatalogProblem[];
};

const NOTHING: Catalog = { components: [], teams: [], people: [], targets: [], problems: [] };

/** The catalog that says what each part says, in their order. */
export function joinCatalogs(parts: readonly Partial<Catalog>[]): Catalog {
  const whole = parts.map((part) => ({ ...NOTHING, ...part }));
  return {
    components: whole.flatMap(({ components }) => components),
    teams: whole.flatMap(({ teams }) => teams),
    people: whole.flatMap(({ people }) => people),
    targets: whole.flatMap(({ targets }) => targets),
    problems: whole.flatMap(({ problems }) => problems),
  };
}

/** `catalog-info.yaml:12 of https://github.com/acme/shop at 4f2a…`. */
export function formatPlace({ origin, path, line }: CatalogPlace): string {
  return path === '' ? origin.name : `${path}:${line} of ${origin.name}`;
}
