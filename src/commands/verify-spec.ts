import { VERIFY_FORMATS } from '../core/model/formats.ts';
import type { CommandSpec, OptionSpec } from './command.ts';
import { POLICY_OPTION } from './policy-open.ts';
import { REPORT_OPTION } from './reports.ts';
import { SOURCE_OPTIONS } from './sources.ts';
import { REQUIREMENT_OPTIONS, TRUST_OPTIONS } from './verification.ts';
import { FILE_OPTIONS } from './verify-targets.ts';

/** @param imageOptions which platforms are meant */
export function verifyCommand(imageOptions: readonly OptionSpec[]): CommandSpec {
  return {
    name: 'verify',
    summary: 'hold an image’s chain against stated requirements',
    arguments: '[image...]',
    options: [
      POLICY_OPTION,
      ...FILE_OPTIONS,
      { flags: '--format <format>', summary: 'how the verdict is written', choices: VERIFY_FORMATS },
      REPORT_OPTION,
      ...imageOptions,
      ...REQUIREMENT_OPTIONS,
      ...SOURCE_OPTIONS.filter(({ flags }) => flags !== '--contributors'),
      ...TRUST_OPTIONS,
    ],
    examples: [
      {
        command:
          'provtrace verify ghcr.io/acme/shop:1.4 --identity https://github.com/acme/shop/.github/workflows/release.yml@refs/heads/main --issuer https://token.actions.githubusercontent.com',
        says: 'signed by this workflow',
      },
      {
        command: 'provtrace verify ghcr.io/acme/shop:1.4 --source-repo acme/shop --source-ref refs/heads/main',
        says: 'made from this repository and branch, as one says who may',
      },
      { command: 'provtrace verify registry.example.com/shop:1.4 --key cosign.pub', says: 'signed by this key' },
      {
        command: 'provtrace verify ghcr.io/acme/shop:1.4 --policy release.yaml',
        says: 'what a file requires, each thing that is missing with what would have passed',
      },
      {
        command: 'helm template charts/shop | provtrace verify --policy release.yaml --file -',
        says: 'every image that is about to be deployed',
      },
    ],
    exitCodes: [
      [0, 'everything required was checked and holds'],
      [1, 'it was checked, and does not hold, or what is required is absent'],
      [2, 'the command line, the policy, the configuration or a file that names images is wrong'],
      [3, 'an image or a source of evidence could not be reached, read or authorised'],
      [4, 'no such image'],
      [70, 'a fault in provtrace itself'],
    ],
    load: () => import('./verify.ts'),
  };
}
