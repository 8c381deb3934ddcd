import { compareRepositoryKeys } from '../source-url.ts';
import type { Provenance, SourceReading } from '../provenance/provenance.ts';
import type { Certificate, Reading } from './reading.ts';
import { EXTENSION, extension, keyOf, signerWorkflow, startedWorkflow } from './reading.ts';
import type { ExtensionName } from './reading.ts';
import type { FindingRule } from './rule.ts';
import { bothSides, oneFinding, saidBy } from './rule.ts';

/** A clock may be wrong, and a log slow. */
const CLOCK_SKEW_MS = 5 * 60 * 1000;
const SEMVER_TAG = /^refs\/tags\/v?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/;

/** What the certificate says of the run, and what the predicate makes of it. */
export const CERTIFICATE_RULES: readonly FindingRule<Reading>[] = [
  {
    code: 'CERT_PREDICATE_MISMATCH',
    severity: 'high',
    advice:
      'the certificate authority saw the run, the predicate was written in it: believe the certificate, and find out who wrote the other',
    find: ({ certificate, provenance, signed }, examined) => {
      if (certificate === undefined || provenance === undefined) return [];
      const message = mismatches(certificate, provenance).join('; ');
      return oneFinding(message !== '' && message, { evidence: saidBy(signed.document, 'ranFrom', examined) });
    },
  },
  {
    code: 'SIGNER_NOT_SOURCE',
    severity: 'warn',
    advice:
      'a reusable workflow or a promotion job signed: make sure that its repository may sign for this one, and pin it',
    find: ({ certificate, tied }) => {
      const signer = signerWorkflow(certificate)?.repository;
      const source = extension(certificate, 'repository');
      const differ = signer !== undefined && source !== undefined && !isSameRepository(signer, source);
      return oneFinding(
        differ && bothSides(['the signing workflow', `that it is of ${signer}`], ['the run is of', source]),
        tied ? { severity: 'info' } : {},
      );
    },
  },
  {
    code: 'SOURCE_NOT_WORKFLOW_REPO',
    severity: 'warn',
    advice: 'a workflow of one repository built another one: make sure that it is meant to',
    find: ({ certificate, provenance, signed }, examined) => {
      const run = extension(certificate, 'repository');
      const source = provenance?.sources[0];
      if (run === undefined || source === undefined || isSameRepository(source.url, run)) return [];
      return oneFinding(bothSides(['the predicate', `that ${source.url} was built`], ['the run is of', run]), {
        evidence: saidBy(signed.document, 'builtFrom', examined),
      });
    },
  },
  {
    code: 'MUTABLE_SIGNER_REF',
    severity: 'warn',
    advice:
      'call the reusable workflow by a full version or a commit: what the ref names can change without this repository noticing',
    find: ({ certificate }) => {
      const signer = signerWorkflow(certificate);
      const started = startedWorkflow(certificate);
      // A pipeline of its own moves with the source, whose commit the certificate has.
      const isOwn = signer !== undefined && signer.repository === started?.repository && signer.path === started.path;
      const movable = signer !== undefined && signer.ref.startsWith('refs/') && !SEMVER_TAG.test(signer.ref);
      return oneFinding(movable && !isOwn && `${signer.repository}/${signer.path} was called at ${signer.ref}`);
    },
  },
  {
    code: 'PRIVATE_AT_SIGNING',
    severity: 'info',
    advice: 'links to the source may ask you to sign in',
    find: ({ certificate }) => {
      const visibility = extension(certificate, 'visibility');
      const hidden = visibility === 'private' || visibility === 'internal';
      return oneFinding(hidden && `the repository was ${visibility} when the image was signed`);
    },
  },
  {
    code: 'BUILD_AFTER_SIGN',
    severity: 'high',
    advice: 'the times cannot all be true: do not rely on what the predicate says before you know why',
    find: (reading, examined) => {
      const finished = saidBy(reading.signed.document, 'finishedOn', examined);
      return oneFinding(impossibleTimes(reading), { evidence: finished });
    },
  },
];

