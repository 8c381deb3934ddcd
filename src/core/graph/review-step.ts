import type { Dossier } from '../model/chain.ts';
import type { Problem } from '../model/evidence.ts';
import type { Detail, Step } from '../model/report.ts';
import type { ForgeAbsence } from '../model/source.ts';
import type { SourceFacts } from '../source/facts.ts';
import { disputedSources, sourceOf, unheardSource, whyNothingRead } from './source-of.ts';
import { detailsOf, dissentOf, factAbout, gapStep, hopsFrom, problemsOf, settledStep, unansweredStep } from './step.ts';

/** What the repository itself says of the commit; nothing where it was not asked. */
export function commitDetails(dossier: Dossier): readonly Detail[] {
  const about = sourceOf(dossier)?.read.asked.about;
  if (about?.kind !== 'sourceRevision') return [];
  const fact = (name: Parameters<typeof factAbout>[2]) => factAbout(dossier.chain, about, name);
  const inCommit = detailsOf([
    ['on', fact('committedOn')],
    ['subject', fact('subject')],
  ]);
  return [
    ...detailsOf([
      ['by', fact('author')],
      ['committer', fact('committer')],
    ]),
    // The commit's id is the hash of these; of the names too, but whose they are is another matter.
    ...inCommit.map(({ name, value }) => ({ name, value })),
    ...detailsOf([
      ['branch', fact('branch')],
      ['commit signature', fact('commitSignature')],
      ['source track', fact('sourceLevel')],
    ]),
  ];
}

/** Who looked at the change before it was merged. */
export function reviewStep(dossier: Dossier): Step {
  const { chain, gathered } = dossier;
  const source = sourceOf(dossier);
  const hops = hopsFrom(chain, source?.read.asked.about, 'reviewedBy');
  const request = source?.review?.chosen?.request;
  const asked = hops.find(({ to }) => to.kind === 'review' && to.url === request?.url);
  const disputed = disputedSources(dossier).length;
  if (disputed > 0)
    return gapStep('review', { reason: 'conflict', why: [`${disputed} sources are equally likely`], dissent: [] });
  const problems = [...unheardSource(dossier), ...problemsOf(gathered.problems, 'reviewedBy')];
  if (source?.review !== undefined && (asked === undefined || request === undefined))
    return {
      ...unansweredStep('review', problems, source.review.reasons),
      dissent: hops.flatMap(({ support }) => support.slice(0, 1)).map(dissentOf),
    };
  const [hinted] = hops;
  if (asked === undefined || request === undefined)
    return hinted === undefined
      ? unansweredStep('review', problems, whyUnasked(source))
      : withProblems(settledStep('review', hinted), problems);
  const verdict = source?.review;
  return {
    ...settledStep('review', asked),
    details: [
      { name: 'title', value: request.title },
      { name: 'second person', value: verdict?.twoPerson ?? 'unknown' },
      ...(verdict?.reasons ?? []).map((reason) => ({ name: 'known', value: reason })),
    ],
    dissent: hops
      .filter((hop) => hop !== asked)
      .flatMap(({ support }) => support.slice(0, 1))
      .map(dissentOf),
  };
}

function withProblems(step: Step, problems: readonly Problem[]): Step {
  return {
    ...step,
    why: [...new Set([...step.why, ...problems.map(({ message }) => `could be known better: ${message}`)])],
  };
}

const ABSENCES: Readonly<Record<ForgeAbsence, string>> = {
  noForge: 'no forge is known at its address',
  noSuchRepository: 'the forge shows no such repository',
  noSuchCommit: 'the forge has no such commit',
};

function whyUnasked(source: SourceFacts | undefined): readonly string[] {
  if (source?.read.asked.about.kind === 'repository') return ['no commit is known'];
  return [
    ...whyNothingRead(source),
    ...(source?.read.forge.kind === 'absent' ? [ABSENCES[source.read.forge.reason]] : []),
  ];
}
