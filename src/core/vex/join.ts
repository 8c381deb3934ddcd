import type { Component, Sbom } from '../sbom/model.ts';
import { packageKey, purlMatches } from '../sbom/purl.ts';
import type { JoinedStatement, StatedProduct, VulnerabilityStatement } from './model.ts';
import type { Likeness, StatedImage } from './stated-image.ts';
import { likenessOf } from './stated-image.ts';
import type { RangeTest } from './versions/range.ts';
import { rangeTest } from './versions/range.ts';

/** Comparisons of a product, or of a bound of its range, with a component, in all: a second or two of work. What is left is told as `unjoined`. */
const COMPARISONS_MAX = 500_000;

/**
 * Finds what each statement is about in one image, by package URL and version range: the image, components of its SBOM, or neither.
 * A statement about a part of a product is about the part, where the product is this image or in it.
 */
export function joinStatements(
  statements: readonly VulnerabilityStatement[],
  sbom: Sbom,
  image: StatedImage,
): readonly JoinedStatement[] {
  const search = startSearch(sbom, image);
  return statements.map((statement) => joinStatement(statement, search));
}

type Found = { readonly components: readonly Component[]; readonly undecided: readonly Component[] };
type Search = {
  /** Undefined where the comparisons are used up. */
  readonly find: (product: StatedProduct) => Found | undefined;
  readonly likenessOf: (product: StatedProduct) => Likeness;
};

function joinStatement(statement: VulnerabilityStatement, search: Search): JoinedStatement {
  const nothing = { statement, components: [], undecided: [] };
  if (statement.products.length === 0) return { ...nothing, about: 'image' };
  const components = new Set<Component>();
  const undecided = new Set<Component>();
  const likenesses = new Set<Likeness>();
  for (const product of statement.products) {
    const likeness = search.likenessOf(product);
    if (product.subcomponents.length === 0) likenesses.add(likeness);
    const found = partsOf(product, likeness, search);
    if (found === undefined) return { ...nothing, about: 'unjoined' };
    for (const component of found.components) components.add(component);
    for (const component of found.undecided) undecided.add(component);
  }
  for (const component of components) undecided.delete(component);
  const isInside = components.size + undecided.size > 0;
  const about = isInside
    ? 'components'
    : likenesses.has('same')
      ? 'image'
      : likenesses.has('sameName')
        ? 'sameName'
        : 'other';
  return { statement, about, components: [...components], undecided: [...undecided] };
}

const NOTHING_FOUND: Found = { components: [], undecided: [] };

/** The components that are the product, or its parts where it names some; undefined where the comparisons are used up. */
function partsOf(product: StatedProduct, likeness: Likeness, search: Search): Found | undefined {
  const whole = likeness === 'other' ? search.find(product) : NOTHING_FOUND;
  if (whole === undefined || product.subcomponents.length === 0) return whole;
  const isHere = likeness === 'same' || whole.components.length > 0;
  const mayBeHere = isHere || likeness === 'sameName' || whole.undecided.length > 0;
  if (!mayBeHere) return NOTHING_FOUND;
  const parts = product.subcomponents.map(search.find);
  const components = parts.flatMap((part) => part?.components ?? []);
  const undecided = parts.flatMap((part) => part?.undecided ?? []);
  if (parts.includes(undefined)) return undefined;
  return isHere ? { components, undecided } : { components: [], undecided: [...components, ...undecided] };
}

function startSearch(sbom: Sbom, image: StatedImage): Search {
  const byPackage = Map.groupBy(
    sbom.components.filter(({ purl }) => purl !== undefined),
    ({ purl }) => (purl === undefined ? '' : withoutSubpath(purl)),
  );
  const byName = Map.groupBy(sbom.components, ({ name }) => name);
  const byCpe = Map.groupBy(
    sbom.components.flatMap((component) => component.cpes.map((cpe) => ({ cpe, component }))),
    ({ cpe }) => cpe,
  );
  let comparisons = 0;
  return {
    find(product) {
      const candidates =
        product.purl !== undefined
          ? (byPackage.get(withoutSubpath(product.purl)) ?? [])
          : product.name !== undefined
            ? (byName.get(product.name) ?? [])
            : (byCpe.get(product.cpe ?? '') ?? []).map(({ component }) => component);
      comparisons += Math.max(1, candidates.length * boundsIn(product));
      if (comparisons > COMPARISONS_MAX) return undefined;
      const test = product.range === undefined ? undefined : rangeTest(product.range, product.purl?.type ?? '');
      const answers = candidates.map((component) => ({ component, answer: isNamed(product, component, test) }));
      return {
        components: answers.filter(({ answer }) => answer === true).map(({ component }) => component),
        undecided: answers.filter(({ answer }) => answer === undefined).map(({ component }) => component),
      };
    },
    likenessOf: (product) => likenessOf(product, image, sbom.root),
  };
}

/** How many versions a version is compared with to tell whether it is in the product's range. */
function boundsIn({ range = '' }: StatedProduct): number {
  return range.split(/[|\s]/).length;
}

function withoutSubpath(purl: NonNullable<Component['purl']>): string {
  const { subpath: _subpath, ...rest } = purl;
  return packageKey(rest);
}

/** True, false, or undefined where the version cannot be told to be in the range. */
function isNamed(product: StatedProduct, component: Component, isInRange: RangeTest | undefined): boolean | undefined {
  const { purl } = product;
  // Beside a range the version of the package URL is only the one that its author saw.
  const wanted = purl && (isInRange === undefined ? purl : { ...purl, version: undefined });
  if (wanted !== undefined && (component.purl === undefined || !purlMatches(wanted, component.purl))) return false;
  const version = versionOf(component);
  if (isInRange !== undefined) return version === undefined ? undefined : isInRange(version);
  // A version in the package URL was compared with the rest of it.
  if (product.version === undefined || purl?.version !== undefined) return true;
  return product.version === version || product.version === component.version;
}

/** An epoch of rpm stands beside the version in a package URL. */
function versionOf({ purl, version }: Component): string | undefined {
  const epoch = purl?.qualifiers['epoch'];
  const own = purl?.version ?? version;
  return epoch === undefined || own === undefined || purl?.type !== 'rpm' ? own : `${epoch}:${own}`;
}