export function isSameRepository(left: string, right: string): boolean {
  const keys = [keyOf(left), keyOf(right)] as const;
  return keys[0] === undefined || keys[1] === undefined || compareRepositoryKeys(keys[0], keys[1]) !== 'different';
}

/** A name of a fact, the certificate's side with its extension, and the predicate's, where both speak and do not agree. */
function mismatches(certificate: Certificate, provenance: Provenance): readonly string[] {
  const run = runRepository(provenance);
  const repository = keyOf(extension(certificate, 'repository'));
  const ofRun = provenance.sources.find(({ key }) => repository === undefined || key === repository);
  const rows: readonly (readonly [name: ExtensionName, predicate: string | undefined, agree: Agree])[] = [
    ['repository', run?.url, isSameRepository],
    ['commit', ofRun?.commit, isSame],
    ['configCommit', provenance.definedIn?.commit, isSame],
    ['ref', provenance.ref?.value, isSameRef],
    ['trigger', provenance.trigger?.value, isSame],
    ['run', provenance.runUrl?.value, isSameRun],
    ['repositoryId', provenance.repositoryId?.value, isSame],
  ];
  return [
    ...rows.flatMap(([name, said, agree]) => contradiction(certificate, { name, said, agree })),
    ...workflows(certificate, provenance),
  ];
}

type Agree = (certified: string, said: string) => boolean;

function contradiction(
  certificate: Certificate,
  { name, said, agree }: { name: ExtensionName; said: string | undefined; agree: Agree },
): readonly string[] {
  const certified = extension(certificate, name);
  if (certified === undefined || said === undefined || agree(certified, said)) return [];
  return [
    bothSides(
      [`certificate extension .${EXTENSION[name]} (${NAMES[name] ?? name})`, certified],
      ['the predicate', said],
    ),
  ];
}

const NAMES: Partial<Record<ExtensionName, string>> = {
  configCommit: 'commit of the pipeline',
  repositoryId: 'repository id',
};

function workflows(certificate: Certificate, { pipelineFile, definedIn }: Provenance): readonly string[] {
  const started = startedWorkflow(certificate);
  const isOther = started === undefined || pipelineFile === undefined || started.path === pipelineFile.value;
  // The file of another repository is told by the repositories.
  if (isOther || (definedIn !== undefined && !isSameRepository(definedIn.url, started.repository))) return [];
  return [
    bothSides(
      [`certificate extension .${EXTENSION.config} (pipeline file)`, started.path],
      ['the predicate', pipelineFile.value],
    ),
  ];
}

/** The repository that the predicate says the run belongs to. */
function runRepository({ definedIn, sources, buildsAnySource }: Provenance): SourceReading | undefined {
  return definedIn ?? (buildsAnySource === true ? undefined : sources[0]);
}

function isSame(left: string, right: string): boolean {
  return left === right;
}

/** `main` may be `refs/heads/main`; a commit in its place says nothing of the ref. */
function isSameRef(certified: string, said: string): boolean {
  return certified === said || certified.replace(/^refs\/(?:heads|tags)\//, '') === said || /^[0-9a-f]{40}$/.test(said);
}

/** Attempts of one run are one run; the page of a pipeline is not that of its job. */
function isSameRun(certified: string, said: string): boolean {
  const [left, right] = [certified, said].map((page) => /^(.*\/(actions\/runs|-\/jobs)\/\d+)/.exec(page.toLowerCase()));
  return left?.[2] !== right?.[2] || left?.[1] === right?.[1];
}

function impossibleTimes({ verified, provenance }: Reading): string | undefined {
  const started = provenance?.startedOn?.value;
  const finished = provenance?.finishedOn?.value;
  if (finished === undefined) return undefined;
  if (started !== undefined && Date.parse(started) > Date.parse(finished))
    return `the predicate says that the build started at ${started} and finished at ${finished}`;
  const [signedAt] = [...(verified?.times ?? [])].sort();
  const late = signedAt !== undefined && Date.parse(finished) - Date.parse(signedAt) > CLOCK_SKEW_MS;
  return late
    ? bothSides(['the predicate', `that the build finished at ${finished}`], ['it was signed at', signedAt])
    : undefined;
}
