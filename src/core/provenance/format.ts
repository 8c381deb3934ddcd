import type { Statement } from '../model/statement.ts';
import type { Node } from './node.ts';
import { member } from './node.ts';
import { provenanceVersion } from './predicate-types.ts';
import type { ProvenanceVersion } from './predicate-types.ts';
import type { Provenance } from './provenance.ts';

/** What a format's reader gives: the table adds which format it was, and the problems. */
export type ProvenanceReading = Omit<Provenance, 'format' | 'problems'>;

/** One way in which builders write provenance. Adding one is a file, and a row in the table of index.ts. */
export type ProvenanceFormat = {
  readonly id: string;
  readonly matches: (statement: Statement) => boolean;
  /** `statement` is the Statement as a node, at `$`. Never throws. */
  readonly read: (statement: Node) => ProvenanceReading;
};

/** The build type of a statement of that version of provenance; undefined for other statements. */
export function buildTypeOf(statement: Statement, version: ProvenanceVersion): string | undefined {
  if (provenanceVersion(statement.predicateType) !== version) return undefined;
  const path =
    version === 'v1' ? ['buildDefinition', 'buildType'] : version === 'v0.2' ? ['buildType'] : ['recipe', 'type'];
  const { value } = member({ value: statement.predicate, at: '$.predicate', problems: [] }, ...path);
  return typeof value === 'string' ? value : '';
}
