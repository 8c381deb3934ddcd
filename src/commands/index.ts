import { EXPLAIN_FORMATS } from '../core/explain/facts.ts';
import { OUTPUT_FORMATS } from '../core/model/formats.ts';
import { OWNERSHIP_GRADES, SIGNAL_STRENGTHS } from '../core/model/evidence.ts';
import type { CommandSpec, OptionSpec } from './command.ts';
import { exportCommand } from './export-spec.ts';
import { sbomCommand } from './sbom-spec.ts';
import { SOURCE_OPTIONS } from './sources.ts';
import { policyCommand } from './policy-spec.ts';
import { TRUST_OPTIONS } from './verification.ts';
import { verifyCommand } from './verify-spec.ts';

const IMAGE_OPTIONS: readonly OptionSpec[] = [
  { flags: '--platform <os/arch>', summary: 'which platform of an index, such as linux/arm64' },
  { flags: '--all-platforms', summary: 'each platform of an index' },
];

/** Of `trust pin`. */
const PIN_OPTIONS: readonly OptionSpec[] = [
  { flags: '--all', summary: 'pin: all signers found, where there are several' },
  {
    flags: '--images <pattern>',
    summary:
      'pin: for all images of this pattern, with * (within a part) and ** (anything), instead of the image’s own name',
  },
  { flags: '--remove', summary: 'pin: take away what is pinned for exactly this name or pattern' },
  {
    flags: '--identity <identity>',
    summary: 'pin: this signer, exactly; with --issuer',
    aliases: ['--certificate-identity'],
  },
  {
    flags: '--identity-pattern <pattern>',
    summary: 'pin: signers of this pattern, one of whom has signed; with --issuer',
  },
  {
    flags: '--issuer <url>',
    summary: 'pin: the OIDC issuer that vouched for the identity, exactly',
    aliases: ['--certificate-oidc-issuer'],
  },
  ...IMAGE_OPTIONS,
  ...TRUST_OPTIONS,
];

const READ_CODES = [
  [2, 'the command line or the configuration is wrong'],
  [3, 'an image or a source of evidence could not be reached, read or authorised'],
  [4, 'no such image'],
  [70, 'a fault in provtrace itself'],
] as const;

