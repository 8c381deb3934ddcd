import { idAllocator } from '../draft.ts';
import type { JsonRecord } from '../item.ts';
import type { Component, ComponentEdge, Sbom } from '../model.ts';
import { EMPTY_SBOM } from '../model.ts';
import { toSpdxJson } from '../spdx/write.ts';
import type { WriteOptions, Written } from '../write-options.ts';
import type { ChainFacts, Said, SourceFacts } from './chain-facts.ts';
import { reasoningOf } from './declarations.ts';
import type { DescribedImage } from './describe-image.ts';
import { describeImage } from './describe-image.ts';
import { imageComponent } from './image-component.ts';
import { gradeProperties, property } from './property-names.ts';

/** SPDX 2.3 clause 7.25: UTC, and no fraction of a second. */
const UTC_TIME = /^(?<seconds>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d+)?Z$/;

/**
 * The same as SPDX 2.3: the source as a package that the image is generated from, base images as packages that it descends from, the
 * rest as annotations of the image under the names of `PROPERTIES`.
 */
export function toEnrichedSpdx(facts: ChainFacts, sbom: Sbom = EMPTY_SBOM, options: WriteOptions): Written<JsonRecord> {
  const { value, losses } = toSpdxJson(addOrigins(describeImage(facts, sbom), facts), options);
  const [image, ...packages] = value.packages;
  return { value: { ...value, packages: [{ ...image, ...furtherFields(facts) }, ...packages] }, losses };
}

/** Fields of the image's package for which other formats have other places (7.12, 7.25). */
function furtherFields({ source, build }: ChainFacts): JsonRecord {
  const built = UTC_TIME.exec(build?.finished ?? '')?.groups?.['seconds'];
  const commit = source?.commit === undefined ? '' : ` at commit ${source.commit}`;
  return {
    ...(source && { sourceInfo: `built from ${source.repository}${commit} (${source.grade}: ${source.origin})` }),
    ...(built !== undefined && { builtDate: `${built}Z` }),
  };
}

function addOrigins(sbom: DescribedImage, { source, bases, verified }: ChainFacts): Sbom {
  const { root, components } = sbom;
  const taken = new Map([root, ...components].map(({ id }) => [id, id]));
  const allocate = idAllocator(taken);
  const refFor = (name: string): string => {
    const id = allocate(name);
    taken.set(id, id);
    return id;
  };
  const sources = source === undefined ? [] : [sourceComponent(refFor('source'), source)];
  const ancestors = bases.map((base) => ({
    ...imageComponent(refFor('base'), base),
    scope: 'excluded' as const,
    properties: gradeProperties('base', base),
  }));
  const claims = verified.flatMap((fact) => property('provtrace:verified', `${fact.claim}: ${reasoningOf(fact)}`));
  return {
    ...sbom,
    root: { ...root, properties: [...root.properties, ...claims] },
    components: [...components, ...sources, ...ancestors],
    edges: [
      ...sbom.edges,
      ...sources.map(({ id }) => edge(root.id, 'generatedFrom', id)),
      ...ancestors.map(({ id }, index) => edge(ancestors[index - 1]?.id ?? root.id, 'descendantOf', id)),
    ],
  };
}

function edge(from: string, kind: ComponentEdge['kind'], to: string): ComponentEdge {
  return { from, kind, to };
}

/** Its download location names the commit in SPDX's own grammar (7.7). */
function sourceComponent(id: string, source: Said<SourceFacts>): Component {
  const { repository, commit } = source;
  const isWeb = /^https?:\/\/\S+$/.test(repository);
  const url = isWeb ? `git+${repository}${commit === undefined ? '' : `@${commit}`}` : repository;
  return {
    ...imageComponent(id, { name: repository }),
    kind: 'source',
    scope: 'excluded',
    ...(commit !== undefined && { version: commit }),
    references: [{ type: 'vcs', url }],
    properties: gradeProperties('source', source),
  };
}
