import { join } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { CommitSignaturesOptions } from './options.ts';

const SETTINGS_BYTES_MAX = 64 * 1024;
/** git's code where a file is not there, or has nothing of what was asked. */
const NOT_SET = 1;

/** As the user's own git configuration has them: paths, of which `~` has been replaced. */
export type SshSettings = { readonly allowedSignersFile?: string; readonly revocationFile?: string };

/** `gpg.ssh.*` as `git config --global` reads it, and so never from a repository. @throws ToolError where that cannot be done */
export async function readSshSettings(options: CommitSignaturesOptions): Promise<SshSettings> {
  const { repositories } = options;
  const gitFolder = await repositories.newFolder('configuration');
  await repositories.initialise(gitFolder, { objectFormat: 'sha1' });
  let settings: SshSettings = {};
  // What stands in an earlier file counts.
  for (const file of globalFiles(options)) settings = { ...(await readFile(file, gitFolder, options)), ...settings };
  return settings;
}

/** The one file that the environment names, or else the two places that git knows. */
function globalFiles({ env, homeDirectory: home }: CommitSignaturesOptions): readonly string[] {
  const named = env['GIT_CONFIG_GLOBAL'];
  if (named !== undefined) return [named];
  const xdg = env['XDG_CONFIG_HOME'] || (home === undefined ? undefined : join(home, '.config'));
  return [
    ...(home === undefined ? [] : [join(home, '.gitconfig')]),
    ...(xdg === undefined ? [] : [join(xdg, 'git', 'config')]),
  ];
}

async function readFile(
  file: string,
  gitFolder: string,
  { git, homeDirectory: home }: CommitSignaturesOptions,
): Promise<SshSettings> {
  const { code, output } = await git.run({
    gitFolder,
    parameters: [
      'config',
      '--global',
      '--includes',
      '--null',
      '--type=path',
      '--get-regexp',
      String.raw`^gpg\.ssh\.(allowedsigners|revocation)file$`,
    ],
    what: 'your git configuration',
    outputBytesMax: SETTINGS_BYTES_MAX,
    // For the `~` in paths too.
    env: { GIT_CONFIG_GLOBAL: file, ...(home === undefined ? {} : { HOME: home }) },
  });
  if (code === NOT_SET) return {};
  // Who is revoked may stand behind what cannot be read.
  if (code !== 0) throw new ToolError('NOT_READABLE', `git cannot read ${file}`);
  return parseSettings(Buffer.from(output).toString('utf8'));
}

/** Name, line break, value, NUL; of several the last counts. An empty value takes an earlier one back. */
function parseSettings(output: string): SshSettings {
  const values = new Map(
    output.split('\0').map((entry) => {
      const end = entry.indexOf('\n');
      return end < 0 ? [entry, ''] : [entry.slice(0, end), entry.slice(end + 1)];
    }),
  );
  const [signers, revoked] = [values.get('gpg.ssh.allowedsignersfile'), values.get('gpg.ssh.revocationfile')];
  return { ...(signers ? { allowedSignersFile: signers } : {}), ...(revoked ? { revocationFile: revoked } : {}) };
}
