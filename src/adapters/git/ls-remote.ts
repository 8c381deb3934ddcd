import type { Outcome } from '../../core/model/outcome.ts';
import { found } from '../../core/model/outcome.ts';
import { repositoryKey } from '../../core/source-url.ts';
import type { SourceLocation, SourceRefs } from '../../ports/source-code.ts';
import { parseListing, selectRefs } from './advertisement.ts';
import { outcomeOfFailure } from './failure.ts';
import type { Git } from './git.ts';
import { objectFormatOf } from './object-id.ts';
import type { Transport } from './transport.ts';

export type LsRemoteOptions = {
  readonly git: Git;
  readonly gitFolder: string;
  readonly url: URL;
  readonly transport: Transport;
};

/** The refs of a repository that is not asked over HTTP. Whether its server filters is not told. @throws ToolError */
export async function fetchListedRefs(
  at: SourceLocation,
  options: LsRemoteOptions,
): Promise<Outcome<SourceRefs, 'noSuchRepository'>> {
  const { git, gitFolder, url, transport } = options;
  const what = `the refs of ${repositoryKey(at.repository)}`;
  const { code, output, messages } = await git.run({
    gitFolder,
    parameters: ['ls-remote', '--quiet', '--symref', '--end-of-options', url.href],
    what,
    ...transport,
  });
  if (code !== 0) {
    const outcome = outcomeOfFailure(messages, { what, host: url.host });
    // No commit was asked for.
    return outcome.kind === 'absent' ? { ...outcome, reason: 'noSuchRepository' } : outcome;
  }
  const lines = output.toString('utf8').split('\n');
  const head = lines.map((line) => /^ref: (\S+)\tHEAD$/.exec(line)?.[1]).find((target) => target !== undefined);
  const refs = selectRefs(parseListing(lines, head));
  const [example] = refs.refs;
  return found({
    address: url.href,
    objectFormat: example === undefined ? 'sha1' : objectFormatOf(example.commit),
    ...refs,
  });
}
