import { withoutUndefined } from '../defined.ts';
import { ToolError } from '../errors.ts';
import type { Gathered } from '../model/chain.ts';
import type { Evidence, Place, Problem } from '../model/evidence.ts';
import type { SourceRead } from '../model/source.ts';
import type { DockerfileMatch } from '../source/dockerfile-match.ts';
import { matchDockerfiles, pathOfMatch } from '../source/dockerfile-match.ts';

/** The collector of these claims. */
export const DOCKERFILE_MATCH = 'dockerfile-match';
const SAME_TEXT = 'the text in the provenance is that file’s at the commit';
const PATHS_SHOWN = 5;
const CARRIER = 'files of the commit with the Dockerfile’s text';

/** Which file of the commit the Dockerfile is whose text a document holds (reference/provenance.md 11). */
export function gatheredOfDockerfiles(read: SourceRead): Gathered {
  const matches = matchDockerfiles(read);
  return {
    evidence: matches.flatMap((match) => claimOf(match, read)),
    problems: problemsOf(read),
    places: matches.map((match) => placeOf(match, read)),
    documents: [],
    remarks: [],
  };
}

/**
 * The hash tells which file the text is of. That it was built from is the document's word, and has its rank: where the document states another
 * path beside it, it contradicts itself, and that is a conflict. No more than attested, since the path itself is nobody's statement.
 */
function claimOf(match: DockerfileMatch, { asked }: SourceRead): readonly Evidence[] {
  const { text, said, path: stated } = match.quoted;
  const path = pathOfMatch(match, asked);
  if (path === undefined || asked.about.kind === 'repository' || said.claim.kind !== 'edge') return [];
  const { repository, commit } = asked.about;
  const to = stated?.path === path ? stated : { kind: 'sourcePath' as const, repository, commit, path };
  const { document } = said.origin;
  return [
    withoutUndefined({
      claim: { kind: 'edge' as const, from: said.claim.from, relation: 'builtAt' as const, to },
      strength: said.strength === 'verified' ? ('attested' as const) : said.strength,
      rank: said.rank,
      why: said.why === undefined ? SAME_TEXT : `${said.why}; ${SAME_TEXT}`,
      boundBy: said.boundBy,
      origin: withoutUndefined({
        collector: DOCKERFILE_MATCH,
        location: `files of commit ${commit}, ${text.at}`,
        document,
      }),
    }),
  ];
}

const UNSEARCHED = new ToolError('NOT_READABLE', 'the folders of the commit could not all be looked through');

/** Where nobody states the path, what was not looked at could have told it. */
function problemsOf(read: SourceRead): readonly Problem[] {
  const { asked, reading } = read;
  const unseen = matchDockerfiles(read).flatMap(({ quoted, paths }) => (paths === undefined ? [quoted] : []));
  const unknown = reading.kind === 'failed' ? (asked.dockerfiles ?? []) : unseen;
  const { code, message, hint } = reading.kind === 'failed' ? reading.error : UNSEARCHED;
  return unknown.flatMap(({ path, said }) =>
    path !== undefined || said.claim.kind !== 'edge'
      ? []
      : [
          withoutUndefined({
            collector: 'git',
            at: said.claim.from,
            relations: ['builtAt' as const],
            code,
            message,
            hint,
          }),
        ],
  );
}

function placeOf({ paths }: DockerfileMatch, { asked: { about } }: SourceRead): Place {
  if (paths === undefined) return { at: about, carrier: CARRIER, result: 'unheard', detail: UNSEARCHED.message };
  if (paths.length === 0) return { at: about, carrier: CARRIER, result: 'absent' };
  const more = paths.length > PATHS_SHOWN ? `, and ${paths.length - PATHS_SHOWN} more` : '';
  return { at: about, carrier: CARRIER, result: 'found', detail: `${paths.slice(0, PATHS_SHOWN).join(', ')}${more}` };
}
