import { parseBitbucketCloud, parseBitbucketDataCenter } from './bitbucket.ts';
import { parseGitea } from './gitea.ts';
import { parseGithub } from './github.ts';
import { parseGitlab } from './gitlab.ts';
import { type Line, meaningfulLines } from './lines.ts';
import type { CodeownersFile, Dialect, ParsedRules } from './model.ts';

const PARSERS: Readonly<Record<Dialect, (lines: readonly Line[]) => ParsedRules>> = {
  github: parseGithub,
  gitlab: parseGitlab,
  gitea: parseGitea,
  bitbucketCloud: parseBitbucketCloud,
  bitbucketDataCenter: parseBitbucketDataCenter,
};

/**
 * A CODEOWNERS file as the forge of that dialect reads it. Lines that it does not read, or not as meant, are `problems`.
 * `path` is where the file was read, for messages and evidence.
 * @throws ToolError `TOO_LARGE`
 */
export function parseCodeowners(text: string, dialect: Dialect, path = 'CODEOWNERS'): CodeownersFile {
  return { path, dialect, ...PARSERS[dialect](meaningfulLines(text, path)) };
}
