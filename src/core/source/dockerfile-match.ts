import type { Dossier } from '../model/chain.ts';
import type { Entity, EntityOf } from '../model/entity.ts';
import { entityId } from '../model/entity.ts';
import type { Evidence, Relation } from '../model/evidence.ts';
import { SIGNAL_STRENGTHS } from '../model/evidence.ts';
import type { AskedSource, ObjectId, QuotedDockerfile, SourceRead, SourceRoot } from '../model/source.ts';
import type { HashBytes } from '../provenance/dockerfile-text.ts';
import { dockerfileText } from '../provenance/dockerfile-text.ts';
import { readProvenance } from '../provenance/index.ts';
import { withoutUndefined } from '../defined.ts';
import { isIn } from './asked-sources.ts';

/** Documents whose Dockerfile is looked for: an image has one or two, and anybody can attach more. */
const QUOTED_MAX = 16;

/** A Dockerfile's text, and where the commit has a file of it. */
export type DockerfileMatch = {
  readonly quoted: QuotedDockerfile;
  /** The text as git names it in this repository. */
  readonly id: ObjectId;
  /** Missing where not all files of the commit could be looked at. */
  readonly paths?: readonly string[];
};

/** The Dockerfiles of which documents about the image hold the text. What is rejected, or about something else, said nothing of the image. */
export function quotedDockerfiles(
  { image, chain, gathered }: Pick<Dossier, 'image' | 'chain' | 'gathered'>,
  hash: HashBytes,
): readonly QuotedDockerfile[] {
  const documents = new Map(gathered.documents.map(({ signed }) => [signed.document, signed]));
  const saidBy = (document: string, relation: Relation): Evidence | undefined =>
    gathered.evidence.find(
      ({ claim, origin }) =>
        origin.document === document &&
        claim.kind === 'edge' &&
        claim.relation === relation &&
        entityId(claim.from) === entityId(image.root),
    );
  const settled = chain.hops.find(({ relation }) => relation === 'builtAt')?.to;
  const quoted = [...documents.values()].flatMap((signed): QuotedDockerfile[] => {
    const said = saidBy(signed.document, 'describedBy');
    const provenance = said && signed.kind === 'statement' ? readProvenance(signed.statement) : undefined;
    const text = provenance && dockerfileText(provenance, hash);
    if (said === undefined || text === undefined) return [];
    const own = saidBy(signed.document, 'builtAt')?.claim;
    return [withoutUndefined({ text, said, path: pathIn(own?.kind === 'edge' ? own.to : settled) })];
  });
  // Beside a better word a stranger's quotation tells nothing: its file is not the one that was built from, and may be another team's.
  const best = Math.max(...quoted.map(({ said }) => SIGNAL_STRENGTHS.indexOf(said.strength)));
  return quoted.filter(({ said }) => SIGNAL_STRENGTHS.indexOf(said.strength) === best).slice(0, QUOTED_MAX);
}

function pathIn(entity: Entity | undefined): EntityOf<'sourcePath'> | undefined {
  return entity?.kind === 'sourcePath' ? entity : undefined;
}

/** Each Dockerfile that was looked for among the files of the commit; none where that was not read. */
export function matchDockerfiles({
  asked,
  reading,
}: Pick<SourceRead, 'asked' | 'reading'>): readonly DockerfileMatch[] {
  if (reading.kind !== 'found') return [];
  const { commit, blobPaths } = reading.value;
  return (asked.dockerfiles ?? []).map((quoted) => {
    const id = quoted.text.blobIds[commit.id.length === quoted.text.blobIds.sha1.length ? 'sha1' : 'sha256'];
    return withoutUndefined({ quoted, id, paths: blobPaths?.get(id) });
  });
}

/** Where it is said to be in this source. */
export function statedPath({ path }: QuotedDockerfile, about: SourceRoot): string | undefined {
  return path !== undefined && isIn(path, about) ? path.path : undefined;
}

/** The one file that it is: where it is said to be, else the only one of its text. Of several alike, nobody can tell which was read. */
export function pathOfMatch({ quoted, paths = [] }: DockerfileMatch, asked: AskedSource): string | undefined {
  const stated = statedPath(quoted, asked.about);
  if (stated !== undefined && paths.includes(stated)) return stated;
  return paths.length === 1 ? paths[0] : undefined;
}
