import { isRecord } from '../json.ts';
import { matchesPattern } from '../anchored-pattern.ts';
import { rulesFor } from './image-rules.ts';
import type { Policy, PolicyException, PolicyRule } from './policy.ts';
import type { Requirement } from './requirement-shape.ts';
import type { SignerDemand } from './signer-demand.ts';
import { demandText } from './signer-demand.ts';

/** A rule that bears on an image, and why. */
export type ExplainedRule = {
  readonly rule: string;
  readonly pattern: string;
  readonly mode: PolicyRule['mode'];
  readonly platforms: readonly string[];
  readonly requires: readonly ExplainedDemand[];
  /** Those that name the image; those that name a digest bear on that digest alone. */
  readonly exceptions: readonly PolicyException[];
};
/** What is required, by its stable name, or how choices are joined. */
export type ExplainedDemand =
  | { readonly requirement: string; readonly expected: string }
  | { readonly join: string; readonly parts: readonly ExplainedDemand[] };

/** The rules that images of this name must meet, with all that they require. */
export function explainPolicy(policy: Policy, name: string): readonly ExplainedRule[] {
  return rulesFor(policy, name).map(({ rule, pattern }) => ({
    rule: rule.name,
    pattern,
    mode: rule.mode,
    platforms: platformTexts(rule),
    requires: rule.requirements.flatMap(demandsOf),
    exceptions: policy.exceptions.filter(
      (each) => each.rule === rule.name && ('digest' in each || matchesPattern(each.images, name)),
    ),
  }));
}

function platformTexts({ platforms: { required, inheritFromIndex } }: PolicyRule): readonly string[] {
  return [
    ...(required === undefined ? [] : [required === 'every' ? 'every platform of the index' : required.join(', ')]),
    ...(inheritFromIndex ? ['what is stated of the index counts for its platforms'] : []),
  ];
}

function demandsOf({ all, any, atLeast, ...sections }: Requirement): readonly ExplainedDemand[] {
  const joined = (join: string, parts: readonly Requirement[] | undefined): readonly ExplainedDemand[] =>
    parts === undefined
      ? []
      : [{ join, parts: parts.map((part) => ({ join: 'all of', parts: demandsOf(part) })).map(unwrapped) }];
  return [
    ...Object.entries(sections).flatMap(([section, demand]) => sectionDemands(section, demand)),
    ...joined('all of', all),
    ...joined('any of', any),
    ...joined(`at least ${atLeast?.n ?? 0} of`, atLeast?.of),
  ];
}

/** One demand is not joined with anything. */
function unwrapped(demand: { readonly join: string; readonly parts: readonly ExplainedDemand[] }): ExplainedDemand {
  const [only, ...others] = demand.parts;
  return only !== undefined && others.length === 0 ? only : demand;
}

function sectionDemands(section: string, demand: unknown): readonly ExplainedDemand[] {
  if (Array.isArray(demand)) return demand.flatMap((each) => sectionDemands(section, each));
  if (!isRecord(demand)) return [];
  return Object.entries(demand).flatMap(([name, value]) =>
    value === undefined ? [] : [{ requirement: `${section}.${name}`, expected: valueText(value) }],
  );
}

function valueText(value: unknown): string {
  if (value === true) return 'yes';
  if (Array.isArray(value)) return value.map(valueText).join(', or ');
  if (isSigner(value)) return demandText(value);
  if (!isRecord(value)) return String(value);
  return Object.entries(value)
    .map(([name, each]) => `${name} ${valueText(each)}`)
    .join(', ');
}

function isSigner(value: unknown): value is SignerDemand {
  return isRecord(value) && ('issuer' in value || 'identityTest' in value || 'key' in value);
}
