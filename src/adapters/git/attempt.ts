import { ToolError } from '../../core/errors.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { failed } from '../../core/model/outcome.ts';

/** What a ToolError ends is failed. Any other error is a fault of ours, and stays one. */
export async function attempt<Value, Absence extends string>(
  task: () => Promise<Outcome<Value, Absence>>,
): Promise<Outcome<Value, Absence>> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof ToolError) return failed(error);
    throw error;
  }
}

/** Nothing, where a promise is rejected with a ToolError that does not matter. */
export function unlessToolError(error: unknown): undefined {
  if (!(error instanceof ToolError)) throw error;
}
