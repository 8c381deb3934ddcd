import { ToolError } from '../../../../src/core/errors.ts';
import type { Dossier, Finding } from '../../../../src/core/model/chain.ts';
import type { SignedDocument } from '../../../../src/core/model/statement.ts';
import { absent, failed, found } from '../../../../src/core/model/outcome.ts';
import type { PolicyJudgement } from '../../../../src/core/policy/evaluate-policy.ts';
import { evaluatePolicy } from '../../../../src/core/policy/evaluate-policy.ts';
import type { Leaf } from '../../../../src/core/policy/judgement.ts';
import { leavesOf } from '../../../../src/core/policy/judgement.ts';
import type { JudgingOptions } from '../../../../src/core/policy/judging.ts';
import { parsePolicy } from '../../../../src/core/policy/policy-file.ts';
import type { Fact, PolicyInput, SourceInput } from '../../../../src/core/policy/policy-input.ts';
import { unasked } from '../../../../src/core/policy/policy-input.ts';
import type { Policy } from '../../../../src/core/policy/policy.ts';
import { judgedImage } from '../claims/documents.ts';

/** Policies as they are written, and images to hold against them. */

export const NOW = '2026-11-21T12:00:00Z';
export const UNHEARD = new ToolError('TIMED_OUT', 'github.com did not answer', { hint: 'try again' });

export function known<Value>(value: Value): Fact<Value> {
  return found({ value, places: ['where it was read'] });
}
export const nowhere: Fact<never> = absent('nobody says');
export const unheard: Fact<never> = failed(UNHEARD);

export type Parts = Parameters<typeof judgedImage>[1] & {
  readonly findings?: readonly Finding[];
  readonly source?: Partial<SourceInput>;
  readonly facts?: Partial<Omit<PolicyInput, 'dossier' | 'source'>>;
};

/** An image about which nothing beside these documents was asked. */
export function imageWith(documents: readonly SignedDocument[], parts: Parts = {}): PolicyInput {
  const judged = judgedImage(documents, parts);
  const dossier: Dossier = {
    ...judged,
    chain: { root: judged.image.root, hops: [], gaps: [], facts: [] },
    findings: parts.findings ?? [],
  };
  const facts = unasked(UNHEARD);
  return { dossier, ...facts, ...parts.facts, source: { ...facts.source, ...parts.source } };
}

/** One rule for the image of the tests, with whatever else the file has. */
export function policyOf(
  require: object,
  more: { rule?: object; file?: object; rules?: readonly object[] } = {},
): Policy {
  const rules = [{ name: 'release', images: ['ghcr.io/acme/*'], require, ...more.rule }, ...(more.rules ?? [])];
  return parsePolicy({ text: JSON.stringify({ version: 1, rules, ...more.file }), path: 'policy.json' });
}

export type Setting = Parts & Parameters<typeof policyOf>[1] & { readonly options?: Partial<JudgingOptions> };

export function judged(require: object, documents: readonly SignedDocument[], setting: Setting = {}): PolicyJudgement {
  const options = { now: NOW, pins: setting.pins ?? [], ...setting.options };
  return evaluatePolicy(policyOf(require, setting), imageWith(documents, setting), options);
}

export function verdict(...given: Parameters<typeof judged>): string {
  return judged(...given).verdict;
}

export function allLeaves(judgement: PolicyJudgement): readonly Leaf[] {
  return judgement.rules.flatMap((rule) => leavesOf(rule.judged));
}

/** The first leaf of that requirement, which comes nearest. */
export function leafOf(judgement: PolicyJudgement, requirement: string): Leaf {
  const leaf = allLeaves(judgement).find((each) => each.requirement === requirement);
  if (leaf === undefined)
    throw new Error(
      `no leaf ${requirement}: ${allLeaves(judgement)
        .map((each) => each.requirement)
        .join(', ')}`,
    );
  return leaf;
}

/** The requirements that do not hold, of the nearest document. */
export function misses(...given: Parameters<typeof judged>): readonly string[] {
  return [
    ...new Set(
      allLeaves(judged(...given))
        .filter((leaf) => leaf.verdict !== 'pass')
        .map((leaf) => leaf.requirement),
    ),
  ];
}
