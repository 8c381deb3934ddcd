import type { TraceReport } from '../core/model/report.ts';
import type { Graph, GraphEdge, GraphNode } from './graph.ts';
import { graphsOf, LABEL_LENGTH_MAX } from './graph.ts';
import { dotString } from './sanitize.ts';

const SHAPES: Readonly<Record<GraphNode['kind'], string>> = {
  image: 'shape=box, style="bold,rounded"',
  step: 'shape=box, style=rounded',
  gap: 'shape=box, style="dotted,rounded"',
  dissent: 'shape=box, style="dotted,rounded"',
  document: 'shape=note',
  failure: 'shape=box, style="bold,dashed"',
};
/** Weak is dashed; the grade stands on the edge as a word too. */
const LINES: Readonly<Record<GraphEdge['line'], string>> = {
  verified: 'style=bold',
  attested: 'style=solid',
  declared: 'style=dashed',
  inferred: 'style=dashed, color=gray40',
  none: 'style=dotted',
  dissent: 'style=dotted, constraint=false',
  gap: 'style=dotted',
};

/** The chains as a Graphviz graph (graphviz.org/doc/info/lang.html), one cluster an image. */
export function renderDot(report: TraceReport): string {
  const clusters = graphsOf(report).map(cluster);
  return `digraph provtrace {\n  rankdir=LR;\n  node [fontname="sans-serif"];\n  edge [fontname="sans-serif"];\n${clusters.join('')}}\n`;
}

function cluster({ id, title, nodes, edges }: Graph): string {
  const statements = [`label=${label([title])}`, ...nodes.map(nodeStatement), ...edges.map(edgeStatement)];
  return `  subgraph cluster_${id} {\n${statements.map((statement) => `    ${statement};\n`).join('')}  }\n`;
}

function nodeStatement({ id, kind, lines, link }: GraphNode): string {
  const address = link === undefined ? '' : `, URL=${dotString([link])}`;
  return `${id} [${SHAPES[kind]}, label=${label(lines)}${address}]`;
}

function edgeStatement(edge: GraphEdge): string {
  return `${edge.from} -> ${edge.to} [${LINES[edge.line]}, label=${label([edge.label])}]`;
}

function label(lines: readonly string[]): string {
  return dotString(lines, LABEL_LENGTH_MAX);
}
