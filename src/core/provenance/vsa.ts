import { withoutUndefined } from '../defined.ts';
import type { Instant } from '../model/outcome.ts';
import type { Statement } from '../model/statement.ts';
import type { Node } from './node.ts';
import { anyMember, complain, entries, instant, items, member, text } from './node.ts';
import type { Read, ReadProblem } from './provenance.ts';
import { readDigestSet } from './statement.ts';

const PREDICATE_TYPE = /^https:\/\/slsa\.dev\/verification_summary\/(v0\.1|v0\.2|v1)$/;

/** A document that the verifier names: SLSA ResourceDescriptor. */
export type NamedDocument = {
  readonly uri?: string;
  readonly digest: Readonly<Record<string, string>>;
  readonly at: string;
};

/**
 * SLSA Verification Summary (slsa.dev/spec/v1.2/verification_summary): somebody's verdict. It names neither repository nor commit of an image, and is worth
 * something only from a verifier that the user trusts by signer and id.
 */
export type VerificationSummary = {
  readonly version: string;
  readonly verifierId?: Read<string>;
  readonly timeVerified?: Read<Instant>;
  /** What was verified, as the verifier was asked for it. */
  readonly resourceUri?: Read<string>;
  readonly policy?: NamedDocument;
  /** What the verdict rests on: where the provenance can be found. */
  readonly inputAttestations: readonly NamedDocument[];
  readonly result?: Read<'PASSED' | 'FAILED'>;
  /** `SLSA_BUILD_LEVEL_3`, `SLSA_SOURCE_LEVEL_2`, and properties of other names. */
  readonly verifiedLevels: readonly Read<string>[];
  /** Level to number of dependencies. Empty: there are none. Missing: nothing is said. */
  readonly dependencyLevels?: Read<Readonly<Record<string, number>>>;
  readonly slsaVersion?: Read<string>;
  readonly problems: readonly ReadProblem[];
};

/** Undefined for a statement that is none. Never throws. */
export function readVerificationSummary(statement: Statement): VerificationSummary | undefined {
  const version = PREDICATE_TYPE.exec(statement.predicateType)?.[1];
  if (version === undefined) return undefined;
  const problems: ReadProblem[] = [];
  const predicate = member({ value: statement, at: '$', problems }, 'predicate');
  return withoutUndefined({
    version,
    verifierId: text(member(predicate, 'verifier', 'id')),
    timeVerified: instant(anyMember(predicate, 'timeVerified', 'time_verified')),
    resourceUri: text(anyMember(predicate, 'resourceUri', 'resource_uri')),
    policy: readDocument(member(predicate, 'policy')),
    inputAttestations: items(anyMember(predicate, 'inputAttestations', 'input_attestations')).flatMap(
      (item) => readDocument(item) ?? [],
    ),
    result: readResult(anyMember(predicate, 'verificationResult', 'verification_result')),
    verifiedLevels: readLevels(predicate),
    dependencyLevels: readDependencyLevels(anyMember(predicate, 'dependencyLevels', 'dependency_levels')),
    slsaVersion: text(member(predicate, 'slsaVersion')),
    problems,
  });
}

function readDocument(node: Node): NamedDocument | undefined {
  const uri = text(member(node, 'uri'))?.value;
  const digest = readDigestSet(member(node, 'digest'));
  return uri === undefined && Object.keys(digest).length === 0
    ? undefined
    : withoutUndefined({ uri, digest, at: node.at });
}

function readResult(node: Node): VerificationSummary['result'] {
  const result = text(node);
  if (result === undefined) return undefined;
  const { value, at } = result;
  if (value === 'PASSED' || value === 'FAILED') return { value, at };
  complain(node, 'MALFORMED_ITEM', 'neither PASSED nor FAILED');
  return undefined;
}

/** A list since v1; one level before, under another name. */
function readLevels(predicate: Node): readonly Read<string>[] {
  const levels = items(member(predicate, 'verifiedLevels')).flatMap((item) => text(item) ?? []);
  const level = text(member(predicate, 'policy_level'));
  return levels.length > 0 || level === undefined ? levels : [level];
}

/** Protobuf writes 64-bit numbers as text. */
function readDependencyLevels(node: Node): VerificationSummary['dependencyLevels'] {
  if (node.value === undefined || node.value === null) return undefined;
  const counts = entries(node).flatMap(([level, count]) => {
    const written = text(count)?.value ?? '';
    if (/^\d{1,15}$/.test(written)) return [[level, Number(written)] as const];
    complain(count, 'MALFORMED_ITEM', 'not a number of dependencies');
    return [];
  });
  return { value: Object.fromEntries(counts), at: node.at };
}
