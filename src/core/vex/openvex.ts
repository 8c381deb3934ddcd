import { withoutUndefined } from '../defined.ts';
import { isRecord } from '../json.ts';
import type { Item } from '../sbom/item.ts';
import { complain, countUnread, itemsOf, listOf, memberOf, membersNamed, textOf, textsOf } from '../sbom/item.ts';
import type { StatedProduct, StatedStatus, VulnerabilityDocument, VulnerabilityStatement } from './model.ts';
import { hashFrom, productIn } from './products.ts';

const MEMBERS = membersNamed('@context @id author role timestamp last_updated version tooling statements');
const STATEMENT_MEMBERS = membersNamed(`
  @id version vulnerability vulnerability_description timestamp last_updated products subcomponents status status_notes
  justification impact_statement action_statement
`);
const STATUSES: readonly StatedStatus[] = ['affected', 'not_affected', 'fixed', 'under_investigation'];

/** OpenVEX 0.0.1 and 0.2.0. */
export function readOpenVex(item: Item): VulnerabilityDocument {
  countUnread(item, MEMBERS, '');
  const timestamp = textOf(item, 'last_updated') ?? textOf(item, 'timestamp');
  const context = textOf(item, '@context') ?? '';
  const tooling = textOf(item, 'tooling');
  return withoutUndefined({
    format: 'openvex' as const,
    // The specification: without a version it is 0.0.1.
    specVersion: /\/v(?<version>[\d.]+)$/.exec(context)?.groups?.['version'] ?? '0.0.1',
    identifier: textOf(item, '@id'),
    author: textOf(item, 'author'),
    timestamp,
    tool: tooling === undefined ? undefined : { name: tooling },
    statements: itemsOf(item, 'statements').flatMap((statement) => readStatement(statement, timestamp)),
  });
}

function readStatement(item: Item, documentTimestamp: string | undefined): readonly VulnerabilityStatement[] {
  countUnread(item, STATEMENT_MEMBERS, 'statements[]');
  const written = textOf(item, 'status');
  const status = STATUSES.find((known) => known === written);
  const named = readVulnerability(item);
  if (status === undefined || named === undefined) {
    complain(
      item,
      status === undefined ? 'status' : 'vulnerability',
      'missing, or no word of OpenVEX: the statement is left out',
    );
    return [];
  }
  const products = readProducts(item);
  if (products.length === 0 && listOf(item, 'products').length > 0) {
    // Without products it would be about the whole subject of the attestation.
    complain(item, 'products', 'not readable in any item: the statement is left out');
    return [];
  }
  const details = ['impact_statement', 'action_statement', 'status_notes'].flatMap((key) => textOf(item, key) ?? []);
  return [
    withoutUndefined({
      ...named,
      status,
      products,
      justification: textOf(item, 'justification'),
      detail: details.length === 0 ? undefined : details.join(' '),
      severities: [],
      timestamp: textOf(item, 'last_updated') ?? textOf(item, 'timestamp') ?? documentTimestamp,
    }),
  ];
}

/** A text in 0.0.1, an object since. */
function readVulnerability(item: Item): Pick<VulnerabilityStatement, 'vulnerability' | 'aliases'> | undefined {
  if (typeof item.value['vulnerability'] === 'string')
    return { vulnerability: item.value['vulnerability'], aliases: [] };
  const entry = memberOf(item, 'vulnerability');
  const name = entry && (textOf(entry, 'name') ?? textOf(entry, '@id'));
  return entry === undefined || name === undefined
    ? undefined
    : { vulnerability: name, aliases: textsOf(entry, 'aliases') };
}

/** Subcomponents belong to a product; in 0.0.1 they stand beside the products and belong to each. */
function readProducts(item: Item): readonly StatedProduct[] {
  const shared = listOf(item, 'subcomponents').flatMap((entry, index) =>
    readProduct(entry, { item, at: `${item.at}.subcomponents[${index}]` }),
  );
  return listOf(item, 'products').flatMap((entry, index) =>
    readProduct(entry, { item, at: `${item.at}.products[${index}]` }).map((product) =>
      product.subcomponents.length > 0 ? product : { ...product, subcomponents: shared },
    ),
  );
}

function readProduct(
  entry: unknown,
  { item, at }: { readonly item: Item; readonly at: string },
): readonly StatedProduct[] {
  if (typeof entry === 'string') return [productIn({ value: {}, at, notes: item.notes }, entry)];
  if (!isRecord(entry)) {
    item.notes.complain('MALFORMED_ITEM', at, 'a product that is no text and no object');
    return [];
  }
  const product: Item = { value: entry, at, notes: item.notes };
  const identifiers = memberOf(product, 'identifiers');
  const [purl, cpe] =
    identifiers === undefined
      ? []
      : [textOf(identifiers, 'purl'), textOf(identifiers, 'cpe23') ?? textOf(identifiers, 'cpe22')];
  const hashes = memberOf(product, 'hashes');
  const text = purl ?? textOf(product, '@id') ?? cpe;
  const isNamed = text !== undefined || hashes !== undefined;
  if (!isNamed) complain(product, '@id', 'missing, and so are identifiers and hashes');
  return isNamed
    ? [
        productIn(product, text ?? 'unnamed', {
          cpe,
          hashes: hashes === undefined ? [] : hashesOf(hashes),
          subcomponents: subcomponentsOf(product),
        }),
      ]
    : [];
}

function hashesOf(item: Item): StatedProduct['hashes'] {
  return Object.keys(item.value).flatMap((algorithm) => hashFrom(item, algorithm, textOf(item, algorithm) ?? ''));
}

/** They have no subcomponents of their own: what a stranger nests deeper is not looked at. */
function subcomponentsOf(product: Item): readonly StatedProduct[] {
  return listOf(product, 'subcomponents').flatMap((entry, index) => {
    const at = `${product.at}.subcomponents[${index}]`;
    const flat = isRecord(entry) ? { ...entry, subcomponents: undefined } : entry;
    return readProduct(flat, { item: product, at });
  });
}
