import { withBuildLevel } from '../build-level.ts';
import { DOCKERFILE_MATCH } from '../claims/from-dockerfile.ts';
import { withoutUndefined } from '../defined.ts';
import type { Chain, Dossier, SettledFact } from '../model/chain.ts';
import { formatPlatform } from '../model/descriptor.ts';
import { entityId } from '../model/entity.ts';
import { compareStrength } from '../model/evidence.ts';
import { formatRepository } from '../model/image-repository.ts';
import type { Detail, Grade, Grades, Step } from '../model/report.ts';
import { baseStep, sbomStep } from './artifact-steps.ts';
import { ownersStep } from './owners-step.ts';
import { commitDetails, reviewStep } from './review-step.ts';
import { contactStep, serviceStep } from './service-steps.ts';
import { inheritedEvidence } from './inheritance.ts';
import { signatureStep } from './signature-step.ts';
import { detailsOf, dissentOf, factAbout, gapStep, hopDetail, relationStep, settledStep } from './step.ts';
import { linkOf } from './wording.ts';

/** SPEC 3. Origin is the way from the image to its commit; ownership, from the commit to the team. */
export function gradesOf(chain: Chain, steps: readonly Step[]): Grades {
  const revision = chain.hops.find((hop) => hop.relation === 'builtFrom');
  const owners = steps.find(({ name }) => name === 'owners');
  return { origin: revision?.strength ?? 'none', ownership: owners?.grade ?? 'none' };
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
    ...peopleSteps(dossier),
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
function sourceSteps(dossier: Dossier): readonly Step[] {
  const { image, chain } = dossier;
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
  return [source, { ...commit, answer: commit.entity.commit, details: [...refs, ...commitDetails(dossier)] }];
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

/** From the commit to people; where nobody was asked, the path alone. */
function peopleSteps(dossier: Dossier): readonly Step[] {
  if (dossier.people === undefined) return [pathStep(dossier)];
  return [reviewStep(dossier), pathStep(dossier), ownersStep(dossier), serviceStep(dossier), contactStep(dossier)];
}

function pathStep({ chain }: Dossier): Step {
  const step = relationStep('path', chain, 'builtAt');
  const context = chain.hops.find((hop) => hop.relation === 'contextAt');
  const isConfirmed =
    step.support.length > 1 && step.support.some(({ origin }) => origin.collector === DOCKERFILE_MATCH);
  const text = isConfirmed ? [{ name: 'text', value: 'the same in the provenance and at the commit' }] : [];
  return { ...step, details: [...hopDetail('context', context), ...text] };
}
