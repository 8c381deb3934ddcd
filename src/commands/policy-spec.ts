import type { CommandSpec, OptionSpec } from './command.ts';
import { POLICY_OPTION } from './policy-open.ts';
import { SOURCE_OPTIONS } from './sources.ts';
import { TRUST_OPTIONS } from './verification.ts';

/** @param imageOptions which platforms are meant */
export function policyCommand(imageOptions: readonly OptionSpec[]): CommandSpec {
  return {
    name: 'policy',
    summary: 'write, check, explain and try the policy file that verify holds images against',
    arguments: '<action> [target...]',
    words: ['init', 'check', 'explain', 'test'],
    options: [
      { flags: '-f, --format <format>', summary: 'how the result is written (init: yaml; else text, json)' },
      { ...POLICY_OPTION, summary: 'test: the policy, instead of policy.yaml in the folder' },
      ...imageOptions,
      ...SOURCE_OPTIONS.filter(({ flags }) => flags !== '--contributors'),
      ...TRUST_OPTIONS,
    ],
    examples: [
      {
        command: 'provtrace policy init ghcr.io/acme/shop:1.4 ghcr.io/acme/shop:1.5 > release.yaml',
        says: 'the tightest policy that images known to be good meet, with a comment on each line',
      },
      { command: 'provtrace policy check release.yaml', says: 'what is wrong with it, by line and column' },
      {
        command: 'provtrace policy explain release.yaml ghcr.io/acme/shop:1.6',
        says: 'which rules bear on an image, and what they require; nobody is asked',
      },
      {
        command: 'provtrace policy test test/policies',
        says: 'each folder in it is an OCI layout, whose expected.yaml says image: (the name that it is judged by) and verdict: pass, fail or undecided; and if wanted failing: (requirements that must not hold), ref: and platform: (which image of the layout)',
      },
    ],
    exitCodes: [
      [0, 'done; for test: every verdict is the expected one'],
      [1, 'test: a verdict is another than expected'],
      [2, 'the command line, the configuration or the policy is wrong; or init: nobody signed an image'],
      [3, 'init: an image or a source of evidence could not be reached, read or authorised'],
      [4, 'init: no such image'],
      [70, 'a fault in provtrace itself'],
    ],
    load: () => import('./policy.ts'),
  };
}
