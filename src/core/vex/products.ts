import { withoutUndefined } from '../defined.ts';
import { readHash } from '../sbom/hashes.ts';
import type { Item } from '../sbom/item.ts';
import { itemsOf, textOf } from '../sbom/item.ts';
import type { ComponentHash } from '../sbom/model.ts';
import { readPurl } from '../sbom/purl.ts';
import type { StatedProduct, StatedSeverity } from './model.ts';

/** Facts of a product; what is left out is not known. */
export type ProductFacts = Partial<{ readonly [Fact in keyof StatedProduct]: StatedProduct[Fact] | undefined }>;

/** A product that is named by `text`, which may be a package URL or a CPE itself. */
export function productNamed(text: string, facts: ProductFacts = {}): StatedProduct {
  const cpe = /^cpe:(?:2\.3:|\/)/.test(text) ? text : undefined;
  return {
    hashes: [],
    subcomponents: [],
    ...withoutUndefined({ purl: readPurl(text), cpe }),
    ...withoutUndefined(facts),
    text,
  };
}

/** The same, and a package URL with errors is told. */
export function productIn(item: Item, text: string, facts: ProductFacts = {}): StatedProduct {
  const product = productNamed(text, facts);
  if (text.startsWith('pkg:') && product.purl === undefined) {
    item.notes.complain('INVALID_PURL', item.at, 'a product whose package URL has errors');
  }
  return product;
}

/** Hashes from name and value; one with errors is told. */
export function hashFrom(item: Item, algorithm: string, value: string): readonly ComponentHash[] {
  const hash = readHash(algorithm, value);
  if (hash === undefined) item.notes.complain('MALFORMED_ITEM', item.at, 'a hash that is not one of its algorithm');
  return hash === undefined ? [] : [hash];
}

/** Names of levels in lower case, since every format shouts in its own way. */
export function severityOf(facts: {
  readonly [Fact in keyof StatedSeverity]: StatedSeverity[Fact] | undefined;
}): readonly StatedSeverity[] {
  const severity = withoutUndefined({ ...facts, level: facts.level?.toLowerCase() });
  return Object.keys(severity).some((fact) => fact !== 'source' && fact !== 'method') ? [severity] : [];
}

/** The texts of one member of a list's items. */
export function textsIn(item: Item, list: string, member: string): readonly string[] {
  return itemsOf(item, list).flatMap((entry) => textOf(entry, member) ?? []);
}
