import type { Entity } from '../model/entity.ts';
import { entityId } from '../model/entity.ts';
import type { Evidence } from '../model/evidence.ts';

/** A base image, how many of its layers the image begins with, and the labels that the image has word for word from it. */
export type ProvenBase = {
  readonly base: Entity;
  readonly layers: number;
  readonly inheritedLabels: ReadonlySet<string>;
};

/**
 * Which of the images that evidence names as inputs really is beneath this one: its `diff_ids` are the first of ours
 * (reference/provenance.md 10). The one with the most layers is the nearest; the others that fit are its own bases.
 */
export function provenBase(root: Entity, evidence: readonly Evidence[]): ProvenBase | undefined {
  const facts = factsByEntity(evidence);
  const own = facts.get(entityId(root));
  const ownLayers = own?.get('diffIds')?.split(' ') ?? [];
  const candidates = evidence.flatMap(({ claim }): ProvenBase[] => {
    if (claim.kind !== 'edge' || entityId(claim.from) !== entityId(root) || claim.to.kind !== 'image') return [];
    if (claim.relation !== 'basedOn' && claim.relation !== 'builtWith') return [];
    const theirs = facts.get(entityId(claim.to));
    const layers = theirs?.get('diffIds')?.split(' ') ?? [];
    const isPrefix =
      layers.length > 0 && layers.length <= ownLayers.length && layers.every((id, index) => id === ownLayers[index]);
    if (!isPrefix || theirs === undefined || own === undefined) return [];
    return [{ base: claim.to, layers: layers.length, inheritedLabels: sameLabels(own, theirs) }];
  });
  return candidates.sort(
    (left, right) => right.layers - left.layers || (entityId(left.base) < entityId(right.base) ? -1 : 1),
  )[0];
}

/** Evidence about the root that rests on a label which its base has too: a Dockerfile build copies the base's labels (finding `LABEL_INHERITED`). */
export function inheritedEvidence(root: Entity, evidence: readonly Evidence[]): ReadonlySet<Evidence> {
  const inherited = provenBase(root, evidence)?.inheritedLabels ?? new Set<string>();
  return new Set(
    evidence.filter((item) => item.labels?.some((label) => inherited.has(label)) === true && isAbout(root, item)),
  );
}

function isAbout(root: Entity, { claim }: Evidence): boolean {
  return entityId(claim.kind === 'edge' ? claim.from : claim.about) === entityId(root);
}

function factsByEntity(evidence: readonly Evidence[]): Map<string, Map<string, string>> {
  const facts = new Map<string, Map<string, string>>();
  for (const { claim } of evidence) {
    if (claim.kind !== 'fact') continue;
    const id = entityId(claim.about);
    const known = facts.get(id) ?? new Map<string, string>();
    if (!known.has(claim.name)) known.set(claim.name, claim.value);
    facts.set(id, known);
  }
  return facts;
}

function sameLabels(own: ReadonlyMap<string, string>, theirs: ReadonlyMap<string, string>): ReadonlySet<string> {
  const labels = [...own].filter(([name, value]) => name.startsWith('label:') && theirs.get(name) === value);
  return new Set(labels.map(([name]) => name.slice('label:'.length)));
}
