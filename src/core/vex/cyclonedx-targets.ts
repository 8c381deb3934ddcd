import type { Item } from '../sbom/item.ts';
import { complain, itemsOf, textOf } from '../sbom/item.ts';
import type { Component } from '../sbom/model.ts';
import type { StatedProduct, StatedStatus } from './model.ts';
import type { ProductFacts } from './products.ts';
import { productNamed } from './products.ts';

export type Target = { readonly product: StatedProduct; readonly status: StatedStatus };

/** The components of a document by their references, and the document's own serial number. */
export type NamedComponents = {
  readonly components: ReadonlyMap<string, Component>;
  readonly serial: string | undefined;
};

/** `urn:cdx:` serial `/` version `#` reference, the reference encoded. */
const BOM_LINK = /^urn:cdx:(?<serial>[0-9a-f-]{36})\/\d+#(?<ref>.+)$/;

/** A component of this document; or one of another by a BOM-Link, of which only the reference is known. */
export function readTarget(item: Item, named: NamedComponents): readonly Target[] {
  const ref = textOf(item, 'ref');
  if (ref === undefined) {
    complain(item, 'ref', 'missing');
    return [];
  }
  const component = componentOf(ref, named);
  const facts: ProductFacts = {
    purl: component?.purl,
    name: component?.name,
    version: component?.version,
    hashes: component?.hashes,
    cpe: component?.cpes[0],
  };
  const text = component?.purl?.text ?? component?.name ?? fragmentOf(ref);
  const versions = itemsOf(item, 'versions');
  if (versions.length === 0) return [{ product: productNamed(text, facts), status: 'reported' }];
  return versions.map((version) => {
    const exact = versionFacts(component, textOf(version, 'version'), textOf(version, 'range'));
    const word = textOf(version, 'status');
    const status = word === 'unaffected' ? 'not_affected' : word === 'unknown' ? 'under_investigation' : 'affected';
    return { product: productNamed(text, { ...facts, ...exact }), status };
  });
}

/** Another version than the component's own is a range of one. */
function versionFacts(
  component: Component | undefined,
  version: string | undefined,
  range: string | undefined,
): ProductFacts {
  const purl = component?.purl;
  const isOther =
    purl !== undefined && version !== undefined && version !== component?.version && version !== purl.version;
  return isOther ? { range: `vers:${purl.type}/${encodeURIComponent(version)}` } : { version, range };
}

function componentOf(ref: string, { components, serial }: NamedComponents): Component | undefined {
  const link = BOM_LINK.exec(ref)?.groups;
  if (link === undefined) return components.get(ref);
  return serial === `urn:uuid:${link['serial']}` ? components.get(fragmentOf(ref)) : undefined;
}

function fragmentOf(ref: string): string {
  const fragment = BOM_LINK.exec(ref)?.groups?.['ref'] ?? ref;
  try {
    return decodeURIComponent(fragment);
  } catch {
    // Not encoded after all.
    return fragment;
  }
}
