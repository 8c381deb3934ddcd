import type { TraceReport } from '../core/model/report.ts';
import type { Graph, GraphEdge, GraphNode } from './graph.ts';
import { graphsOf, LABEL_LENGTH_MAX } from './graph.ts';
import { mermaidLabel } from './sanitize.ts';

const ARROWS: Readonly<Record<GraphEdge['line'], string>> = {
  verified: '==>',
  attested: '-->',
  declared: '-->',
  inferred: '-->',
  none: '-.->',
  dissent: '-.->',
  gap: '-.->',
};
const BRACKETS: Readonly<Record<GraphNode['kind'], readonly [open: string, close: string]>> = {
  image: ['([', '])'],
  step: ['[', ']'],
  gap: ['{{', '}}'],
  dissent: ['[', ']'],
  document: ['[/', '/]'],
  failure: ['[[', ']]'],
};

/** The chains as a Mermaid flowchart, as GitHub and GitLab draw it in Markdown; one subgraph an image. */
export function renderMermaid(report: TraceReport): string {
  const graphs = graphsOf(report);
  const weak = graphs
    .flatMap(({ edges }) => edges)
    .flatMap(({ line }, index) => (line === 'declared' || line === 'inferred' ? [index] : []));
  const dashes = weak.length === 0 ? [] : [`  linkStyle ${weak.join(',')} stroke-dasharray:6 4`];
  return ['flowchart LR', ...graphs.flatMap(subgraph), ...dashes].map((line) => `${line}\n`).join('');
}

function subgraph({ id, title, nodes, edges }: Graph): readonly string[] {
  return [
    `  subgraph ${id}[${label([title])}]`,
    ...nodes.map((node) => `    ${nodeText(node)}`),
    ...edges.map(({ from, to, label: text, line }) => `    ${from} ${ARROWS[line]}|${label([text])}| ${to}`),
    '  end',
  ];
}

function nodeText({ id, kind, lines }: GraphNode): string {
  const [open, close] = BRACKETS[kind];
  return `${id}${open}${label(lines)}${close}`;
}

function label(lines: readonly string[]): string {
  return mermaidLabel(lines, LABEL_LENGTH_MAX);
}
