import { ToolError } from '../../core/errors.ts';
import type { CheckCode, Checked } from '../../core/model/statement.ts';

/**
 * What a failure with this code means for the document: `rejected` was checked and found false, `attested` could not be
 * established, so that the document is worth as much as an unsigned one.
 */
const ASSURANCE: Readonly<Record<CheckCode, 'attested' | 'rejected'>> = {
  UNSIGNED: 'attested',
  NOT_CHECKED: 'attested',
  NO_TRUST_ROOT: 'attested',
  NO_KEY: 'attested',
  UNSUPPORTED_KIND: 'attested',
  NO_LOG_ENTRY: 'attested',
  NO_TIMESTAMP: 'attested',
  PAYLOAD_TYPE: 'attested',
  MALFORMED_BUNDLE: 'rejected',
  MALFORMED_STATEMENT: 'rejected',
  BAD_SIGNATURE: 'rejected',
  BAD_CERTIFICATE: 'rejected',
  BAD_LOG_ENTRY: 'rejected',
  LOG_ENTRY_MISMATCH: 'rejected',
  BAD_TIMESTAMP: 'rejected',
  OUTSIDE_VALIDITY: 'rejected',
  SUBJECT_MISMATCH: 'rejected',
};

/** A step of verification that did not succeed. Thrown inside this adapter, and never past it. */
export class CheckFailure extends Error {
  readonly code: CheckCode;
  readonly expected: string;
  readonly got: string;

  constructor(code: CheckCode, detail: { readonly expected: string; readonly got: string }) {
    super(`${code}: expected ${detail.expected}, got ${detail.got}`);
    this.name = 'CheckFailure';
    this.code = code;
    this.expected = detail.expected;
    this.got = detail.got;
  }

  get assurance(): 'attested' | 'rejected' {
    return ASSURANCE[this.code];
  }

  get checked(): Checked {
    return { assurance: this.assurance, code: this.code, expected: this.expected, got: this.got };
  }
}

/**
 * Any exception as a failure. Parsers of foreign bytes throw errors of every kind, and each of them means that the bytes are
 * not what they should be: `otherwise` says which bytes.
 */
export function asCheckFailure(
  error: unknown,
  otherwise: { readonly code: CheckCode; readonly expected: string },
): CheckFailure {
  if (error instanceof CheckFailure) return error;
  return new CheckFailure(otherwise.code, { expected: otherwise.expected, got: described(error) });
}

/** Runs `step`; what it throws comes out as a CheckFailure. */
export function checking<Result>(
  otherwise: { readonly code: CheckCode; readonly expected: string },
  step: () => Result,
): Result {
  try {
    return step();
  } catch (error) {
    throw asCheckFailure(error, otherwise);
  }
}

function described(error: unknown): string {
  if (error instanceof ToolError && error.got !== undefined) return `${error.message}: ${error.got}`;
  return error instanceof Error ? error.message : String(error);
}
