import { withBuildLevel } from '../build-level.ts';
import { withoutUndefined } from '../defined.ts';
import type { Chain, Dossier, Gap, Hop, SettledFact } from '../model/chain.ts';
import { formatPlatform } from '../model/descriptor.ts';
import type { Entity } from '../model/entity.ts';
import { entityId } from '../model/entity.ts';
import type { Evidence, FactName, Relation } from '../model/evidence.ts';
import { compareStrength } from '../model/evidence.ts';
import { formatRepository } from '../model/image-repository.ts';
import type { Detail, Dissent, Grade, Grades, Step, StepName } from '../model/report.ts';
import { inheritedEvidence } from './inheritance.ts';
import { signatureStep } from './signature-step.ts';
import { labelOf, linkOf } from './wording.ts';

/** SPEC 3. Origin is the way from the image to its commit; ownership, from the commit to the team, is a gap until it is asked. */
export function gradesOf(chain: Chain): Grades {
  const revision = chain.hops.find((hop) => hop.relation === 'builtFrom');
  return { origin: revision?.strength ?? 'none', ownership: 'none' };
}

/** The chain as the lines that every format shows, in the chain's order (SPEC 4). */
export function stepsOf(dossier: Dossier): readonly Step[] {
  const inherited = inheritedEvidence(dossier.image.root, dossier.gathered.evidence);
  const inheritedFrom = new Set([...inherited].map(({ origin }) => origin.location));
  return linesOf(dossier).map((step) => ({
    ...step,
    dissent: step.dissent.map((dissent) =>
      inheritedFrom.has(dissent.from) ? { ...dissent, why: 'its base image has the same label' } : dissent,
    ),
  }));
}

function linesOf(dossier: Dossier): readonly Step[] {
  return [
    imageStep(dossier),
    platformStep(dossier),
    signatureStep(dossier),
    withBuildLevel(buildStep(dossier), dossier),
    ...sourceSteps(dossier),
    pathStep(dossier),
    baseStep(dossier),
    sbomStep(dossier),
  ].filter((step) => step !== undefined);
}

function imageStep({ image }: Dossier): Step {
  const { root, digests, asOf } = image;
  const details: Detail[] = [
    ...digests.indexes.map((digest) => ({ name: 'index', value: digest })),
    {
      name: digests.platform === undefined ? 'config (a docker save archive has no registry digest)' : 'config',
      value: digests.config,
    },
  ];
  const [at] = root.foundAt;
  const answer = at === undefined ? root.digest : `${formatRepository(at)}@${root.digest}`;
  return withoutUndefined({
    name: 'image',
    answer,
    entity: root,
    details,
    why: [],
    support: [],
    dissent: [],
    asOf,
  }) satisfies Step;
}

function platformStep({ image, chain }: Dossier): Step | undefined {
  if (image.platform === undefined) return undefined;
  const created = factAbout(chain, image.root, 'created');
  return {
    name: 'platform',
    answer: formatPlatform(image.platform),
    details: detailsOf([['created', created]]),
    why: [],
    support: [],
    dissent: [],
  };
}

function buildStep({ image, chain }: Dossier): Step {
  const step = relationStep('build', chain, 'builtBy');
  const build = step.entity;
  if (build === undefined) return step;
  const hermetic = factAbout(chain, image.root, 'hermetic');
  const facts: [string, SettledFact | undefined][] = [
    ['type', factAbout(chain, build, 'buildType')],
    ['run', factAbout(chain, build, 'runUrl')],
    ['trigger', factAbout(chain, build, 'trigger')],
    ['runner', factAbout(chain, build, 'runner')],
    ['started', factAbout(chain, build, 'startedOn')],
    ['finished', factAbout(chain, build, 'finishedOn')],
    [
      'hermetic',
      hermetic?.support.some(({ claim }) => claim.kind === 'fact' && claim.value === 'true') === true
        ? hermetic
        : undefined,
    ],
  ];
  const pipeline = chain.hops.find((hop) => hop.relation === 'ranBy');
  const ranFrom = chain.hops.find((hop) => hop.relation === 'ranFrom');
  return {
    ...step,
    details: [...detailsOf(facts), ...hopDetail('pipeline', pipeline), ...hopDetail('workflow', ranFrom)],
  };
}

/** Source and commit are two lines of one claim; where only the repository is known, the commit is the gap. */
function sourceSteps({ image, chain }: Dossier): readonly Step[] {
  const commit = relationStep('commit', chain, 'builtFrom');
  const repository = relationStep('source', chain, 'fromRepository');
  const refs = detailsOf([
    ['ref', factAbout(chain, image.root, 'ref')],
    ['version', factAbout(chain, image.root, 'version')],
    ['worktree', factAbout(chain, image.root, 'dirty')],
  ]);
  if (commit.entity?.kind !== 'sourceRevision')
    return [repository.gap === 'absent' ? disputedSource(chain, repository) : repository, { ...commit, details: refs }];
  const url = commit.entity.repository;
  const better =
    repository.grade !== undefined &&
    repository.grade !== 'none' &&
    compareGrade(repository.grade, commit.grade ?? 'none') > 0;
  const source: Step = better
    ? repository
    : withoutUndefined({
        ...commit,
        name: 'source' as const,
        answer: url,
        entity: { kind: 'repository' as const, url },
        link: linkOf({ kind: 'repository', url }),
        details: [],
        dissent: [],
      });
  return [source, { ...commit, answer: commit.entity.commit, details: refs }];
}

