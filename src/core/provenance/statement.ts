import * as v from 'valibot';
import { withoutUndefined } from '../defined.ts';
import { isRecord, parseJson } from '../json.ts';
import type { Statement, Subject } from '../model/statement.ts';
import { checkShape, checkSize } from './check-shape.ts';
import type { Node } from './node.ts';
import { complain, entries, items, member, text } from './node.ts';
import type { ReadProblem } from './provenance.ts';

/** An SBOM of 10,000 components has 25 MB. */
const STATEMENT_BYTES_MAX = 64 * 1024 * 1024;
/** Names of digest algorithms in one subject. */
const ALGORITHMS_MAX = 16;
const STATEMENT_TYPE_PREFIX = 'https://in-toto.io/Statement/';

export type ParsedStatement = { readonly statement: Statement; readonly problems: readonly ReadProblem[] };

// The predicate is any type's, and may be 20 MB: it is passed on as it is.
const statementSchema = v.object({
  _type: v.pipe(v.string(), v.startsWith(STATEMENT_TYPE_PREFIX)),
  predicateType: v.pipe(v.string(), v.nonEmpty(), v.maxLength(2048)),
  subject: v.optional(v.unknown()),
  predicate: v.optional(v.unknown()),
});

/**
 * An in-toto Statement of any version (attestation spec, statement.md). `_type` and predicateType are not tied to each other: every pair
 * has been written. A subject that cannot be read is left out, with a problem.
 * @throws ToolError `MALFORMED`, `TOO_LARGE`
 */
export function parseStatement(bytes: Uint8Array): ParsedStatement {
  checkSize(bytes, STATEMENT_BYTES_MAX, 'the statement');
  const raw = checkShape(statementSchema, parseJson(bytes, 'the statement'), 'an in-toto statement');
  const problems: ReadProblem[] = [];
  const subjects = items({ value: raw.subject, at: '$.subject', problems });
  const statement: Statement = {
    type: raw['_type'],
    predicateType: raw.predicateType,
    predicate: raw.predicate,
    subject: subjects.flatMap(readSubject),
  };
  return { statement, problems };
}

function readSubject(node: Node): readonly Subject[] {
  const digest = readDigestSet(member(node, 'digest'));
  if (Object.keys(digest).length === 0) {
    complain(node, 'MALFORMED_ITEM', 'a subject without a digest');
    return [];
  }
  const annotations = member(node, 'annotations').value;
  return [
    withoutUndefined({
      name: text(member(node, 'name'))?.value,
      uri: text(member(node, 'uri'))?.value,
      digest,
      annotations: isRecord(annotations) ? annotations : undefined,
    }),
  ];
}

/** in-toto DigestSet: algorithm to value. Hexadecimal is lowercased; some algorithms (`goModuleH1`) are not. */
export function readDigestSet(node: Node): Readonly<Record<string, string>> {
  const values = entries(node)
    .slice(0, ALGORITHMS_MAX)
    .flatMap(([algorithm, value]) => {
      const read = text(value)?.value;
      return read === undefined ? [] : [[algorithm, /^[0-9A-F]+$/i.test(read) ? read.toLowerCase() : read] as const];
    });
  return Object.fromEntries(values);
}
