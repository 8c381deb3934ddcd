import { formatRepository } from '../model/image-repository.ts';
import type { ImageRepository } from '../model/image-repository.ts';
import type { PolicyJudgement } from './evaluate-policy.ts';
import { rulesFor } from './image-rules.ts';
import type { Judged, Leaf } from './judgement.ts';
import { allOf, leaf } from './judgement.ts';
import type { Policy } from './policy.ts';
import type { Fact } from './policy-input.ts';
import { unheardOf } from './policy-input.ts';

/** One image with all of its platforms that were judged. */
export type JudgedPlatforms = {
  readonly foundAt: readonly ImageRepository[];
  /** `linux/arm64/v8`, as the index lists them; absent where there is no index. */
  readonly listed: Fact<readonly string[]>;
  readonly judged: readonly { readonly platform: string; readonly judgement: PolicyJudgement }[];
};

/** What rules demand of an image as a whole; undefined where none demands anything. A platform that was not judged has not passed. */
export function judgePlatforms(policy: Policy, image: JudgedPlatforms): Judged | undefined {
  const rules = new Set(image.foundAt.flatMap((at) => rulesFor(policy, formatRepository(at)).map(({ rule }) => rule)));
  const parts = [...rules].flatMap(({ name, mode, platforms: { required } }) => {
    if (required === undefined) return [];
    const judged = [required]
      .flat()
      .flatMap((platform) => (platform === 'every' ? everyPlatform(image) : [onePlatform(platform, image)]));
    return [allOf(name, mode === 'warn' && judged.length > 0 ? judged.map(onlyWarning) : judged)];
  });
  return parts.length === 0 ? undefined : allOf('platforms', parts);
}

function everyPlatform(image: JudgedPlatforms): readonly Leaf[] {
  const { listed, judged } = image;
  const own = judged.map(({ platform }) => platform);
  const open = listed.kind === 'failed' ? [unheardList(listed.error)] : [];
  const all = listed.kind === 'found' ? [...new Set([...listed.value.value, ...own])] : own;
  return [...all.map((platform) => onePlatform(platform, image)), ...open];
}

function onlyWarning(judged: Leaf): Leaf {
  if (judged.verdict === 'pass') return judged;
  const { requirement, expected, evidence } = judged;
  return leaf({ requirement, expected, got: `${judged.got}, which is only a warning`, holds: true, evidence });
}

function unheardList(error: Parameters<typeof unheardOf>[0]): Leaf {
  return leaf({
    requirement: 'platforms',
    expected: 'the list of platforms',
    got: 'not heard',
    holds: undefined,
    unheard: [unheardOf(error)],
  });
}

function onePlatform(platform: string, { judged, listed }: JudgedPlatforms): Leaf {
  const found = judged.filter((each) => isPlatform(platform, each.platform));
  // An index may list one platform twice: which of the two is run hangs on who runs it.
  const times = listed.kind === 'found' ? listed.value.value.filter((each) => isPlatform(platform, each)).length : 0;
  const isLeftOut = found.length < times;
  const verdicts = found.map(({ judgement }) => judgement.verdict);
  const isOpen = verdicts.includes('undecided') || isLeftOut || (found.length === 0 && listed.kind === 'failed');
  return leaf({
    requirement: 'platforms',
    expected: `${platform} meets the policy`,
    got:
      [
        ...found.map(({ judgement }) => judgement.reason),
        ...(isLeftOut ? [found.length === 0 ? 'it was not judged' : `${times - found.length} more not judged`] : []),
      ].join('; ') || 'there is none',
    holds: verdicts.includes('fail') ? false : isOpen ? undefined : found.length > 0,
    unheard: isLeftOut ? [{ message: `${platform} was not judged`, hint: 'judge all platforms: --all-platforms' }] : [],
  });
}

/** `linux/arm64` is each of its variants. */
function isPlatform(wanted: string, platform: string): boolean {
  return platform === wanted || platform.startsWith(`${wanted}/`);
}
