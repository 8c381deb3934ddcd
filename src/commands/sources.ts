import type { Sources } from '../collect/sources.ts';
import { toInstant } from '../core/model/outcome.ts';
import type { OpenedVerifier, OptionSpec, RawInput, Tools } from './command.ts';
import { isSet, textFlags } from './flags.ts';

/** What commands that go on from the commit to people can be given. */
export const SOURCE_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '--source <dir>',
    summary: 'a clone of the repository to read from, beside the one that you are in (repeatable)',
    repeatable: true,
  },
  {
    flags: '--no-source',
    summary: 'the image and its attestations alone: nobody is asked about its commit, owners and service',
  },
  { flags: '--contributors', summary: 'who has changed the path in the last twelve months, which costs that history' },
];

const CONTRIBUTORS_MS = 365 * 24 * 60 * 60 * 1000;

/** Undefined where the image alone is asked about. */
export async function openSources(
  { flags }: RawInput,
  tools: Tools,
  {
    verifier,
    verifyArtifact,
    clones = [],
  }: Pick<OpenedVerifier, 'verifier' | 'verifyArtifact'> & { readonly clones?: readonly string[] },
): Promise<Sources | undefined> {
  if (flags['source'] === false) return undefined;
  const ports = await tools.openSources({
    clones: [...textFlags(flags, 'source'), ...clones],
    verifier,
    verifyArtifact,
  });
  if (ports === undefined) return undefined;
  const { createSources } = await import('../collect/sources.ts');
  return createSources(
    ports,
    isSet(flags, 'contributors') ? { contributorsSince: toInstant(tools.clock.nowMs() - CONTRIBUTORS_MS) } : {},
  );
}
