import type { SourceRead } from '../model/source.ts';
import type { DockerfileMatch } from '../source/dockerfile-match.ts';
import { matchDockerfiles, statedPath } from '../source/dockerfile-match.ts';
import type { Examined, FindingRule, Found } from './rule.ts';
import { bothSides } from './rule.ts';
import { ofSource } from './source.ts';

/** What does not fit between the Dockerfile that was read and the one of the commit. */
export const DOCKERFILE_RULES: readonly FindingRule<Examined>[] = [
  {
    code: 'DOCKERFILE_DIFFERS',
    severity: 'warn',
    advice:
      'find out what was built: another file, a change that was never committed, or line endings that were converted on the way',
    find: ofSource(({ read }) => matchDockerfiles(read).flatMap((match) => differing(match, read))),
  },
];

function differing({ quoted, id, paths = [] }: DockerfileMatch, { asked, reading }: SourceRead): readonly Found[] {
  const path = statedPath(quoted, asked.about);
  const entry = path === undefined || reading.kind !== 'found' ? undefined : reading.value.paths.get(path);
  // A link is another file’s text, and what was not read is not known.
  const isOther = entry?.kind === 'found' && entry.value.kind === 'file' && entry.value.id !== id;
  if (path === undefined || !(isOther || entry?.kind === 'absent')) return [];
  const elsewhere = paths.length === 0 ? '' : `; the commit has that text as ${paths.join(', ')}`;
  const message = bothSides(
    [`the text at ${quoted.text.at}`, `what ${path} was`],
    ['the commit', isOther ? 'has another text there' : 'has no such file'],
  );
  return [{ message: `${message}${elsewhere}`, evidence: [quoted.said] }];
}
