import { ToolError } from '../errors.ts';
import { formatRepository } from '../model/image-repository.ts';
import type { Verdict } from './evaluate.ts';
import type { FoundException } from './exceptions.ts';
import { exceptionsFor } from './exceptions.ts';
import type { ChosenRule } from './image-rules.ts';
import { rulesFor } from './image-rules.ts';
import { judgeRequirements } from './judge-requirement.ts';
import type { Branch } from './judgement.ts';
import type { JudgingOptions } from './judging.ts';
import { startJudging } from './judging.ts';
import type { Policy, PolicyException, PolicyRule } from './policy.ts';
import type { PolicyInput } from './policy-input.ts';

/** What keeps a rule that does not hold from failing the image. Never silent. */
export type Waiver = { readonly kind: 'warn' } | { readonly kind: 'exception'; readonly exception: PolicyException };

/** One rule, held against one image. */
export type RuleJudgement = {
  readonly rule: string;
  /** The pattern by which it is this image's. */
  readonly pattern: string;
  /** What was found, whatever is made of it. */
  readonly found: Verdict;
  /** What is made of it: `pass` where it holds, or a waiver lets it through. */
  readonly verdict: Verdict;
  readonly waiver?: Waiver;
  /** Exceptions that would have let it through, had they not expired. */
  readonly expired: readonly PolicyException[];
  readonly judged: Branch;
};
export type PolicyJudgement = {
  readonly verdict: Verdict;
  /** One sentence. */
  readonly reason: string;
  readonly rules: readonly RuleJudgement[];
  /** No rule is for this image: it fails, or (`default: report`) passes without having been judged. */
  readonly isUnruled: boolean;
};

/**
 * Holds one platform of an image against the rules that are for its name. Kept at several places it must meet the rules of each. Pure.
 * @see judgePlatforms for what an index as a whole must meet.
 */
export function evaluatePolicy(policy: Policy, input: PolicyInput, options: JudgingOptions): PolicyJudgement {
  const names = input.dossier.image.root.foundAt.map(formatRepository);
  const chosen = names.map((name) => rulesFor(policy, name));
  const once = new Map(chosen.flat().map((each) => [each.rule.name, each]));
  const rules = [...once.values()].map((each) => judgeRule(each, { policy, input, options }));
  const isUnruled = chosen.length === 0 || chosen.some((each) => each.length === 0);
  if (!isUnruled) return { verdict: worst(rules), reason: reasonOf(rules), rules, isUnruled };
  const reason = `no rule of the policy is for ${names.join(', ') || 'an image without a name'}`;
  if (policy.default === 'deny') return { verdict: 'fail', reason, rules, isUnruled };
  return {
    verdict: rules.length === 0 ? 'pass' : worst(rules),
    reason: `${reason}: it is only reported`,
    rules,
    isUnruled,
  };
}

type Held = { readonly policy: Policy; readonly input: PolicyInput; readonly options: JudgingOptions };

function judgeRule({ rule, pattern }: ChosenRule, held: Held): RuleJudgement {
  const judged = judgeUnder(rule, held);
  const now = held.options.at ?? held.options.now;
  const exceptions = exceptionsFor(held.policy.exceptions, { rule: rule.name, image: held.input.dossier.image, now });
  const waiver = judged.verdict === 'pass' ? undefined : waiverOf(rule, exceptions);
  return {
    rule: rule.name,
    pattern,
    found: judged.verdict,
    verdict: waiver === undefined ? judged.verdict : 'pass',
    ...(waiver === undefined ? {} : { waiver }),
    expired: exceptions.filter(({ isExpired }) => isExpired).map(({ exception }) => exception),
    judged,
  };
}

function waiverOf({ mode }: PolicyRule, exceptions: readonly FoundException[]): Waiver | undefined {
  const [first] = exceptions;
  if (first !== undefined && !first.isExpired) return { kind: 'exception', exception: first.exception };
  return mode === 'warn' ? { kind: 'warn' } : undefined;
}

function judgeUnder(rule: PolicyRule, { policy, input, options }: Held): Branch {
  const judging = startJudging({
    input,
    options: { ...options, now: options.at ?? options.now },
    inheritFromIndex: rule.platforms.inheritFromIndex,
    judgeBase: (name, base) => judgeUnder(ruleNamed(name, policy), { policy, input: base, options }),
  });
  return judgeRequirements(rule.requirements, judging, rule.name);
}

/** @throws ToolError `INVALID_CONFIGURATION`: parsing has made sure that there is one. */
function ruleNamed(name: string, { rules }: Policy): PolicyRule {
  const rule = rules.find((each) => each.name === name);
  if (rule === undefined) throw new ToolError('INVALID_CONFIGURATION', `the policy has no rule ${name}`);
  return rule;
}

/** A failure is one whatever could not be heard. */
function worst(rules: readonly RuleJudgement[]): Verdict {
  const verdicts = rules.map(({ verdict }) => verdict);
  return verdicts.includes('fail') ? 'fail' : verdicts.includes('undecided') ? 'undecided' : 'pass';
}

function reasonOf(rules: readonly RuleJudgement[]): string {
  return rules.map((each) => `${each.rule}: ${outcomeText(each)}`).join('; ');
}

function outcomeText({ found, waiver, expired }: RuleJudgement): string {
  const [late] = expired;
  const over = late === undefined ? '' : `, and its exception expired on ${late.expires}`;
  const outcome = { pass: 'met', fail: 'not met', undecided: 'not all could be heard' }[found];
  if (waiver === undefined) return `${outcome}${found === 'pass' ? '' : over}`;
  return waiver.kind === 'warn'
    ? `${outcome}, which is only a warning${over}`
    : `${outcome}, excepted until ${waiver.exception.expires} by ${waiver.exception.owner}: ${waiver.exception.reason}`;
}
