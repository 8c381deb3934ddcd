import type { Entity, EntityKind } from '../model/entity.ts';
import { entityId } from '../model/entity.ts';
import type { StepName } from '../model/report.ts';
import type { Claim, FactName, Relation } from '../model/evidence.ts';
import { NOTARY_SIGNATURE } from '../provenance/carriers.ts';

/** How `explain` is written; each has one file in `render/explain`. */
export const EXPLAIN_FORMATS = ['text', 'json'] as const;
export type ExplainFormat = (typeof EXPLAIN_FORMATS)[number];

/** What a fact is asked of: the image, any build that evidence names as the image's, or the source that the chain comes to, with its paths, owners and service. */
export type Subject = 'image' | 'build' | 'source';

/** A fact that can be explained: which claims answer it. */
export type FactSpec = {
  readonly of: Subject;
  /** Claims of the first that the chain settles or leaves open are the answer; those of the others bear on it. */
  readonly relations?: readonly [Relation, ...Relation[]];
  readonly name?: FactName;
  /** Of the documents that describe the image. */
  readonly documents?: 'signatures' | 'sboms';
  /** The step whose answer it is, where not every answer to the relations is: other paths have owners too. */
  readonly step?: StepName;
};

const edge = (of: Subject, ...relations: [Relation, ...Relation[]]): FactSpec => ({ of, relations });
const value = (of: Subject, name: FactName): FactSpec => ({ of, name });

/** Every step of the chain, and its details, by the words that `trace` has for them. */
export const FACTS = {
  platform: value('image', 'platform'),
  created: value('image', 'created'),
  config: value('image', 'configDigest'),
  signature: { of: 'image', relations: ['describedBy'], documents: 'signatures' },
  build: edge('image', 'builtBy'),
  builder: edge('image', 'builtBy'),
  type: value('build', 'buildType'),
  run: value('build', 'runUrl'),
  trigger: value('build', 'trigger'),
  runner: value('build', 'runner'),
  started: value('build', 'startedOn'),
  finished: value('build', 'finishedOn'),
  hermetic: value('image', 'hermetic'),
  reproducible: value('image', 'reproducible'),
  pipeline: edge('build', 'ranBy'),
  workflow: edge('build', 'ranFrom'),
  source: edge('image', 'fromRepository', 'builtFrom'),
  repository: edge('image', 'fromRepository', 'builtFrom'),
  commit: edge('image', 'builtFrom'),
  ref: value('image', 'ref'),
  version: value('image', 'version'),
  worktree: value('image', 'dirty'),
  path: edge('image', 'builtAt'),
  context: edge('image', 'contextAt'),
  base: edge('image', 'basedOn', 'builtWith'),
  sbom: { of: 'image', relations: ['describedBy'], documents: 'sboms' },
  author: value('source', 'author'),
  review: { of: 'source', relations: ['reviewedBy'], step: 'review' },
  owners: { of: 'source', relations: ['ownedBy'], step: 'owners' },
  service: edge('image', 'componentOf'),
  contact: edge('source', 'contactOf'),
} as const satisfies Record<string, FactSpec>;
export type FactWord = keyof typeof FACTS;

export function factWords(): readonly FactWord[] {
  const words: FactWord[] = [];
  let word: FactWord;
  for (word in FACTS) words.push(word);
  return words;
}

/** Whether repositories, forges and catalogs have a say in it: a repository also where the Dockerfile is whose text is known. */
export function isOfPeople(word: FactWord): boolean {
  return FACTS[word].of === 'source' || word === 'service' || word === 'path';
}

const SOURCES: ReadonlySet<EntityKind> = new Set<EntityKind>([
  'sourceRevision',
  'repository',
  'sourcePath',
  'component',
  'owner',
]);

/** Whether an entity is what the fact is asked of. */
export function isSubject({ of }: FactSpec, entity: Entity, root: Entity): boolean {
  if (of === 'image') return entityId(entity) === entityId(root);
  return of === 'build' ? entity.kind === 'build' : SOURCES.has(entity.kind);
}

const SBOM = /^https:\/\/(?:spdx\.dev\/Document|cyclonedx\.org\/|syft\.dev\/bom|scout\.docker\.com\/sbom)/;

/** Whether a claim answers the question, or bears on its answer. `signed`: the digests of documents that have a signature. */
export function answers({ relations, name, documents }: FactSpec, claim: Claim, signed: ReadonlySet<string>): boolean {
  if (claim.kind === 'fact') return claim.name === name;
  if (relations?.includes(claim.relation) !== true) return false;
  if (documents === undefined || claim.to.kind !== 'document') return documents === undefined;
  const { predicateType, digest } = claim.to;
  return documents === 'sboms' ? SBOM.test(predicateType) : predicateType === NOTARY_SIGNATURE || signed.has(digest);
}
