import type { Dossier } from '../model/chain.ts';
import { entityId } from '../model/entity.ts';
import { compareStrength } from '../model/evidence.ts';
import type { Step } from '../model/report.ts';
import { gapStep, relationStep, settledStep } from './step.ts';
import { labelOf } from './wording.ts';

/** The image beneath, and what else went in. */
export function baseStep({ chain, gathered }: Dossier): Step {
  const step = relationStep('base', chain, 'basedOn');
  const inputs = chain.hops.filter((hop) => hop.relation === 'builtWith' && hop.to.kind === 'image');
  const details = inputs
    .filter((hop) => step.entity === undefined || entityId(hop.to) !== entityId(step.entity))
    .map((hop) => ({ name: 'input', value: labelOf(hop.to), grade: hop.strength }));
  if (step.gap !== 'absent' || inputs.length === 0) return { ...step, details };
  // Which of several inputs it stands on can be told by their layers alone: those that could not be read keep it open.
  const unread = gathered.problems.filter((problem) => inputs.some((hop) => entityId(hop.to) === entityId(problem.at)));
  const why = [
    'several images went in, and nothing says which of them it stands on',
    ...unread.map((problem) => problem.message),
  ];
  return { ...step, gap: unread.length > 0 ? 'unheard' : 'absent', why, details };
}

const SBOM_TYPES = /^https:\/\/(?:spdx\.dev\/Document|cyclonedx\.org\/|syft\.dev\/bom|scout\.docker\.com\/sbom)/;

/** Statements that have a line of their own. */
const OTHER_STEPS =
  /^application\/vnd\.cncf\.notary|^cosign simple signing$|^https:\/\/(?:slsa\.dev\/provenance\/|in-toto\.io\/Provenance\/|sigstore\.dev\/cosign\/sign\/)/;

/** What is in it, as a document tells. */
export function sbomStep({ image, chain, gathered }: Dossier): Step {
  const documents = chain.hops.filter(
    (hop) => hop.relation === 'describedBy' && entityId(hop.from) === entityId(image.root),
  );
  const sboms = documents.filter((hop) => hop.to.kind === 'document' && SBOM_TYPES.test(hop.to.predicateType));
  const others = documents
    .filter((hop) => !sboms.includes(hop) && hop.to.kind === 'document' && !OTHER_STEPS.test(hop.to.predicateType))
    .map((hop) => ({ name: 'also', value: labelOf(hop.to), grade: hop.strength }));
  const [best] = [...sboms].sort((left, right) => compareStrength(right.strength, left.strength));
  if (best === undefined) {
    const problems = gathered.problems.filter((problem) => problem.relations.includes('describedBy'));
    const gap = gapStep('sbom', {
      reason: problems.length > 0 ? 'unheard' : 'absent',
      why: problems.map((problem) => problem.message),
      dissent: [],
    });
    return { ...gap, details: others };
  }
  const more = sboms
    .filter((hop) => hop !== best)
    .map((hop) => ({ name: 'and', value: labelOf(hop.to), grade: hop.strength }));
  return { ...settledStep('sbom', best), details: [...more, ...others] };
}
