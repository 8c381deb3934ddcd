import { ToolError } from '../errors.ts';
import type { Digest } from '../model/digest.ts';
import type { Component, ComponentEdge, EdgeKind, Sbom, SbomDocument } from './model.ts';
import { EDGE_KINDS } from './model.ts';
import type { Notes } from './notes.ts';
import { namedDigestsOf } from './named-digests.ts';

/** An SBOM of everything in a large image has 60,000 components, most of them files. More is refused: a list is never cut short. */
export const COMPONENTS_MAX = 500_000;
/** Each a reference of some 40 characters in a document of 64 MiB. What is beyond is left out, and told. */
const EDGES_MAX = 1_500_000;

/** A component as a reader gives it: which document it is in is the same for all. */
export type DraftComponent = Omit<Component, 'documents' | 'id'> & { readonly id?: string | undefined };
export type DraftEdge = ComponentEdge & { readonly at: string };

/** Collects what a reader finds, in its order, and makes an Sbom of it that holds together. */
export type Draft = {
  /** Gives the id under which the component is kept: its own, or a new one where that is taken or missing. */
  readonly add: (component: DraftComponent, at: string) => string;
  /** May name components that come later. */
  readonly link: (edge: DraftEdge) => void;
  readonly describe: (id: string) => void;
  /** Ids of things of the document that are no components (files, services): to name them is no mistake. */
  readonly knowElsewhere: (id: string) => void;
  readonly finish: (document: SbomDocument) => Sbom;
};

/** @throws ToolError `TOO_LARGE` from `add`. */
export function startDraft(notes: Notes): Draft {
  const components = new Map<string, Component>();
  const elsewhere = new Set<string>();
  const described = new Set<string>();
  const links: DraftEdge[] = [];
  const freeId = idAllocator(components);
  return {
    add(component, at) {
      if (components.size >= COMPONENTS_MAX) refuse();
      if (component.id !== undefined && components.has(component.id))
        notes.complain('DUPLICATE_ID', at, 'an id that another component has');
      const id = freeId(component.id);
      components.set(id, { ...component, id, documents: FIRST_DOCUMENT });
      return id;
    },
    link(edge) {
      if (links.length < EDGES_MAX) links.push(edge);
      else notes.complain('TRUNCATED', edge.at, `a relation beyond the first ${EDGES_MAX} is left out`);
    },
    describe: (id) => void described.add(id),
    knowElsewhere: (id) => void elsewhere.add(id),
    finish(document) {
      const describes = [...described].filter((id) => components.has(id));
      const root = rootOf(describes, components);
      const known = resolveEdges(links, { components, elsewhere, notes });
      return {
        documents: [document],
        ...(root && { root }),
        describes,
        components: [...components.values()].filter((component) => component !== root),
        edges: known.filter((edge) => edge.kind !== 'contains' || edge.from !== root?.id),
        namedDigests: root === undefined ? NO_DIGESTS : namedDigestsOf(root),
        losses: notes.losses(),
      };
    },
  };
}

const FIRST_DOCUMENT: readonly number[] = Object.freeze([0]);
const NO_DIGESTS: readonly Digest[] = [];

function refuse(): never {
  throw new ToolError('TOO_LARGE', 'the SBOM lists too many components', {
    expected: `at most ${COMPONENTS_MAX}`,
    got: 'more',
  });
}

/** Gives the id that was asked for, or one made from it that is not taken. The caller takes it. */
export function idAllocator(
  taken: ReadonlyMap<string, unknown>,
  separator = '#',
): (wanted: string | undefined) => string {
  // One count for all, which never goes back: names chosen to be in its way are each met once.
  let count = 0;
  return (wanted) => {
    if (wanted !== undefined && !taken.has(wanted)) return wanted;
    for (;;) {
      const id = `${wanted ?? 'component'}${separator}${++count}`;
      if (!taken.has(id)) return id;
    }
  };
}

/** One described thing is the root. Of several it is the only image. */
function rootOf(describes: readonly string[], components: ReadonlyMap<string, Component>): Component | undefined {
  const candidates = describes.flatMap((id) => components.get(id) ?? []);
  const images = candidates.filter((component) => component.kind === 'container' || component.purl?.type === 'oci');
  if (candidates.length === 1) return candidates[0];
  return images.length === 1 ? images[0] : undefined;
}

type Known = {
  readonly components: ReadonlyMap<string, Component>;
  readonly elsewhere: ReadonlySet<string>;
  readonly notes: Notes;
};

/** The edges between components, each once. Those to other things are a loss, those to nothing a problem. */
function resolveEdges(links: readonly DraftEdge[], { components, elsewhere, notes }: Known): readonly ComponentEdge[] {
  const indexes = new Map([...components.keys()].map((id, index) => [id, index] as const));
  const seen = new Set<number>();
  const edges: ComponentEdge[] = [];
  for (const { from, kind, to, at } of links) {
    const start = indexes.get(from);
    const end = indexes.get(to);
    if (start === undefined || end === undefined) {
      const isKnown = (id: string): boolean => components.has(id) || elsewhere.has(id);
      if (isKnown(from) && isKnown(to)) notes.lose('unread', `${kind} of what is no component`);
      else notes.complain('UNKNOWN_REFERENCE', at, 'a relation to something that the document does not have');
      continue;
    }
    const key = edgeKey({ start, kind, end, count: components.size });
    if (start === end || seen.has(key)) continue;
    seen.add(key);
    edges.push({ from, kind, to });
  }
  return edges;
}

/** A number instead of a text of two ids: there may be a million. 500,000² × 4 is far below 2⁵³. */
function edgeKey(edge: { start: number; kind: EdgeKind; end: number; count: number }): number {
  return (EDGE_KINDS.indexOf(edge.kind) * edge.count + edge.start) * edge.count + edge.end;
}
