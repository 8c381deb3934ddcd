import { withoutUndefined } from '../defined.ts';
import type { Statement } from '../model/statement.ts';
import type { ProvenanceFormat, ProvenanceReading } from './format.ts';
import type { Node } from './node.ts';
import { anyMember, member, text } from './node.ts';
import { provenanceVersion } from './predicate-types.ts';
import type { Read } from './provenance.ts';
import { readFullRef } from './revisions.ts';
import { asPage } from './run.ts';
import { refOf } from './select-source.ts';
import { readSlsaV02 } from './slsa-v0.2.ts';

/** slsa-framework/slsa-jenkins-generator, whose keys are in lower case. */
export const jenkinsGenerator: ProvenanceFormat = {
  id: 'jenkins-generator',
  matches: (statement) => member(predicateOf(statement), 'buildtype').value === 'https://www.jenkins.io/Pipeline',
  read: readGenerator,
};

/** jenkinsci/in-toto-plugin, which writes no build type: its environment is that of a Jenkins job. */
export const jenkinsPlugin: ProvenanceFormat = {
  id: 'jenkins-in-toto-plugin',
  matches: (statement) =>
    member(predicateOf(statement), 'invocation', 'configSource', 'entryPoint').value === 'Jenkinsfile' &&
    typeof member(environmentOf(predicateOf(statement)), 'BUILD_URL').value === 'string',
  read: readPlugin,
};

/** Of v0.2; undefined in other statements. */
function predicateOf({ predicate, predicateType }: Statement): Node {
  const value = provenanceVersion(predicateType) === 'v0.2' ? predicate : undefined;
  return { value, at: '$.predicate', problems: [] };
}

/** The whole environment of the job, secrets too: single variables are read from it, and none other. */
function environmentOf(predicate: Node): Node {
  return anyMember(member(predicate, 'invocation'), 'environment', 'environments');
}

/** The builder's id is the page of the run; the entry point is a constant. */
function readGenerator(statement: Node): ProvenanceReading {
  const predicate = member(statement, 'predicate');
  const environment = environmentOf(predicate);
  const generic = readSlsaV02(statement);
  return withoutUndefined({
    ...generic,
    buildType: text(member(predicate, 'buildtype')),
    runUrl: asPage(text(member(environment, 'build_url'))) ?? asPage(generic.builderId),
    trigger: text(member(environment, 'eventname')),
  });
}

/** The entry point is a constant here too. */
function readPlugin(statement: Node): ProvenanceReading {
  const generic = readSlsaV02(statement);
  const environment = environmentOf(member(statement, 'predicate'));
  return withoutUndefined({
    ...generic,
    runUrl: asPage(text(member(environment, 'BUILD_URL'))),
    ref: refOf(generic.sources) ?? readBranch(member(environment, 'GIT_BRANCH')),
  });
}

/** Jenkins writes the name that the branch has here: `origin/main`. */
function readBranch(node: Node): Read<string> | undefined {
  const { value } = node;
  return readFullRef(typeof value === 'string' ? { ...node, value: value.replace(/^origin\//, '') } : node, 'heads');
}
