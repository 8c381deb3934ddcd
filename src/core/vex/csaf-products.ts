import { withoutUndefined } from '../defined.ts';
import type { Item } from '../sbom/item.ts';
import { itemsOf, memberOf, textOf, textsOf } from '../sbom/item.ts';
import type { StatedProduct } from './model.ts';
import { hashFrom, productIn, productNamed } from './products.ts';

/** A product in a product in a product: `relates_to` may name what is itself related. */
const RELATIONS_DEPTH_MAX = 8;

type Related = { readonly part: string; readonly whole: string; readonly name: string };

/** The products of a CSAF document by their ids (CSAF 2.0, clause 3.2.2). */
export type ProductTree = {
  readonly productOf: (id: string) => StatedProduct;
  readonly idsOfGroup: (groupId: string) => readonly string[];
};

export function readProductTree(document: Item): ProductTree {
  const tree = memberOf(document, 'product_tree');
  const products = new Map<string, StatedProduct>();
  const related = new Map<string, Related>();
  const groups = new Map<string, readonly string[]>();
  if (tree !== undefined) {
    readBranches(tree, products);
    for (const name of itemsOf(tree, 'full_product_names')) addProduct(name, products);
    for (const relation of itemsOf(tree, 'relationships')) addRelation(relation, related);
    for (const group of itemsOf(tree, 'product_groups'))
      groups.set(textOf(group, 'group_id') ?? '', textsOf(group, 'product_ids'));
  }
  const productOf = (id: string): StatedProduct => relate(id, { products, related });
  return { productOf, idsOfGroup: (groupId) => groups.get(groupId) ?? [] };
}

/** Strangers choose how deep branches nest. The nearest version or range above a product is its own. */
function readBranches(tree: Item, products: Map<string, StatedProduct>): void {
  const waiting = [...itemsOf(tree, 'branches')];
  for (let branch = waiting.pop(); branch !== undefined; branch = waiting.pop()) {
    const product = memberOf(branch, 'product');
    const range = textOf(branch, 'category') === 'product_version_range' ? textOf(branch, 'name') : undefined;
    if (product !== undefined) addProduct(product, products, range);
    for (const nested of itemsOf(branch, 'branches')) waiting.push(nested);
  }
}

function addProduct(item: Item, products: Map<string, StatedProduct>, range?: string): void {
  const id = textOf(item, 'product_id');
  if (id === undefined) return item.notes.complain('MALFORMED_ITEM', item.at, 'a product without an id');
  const helper = memberOf(item, 'product_identification_helper');
  // `purls` since CSAF 2.1.
  const purl = helper && (textOf(helper, 'purl') ?? textsOf(helper, 'purls')[0]);
  const hashes = helper === undefined ? [] : itemsOf(helper, 'hashes').flatMap((file) => itemsOf(file, 'file_hashes'));
  const name = textOf(item, 'name') ?? id;
  const facts = withoutUndefined({
    cpe: helper && textOf(helper, 'cpe'),
    range,
    hashes: hashes.flatMap((hash) => hashFrom(hash, textOf(hash, 'algorithm') ?? '', textOf(hash, 'value') ?? '')),
  });
  products.set(id, purl === undefined ? { ...productNamed(name), ...facts } : productIn(item, purl, facts));
}

function addRelation(item: Item, related: Map<string, Related>): void {
  const [part, whole] = [textOf(item, 'product_reference'), textOf(item, 'relates_to_product_reference')];
  const product = memberOf(item, 'full_product_name');
  const id = product && textOf(product, 'product_id');
  if (part === undefined || whole === undefined || product === undefined || id === undefined) {
    return item.notes.complain('MALFORMED_ITEM', item.at, 'a relationship without its products');
  }
  related.set(id, { part, whole, name: textOf(product, 'name') ?? id });
}

type Known = { readonly products: ReadonlyMap<string, StatedProduct>; readonly related: ReadonlyMap<string, Related> };

/** A part as it is installed in a whole is the whole, of which the statement is about the part. */
function relate(id: string, known: Known, depth = 0): StatedProduct {
  const relation = known.related.get(id);
  if (relation === undefined || depth >= RELATIONS_DEPTH_MAX) return known.products.get(id) ?? productNamed(id);
  const whole = relate(relation.whole, known, depth + 1);
  return { ...whole, text: relation.name, subcomponents: [relate(relation.part, known, depth + 1)] };
}
