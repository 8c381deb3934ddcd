import type { Leaf } from './judgement.ts';
import { leaf } from './judgement.ts';
import type { Fact } from './policy-input.ts';
import { unheardOf } from './policy-input.ts';

/** A demand on what is known: absent fails, unheard is undecided. `holds` may leave it open too. */
export function factLeaf<Value>(
  requirement: string,
  fact: Fact<Value>,
  demand: {
    readonly expected: string;
    readonly text: (value: Value) => string;
    readonly holds: (value: Value) => boolean;
  },
): Leaf {
  const { expected } = demand;
  switch (fact.kind) {
    case 'failed':
      return leaf({ requirement, expected, got: 'not heard', holds: undefined, unheard: [unheardOf(fact.error)] });
    case 'absent':
      return leaf({ requirement, expected, got: fact.reason, holds: false });
    case 'found': {
      const { value, places } = fact.value;
      const asOf = fact.asOf === undefined ? '' : ` (as of ${fact.asOf})`;
      return leaf({
        requirement,
        expected,
        got: `${demand.text(value)}${asOf}`,
        holds: demand.holds(value),
        evidence: places,
      });
    }
  }
}
