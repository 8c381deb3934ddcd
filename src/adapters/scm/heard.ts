import { ToolError } from '../../core/errors.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { failed, found } from '../../core/model/outcome.ts';
import type { AbsentStatus } from './answer-memory.ts';

/** For a part of what is there: that the forge does not have it is no answer. */
export function heard<Answer, Value>(
  answer: Outcome<Answer, AbsentStatus>,
  what: string,
  read: (answer: Answer) => Value,
): Outcome<Value, never> {
  if (answer.kind === 'failed') return answer;
  if (answer.kind === 'found') return found(read(answer.value), answer.asOf);
  return failed(
    new ToolError('NOT_READABLE', `could not read ${what}: the forge answers that there is none`, {
      got: `status ${answer.reason}`,
    }),
  );
}

/** Why neither membership nor rules can be asked for. */
export function withoutDefaultBranch(path: string): ToolError {
  return new ToolError('NOT_READABLE', `the forge does not tell the default branch of ${path}`);
}
