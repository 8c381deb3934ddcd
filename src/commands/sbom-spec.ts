import { SBOM_OUTPUTS } from '../core/sbom/output-formats.ts';
import type { CommandSpec, OptionSpec } from './command.ts';
import { SOURCE_OPTIONS } from './sources.ts';
import { TRUST_OPTIONS } from './verification.ts';

/** The row of `sbom` in the table of commands. */
export function sbomCommand(imageOptions: readonly OptionSpec[]): CommandSpec {
  return {
    name: 'sbom',
    summary: 'find, verify, print, convert and compare the image’s SBOM',
    arguments: '<image...>',
    words: ['diff'],
    options: [
      {
        flags: '-f, --format <format>',
        summary: 'original (as it was signed or stored, letter for letter), or another form; text or json for lists',
        choices: [...SBOM_OUTPUTS, 'text'],
      },
      { flags: '--list', summary: 'all SBOMs that there are, best first, with what each is worth' },
      { flags: '--vex', summary: 'what is stated about vulnerabilities beside the image, by whom and when' },
      { flags: '--merge', summary: 'join all SBOMs, with each package once' },
      { flags: '--component <name>', summary: 'these alone: a package URL, or a name with * for anything' },
      {
        flags: '--licence <name>',
        summary: 'those of this licence alone, with * for anything',
        aliases: ['--license'],
      },
      { flags: '--tree', summary: 'what depends on what' },
      ...imageOptions,
      ...TRUST_OPTIONS,
      ...SOURCE_OPTIONS.map((option) => ({ ...option, summary: `diff: ${option.summary}` })),
    ],
    examples: [
      { command: 'provtrace sbom ghcr.io/acme/shop:1.4 > shop.spdx.json', says: 'the best SBOM, as it was signed' },
      { command: 'provtrace sbom --list ghcr.io/acme/shop:1.4', says: 'all that there are, and which would be taken' },
      { command: 'provtrace sbom ghcr.io/acme/shop:1.4 --component openssl', says: 'what is in it of one name' },
      {
        command: 'provtrace sbom oci:build/image --merge --format cyclonedx-json',
        says: 'all stages in one document, whatever format they had',
      },
      { command: 'provtrace sbom diff ghcr.io/acme/shop:1.3 ghcr.io/acme/shop:1.4', says: 'what a release changed' },
      { command: 'provtrace sbom --vex ghcr.io/acme/shop:1.4', says: 'what was stated about vulnerabilities' },
    ],
    exitCodes: [
      [0, 'done; for diff: both were compared, whatever differs'],
      [1, 'what there is was checked, and does not hold'],
      [2, 'the command line or the configuration is wrong'],
      [3, 'an image or a source of evidence could not be reached, read or authorised, or the SBOM cannot be read'],
      [4, 'no such image, or it has no SBOM'],
      [70, 'a fault in provtrace itself'],
    ],
    load: () => import('./sbom.ts'),
  };
}
