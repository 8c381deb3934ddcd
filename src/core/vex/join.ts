import type { Digest } from '../model/digest.ts';
import type { Component, Sbom } from '../sbom/model.ts';
import { packageKey, purlMatches } from '../sbom/purl.ts';
import type { JoinedStatement, StatedProduct, VulnerabilityStatement } from './model.ts';
import { isInRange } from './versions/range.ts';

/** Comparisons of a product with a component, in all: some seconds of work. What is left is told as `unjoined`. */
const COMPARISONS_MAX = 3_000_000;
const IMAGE_TYPES = new Set(['oci', 'docker']);

/** What an image can be named by: its digests of every kind, and its names without tag (`ghcr.io/acme/shop`). */
export type StatedImage = { readonly digests: readonly Digest[]; readonly names: readonly string[] };

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
  readonly isImage: (product: StatedProduct) => boolean;
};

function joinStatement(statement: VulnerabilityStatement, search: Search): JoinedStatement {
  const nothing = { statement, components: [], undecided: [] };
  if (statement.products.length === 0) return { ...nothing, about: 'image' };
  const components = new Set<Component>();
  const undecided = new Set<Component>();
  let isAboutImage = false;
  for (const product of statement.products) {
    const isImage = search.isImage(product);
    const whole = isImage ? { components: [], undecided: [] } : search.find(product);
    if (whole === undefined) return { ...nothing, about: 'unjoined' };
    const isHere = isImage || whole.components.length + whole.undecided.length > 0;
    if (isImage && product.subcomponents.length === 0) isAboutImage = true;
    const parts = product.subcomponents.length === 0 ? [whole] : isHere ? product.subcomponents.map(search.find) : [];
    for (const part of parts) {
      if (part === undefined) return { ...nothing, about: 'unjoined' };
      for (const component of part.components) components.add(component);
      for (const component of part.undecided) undecided.add(component);
    }
  }
  const isInside = components.size + undecided.size > 0;
  const about = isInside ? 'components' : isAboutImage ? 'image' : 'other';
  return { statement, about, components: [...components], undecided: [...undecided] };
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
      comparisons += candidates.length;
      if (comparisons > COMPARISONS_MAX) return undefined;
      const answers = candidates.map((component) => ({ component, answer: isNamed(product, component) }));
      return {
        components: answers.filter(({ answer }) => answer === true).map(({ component }) => component),
        undecided: answers.filter(({ answer }) => answer === undefined).map(({ component }) => component),
      };
    },
    isImage: (product) => isThisImage(product, { sbom, image }),
  };
}

function withoutSubpath(purl: NonNullable<Component['purl']>): string {
  const { subpath: _subpath, ...rest } = purl;
  return packageKey(rest);
}

/** True, false, or undefined where the version cannot be told to be in the range. */
function isNamed(product: StatedProduct, component: Component): boolean | undefined {
  const { purl, range } = product;
  // Beside a range the version of the package URL is only the one that its author saw.
  const wanted = purl && (range === undefined ? purl : { ...purl, version: undefined });
  if (wanted !== undefined && (component.purl === undefined || !purlMatches(wanted, component.purl))) return false;
  const version = versionOf(component);
  if (range !== undefined)
    return version === undefined ? undefined : isInRange(version, range, component.purl?.type ?? '');
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

type Asked = { readonly sbom: Sbom; readonly image: StatedImage };

/** By digest, wherever one is written; by name only where no digest is. */
function isThisImage({ purl, text, hashes }: StatedProduct, { sbom, image }: Asked): boolean {
  const isOfImage = purl === undefined || IMAGE_TYPES.has(purl.type);
  if (!isOfImage) return sbom.root?.purl?.canonical === purl.canonical;
  const written = `${purl?.version ?? ''} ${purl?.qualifiers['digest'] ?? ''} ${text}`;
  const digests = [
    ...(written.match(/sha(?:256|512):[0-9a-f]+/g) ?? []),
    ...hashes.map(({ algorithm, value }) => `${algorithm}:${value}`),
  ];
  if (digests.length > 0) return digests.some((digest) => image.digests.some((own) => own === digest));
  const repository = purl?.qualifiers['repository_url'];
  return image.names.some((name) => {
    if (purl === undefined) return text === name || text.startsWith(`${name}:`);
    const isSameName =
      [purl.namespace, purl.name].filter((part) => part !== undefined).join('/') === name ||
      name.endsWith(`/${purl.name}`);
    return (
      isSameName &&
      (repository === undefined ||
        name === repository ||
        name === `${repository}/${purl.name}` ||
        name.startsWith(`${repository}/`))
    );
  });
}