/** The commands, one row each (STYLE rule 8); a module is loaded when its command is run. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'trace',
    summary: 'gather all evidence about an image and print its chain',
    arguments: '<image...>',
    options: [
      { flags: '-f, --format <format>', summary: 'how the chain is written', choices: OUTPUT_FORMATS },
      ...IMAGE_OPTIONS,
      {
        flags: '--base-depth <n>',
        summary: 'how many base images deep their own provenance is asked for (default 1, 0 for none)',
      },
      ...SOURCE_OPTIONS,
      ...TRUST_OPTIONS,
      { flags: '--require <grade>', summary: 'exit 1 where the origin is known less well', choices: SIGNAL_STRENGTHS },
      {
        flags: '--require-owner <grade>',
        summary: 'exit 1 where the owners are known less well',
        choices: OWNERSHIP_GRADES,
      },
      {
        flags: '--fail-on <finding>',
        summary: 'exit 1 on this code, or on findings of this severity (info, warn, high)',
        repeatable: true,
      },
    ],
    examples: [
      { command: 'provtrace ghcr.io/acme/shop:1.4', says: 'the chain of an image, in words' },
      { command: 'provtrace trace --platform linux/arm64 alpine', says: 'another platform of an index' },
      {
        command: 'provtrace trace oci:build/image --format json | jq .grades',
        says: 'a layout on disk, for a program',
      },
      {
        command: 'cat images.txt | provtrace trace - --format ndjson --jobs 8',
        says: 'many images, a document a line',
      },
    ],
    exitCodes: [
      [0, 'the image was read and its chain printed, whatever the grades'],
      [1, '--require, --require-owner or --fail-on does not hold'],
      ...READ_CODES,
    ],
    load: () => import('./trace.ts'),
  },
  verifyCommand(IMAGE_OPTIONS),
  {
    name: 'explain',
    summary: 'every piece of evidence for one fact: where it was read, what was discarded, why',
    arguments: '<image> <fact>',
    options: [
      { flags: '-f, --format <format>', summary: 'how the explanation is written', choices: EXPLAIN_FORMATS },
      ...IMAGE_OPTIONS,
      ...SOURCE_OPTIONS,
      ...TRUST_OPTIONS,
    ],
    examples: [
      { command: 'provtrace explain ghcr.io/acme/shop:1.4 commit', says: 'why this commit, and what says otherwise' },
      { command: 'provtrace explain oci:build/image builder --format json', says: 'for a program' },
    ],
    exitCodes: [[0, 'the image was read and the fact explained, whatever the grade'], ...READ_CODES],
    load: () => import('./explain.ts'),
  },
  {
    name: 'owners',
    summary: 'who owns files, by CODEOWNERS and catalogs, without an image',
    arguments: '<path...>',
    options: [
      { flags: '-f, --format <format>', summary: 'how the owners are written', choices: ['text', 'json'] },
      { flags: '--repo <url>', summary: 'of this repository, instead of the clone that the paths are in' },
      { flags: '--commit <rev>', summary: 'at this commit, branch or tag (default HEAD)' },
      { flags: '--explain', summary: 'every line that is about the path, and which of them lost' },
      ...SOURCE_OPTIONS.filter(({ flags }) => flags !== '--no-source'),
    ],
    examples: [
      {
        command: 'provtrace owners services/cart/Dockerfile',
        says: 'of a file of the clone that you are in, as committed',
      },
      { command: 'provtrace owners --explain src/', says: 'which line decides, and which lines lost' },
      {
        command: 'provtrace owners --repo acme/shop --commit v1.4 services/cart/Dockerfile',
        says: 'of any repository, at any commit, branch or tag',
      },
    ],
    exitCodes: [
      [0, 'done, whoever owns them'],
      [2, 'the command line or the configuration is wrong, or a path is in no clone'],
      [3, 'the repository or its CODEOWNERS could not be reached or read'],
      [4, 'no such repository or commit'],
      [70, 'a fault in provtrace itself'],
    ],
    load: () => import('./owners.ts'),
  },
  sbomCommand(IMAGE_OPTIONS),
  exportCommand(IMAGE_OPTIONS),
  policyCommand(IMAGE_OPTIONS),
  {
    name: 'trust',
    summary: 'the roots of trust in use, and whom you trust to speak for which images',
    arguments: '<action> [target]',
    words: ['list', 'import', 'update', 'pin'],
    options: [
      { flags: '-f, --format <format>', summary: 'how the result is written', choices: ['text', 'json'] },
      ...PIN_OPTIONS,
    ],
    examples: [
      { command: 'provtrace trust list', says: 'the roots of trust with their age, and the pins' },
      {
        command: 'provtrace trust pin ghcr.io/acme/shop:1.4',
        says: 'tie the signer of an image that is known to be good to its name',
      },
      {
        command:
          'provtrace trust pin ghcr.io/acme/shop:1.4 --identity-pattern https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/* --issuer https://token.actions.githubusercontent.com',
        says: 'a workflow that signs at every tag',
      },
      {
        command: 'provtrace trust pin registry.example.com/shop:1.4 --key cosign.pub --images registry.example.com/**',
        says: 'a key, for all images of a registry',
      },
      { command: 'provtrace trust pin --remove ghcr.io/acme/shop', says: 'take away what is pinned for a name' },
      { command: 'provtrace trust import roots.jsonl', says: 'use another root of trust from now on' },
      { command: 'provtrace trust update', says: 'ask the publishers of the built-in roots for newer ones' },
    ],
    exitCodes: [
      [0, 'done'],
      [1, 'pin: no such signature of the image holds'],
      [2, 'the command line or the configuration is wrong, or a file is no root of trust'],
      [
        3,
        'an image, a source of evidence or a repository of roots could not be reached or read, or what it says does not hold',
      ],
      [4, 'no such image, or nothing is pinned for the name'],
      [70, 'a fault in provtrace itself'],
    ],
    load: () => import('./trust.ts'),
  },
  {
    name: 'cache',
    summary: 'the local file: where, how large, how fresh, whole or damaged',
    arguments: '<action>',
    words: ['info', 'prune', 'clear', 'check'],
    options: [
      { flags: '-f, --format <format>', summary: 'how the result is written', choices: ['text', 'json'] },
      { flags: '--unread <duration>', summary: 'prune: also what was not read for so long (default 30d)' },
    ],
    examples: [
      { command: 'provtrace cache info', says: 'where the file is and what it holds' },
      { command: 'provtrace cache prune --unread 7d', says: 'make it smaller' },
      { command: 'provtrace cache check', says: 'hash everything again' },
    ],
    exitCodes: [
      [0, 'done; for check: nothing is damaged'],
      [1, 'check found damage'],
      [2, 'the command line is wrong'],
      [3, 'the file cannot be read or written'],
    ],
    load: () => import('./cache.ts'),
  },
  {
    name: 'schema',
    summary: 'the JSON Schema of an output',
    arguments: '<name>',
    words: [
      'trace',
      'verify',
      'explain',
      'owners',
      'trust',
      'cache',
      'sbom',
      'sbom-list',
      'sbom-diff',
      'vex',
      'policy',
      'policy-check',
      'policy-explain',
      'policy-test',
    ],
    options: [],
    examples: [{ command: 'provtrace schema trace', says: 'what --format json writes' }],
    exitCodes: [
      [0, 'done'],
      [2, 'there is no such schema'],
    ],
    load: () => import('./schema.ts'),
  },
  {
    name: 'completion',
    summary: 'shell completion',
    arguments: '<shell>',
    words: ['bash', 'zsh', 'fish'],
    options: [],
    examples: [
      { command: 'provtrace completion bash > ~/.local/share/bash-completion/completions/provtrace', says: 'for bash' },
      { command: 'provtrace completion zsh > ~/.zfunc/_provtrace', says: 'for zsh, with ~/.zfunc in fpath' },
      { command: 'provtrace completion fish > ~/.config/fish/completions/provtrace.fish', says: 'for fish' },
    ],
    exitCodes: [
      [0, 'done'],
      [2, 'there is no such shell'],
    ],
    load: () => import('./completion.ts'),
  },
];
