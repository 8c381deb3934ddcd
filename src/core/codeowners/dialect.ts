import { ToolError } from '../errors.ts';
import { foreignFormat } from './foreign-format.ts';
import type { ForgeKind } from '../model/forge.ts';
import type { Dialect } from './model.ts';

/** For people. */
export const DIALECT_NAMES: Readonly<Record<Dialect, string>> = {
  github: 'GitHub',
  gitlab: 'GitLab',
  gitea: 'Gitea and Forgejo',
  bitbucketCloud: 'Bitbucket Cloud',
  bitbucketDataCenter: 'Bitbucket Data Center',
};

/** Where each forge looks, the first file found wins. Forgejo has Gitea's list, and no folder of its own. */
const LOCATIONS: Readonly<Record<Dialect, readonly string[]>> = {
  github: ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'],
  gitlab: ['CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'],
  gitea: ['CODEOWNERS', 'docs/CODEOWNERS', '.gitea/CODEOWNERS'],
  bitbucketCloud: ['.bitbucket/CODEOWNERS'],
  bitbucketDataCenter: ['.bitbucket/CODEOWNERS'],
};

/** For a forge that is not known: where two of them look in several of these places, they agree on this order. */
const ALL_LOCATIONS = [...new Set(Object.values(LOCATIONS).flat())];

/** Folders that only one forge reads. Nothing in a file tells the two kinds of Bitbucket apart for certain. */
const FOLDERS: readonly (readonly [string, Dialect])[] = [
  ['.gitlab', 'gitlab'],
  ['.gitea', 'gitea'],
  ['.bitbucket', 'bitbucketCloud'],
  ['.github', 'github'],
];

/** A header of GitLab's, which with anything but owners after it is a class in somebody's pattern. */
const SECTION_HEADER = /^[ \t]*\^?\[[^\]\n]+\](?:\[\d*\])?[ \t\r]*(?:[ \t][@\w][^\n]*)?$/m;
/** An escaped dot as Gitea wants it, or `.*` where a glob would hardly have it: at the beginning of a pattern or a segment. */
const EXPRESSION = /^[ \t]*(?![#/]|\S*\*\*)(?:\S*\\\\\.|[!^]?(?:\S*[/)\]])?\.\*)/m;

export type DialectChoice = {
  readonly dialect: Dialect;
  readonly because: 'forge' | 'location' | 'content' | 'default';
  /** For people, to stand after the dialect's name. */
  readonly reason: string;
};

/** What is known of a CODEOWNERS file. `path` is from the root of the repository. */
export type FoundFile = { readonly forge?: ForgeKind; readonly path?: string; readonly text: string };

/** Where to look for the file, in the order of precedence; without a forge, in all places that any forge has. */
export function codeownersLocations(forge?: ForgeKind): readonly string[] {
  return forge === undefined ? ALL_LOCATIONS : LOCATIONS[dialectOf(forge)];
}

/**
 * Whose reading a file is for: the forge's that the repository is on, else its folder's, else what its lines look like, else GitHub's.
 * @throws ToolError `UNSUPPORTED` for a file of another format, by its name
 */
export function chooseDialect({ forge, path, text }: FoundFile): DialectChoice {
  const foreign = foreignFormat(text, path);
  if (foreign !== undefined) {
    throw new ToolError('UNSUPPORTED', `${path ?? 'the file'} is of the format ${foreign}`, {
      expected: `CODEOWNERS of ${Object.values(DIALECT_NAMES).join(', ')}`,
      got: foreign,
      hint: `What ${foreign} decides, only its own program can tell.`,
    });
  }
  if (forge !== undefined) {
    return { dialect: dialectOf(forge), because: 'forge', reason: 'the forge that the repository is on' };
  }
  const [, dialect] = FOLDERS.find(([folder]) => path?.startsWith(`${folder}/`) === true) ?? [];
  if (dialect !== undefined) return { dialect, because: 'location', reason: `only this forge reads ${path ?? ''}` };
  if (SECTION_HEADER.test(text)) return { dialect: 'gitlab', because: 'content', reason: 'it has section headers' };
  if (EXPRESSION.test(text)) return { dialect: 'gitea', because: 'content', reason: 'it has regular expressions' };
  return { dialect: 'github', because: 'default', reason: 'nothing in it is of another forge' };
}

function dialectOf(forge: ForgeKind): Dialect {
  return forge === 'forgejo' ? 'gitea' : forge;
}
