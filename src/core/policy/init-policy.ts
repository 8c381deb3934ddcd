import { ToolError } from '../errors.ts';
import { formatRepository } from '../model/image-repository.ts';
import type { PolicyJudgement } from './evaluate-policy.ts';
import { evaluatePolicy } from './evaluate-policy.ts';
import type { Candidate } from './init-candidates.ts';
import { candidatesFor } from './init-candidates.ts';
import type { NamedSigner } from './init-signers.ts';
import { signersFor } from './init-signers.ts';
import { leavesOf, obstaclesOf } from './judgement.ts';
import type { JudgingOptions } from './judging.ts';
import { parsePolicy } from './policy-file.ts';
import type { PolicyInput } from './policy-input.ts';

/** A demand that all the images meet, or (without a value) one that is left out; `why` says where it came from, or what kept it out. */
export type Chosen = Pick<Candidate, 'section' | 'name'> & { readonly value?: unknown; readonly why: string };
/** The tightest policy that these images meet, before it is written down. */
export type InitialPolicy = {
  readonly references: readonly string[];
  readonly images: readonly string[];
  readonly inheritFromIndex: boolean;
  readonly signers: readonly NamedSigner[];
  readonly chosen: readonly Chosen[];
};
type Options = Pick<JudgingOptions, 'now' | 'pins' | 'testRange'>;

/**
 * What images that are known to be good have in common, as demands. Each demand is tried on all of them before it is taken up: they meet the
 * policy by construction.
 * @throws ToolError `USAGE` where nobody signed one of them: there would be nothing to require.
 */
export function initialPolicy(inputs: readonly PolicyInput[], options: Options): InitialPolicy {
  const { signers, inheritFromIndex } = signersFor(inputs, options);
  const trial = (require: object): readonly PolicyJudgement[] => tried({ require, inheritFromIndex }, inputs, options);
  const base = { signers: { of: signers.map(({ demand }) => demand) } };
  const unsigned = inputs.filter((_, index) => signers.length === 0 || trial(base)[index]?.verdict !== 'pass');
  if (inputs.length === 0 || unsigned.length > 0)
    throw new ToolError(
      'USAGE',
      `nobody’s signature of ${unsigned.map(referenceOf).join(', ') || 'nothing'} could be required`,
      {
        expected: 'images whose signature or provenance holds',
        hint: 'provtrace trace shows what there is',
      },
    );
  let require: Record<string, object> = base;
  const chosen: Chosen[] = [];
  for (const candidate of candidatesFor(inputs, { options, signers: base.signers.of, inheritFromIndex })) {
    const found = choose(candidate, (value) => trial(extended(require, candidate, value)));
    if (found.value !== undefined) require = extended(require, candidate, found.value);
    chosen.push(found);
  }
  const images = [...new Set(inputs.flatMap(({ dossier }) => dossier.image.root.foundAt.map(formatRepository)))].sort();
  return { references: inputs.map(referenceOf), images, inheritFromIndex, signers, chosen };
}

function referenceOf({ dossier: { image } }: PolicyInput): string {
  return `${image.reference} (${image.root.digest})`;
}

function tried(
  rule: { readonly require: object; readonly inheritFromIndex: boolean },
  inputs: readonly PolicyInput[],
  options: Options,
): readonly PolicyJudgement[] {
  const { require, inheritFromIndex } = rule;
  const platforms = inheritFromIndex ? { platforms: { inheritFromIndex } } : {};
  const rules = [{ name: 'trial', images: ['**'], ...platforms, require }];
  const policy = parsePolicy({ text: JSON.stringify({ version: 1, rules }), path: 'the policy that is tried' });
  return inputs.map((input) => evaluatePolicy(policy, input, options));
}

function extended(
  require: Readonly<Record<string, object>>,
  { section, name }: Candidate,
  value: unknown,
): Record<string, object> {
  return { ...require, [section]: { ...require[section], [name]: value } };
}

/** The tightest of the values that every image meets. */
function choose(candidate: Candidate, judge: (value: unknown) => readonly PolicyJudgement[]): Chosen {
  const { section, name, values, why } = candidate;
  let hindrance = 'nothing states it';
  for (const value of values) {
    const failing = judge(value).find(({ verdict }) => verdict !== 'pass');
    if (failing === undefined) return { section, name, value, why };
    hindrance = hindranceOf(failing, `${section}.${name}`) ?? hindrance;
  }
  return { section, name, why: hindrance };
}

function hindranceOf({ rules }: PolicyJudgement, requirement: string): string | undefined {
  const leaves = rules.flatMap(({ judged }) => [...obstaclesOf(judged), ...leavesOf(judged)]);
  const failing = leaves.filter(({ verdict }) => verdict !== 'pass');
  const own = failing.find((leaf) => leaf.requirement.startsWith(requirement)) ?? failing[0];
  return own?.got;
}
