import { withoutUndefined } from '../defined.ts';
import type { Item } from '../sbom/item.ts';
import { complain, countUnread, itemsOf, memberOf, membersNamed, textOf, textsOf } from '../sbom/item.ts';
import type { ProductTree } from './csaf-products.ts';
import { readProductTree } from './csaf-products.ts';
import type { StatedStatus, VulnerabilityDocument, VulnerabilityStatement } from './model.ts';
import { severityOf, textsIn } from './products.ts';

const MEMBERS = membersNamed('$schema document product_tree vulnerabilities');
const VULNERABILITY_MEMBERS = membersNamed(
  'cve ids flags notes product_status scores metrics threats remediations title',
);
/** CSAF 2.0 clause 3.2.3.9. `recommended` says nothing of the vulnerability. */
const STATUSES = new Map<string, StatedStatus>([
  ['first_affected', 'affected'],
  ['known_affected', 'affected'],
  ['last_affected', 'affected'],
  ['first_fixed', 'fixed'],
  ['fixed', 'fixed'],
  ['known_not_affected', 'not_affected'],
  ['under_investigation', 'under_investigation'],
]);

/** A CSAF 2.0 or 2.1 document, of the VEX profile or another. */
export function readCsaf(item: Item): VulnerabilityDocument {
  countUnread(item, MEMBERS, '');
  const document = memberOf(item, 'document');
  const tracking = document && memberOf(document, 'tracking');
  const publisher = document && memberOf(document, 'publisher');
  const generator = tracking && memberOf(tracking, 'generator');
  const engine = generator && memberOf(generator, 'engine');
  const tree = readProductTree(item);
  const timestamp = tracking && textOf(tracking, 'current_release_date');
  const engineName = engine && textOf(engine, 'name');
  return withoutUndefined({
    format: 'csaf' as const,
    specVersion: document && textOf(document, 'csaf_version'),
    identifier: tracking && textOf(tracking, 'id'),
    author: publisher && textOf(publisher, 'name'),
    timestamp,
    tool:
      engine && engineName !== undefined
        ? withoutUndefined({ name: engineName, version: textOf(engine, 'version') })
        : undefined,
    statements: itemsOf(item, 'vulnerabilities').flatMap((entry) => readVulnerability(entry, { tree, timestamp })),
  });
}

type Surroundings = { readonly tree: ProductTree; readonly timestamp: string | undefined };

/** One statement for each status and justification. */
function readVulnerability(item: Item, { tree, timestamp }: Surroundings): readonly VulnerabilityStatement[] {
  const ids = [textOf(item, 'cve') ?? [], textsIn(item, 'ids', 'text')].flat();
  const [vulnerability, ...aliases] = ids;
  if (vulnerability === undefined) {
    complain(item, 'cve', 'missing, and so are other ids: the vulnerability is left out');
    return [];
  }
  countUnread(item, VULNERABILITY_MEMBERS, 'vulnerabilities[]');
  const status = memberOf(item, 'product_status');
  const flags = labelsOf(item, tree, { list: 'flags', member: 'label' });
  const impacts = labelsOf(item, tree, { list: 'threats', member: 'details' });
  const remedies = labelsOf(item, tree, { list: 'remediations', member: 'details' });
  const severities = readSeverities(item);
  if (status === undefined) {
    complain(item, 'product_status', 'missing: the vulnerability is left out');
    return [];
  }
  return Object.keys(status.value).flatMap((word) => {
    const stated = STATUSES.get(word);
    if (stated === undefined) item.notes.lose('unread', `product_status ${word}`);
    if (stated === undefined) return [];
    const groups = Map.groupBy(
      textsOf(status, word),
      (id) => `${flags.get(id) ?? ''}\n${impacts.get(id) ?? remedies.get(id) ?? ''}`,
    );
    return [...groups.values()].map((productIds) => {
      const [first = ''] = productIds;
      return withoutUndefined({
        vulnerability,
        aliases,
        status: stated,
        products: productIds.map(tree.productOf),
        justification: flags.get(first),
        detail: impacts.get(first) ?? remedies.get(first),
        severities,
        timestamp,
      });
    });
  });
}

/** What a list says of products, by product; the general word under no product is for those without one of their own. */
function labelsOf(
  item: Item,
  tree: ProductTree,
  { list, member }: { readonly list: string; readonly member: string },
): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  const products = memberOf(item, 'product_status');
  const all = products === undefined ? [] : Object.keys(products.value).flatMap((word) => textsOf(products, word));
  // The first word counts: a group, or all products, that had one need not be gone through again.
  const labelled = new Set<string | undefined>();
  const label = (ids: readonly string[], text: string): void => {
    for (const id of ids) if (!labels.has(id)) labels.set(id, text);
  };
  for (const entry of itemsOf(item, list)) {
    const text = textOf(entry, member);
    if (text === undefined) continue;
    const [ids, groupIds] = [textsOf(entry, 'product_ids'), textsOf(entry, 'group_ids')];
    label(ids, text);
    for (const groupId of ids.length + groupIds.length === 0 ? [undefined] : groupIds) {
      if (!labelled.has(groupId)) label(groupId === undefined ? all : tree.idsOfGroup(groupId), text);
      labelled.add(groupId);
    }
  }
  return labels;
}

/** `scores` in 2.0; in 2.1 `metrics`, whose content has the scores. */
function readSeverities(item: Item): VulnerabilityStatement['severities'] {
  const scores = [
    ...itemsOf(item, 'scores'),
    ...itemsOf(item, 'metrics').flatMap((metric) => memberOf(metric, 'content') ?? []),
  ];
  return scores.flatMap((score) =>
    ['cvss_v4', 'cvss_v3', 'cvss_v2'].flatMap((key) => {
      const cvss = memberOf(score, key);
      if (cvss === undefined) return [];
      return severityOf({
        level: textOf(cvss, 'baseSeverity'),
        score: textOf(cvss, 'baseScore'),
        method: `CVSSv${textOf(cvss, 'version') ?? key.slice('cvss_v'.length)}`,
        vector: textOf(cvss, 'vectorString'),
        source: undefined,
      });
    }),
  );
}
