import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import { toInstant } from '../../core/model/outcome.ts';
import type { Contributor } from '../../core/model/source.ts';
import type { PathHistory } from '../../ports/source-code.ts';
import type { Git } from './git.ts';

const LOG_BYTES_MAX = 16 * 1024 * 1024;
const FIELDS = ['%H', '%aN', '%aE', '%ct'] as const;
const LOG = ['log', '-z', '--no-merges', `--format=${FIELDS.join('%x00')}`];

/**
 * Who changed a path as an author, from the commits of a repository on this machine. Only folders are compared: no file is needed,
 * and renames are not followed.
 * @throws ToolError
 */
export async function readLog(
  git: Git,
  gitFolder: string,
  {
    commit,
    path,
    since,
    mailmap,
    workFolder,
  }: PathHistory & { /** Where `.mailmap` may be written. */ readonly workFolder: string },
): Promise<readonly Contributor[]> {
  const mailmapFile = join(workFolder, 'mailmap');
  await writeFile(mailmapFile, mailmap);
  const { code, output, messages } = await git.run({
    gitFolder,
    what: `the history of ${path}`,
    parameters: [...LOG, `--since=${since}`, '--end-of-options', commit, '--', ...(path === '' ? [] : [path])],
    configuration: [`mailmap.file=${mailmapFile}`, 'mailmap.blob=', 'log.mailmap=true'],
    outputBytesMax: LOG_BYTES_MAX,
  });
  if (code !== 0)
    throw new ToolError('NOT_READABLE', `the history of ${path} cannot be read`, {
      got: messages.trim().slice(0, 300),
    });
  return sumUp(output.toString('utf8').split('\0'));
}

/** Newest first, so that the first commit of each is their last. */
function sumUp(fields: readonly string[]): readonly Contributor[] {
  const contributors = new Map<string, Contributor>();
  for (let index = 0; index + FIELDS.length <= fields.length; index += FIELDS.length) {
    const [id = '', name = '', email = '', seconds] = fields.slice(index, index + FIELDS.length);
    const key = email.toLowerCase();
    const known = contributors.get(key) ?? {
      name,
      email,
      commits: 0,
      lastCommit: { id, at: toInstant(Number(seconds) * 1000) },
    };
    contributors.set(key, { ...known, commits: known.commits + 1 });
  }
  return [...contributors.values()];
}
