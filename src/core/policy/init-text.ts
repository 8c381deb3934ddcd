import type { Chosen, InitialPolicy } from './init-policy.ts';

/** The policy as a file: each line with a comment that says where it came from, and what was left loose or out and why. */
export function policyText(policy: InitialPolicy): string {
  const { references, images, inheritFromIndex, signers, chosen } = policy;
  const sections = Map.groupBy(chosen, ({ section }) => section);
  const lines = [
    '# The tightest policy that these images meet:',
    ...references.map((reference) => `#   ${clean(reference)}`),
    'version: 1',
    'rules:',
    line(2, `- name: ${value(nameOf(images))}`, 'for reports and exceptions; call it what you like'),
    line(
      4,
      `images: ${value(images)}`,
      'where they were read; left tight: a pattern such as ghcr.io/acme/** is for more',
    ),
    ...(inheritFromIndex
      ? [
          '    platforms:',
          line(6, 'inheritFromIndex: true', 'what is signed is an index, and not each of its platforms'),
        ]
      : []),
    '    require:',
    '      signers:',
    '        of:',
    ...signers.map(({ demand, why }) => line(10, `- ${value(demand)}`, why)),
    ...[...sections].flatMap(([section, demands]) => sectionLines(section, demands)),
  ];
  return `${lines.join('\n')}\n`;
}

function sectionLines(section: string, demands: readonly Chosen[]): readonly string[] {
  const isDemanding = demands.some((demand) => demand.value !== undefined);
  return [
    ...(isDemanding ? [`      ${section}:`] : []),
    ...demands.map((demand) =>
      demand.value === undefined
        ? `        # left out: ${section}.${demand.name}: ${clean(demand.why)}`
        : line(8, `${demand.name}: ${value(demand.value)}`, demand.why),
    ),
  ];
}

function line(indent: number, text: string, why: string): string {
  return `${' '.repeat(indent)}${text} # ${clean(why)}`;
}

/** JSON is YAML, whatever strangers wrote into it: with the two line breaks escaped that JSON leaves as they are. */
function value(written: unknown): string {
  return JSON.stringify(written).replaceAll(
    /[\u0085\u2028\u2029\uFEFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A comment ends with its line: what strangers wrote must not. */
function clean(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
}

function nameOf([image = 'image']: readonly string[]): string {
  return (
    image
      .slice(image.lastIndexOf('/') + 1)
      .replaceAll(/[^A-Za-z0-9._-]/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 100) || 'image'
  );
}
