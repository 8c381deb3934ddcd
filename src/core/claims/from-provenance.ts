import { withoutUndefined } from '../defined.ts';
import type { Entity, EntityOf, ImageEntity } from '../model/entity.ts';
import type { BoundBy, Claim, Evidence, FactName, Origin, Relation, SignalStrength } from '../model/evidence.ts';
import { parseRepositoryName } from '../model/image-reference.ts';
import type { ImageInput, Provenance, Read, ResolvedDependency, SourceReading } from '../provenance/provenance.ts';
import { RANKS } from './ranks.ts';

/** What is the same for every claim of one document. */
export type Said = {
  readonly image: ImageEntity;
  readonly strength: SignalStrength;
  readonly rank: number;
  readonly why?: string;
  readonly boundBy: BoundBy;
  readonly originOf: (at: string) => Origin;
};

export const CLIENT_WORD = 'the word of the client that asked for the build';
/** Between the sources of one document, preferred first. Less than the distance between two kinds of document. */
const SOURCE_STEP = 5;

/** Everything that a build provenance says about the image, as evidence of the document's worth. */
export function claimsOfProvenance(said: Said, provenance: Provenance): readonly Evidence[] {
  const { image } = said;
  const build = buildOf(provenance);
  const [source] = provenance.sources;
  return [
    edge(said, { from: image, relation: 'builtBy', to: build }, provenance.builderId?.at ?? '$.predicate'),
    ...sourceClaims(said, provenance),
    ...(provenance.definedIn === undefined ? [] : definitionClaims(said, build, provenance.definedIn)),
    ...pathClaim(
      said,
      { from: build, relation: 'ranBy' },
      { read: provenance.pipelineFile, source: provenance.definedIn ?? source },
    ),
    ...pathClaim(said, { from: image, relation: 'builtAt' }, { read: provenance.dockerfile, source }),
    ...pathClaim(said, { from: image, relation: 'contextAt' }, { read: provenance.context, source }),
    ...inputClaims(said, provenance.resolvedDependencies),
    ...factClaims(said, build, provenance),
  ];
}

/** One run is one build, however its documents number it: by the address of its page where there is one. */
export function buildOf({ builderId, runUrl, invocationId }: Provenance): EntityOf<'build'> {
  return withoutUndefined({
    kind: 'build',
    builderId: builderId?.value ?? '',
    invocationId: runUrl?.value ?? invocationId?.value,
  });
}

export function edge(said: Said, link: { from: Entity; relation: Relation; to: Entity }, at: string): Evidence {
  return evidence(said, { kind: 'edge', ...link }, at);
}

export function evidence({ strength, rank, why, boundBy, originOf }: Said, claim: Claim, at: string): Evidence {
  return withoutUndefined({ claim, strength, rank, why, boundBy, origin: originOf(at) });
}

/** The preferred source at the document's rank, the others beneath it; where none is preferred all stand side by side, which is a conflict. */
function sourceClaims(said: Said, { sources, problems }: Provenance): readonly Evidence[] {
  const ambiguous = problems.some(({ code }) => code === 'AMBIGUOUS_SOURCE');
  return sources.flatMap((source, index): Evidence[] => {
    const weaker = ambiguous ? 0 : index * SOURCE_STEP;
    const own = source.role === 'hint' ? hinted(said) : { ...said, rank: said.rank + weaker };
    return [
      sourceClaim(own, source),
      ...(source.dirty === true
        ? [
            evidence(
              own,
              { kind: 'fact', about: said.image, name: 'dirty', value: 'had uncommitted changes' },
              source.at,
            ),
          ]
        : []),
    ];
  });
}

/** Whoever signs a document that quotes the client does not vouch for what the client said. */
function hinted(said: Said): Said {
  const { strength, rank, why } = said;
  return {
    ...said,
    strength: strength === 'verified' ? 'attested' : strength,
    rank: rank + RANKS.predicateHint - RANKS.unsignedPredicate,
    why: why === undefined ? CLIENT_WORD : `${why}; ${CLIENT_WORD}`,
  };
}

function sourceClaim(said: Said, { url, commit, at, commitAt }: SourceReading): Evidence {
  if (commit === undefined)
    return edge(said, { from: said.image, relation: 'fromRepository', to: { kind: 'repository', url } }, at);
  return edge(
    said,
    { from: said.image, relation: 'builtFrom', to: { kind: 'sourceRevision', repository: url, commit } },
    commitAt ?? at,
  );
}

function definitionClaims(
  said: Said,
  build: Entity,
  { url, commit, at, commitAt }: SourceReading,
): readonly Evidence[] {
  if (commit === undefined) return [];
  return [
    edge(
      said,
      { from: build, relation: 'ranFrom', to: { kind: 'sourceRevision', repository: url, commit } },
      commitAt ?? at,
    ),
  ];
}

function pathClaim(
  said: Said,
  link: { from: Entity; relation: Relation },
  path: { read: Read<string> | undefined; source: SourceReading | undefined },
): readonly Evidence[] {
  const { read, source } = path;
  if (read === undefined || source === undefined) return [];
  const to: Entity = withoutUndefined({
    kind: 'sourcePath' as const,
    repository: source.url,
    commit: source.commit,
    path: read.value === '.' ? '' : read.value,
  });
  return [edge(source.role === 'hint' ? hinted(said) : said, { ...link, to }, read.at)];
}

/** With one candidate the image stands on it; with several only their layers can tell which (graph/inheritance). */
function inputClaims(said: Said, dependencies: readonly ResolvedDependency[]): readonly Evidence[] {
  const bases = dependencies.filter(({ role, image }) => role === 'base' && image !== undefined);
  const names = new Set(bases.map(({ image }) => `${image?.name} ${image?.digest ?? image?.tag}`));
  return bases.flatMap(({ image, at }) =>
    image === undefined
      ? []
      : [
          edge(
            said,
            { from: said.image, relation: names.size === 1 ? 'basedOn' : 'builtWith', to: inputEntity(image) },
            at,
          ),
        ],
  );
}

export function inputEntity({ name, tag, digest }: Pick<ImageInput, 'name' | 'tag' | 'digest'>): Entity {
  const repository = parseRepositoryName(name);
  if (digest !== undefined && repository !== undefined) return { kind: 'image', digest, foundAt: [repository] };
  return {
    kind: 'imageName',
    name: `${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`,
  };
}

function factClaims(said: Said, build: Entity, provenance: Provenance): readonly Evidence[] {
  const rows: readonly (readonly [about: Entity, name: FactName, read: Read<string | boolean> | undefined])[] = [
    [build, 'buildType', provenance.buildType],
    [build, 'runUrl', provenance.runUrl],
    [build, 'trigger', provenance.trigger],
    [build, 'runner', provenance.runner],
    [build, 'startedOn', provenance.startedOn],
    [build, 'finishedOn', provenance.finishedOn],
    [said.image, 'ref', provenance.ref],
    [said.image, 'hermetic', provenance.hermetic],
    [said.image, 'reproducible', provenance.reproducible],
    [said.image, 'completeMaterials', provenance.completeness.materials],
  ];
  return rows.flatMap(([about, name, read]) =>
    read === undefined ? [] : [evidence(said, { kind: 'fact', about, name, value: String(read.value) }, read.at)],
  );
}
