type ForeignFormat = {
  readonly name: string;
  readonly fileNames: readonly string[];
  /** A line that only this format has. */
  readonly line: RegExp;
};

/** Files that say who owns what, by other programs than the forges, with rules of their own. */
const FOREIGN_FORMATS: readonly ForeignFormat[] = [
  { name: 'codeowners-plus', fileNames: ['.codeowners', 'codeowners.toml'], line: /^[ \t]*[&?][ \t]+\S+[ \t]+@/m },
  {
    name: 'Kubernetes OWNERS',
    fileNames: ['OWNERS', 'OWNERS_ALIASES'],
    line: /^(?:approvers|reviewers|emeritus_approvers|aliases|filters):/m,
  },
];

/**
 * The name of the format, if the file is of another one. A file called CODEOWNERS is not: its forge reads it as its own.
 * `path` is missing where only the text is known.
 */
export function foreignFormat(text: string, path?: string): string | undefined {
  const fileName = path?.split('/').at(-1);
  if (fileName === 'CODEOWNERS') return undefined;
  const named = FOREIGN_FORMATS.find(({ fileNames }) => fileName !== undefined && fileNames.includes(fileName));
  return (named ?? FOREIGN_FORMATS.find(({ line }) => line.test(text)))?.name;
}
