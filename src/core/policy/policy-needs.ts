import { rulesFor } from './image-rules.ts';
import type { Policy } from './policy.ts';
import type { Requirement } from './requirement-shape.ts';

/** What must be asked, beside the image and its attestations, before it can be judged. */
export type PolicyNeeds = {
  /** The commit, its review, owners and service. */
  readonly source: boolean;
  /** SBOMs, scans and VEX documents. */
  readonly documents: boolean;
  /** How many base images, one below the other. */
  readonly baseDepth: number;
};

/** What the rules ask for that are for images of this name; nothing where there is none. */
export type NeedsOf = (name: string) => PolicyNeeds;

/** The needs of a rule are worked out once, however many rules and images lead to it. */
export function policyNeeds(policy: Policy): { readonly ofImage: NeedsOf; readonly ofAny: PolicyNeeds } {
  const known = new Map<string, PolicyNeeds>();
  const ofRule = (name: string): PolicyNeeds => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const rule = policy.rules.find((each) => each.name === name);
    const needs = joined((rule?.requirements ?? []).map((requirement) => ofRequirement(requirement, ofRule)));
    known.set(name, needs);
    return needs;
  };
  return {
    ofImage: (name) => joined(rulesFor(policy, name).map(({ rule }) => ofRule(rule.name))),
    ofAny: joined(policy.rules.map(({ name }) => ofRule(name))),
  };
}

/** A base under a rule that asks for a base of its own goes deeper; circles of rules are refused when a policy is read. */
function ofRequirement(requirement: Requirement, ofRule: (name: string) => PolicyNeeds): PolicyNeeds {
  const { source, provenance, sbom, vulnerabilities, materials, all = [], any = [], atLeast } = requirement;
  const { rule: beneath, depth = 1 } = materials?.base ?? {};
  const base = beneath === undefined ? undefined : ofRule(beneath);
  const own = {
    source:
      source !== undefined || provenance?.sourceLevel !== undefined || provenance?.ref?.defaultBranch !== undefined,
    documents: sbom !== undefined || vulnerabilities !== undefined,
    baseDepth: base === undefined ? 0 : depth + base.baseDepth,
  };
  const choices = [...all, ...any, ...(atLeast?.of ?? [])];
  return joined([
    own,
    ...(base === undefined ? [] : [{ ...base, baseDepth: 0 }]),
    ...choices.map((part) => ofRequirement(part, ofRule)),
  ]);
}

function joined(needs: readonly PolicyNeeds[]): PolicyNeeds {
  return {
    source: needs.some(({ source }) => source),
    documents: needs.some(({ documents }) => documents),
    baseDepth: Math.max(0, ...needs.map(({ baseDepth }) => baseDepth)),
  };
}
