import { inheritedEvidence, provenBase } from '../graph/inheritance.ts';
import { labelOf } from '../graph/wording.ts';
import type { Entity } from '../model/entity.ts';
import { entityId } from '../model/entity.ts';
import type { Evidence } from '../model/evidence.ts';
import { VOCABULARIES } from '../provenance/labels/vocabularies.ts';
import type { Examined, FindingRule } from './rule.ts';
import { bothSides, oneFinding } from './rule.ts';

/** Over all that was said of the image. */
export const IMAGE_RULES: readonly FindingRule<Examined>[] = [
  {
    code: 'DIRTY_TREE',
    severity: 'high',
    advice: 'nobody can see what was changed: release from a tree without changes',
    find: ({ gathered, image }) => {
      const inherited = inheritedEvidence(image.root, gathered.evidence);
      const evidence = gathered.evidence.filter((item) => isFact(item, 'dirty', image.root) && !inherited.has(item));
      return oneFinding(evidence.length > 0 && `built from files that were not the commit’s: ${places(evidence)}`, {
        evidence,
      });
    },
  },
  {
    code: 'BASE_NOT_PREFIX',
    severity: 'warn',
    advice: 'the image does not stand on the base that is named: believe nothing that comes with it',
    find: ({ gathered, image }) => {
      const layers = layersOf(image.root, gathered.evidence);
      const claims = gathered.evidence.filter(({ claim }) => isBaseOf(image.root, claim));
      return claims.flatMap((item) => {
        const base = item.claim.kind === 'edge' ? item.claim.to : image.root;
        const beneath = layersOf(base, gathered.evidence);
        const isPrefix = beneath.every((layer, index) => layer === layers[index]);
        if (layers.length === 0 || beneath.length === 0 || isPrefix) return [];
        const sides = bothSides(
          [item.origin.location, `that the base is ${labelOf(base)}`],
          ['its layers are', 'not the first of this image'],
        );
        return oneFinding(sides, { evidence: [item] });
      });
    },
  },
];

/** What labels say of the image. */
export const LABEL_RULES: readonly FindingRule<Examined>[] = [
  {
    code: 'LABEL_INHERITED',
    severity: 'warn',
    advice:
      'a build copies the labels of its base image: they say where the base came from; set the labels of this image in its own build',
    find: ({ image, gathered }) => {
      const evidence = [...inheritedEvidence(image.root, gathered.evidence)];
      const proven = provenBase(image.root, gathered.evidence);
      if (evidence.length === 0 || proven === undefined) return [];
      const labels = [...new Set(evidence.flatMap((item) => item.labels ?? []))]
        .filter((label) => proven.inheritedLabels.has(label))
        .sort();
      return oneFinding(
        `the same in its base ${labelOf(proven.base)}, and so no word about this image: ${labels.join(', ')}`,
        { evidence },
      );
    },
  },
  {
    code: 'MIXED_VOCABULARY',
    severity: 'warn',
    advice: 'repository and commit of two vocabularies need not be of one source, and are not joined: set both in one',
    find: ({ image, gathered }) => {
      const present = new Set(
        gathered.evidence.flatMap(({ claim }) =>
          claim.kind === 'fact' && claim.name.startsWith('label:') && entityId(claim.about) === entityId(image.root)
            ? [claim.name.slice('label:'.length)]
            : [],
        ),
      );
      const repository = halfOf(present, 'repository', 'revision');
      const revision = halfOf(present, 'revision', 'repository');
      return oneFinding(
        repository !== undefined &&
          revision !== undefined &&
          `the repository is in ${repository} alone, a commit in ${revision} alone`,
      );
    },
  },
];

/** The label of a vocabulary that has the one and not the other; none where another vocabulary has both. */
function halfOf(
  present: ReadonlySet<string>,
  one: 'repository' | 'revision',
  other: 'repository' | 'revision',
): string | undefined {
  const has = (label: string | undefined): boolean => label !== undefined && present.has(label);
  if (VOCABULARIES.some(({ keys }) => has(keys[one]) && has(keys[other]))) return undefined;
  return VOCABULARIES.map(({ keys }) => keys[one]).find(has);
}

function isFact({ claim }: Evidence, name: string, about: Entity): boolean {
  return claim.kind === 'fact' && claim.name === name && entityId(claim.about) === entityId(about);
}

function isBaseOf(root: Entity, claim: Evidence['claim']): boolean {
  return claim.kind === 'edge' && claim.relation === 'basedOn' && entityId(claim.from) === entityId(root);
}

function layersOf(of: Entity, evidence: readonly Evidence[]): readonly string[] {
  const claim = evidence.find((item) => isFact(item, 'diffIds', of))?.claim;
  return claim?.kind === 'fact' ? claim.value.split(' ') : [];
}

function places(evidence: readonly Evidence[]): string {
  return [...new Set(evidence.map(({ origin }) => origin.location))].join('; ');
}