/** Where commits are disputed, their repositories are too, unless it is the same one. */
function disputedSource(chain: Chain, absent: Step): Step {
  const dispute = chain.gaps.find((gap) => gap.relation === 'builtFrom');
  if (dispute?.reason !== 'conflict') return absent;
  const hops = dispute.candidates.flatMap((hop) =>
    hop.to.kind === 'sourceRevision' ? [{ ...hop, to: { kind: 'repository' as const, url: hop.to.repository } }] : [],
  );
  const [first] = hops;
  if (first !== undefined && hops.every((hop) => entityId(hop.to) === entityId(first.to)))
    return settledStep('source', first);
  const dissent = hops.flatMap((hop) =>
    hop.support.slice(0, 1).map((evidence) => ({ ...dissentOf(evidence), answer: hop.to.url })),
  );
  return gapStep('source', { reason: 'conflict', why: [`${hops.length} answers of equal weight`], dissent });
}

function compareGrade(left: Grade, right: Grade): number {
  if (left === 'none' || right === 'none') return (left === 'none' ? 0 : 1) - (right === 'none' ? 0 : 1);
  return compareStrength(left, right);
}

function pathStep({ chain }: Dossier): Step {
  const step = relationStep('path', chain, 'builtAt');
  const context = chain.hops.find((hop) => hop.relation === 'contextAt');
  return { ...step, details: hopDetail('context', context) };
}

function baseStep({ chain, gathered }: Dossier): Step {
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

function sbomStep({ image, chain, gathered }: Dossier): Step {
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

function relationStep(name: StepName, chain: Chain, relation: Relation): Step {
  const hop = chain.hops.find((candidate) => candidate.relation === relation);
  if (hop !== undefined) return settledStep(name, hop);
  const gap = chain.gaps.find((candidate) => candidate.relation === relation);
  return gap === undefined
    ? gapStep(name, { reason: 'absent', why: [], dissent: [] })
    : gapStep(name, { reason: gap.reason, why: whyGap(gap), dissent: dissentOfGap(gap) });
}

function settledStep(name: StepName, hop: Hop): Step {
  const why =
    hop.strength === 'verified'
      ? []
      : hop.support.filter((evidence) => evidence.strength === hop.strength).flatMap((evidence) => evidence.why ?? []);
  return withoutUndefined({
    name,
    grade: hop.strength,
    answer: labelOf(hop.to),
    entity: hop.to,
    link: linkOf(hop.to),
    details: [],
    why: [
      ...new Set([...why.slice(0, 1), ...hop.problems.map((problem) => `could be known better: ${problem.message}`)]),
    ],
    support: hop.support,
    dissent: hop.dissent.map(dissentOf),
    asOf: hop.support[0]?.asOf,
  });
}

function gapStep(
  name: StepName,
  gap: { reason: Gap['reason']; why: readonly string[]; dissent: readonly Dissent[] },
): Step {
  return {
    name,
    grade: 'none',
    gap: gap.reason,
    details: [],
    why: [...new Set(gap.why)],
    support: [],
    dissent: gap.dissent,
  };
}

function whyGap(gap: Gap): readonly string[] {
  if (gap.reason === 'unheard')
    return gap.problems.map((problem) =>
      problem.hint === undefined ? problem.message : `${problem.message} (${problem.hint})`,
    );
  return gap.reason === 'conflict' ? [`${gap.candidates.length} answers of equal weight`] : [];
}

function dissentOfGap(gap: Gap): readonly Dissent[] {
  const candidates = gap.reason === 'conflict' ? gap.candidates.flatMap((hop) => hop.support.slice(0, 1)) : [];
  return [...candidates, ...gap.dissent].map(dissentOf);
}

function dissentOf(evidence: Evidence): Dissent {
  const { claim, strength, why, origin } = evidence;
  return withoutUndefined({
    answer: claim.kind === 'edge' ? labelOf(claim.to) : claim.value,
    grade: strength,
    why,
    from: origin.location,
  });
}

function factAbout(chain: Chain, about: Entity, name: FactName): SettledFact | undefined {
  return chain.facts.find((fact) => fact.name === name && entityId(fact.about) === entityId(about));
}

function detailsOf(facts: readonly (readonly [string, SettledFact | undefined])[]): Detail[] {
  return facts.flatMap(([name, fact]) => {
    if (fact === undefined) return [];
    const value = 'value' in fact ? fact.value : `${fact.conflict.join(' or ')} (they differ)`;
    return [
      withoutUndefined({ name, value, grade: fact.strength, link: value.startsWith('https://') ? value : undefined }),
    ];
  });
}

function hopDetail(name: string, hop: Hop | undefined): Detail[] {
  return hop === undefined
    ? []
    : [withoutUndefined({ name, value: labelOf(hop.to), grade: hop.strength, link: linkOf(hop.to) })];
}
