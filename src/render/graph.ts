import { reasonFor } from '../core/claims/worth.ts';
import type { Grade, Step, StepName, TraceReport, TraceResult } from '../core/model/report.ts';
import { safeLink } from './sanitize.ts';
import {
  baseHeading,
  codeWords,
  documentText,
  gapSentence,
  gradesLine,
  originText,
  platformText,
  standingOf,
} from './words.ts';

/** A box; its lines are a stranger's words, for the carrier to escape. */
export type GraphNode = {
  readonly id: string;
  readonly kind: 'image' | 'step' | 'gap' | 'dissent' | 'document' | 'failure';
  readonly lines: readonly string[];
  readonly link: string | undefined;
};
/** `dissent` and gaps are told apart from what is settled by the line, and by the words on it. */
export type GraphEdge = {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly line: Grade | 'dissent' | 'gap';
};
/** One image's chain. */
export type Graph = {
  readonly id: string;
  readonly title: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
};

/** Longer labels make boxes that nobody can read; also keeps a hostile report below what renderers of graphs accept. */
export const LABEL_LENGTH_MAX = 160;
const DISSENT_MAX = 8;
const DOCUMENTS_MAX = 16;

/** Where the edge to a step begins, and what it says. Image and platform are the root itself. */
const EDGES: Readonly<Record<StepName, readonly [from: StepName, label: string] | undefined>> = {
  image: undefined,
  platform: undefined,
  signature: ['image', 'signed by'],
  build: ['image', 'built by'],
  commit: ['image', 'built from'],
  source: ['commit', 'in repository'],
  path: ['image', 'built at'],
  review: ['commit', 'reviewed in'],
  owners: ['commit', 'owned by'],
  service: ['image', 'part of'],
  contact: ['owners', 'reached by'],
  base: ['image', 'based on'],
  sbom: ['image', 'described by'],
};

/** The chain of each image as boxes and arrows, for whatever draws them; after it what it stands on, each in a graph of its own. */
export function graphsOf({ images }: TraceReport): readonly Graph[] {
  return images.flatMap((result, index) => {
    const id = `i${index}`;
    if (result.kind === 'failed') return [failedGraph(result, id)];
    const bases = (result.bases ?? []).map((base, depth) => baseGraph(base, `${id}_base${depth}`, baseHeading(depth)));
    return [tracedGraph(result, id, `${result.dossier.image.reference}, ${gradesLine(result.grades)}`), ...bases];
  });
}

function baseGraph(base: TraceResult, id: string, heading: string): Graph {
  if (base.kind === 'failed') return { ...failedGraph(base, id, 'unheard'), title: `${heading} ${base.reference}` };
  return tracedGraph(base, id, `${heading} ${base.dossier.image.reference}, ${originText(base.grades)}`);
}

function tracedGraph(traced: Extract<TraceResult, { kind: 'traced' }>, id: string, title: string): Graph {
  const { dossier, steps } = traced;
  const platform = platformText(dossier);
  const root: GraphNode = {
    id: `${id}_image`,
    kind: 'image',
    lines: [dossier.image.reference, dossier.image.root.digest, ...(platform === undefined ? [] : [platform])],
    link: undefined,
  };
  const parts = [...steps.map((step) => stepPart(step, traced, id)), documentsPart(traced, id)];
  return {
    id,
    title,
    nodes: [root, ...parts.flatMap((part) => part.nodes)],
    edges: parts.flatMap((part) => part.edges),
  };
}

type Part = Pick<Graph, 'nodes' | 'edges'>;

function stepPart(step: Step, { dossier }: Extract<TraceResult, { kind: 'traced' }>, id: string): Part {
  const edge = EDGES[step.name];
  if (edge === undefined) return { nodes: [], edges: [] };
  const [start, label] = edge;
  const from = `${id}_${start}`;
  const to = `${id}_${step.name}`;
  const isGap = step.gap !== undefined;
  const node: GraphNode = {
    id: to,
    kind: isGap ? 'gap' : 'step',
    lines: isGap ? [`? ${step.name}`, gapSentence(step, dossier)] : [step.name, step.answer ?? 'none'],
    link: step.link === undefined ? undefined : safeLink(step.link),
  };
  const line = isGap ? 'gap' : (step.grade ?? 'none');
  const others = step.dissent.slice(0, DISSENT_MAX);
  return {
    nodes: [
      node,
      ...others.map(({ answer, from: source }, index): GraphNode => ({
        id: `${to}_${index}`,
        kind: 'dissent',
        lines: [answer, source],
        link: undefined,
      })),
    ],
    edges: [
      { from, to, label: `${label}, ${standingOf(step)}`, line },
      ...others.map(({ grade }, index): GraphEdge => ({
        from,
        to: `${to}_${index}`,
        label: `${isGap ? 'or' : 'but'} ${label}, ${grade}`,
        line: 'dissent',
      })),
    ],
  };
}

function documentsPart({ dossier }: Extract<TraceResult, { kind: 'traced' }>, id: string): Part {
  const documents = dossier.gathered.documents.slice(0, DOCUMENTS_MAX);
  return {
    nodes: documents.map(({ signed }, index): GraphNode => ({
      id: `${id}_document_${index}`,
      kind: 'document',
      lines: [documentText(signed), signed.document, signed.carrier],
      link: undefined,
    })),
    edges: documents.map(({ signed: { checked } }, index): GraphEdge => {
      const isRejected = checked.assurance === 'rejected';
      const reason = checked.assurance === 'verified' ? '' : `: ${reasonFor(checked.code)}`;
      return {
        from: `${id}_image`,
        to: `${id}_document_${index}`,
        label: `${checked.assurance}${reason}`,
        line: isRejected ? 'dissent' : checked.assurance,
      };
    }),
  };
}

function failedGraph(
  { reference, error }: Extract<TraceResult, { kind: 'failed' }>,
  id: string,
  standing: 'failed' | 'unheard' = 'failed',
): Graph {
  const lines = [reference, `${standing}: ${error.message}`, codeWords(error.code)];
  return { id, title: reference, nodes: [{ id: `${id}_image`, kind: 'failure', lines, link: undefined }], edges: [] };
}
