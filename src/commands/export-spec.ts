import { ENRICHED_VERSIONS, EXPORT_FORMATS } from '../core/sbom/export-formats.ts';
import type { CommandSpec, OptionSpec } from './command.ts';
import { SOURCE_OPTIONS } from './sources.ts';
import { REQUIREMENT_OPTIONS, TRUST_OPTIONS } from './verification.ts';

/** The row of `export` in the table of commands. */
export function exportCommand(imageOptions: readonly OptionSpec[]): CommandSpec {
  return {
    name: 'export',
    summary: 'the chain with its SBOM as one document, or as a layout that verifies offline',
    arguments: '<image>',
    options: [
      {
        flags: '-f, --format <format>',
        summary: 'CycloneDX or SPDX with the chain in it, the trace document, or that as an unsigned in-toto statement',
        choices: EXPORT_FORMATS,
      },
      { flags: '--spec-version <version>', summary: 'of CycloneDX (default 1.6)', choices: ENRICHED_VERSIONS },
      {
        flags: '--to <path>',
        summary: 'an OCI layout there, a folder or FILE.tar: manifests, configs, all attestations, for verify oci:DIR',
      },
      { flags: '--layers', summary: 'to: the image’s layers too' },
      ...imageOptions,
      ...TRUST_OPTIONS,
      ...REQUIREMENT_OPTIONS.map((option) => ({ ...option, summary: `to: ${option.summary}` })),
      ...SOURCE_OPTIONS,
    ],
    examples: [
      {
        command: 'provtrace export ghcr.io/acme/shop:1.4 > shop.cdx.json',
        says: 'what is in it, where from and whose',
      },
      {
        command: 'provtrace export ghcr.io/acme/shop:1.4 --format intoto > statement.json',
        says: 'the chain as a statement, for whoever signs it',
      },
      {
        command: 'provtrace export ghcr.io/acme/shop:1.4 --to shop.tar',
        says: 'all evidence, to be verified where there is no network: provtrace verify oci-archive:shop.tar …',
      },
    ],
    exitCodes: [
      [0, 'done; with requirements: whatever the verdict, which is in the layout'],
      [2, 'the command line or the configuration is wrong, or something is there already'],
      [
        3,
        'an image or a source of evidence could not be reached, read or authorised; to: the layout lacks what that has',
      ],
      [4, 'no such image'],
      [70, 'a fault in provtrace itself'],
    ],
    load: () => import('./export.ts'),
  };
}
