import { ToolError } from '../../../../src/core/errors.ts';

/** Our own error, if it ends in one; any other is thrown on. */
export function refusalOf(run: () => unknown): ToolError | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
}
