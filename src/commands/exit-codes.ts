import type { ErrorCode } from '../core/errors.ts';

/** SPEC 5, the only table from error to exit code. */
export const EXIT_CODES: Record<ErrorCode, number> = {
  USAGE: 2,
  INVALID_REFERENCE: 2,
  INVALID_CONFIGURATION: 2,
  AMBIGUOUS_IMAGE: 2,
  NO_SUCH_PLATFORM: 2,
  OUTPUT_NOT_WRITABLE: 2,
  NO_SUCH_IMAGE: 4,
  NO_SUCH_SOURCE: 4,
  NOT_IN_STORE: 4,
  NOT_AN_IMAGE: 4,
  UNREACHABLE: 3,
  TIMED_OUT: 3,
  UNAUTHORISED: 3,
  FORBIDDEN: 3,
  RATE_LIMITED: 3,
  SERVER_ERROR: 3,
  OFFLINE: 3,
  REFUSED_ADDRESS: 3,
  UNSUPPORTED: 3,
  CREDENTIAL_HELPER_FAILED: 3,
  NOT_READABLE: 3,
  DIGEST_MISMATCH: 1,
  TAG_DIGEST_MISMATCH: 1,
  TOO_LARGE: 3,
  MALFORMED: 3,
  STORE_DAMAGED: 3,
  STORE_NOT_WRITABLE: 3,
  INTERRUPTED: 130,
};

/** Worst first (SPEC 5, "with several images the worst code wins"); a signal ends everything. */
const SEVERITY = [143, 130, 70, 2, 1, 3, 4, 0];

export function worstCode(codes: readonly number[]): number {
  return SEVERITY.find((code) => codes.includes(code)) ?? 0;
}
