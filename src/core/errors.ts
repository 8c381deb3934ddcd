/**
 * Everything that can go wrong in a way that a user can act on. `main.ts` has the one table from code to exit code.
 * Usage: the command line or a file the user wrote. Unheard: a source could not be asked. Broken: it answered, and the answer does not hold.
 */
export type ErrorCode =
  // Usage.
  | 'USAGE'
  | 'INVALID_REFERENCE'
  | 'INVALID_CONFIGURATION'
  | 'AMBIGUOUS_IMAGE'
  | 'NO_SUCH_PLATFORM'
  | 'OUTPUT_NOT_WRITABLE'
  // No such thing.
  | 'NO_SUCH_IMAGE'
  | 'NO_SUCH_SOURCE'
  | 'NOT_IN_STORE'
  // Unheard.
  | 'UNREACHABLE'
  | 'TIMED_OUT'
  | 'UNAUTHORISED'
  | 'FORBIDDEN'
  | 'RATE_LIMITED'
  | 'SERVER_ERROR'
  | 'OFFLINE'
  | 'REFUSED_ADDRESS'
  | 'UNSUPPORTED'
  | 'CREDENTIAL_HELPER_FAILED'
  | 'NOT_READABLE'
  // Broken.
  | 'DIGEST_MISMATCH'
  | 'TAG_DIGEST_MISMATCH'
  | 'TOO_LARGE'
  | 'MALFORMED'
  | 'NOT_AN_IMAGE'
  // The store.
  | 'STORE_DAMAGED'
  | 'STORE_NOT_WRITABLE'
  // Stopped by the user.
  | 'INTERRUPTED';

export type ErrorDetail = {
  readonly expected?: string;
  readonly got?: string;
  /** What the user can do, as a sentence of its own. */
  readonly hint?: string;
  readonly cause?: unknown;
};

/** An error that says what was expected, what came, where, and what to do. Messages are lower case, without full stop. */
export class ToolError extends Error {
  readonly code: ErrorCode;
  readonly expected: string | undefined;
  readonly got: string | undefined;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'ToolError';
    this.code = code;
    this.expected = detail.expected;
    this.got = detail.got;
    this.hint = detail.hint;
  }
}
