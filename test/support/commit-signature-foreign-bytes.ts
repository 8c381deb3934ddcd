import { ToolError } from '../../src/core/errors.ts';

/** True where `parse` gives a value, or an error that says what is wrong with the bytes; any other error is thrown on. */
export function isReadOrRefused(parse: (bytes: Uint8Array) => unknown, bytes: Uint8Array): boolean {
  try {
    parse(bytes);
    return true;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return error.code === 'MALFORMED' || error.code === 'UNSUPPORTED';
  }
}
