import { withoutUndefined } from '../defined.ts';
import type { Digest } from '../model/digest.ts';
import type { Entity, ImageEntity } from '../model/entity.ts';
import type { BoundBy, Claim, Evidence } from '../model/evidence.ts';
import type { HistoryEntry } from '../model/oci.ts';
import type { LabelReading, Labelled } from '../provenance/labels/index.ts';
import { inputEntity } from './from-provenance.ts';

/** One reading, and where on the image it was read. */
export type PlacedReading = {
  readonly collector: string;
  readonly image: ImageEntity;
  readonly reading: LabelReading;
  readonly rank: number;
  readonly boundBy: BoundBy;
  readonly location: string;
  readonly document: Digest | undefined;
  /** Of the config; annotations have none. */
  readonly history: readonly HistoryEntry[];
};

/** Labels that the makers of widely used base images set, and that images built on them are found with. */
const OF_BASE_IMAGES =
  /^(?:io\.openshift\.|io\.k8s\.|com\.redhat\.|dev\.chainguard\.|vcs-(?:ref|type|url)$|url$|release$|build-date$|architecture$)/;
const POSSIBLY_INHERITED = 'possibly from its base image, as no line of its history sets it';

/** Where the base cannot be read, its history is what is left to tell by (reference/provenance.md 9.3). */
function isPossiblyInherited(label: string, history: readonly HistoryEntry[]): boolean {
  return (
    OF_BASE_IMAGES.test(label) &&
    !history.some(({ createdBy }) => /\bLABEL\b/.test(createdBy) && createdBy.includes(`${label}=`))
  );
}

/** What one vocabulary of labels or annotations says, as `declared` evidence that knows which labels it rests on. */
export function claimsOfLabels(placed: PlacedReading): readonly Evidence[] {
  const { image, reading } = placed;
  const { source, commit, ref, dirty, dockerfile, context, runUrl, created, version, base } = reading;
  const repository = source?.value.url;
  const say = (claim: Claim, ...values: readonly (Labelled<unknown> | undefined)[]): Evidence =>
    evidence(placed, claim, values);
  const path = (relation: 'builtAt' | 'contextAt', value: Labelled<string> | undefined): Evidence[] => {
    if (value === undefined || repository === undefined) return [];
    const to: Entity = withoutUndefined({
      kind: 'sourcePath' as const,
      repository,
      commit: commit?.value,
      path: value.value === '.' ? '' : value.value,
    });
    return [say({ kind: 'edge', from: image, relation, to }, value, source, commit)];
  };
  const fact = (name: 'ref' | 'version' | 'created' | 'dirty', value: Labelled<string> | undefined): Evidence[] =>
    value === undefined ? [] : [say({ kind: 'fact', about: image, name, value: value.value }, value)];
  return [
    ...(repository === undefined
      ? []
      : [
          say(
            { kind: 'edge', from: image, relation: 'fromRepository', to: { kind: 'repository', url: repository } },
            source,
          ),
        ]),
    ...(repository === undefined || commit === undefined
      ? []
      : [
          say(
            {
              kind: 'edge',
              from: image,
              relation: 'builtFrom',
              to: { kind: 'sourceRevision', repository, commit: commit.value },
            },
            source,
            commit,
          ),
        ]),
    ...path('builtAt', dockerfile),
    ...path('contextAt', context),
    ...(runUrl === undefined
      ? []
      : [
          say(
            { kind: 'edge', from: image, relation: 'builtBy', to: { kind: 'build', builderId: runUrl.value } },
            runUrl,
          ),
        ]),
    ...(base === undefined ? [] : baseClaim(base, say, image)),
    ...fact('ref', ref),
    ...fact('version', version),
    ...fact('created', created),
    ...fact('dirty', dirty === undefined ? undefined : { value: 'had uncommitted changes', keys: dirty.keys }),
  ];
}

function baseClaim(
  base: NonNullable<LabelReading['base']>,
  say: (claim: Claim, ...values: readonly Labelled<unknown>[]) => Evidence,
  image: ImageEntity,
): Evidence[] {
  const { name, tag, digest } = base.value;
  if (name === undefined && digest === undefined) return [];
  return [
    say(
      {
        kind: 'edge',
        from: image,
        relation: 'basedOn',
        to: inputEntity({ name: name ?? '', ...withoutUndefined({ tag, digest }) }),
      },
      base,
    ),
  ];
}

function evidence(placed: PlacedReading, claim: Claim, values: readonly (Labelled<unknown> | undefined)[]): Evidence {
  const labels = [...new Set(values.flatMap((value) => value?.keys ?? []))].sort();
  const { collector, document, location, rank, boundBy } = placed;
  const origin = withoutUndefined({ collector, location: `${location} ${labels.join(', ')}`, document });
  // Annotations are written for one image; only the config's labels come with the base.
  if (boundBy !== 'config') return { claim, strength: 'declared', rank, boundBy, origin };
  const why = labels.some((label) => isPossiblyInherited(label, placed.history)) ? POSSIBLY_INHERITED : undefined;
  return withoutUndefined({ claim, strength: 'declared' as const, rank, why, boundBy, origin, labels });
}
