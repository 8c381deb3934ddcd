import * as v from 'valibot';
import { ToolError } from '../errors.ts';
import { parseSettings } from '../settings/parse.ts';
import type { CelEvaluator } from './cel.ts';
import { crossChecks } from './policy-checks.ts';
import type { WrittenPolicy, WrittenRule } from './policy-shape.ts';
import { policyShape } from './policy-shape.ts';
import { checkWidth } from './yaml-width.ts';
import type { PlatformDemand, Policy, PolicyException, PolicyRule } from './policy.ts';

/** In characters: more rules than people write, and no more work than a second or two. */
const POLICY_LENGTH_MAX = 1_000_000;

/**
 * A policy file, YAML or JSON. `path` is for the messages.
 * @param evaluator reads the CEL expressions in it, so that a wrong one is told now and not when an image is judged.
 * @throws ToolError `INVALID_CONFIGURATION` with line, column and the nearest known key.
 */
export function parsePolicy(file: { readonly text: string; readonly path: string }, evaluator?: CelEvaluator): Policy {
  if (file.text.length > POLICY_LENGTH_MAX)
    throw new ToolError('INVALID_CONFIGURATION', `${file.path}: too long for a policy`, {
      expected: `at most ${POLICY_LENGTH_MAX} characters`,
      got: `${file.text.length}`,
    });
  checkWidth(file);
  const written = parseSettings({ ...file, schema: v.pipe(policyShape, v.rawCheck(crossChecks(evaluator))) });
  return {
    default: written.default ?? 'deny',
    selection: 'mostSpecific',
    rules: written.rules.map((rule) => resolveRule(rule, written)),
    exceptions: (written.exceptions ?? []).map(exceptionOf),
    warnings: [],
  };
}

function resolveRule(rule: WrittenRule, policy: WrittenPolicy): PolicyRule {
  const line = lineageOf(rule, policy);
  return {
    name: rule.name,
    images: (rule.images ?? []).map((text) => ({ text })),
    mode: modeOf(line, policy),
    requirements: line.flatMap(({ require: required }) => required ?? []),
    platforms: platformsOf(line),
  };
}

/** To warn is for the rule that says so, and for no rule that extends it. */
function modeOf(line: readonly WrittenRule[], policy: WrittenPolicy): PolicyRule['mode'] {
  const own = line.at(-1)?.mode;
  return own ?? (line.some(({ mode }) => mode === 'enforce') ? 'enforce' : (policy.mode ?? 'enforce'));
}

/** The rule, after all that it extends. The cross checks have refused circles. */
function lineageOf(rule: WrittenRule, policy: WrittenPolicy): readonly WrittenRule[] {
  const parent = policy.rules.find(({ name }) => name === rule.extends);
  return parent === undefined ? [rule] : [...lineageOf(parent, policy), rule];
}

/** All that any of them requires; what is stated of the index counts where the last that speaks of platforms says so. */
function platformsOf(line: readonly WrittenRule[]): PlatformDemand {
  const written = line.flatMap(({ platforms }) => platforms ?? []);
  const required = [...new Set(written.flatMap((each) => each.required ?? []))];
  const { inheritFromIndex = false } = written.at(-1) ?? {};
  if (required.length === 0) return { inheritFromIndex };
  return { inheritFromIndex, required: required.join() === 'every' ? 'every' : required };
}

type WrittenException = NonNullable<WrittenPolicy['exceptions']>[number];

function exceptionOf({ images, digest = '', ...exception }: WrittenException): PolicyException {
  return images === undefined ? { ...exception, digest } : { ...exception, images };
}
