import { withoutUndefined } from '../defined.ts';
import { isRecord } from '../json.ts';
import type { Statement } from '../model/statement.ts';
import { readDependencies, toInputs } from './dependencies.ts';
import type { ProvenanceFormat, ProvenanceReading } from './format.ts';
import { buildTypeOf } from './format.ts';
import { readGitHubRun } from './github-context.ts';
import type { Node } from './node.ts';
import { entries, instant, isAbsent, items, member, text } from './node.ts';
import type { Read, ResolvedDependency, SourceReading } from './provenance.ts';
import { readFullRef } from './revisions.ts';
import { asPage, readEntryPointFile } from './run.ts';
import { readSlsaV1 } from './slsa-v1.ts';
import { readSource } from './sources.ts';

const COLLECTION = 'https://witness.testifysec.com/attestation-collection/v0.1';
const ATTESTOR = /\/attestations\/(git|github|gitlab|jenkins|docker)\/v[\d.]+$/;
type Attestor = 'git' | 'github' | 'gitlab' | 'jenkins' | 'docker';

/** witness' collection of what it observed while it ran one step (go-witness, attestation/). Of those without a source or a run there is nothing to tell. */
export const witnessCollection: ProvenanceFormat = {
  id: 'witness-collection',
  matches: (statement) => statement.predicateType === COLLECTION && attestorsOf(rootOf(statement)).size > 0,
  read: readCollection,
};

/** The same as SLSA provenance, which witness can write instead; the source is a dependency that has its address as its name. */
export const witnessSlsa: ProvenanceFormat = {
  id: 'witness-slsa',
  matches: (statement) => buildTypeOf(statement, 'v1') === 'https://witness.dev/slsa-build@v0.1',
  read: (statement) => readSlsaV1(statement),
};

function rootOf(statement: Statement): Node {
  return { value: statement, at: '$', problems: [] };
}

/** The first of each kind. */
function attestorsOf(statement: Node): ReadonlyMap<Attestor, Node> {
  const found = new Map<Attestor, Node>();
  for (const item of items(member(statement, 'predicate', 'attestations'))) {
    const name = ATTESTOR.exec(text(member(item, 'type'))?.value ?? '')?.[1];
    if (isAttestor(name) && !found.has(name)) found.set(name, member(item, 'attestation'));
  }
  return found;
}

function isAttestor(name: string | undefined): name is Attestor {
  return name !== undefined;
}

function readCollection(statement: Node): ProvenanceReading {
  const found = attestorsOf(statement);
  const attestor = (name: Attestor): Node => found.get(name) ?? { value: undefined, at: '', problems: [] };
  const steps = items(member(statement, 'predicate', 'attestations'));
  const [first] = steps;
  const last = steps.at(-1);
  const source = readCheckout(attestor('git'), [attestor('github'), attestor('gitlab')]);
  return withoutUndefined({
    ...readRun(attestor),
    sources: source === undefined ? [] : [source],
    ref: readGitRef(attestor('git')),
    resolvedDependencies: readBases(attestor('docker')),
    startedOn: first && instant(member(first, 'starttime')),
    finishedOn: last && instant(member(last, 'endtime')),
    completeness: {},
    ...readRunOfToken(attestor('github')),
  });
}

/** The commit of the working tree, with the only remote of that tree, else with the project that the CI system names. */
function readCheckout(git: Node, projects: readonly Node[]): SourceReading | undefined {
  const commit = member(git, 'commithash');
  const remotes = items(member(git, 'remotes'));
  const named = projects.map((project) => member(project, 'projecturl')).find(({ value }) => !isAbsent(value));
  const uri = remotes.length === 1 ? remotes[0] : named;
  if (uri === undefined) return undefined;
  const source = readSource({ uri, ref: commit, grammar: 'auto', role: 'config' });
  const { value: status } = member(git, 'status');
  const dirty = isRecord(status) && Object.keys(status).length > 0;
  return source && { ...source, ...(dirty ? { dirty: true as const } : {}) };
}

/** Those that the checked out commit has here; several say nothing. */
function readGitRef(git: Node): Read<string> | undefined {
  const own = items(member(git, 'refs')).filter(
    ({ value }) => typeof value === 'string' && /^refs\/(?:heads|tags)\//.test(value),
  );
  const [only, ...others] = own;
  return only === undefined || others.length > 0 ? undefined : readFullRef(only, 'heads');
}

type Run = Pick<ProvenanceReading, 'pipelineFile' | 'runUrl' | 'trigger'>;

function readRun(attestor: (name: Attestor) => Node): Run {
  const gitlab = attestor('gitlab');
  const pages = [member(gitlab, 'joburl'), member(gitlab, 'pipelineurl'), member(attestor('jenkins'), 'pipelineurl')];
  const page = pages.find(({ value }) => !isAbsent(value));
  return withoutUndefined({
    runUrl: page && asPage(text(page)),
    trigger: text(member(gitlab, 'jwt', 'claims', 'pipeline_source')),
    pipelineFile: readEntryPointFile(member(gitlab, 'ciconfigpath')),
  });
}

/** What GitHub's token says, which witness checked when it ran: `ciconfigpath` is here the path of the action, and not the workflow's. */
function readRunOfToken(github: Node): Partial<ProvenanceReading> {
  const { runUrl, ...run } = readGitHubRun(member(github, 'jwt', 'claims'), '');
  const page = asPage(text(member(github, 'pipelineurl'))) ?? runUrl;
  return withoutUndefined({ ...run, runUrl: page });
}

/** By image, then by platform: what each was built from. */
function readBases(docker: Node): readonly ResolvedDependency[] {
  const platforms = entries(member(docker, 'products')).flatMap(([, product]) => entries(member(product, 'materials')));
  return platforms.flatMap(([, list]) =>
    toInputs(readDependencies(list, 'spdx'), ({ input }) => (input.image === undefined ? input.role : 'base')),
  );
}
