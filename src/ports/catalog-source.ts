import type { Catalog } from '../core/catalog/model.ts';
import type { Outcome } from '../core/model/outcome.ts';

/** A catalog of the configuration. What of it could not be read is among its problems. */
export type CatalogAnswer = {
  /** As the configuration names it. */
  readonly name: string;
  readonly outcome: Outcome<Catalog, 'noCatalog'>;
};

/** The catalogs that the user configured. Never throws; every file, list and number of them is bounded. */
export interface CatalogSource {
  /** In the order of the configuration. Each is read once, however often this is called. */
  readCatalogs(): Promise<readonly CatalogAnswer[]>;
}
