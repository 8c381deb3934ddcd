import { ToolError } from '../core/errors.ts';
import type { CarriedDocument, Checked, SignedDocument } from '../core/model/statement.ts';
import { parseBundle, parseEnvelope } from '../core/provenance/envelope.ts';
import { parseStatement } from '../core/provenance/statement.ts';
import type { StatementVerifier } from '../ports/statement-verifier.ts';

export const uncheckedVerifier: StatementVerifier = {
  verify: async (carried) => {
    try {
      return [read(carried)];
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      return [{ kind: 'opaque', mediaType: carried.form, document: carried.document, carrier: carried.carrier, checked: { assurance: 'attested', code: 'MALFORMED_STATEMENT', expected: error.expected ?? 'a statement', got: error.message } }];
    }
  },
};

function read(carried: CarriedDocument): SignedDocument {
  const { document, carrier, bytes } = carried;
  const notChecked: Checked = { assurance: 'attested', code: 'NOT_CHECKED', expected: 'a checked signature', got: 'one that was not' };
  const unsigned: Checked = { assurance: 'attested', code: 'UNSIGNED', expected: 'a signature', got: 'none' };
  if (carried.form === 'statement') return { kind: 'statement', statement: parseStatement(bytes).statement, document, carrier, checked: unsigned };
  const envelope = carried.form === 'dsse' ? parseEnvelope(bytes) : carried.form === 'bundle' ? parseBundle(bytes).envelope : undefined;
  if (envelope === undefined) return { kind: 'opaque', mediaType: carried.form, document, carrier, checked: notChecked };
  return { kind: 'statement', statement: parseStatement(envelope.payload).statement, document, carrier, checked: notChecked };
}
