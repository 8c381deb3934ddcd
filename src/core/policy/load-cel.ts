import { boundedCel } from './bounded-cel.ts';
import type { CelEvaluator } from './cel.ts';

/** Expressions cost 24 ms of start-up: for policies that have some. */
export async function loadCel(): Promise<CelEvaluator> {
  const { Environment } = await import('@marcbachmann/cel-js');
  return boundedCel({ Environment });
}
