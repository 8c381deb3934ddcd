import { withoutUndefined } from '../defined.ts';
import type { ProvenanceFormat, ProvenanceReading } from './format.ts';
import { joinGitHubRun } from './github-context.ts';
import type { Node } from './node.ts';
import { instant, items, member, text } from './node.ts';
import type { SourceReading } from './provenance.ts';
import { asPage, readRepositoryPath } from './run.ts';
import { readSource } from './sources.ts';

/**
 * Chainloop's attestation of a run (chainloop, pkg/attestation/renderer/chainloop). Its materials are what the run made or gathered, and no
 * inputs.
 */
export const chainloop: ProvenanceFormat = {
  id: 'chainloop',
  matches: ({ predicateType }) => predicateType === 'chainloop.dev/attestation/v0.2',
  read: readChainloop,
};

function readChainloop(statement: Node): ProvenanceReading {
  const predicate = member(statement, 'predicate');
  const metadata = member(predicate, 'metadata');
  const source = readHead(statement);
  const reading: ProvenanceReading = withoutUndefined({
    builderId: text(member(predicate, 'builder', 'id')),
    buildType: text(member(predicate, 'buildType')),
    invocationId: text(member(metadata, 'workflowRunID')),
    runUrl: asPage(text(member(predicate, 'runnerURL'))),
    sources: source === undefined ? [] : [source],
    pipelineFile: readRepositoryPath(member(predicate, 'runnerWorkflowFilePath')),
    runner: text(member(predicate, 'runnerEnvironment')),
    resolvedDependencies: [],
    startedOn: instant(member(metadata, 'initializedAt')),
    finishedOn: instant(member(metadata, 'finishedAt')),
    completeness: {},
  });
  const onGitHub = member(predicate, 'runnerType').value === 'GITHUB_ACTION';
  return onGitHub ? joinGitHubRun(reading, member(predicate, 'env')) : reading;
}

/** The commit is a subject, with the remotes of the working tree beside it. */
function readHead(statement: Node): SourceReading | undefined {
  const head = items(member(statement, 'subject')).find((subject) => member(subject, 'name').value === 'git.head');
  const remotes = head === undefined ? [] : items(member(head, 'annotations', 'remotes'));
  const remote = remotes.length === 1 ? remotes[0] : remotes.find((each) => member(each, 'name').value === 'origin');
  if (head === undefined || remote === undefined) return undefined;
  return readSource({ uri: member(remote, 'url'), digest: member(head, 'digest'), grammar: 'auto', role: 'config' });
}
