import type { Pin } from '../core/claims/speakers.ts';
import { withoutUndefined } from '../core/defined.ts';
import type { Digest } from '../core/model/digest.ts';
import type { Instant } from '../core/model/outcome.ts';
import { toInstant } from '../core/model/outcome.ts';
import { formatRepository } from '../core/model/image-repository.ts';
import type { TraceResult } from '../core/model/report.ts';
import type { JudgedPlatforms, NamedPlace, VerifyResult } from '../core/model/verify-report.ts';
import { evaluate } from '../core/policy/evaluate.ts';
import type { PolicyJudgement } from '../core/policy/evaluate-policy.ts';
import type { JudgingOptions } from '../core/policy/judging.ts';
import { policyNeeds } from '../core/policy/policy-needs.ts';
import type { Requirements } from '../core/policy/requirements.ts';
import { isEmpty, pinsOf } from '../core/policy/requirements.ts';
import type { RawInput, Tools } from './command.ts';
import { isSet, textFlag, textFlags } from './flags.ts';
import { platformChoice } from './images.ts';
import type { Gathering } from './policy-gather.ts';
import type { OpenedPolicy, Policies } from './policy-open.ts';
import { openPolicies } from './policy-open.ts';
import { openSources } from './sources.ts';
import type { TraceSettings, Traced } from './trace-image.ts';
import { parseRequirements, verifierOptions } from './verification.ts';

/** What images are held against: requirements of the command line, a policy file, or both, which then must both hold. */
export type Gate = {
  readonly isDemanding: boolean;
  readonly settings: TraceSettings;
  /** Where all images are held against one file. */
  readonly policyPath?: string;
  readonly policyDigest?: Digest;
  /** All platforms that were traced of one image. */
  readonly judge: (traced: readonly TraceResult[], foundIn: readonly NamedPlace[]) => Promise<JudgedImage>;
};
export type JudgedImage = { readonly results: readonly VerifyResult[]; readonly together?: JudgedPlatforms };

/** @throws ToolError where the command line, the configuration or a policy file is wrong. */
export async function openGate(input: RawInput, tools: Tools): Promise<Gate> {
  const policies = await openPolicies(input, tools);
  for (const { path, policy } of policies.opened)
    for (const warning of policy.warnings) tools.progress.notice(`${path}: ${warning}`);
  const opened = await tools.openVerifier({
    ...verifierOptions(input),
    policyKeys: policies.opened.flatMap(({ keys }) => keys),
  });
  const requirements = await parseRequirements(input, opened.fingerprints);
  const ownPins = await tools.trust.readPins();
  const alone = {
    verifier: opened.verifier,
    pins: [...pinsOf(requirements), ...ownPins],
    bundles: await tools.readBundles(textFlags(input.flags, 'bundle')),
  };
  // Loaded for those who have a policy: start-up counts.
  const gathering =
    policies.opened.length === 0
      ? undefined
      : (await import('./policy-gather.ts')).gatheringFor(tools, alone, () => openSources(input, tools, opened));
  const judging = await judgingOptions(policies, { tools, pins: ownPins, at: requirements.at });
  const [policy, ...others] = policies.opened;
  return withoutUndefined({
    isDemanding: !isEmpty(requirements) || policy !== undefined,
    settings: {
      ...alone,
      choice: platformsChoice(input, policies, tools),
      settingsFor: async (image) => {
        const chosen = policies.chosenFor(image.root);
        return chosen === undefined || gathering === undefined ? {} : gathering.settingsFor(image, chosen);
      },
    } satisfies TraceSettings,
    policyPath: others.length === 0 ? policy?.path : undefined,
    policyDigest: others.length === 0 ? policy?.digest : undefined,
    judge: (traced: readonly TraceResult[], foundIn: readonly NamedPlace[]) =>
      judge(traced, { requirements, policies, gathering, judging, tools, foundIn }),
  });
}

/** A policy that speaks of platforms is not met by one of them: unless another choice is made, all are judged. */
function platformsChoice(input: RawInput, { opened }: Policies, tools: Tools): TraceSettings['choice'] {
  const isAboutAll = opened.some(({ policy }) =>
    policy.rules.some(({ platforms }) => platforms.required !== undefined),
  );
  const isChosen = isSet(input.flags, 'allPlatforms') || textFlag(input.flags, 'platform') !== undefined;
  return isAboutAll && !isChosen ? { kind: 'all' } : platformChoice(input, tools);
}

async function judgingOptions(
  { opened }: Policies,
  { tools, pins, at }: { readonly tools: Tools; readonly pins: readonly Pin[]; readonly at: Instant | undefined },
): Promise<JudgingOptions> {
  const needsRanges = opened.some(({ policy }) => policyNeeds(policy).ofAny.documents);
  return withoutUndefined({
    now: toInstant(tools.clock.nowMs()),
    at,
    pins,
    testRange: needsRanges ? (await import('../core/vex/versions/range.ts')).rangeTest : undefined,
  });
}

type Held = {
  readonly requirements: Requirements;
  readonly policies: Policies;
  /** Missing without a policy. */
  readonly gathering: Gathering | undefined;
  readonly judging: JudgingOptions;
  readonly tools: Tools;
  readonly foundIn: readonly NamedPlace[];
};

async function judge(traced: readonly TraceResult[], held: Held): Promise<JudgedImage> {
  const results = await Promise.all(traced.map((result) => judgeOne(result, held)));
  const judged = results.find((result) => result.kind === 'judged');
  const opened = judged === undefined ? undefined : held.policies.chosenFor(judged.dossier.image.root);
  if (opened === undefined) return { results };
  const { platformsTogether } = await import('./verify-platforms.ts');
  return withoutUndefined({ results, together: await platformsTogether(opened.policy, results, held.tools) });
}

async function judgeOne(result: TraceResult, held: Held): Promise<VerifyResult> {
  const named = held.foundIn.length === 0 ? {} : { foundIn: held.foundIn };
  if (result.kind === 'failed') return { ...result, ...named };
  const { dossier, grades } = result;
  const { requirements, policies, judging } = held;
  // Beside a policy a builder alone is a demand too.
  const demandsMore = !isEmpty(requirements) || requirements.builder !== undefined;
  const opened = policies.chosenFor(dossier.image.root);
  const pins = [...pinsOf(requirements), ...judging.pins];
  const policy =
    opened !== undefined && held.gathering !== undefined
      ? await judgeByPolicy(result, opened, { judging, gathering: held.gathering })
      : policies.opened.length > 0 && !demandsMore
        ? unruled(result)
        : undefined;
  const judgement = demandsMore ? evaluate(dossier, requirements, pins) : undefined;
  return withoutUndefined({ kind: 'judged' as const, dossier, grades, judgement, policy, ...named });
}

async function judgeByPolicy(
  traced: Traced,
  opened: OpenedPolicy,
  { gathering, judging }: { readonly gathering: Gathering; readonly judging: JudgingOptions },
): Promise<PolicyJudgement> {
  const input = await gathering.inputOf(traced, opened);
  const { evaluateCel } = opened;
  const { evaluatePolicy } = await import('../core/policy/evaluate-policy.ts');
  return evaluatePolicy(opened.policy, input, evaluateCel === undefined ? judging : { ...judging, evaluateCel });
}

/** Nothing is passed because no policy of the configuration is for it. */
function unruled({ dossier: { image } }: Traced): PolicyJudgement {
  const names = image.root.foundAt.map(formatRepository).join(', ');
  return { verdict: 'fail', reason: `no policy of the configuration is for ${names}`, rules: [], isUnruled: true };
}
