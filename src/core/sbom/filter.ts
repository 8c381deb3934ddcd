import { matchesPattern } from '../anchored-pattern.ts';
import { ToolError } from '../errors.ts';
import { idsOf } from './licences.ts';
import type { Component, Licence, Sbom } from './model.ts';
import { purlMatches, readPurl } from './purl.ts';

export type ComponentFilter = {
  /** A package URL, of which the parts that are written must be the same; or a name, with `*` and `**` for anything. */
  readonly component?: string;
  /** A licence's id or name, likewise; one that an expression names counts. Case does not matter. */
  readonly licence?: string;
};

/**
 * The Sbom with those components only that fit the filter, and the edges between them. The root stays.
 * @throws ToolError `USAGE` for a package URL with errors
 */
export function filterComponents(sbom: Sbom, filter: ComponentFilter): Sbom {
  const isWanted = componentTest(filter.component);
  const components = sbom.components.filter(
    (component) => isWanted(component) && hasLicence(component, filter.licence),
  );
  const kept = new Set(components.map(({ id }) => id));
  if (sbom.root !== undefined) kept.add(sbom.root.id);
  return {
    ...sbom,
    components,
    describes: sbom.describes.filter((id) => kept.has(id)),
    edges: sbom.edges.filter(({ from, to }) => kept.has(from) && kept.has(to)),
  };
}

function componentTest(wanted: string | undefined): (component: Component) => boolean {
  if (wanted === undefined) return () => true;
  if (!wanted.startsWith('pkg:'))
    return (component) => namesOf(component).some((name) => matchesPattern(wanted.toLowerCase(), name.toLowerCase()));
  const purl = readPurl(wanted);
  if (purl === undefined) {
    throw new ToolError('USAGE', 'not a package URL', {
      expected: 'such as pkg:npm/express@4.18.2',
      got: wanted.slice(0, 200),
    });
  }
  return (component) => component.purl !== undefined && purlMatches(purl, component.purl);
}

function namesOf({ name, group }: Component): readonly string[] {
  return group === undefined ? [name] : [name, `${group}/${name}`, `${group}:${name}`];
}

function hasLicence({ licences }: Component, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  return licences.flatMap(wordsOf).some((word) => matchesPattern(wanted.toLowerCase(), word.toLowerCase()));
}

function wordsOf({ kind, text }: Licence): readonly string[] {
  return kind === 'expression' ? [text, ...idsOf(text)] : [text];
}
