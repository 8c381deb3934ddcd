import type { Pin, PinnedSigner } from '../claims/speakers.ts';
import { ANY_ROOT, isPinned } from '../claims/speakers.ts';
import { weakBinding } from '../claims/worth.ts';
import type { Instant } from '../model/outcome.ts';
import type { SignerIdentity } from '../model/statement.ts';
import { repositoryKey } from '../source-url.ts';
import type { Candidate } from './candidates.ts';
import { isWorkflow, withHost, workflowText } from './signer-workflow.ts';
import { requiredSignerText, signatureText, signerText, speakerText } from './wording.ts';

/** What `verify` is to hold one document against: all of it must be met by one and the same document. */
export type Requirements = {
  /** Any of these. */
  readonly signers: readonly PinnedSigner[];
  /** The repository of the workflow that signed. */
  readonly signerRepository?: string;
  /** `owner/repo/path`, with or without `@ref`. */
  readonly signerWorkflow?: string;
  readonly sourceRepository?: string;
  readonly sourceRef?: string;
  readonly sourceCommit?: string;
  readonly builder?: string;
  readonly predicateType?: string;
  /** What was signed later does not count. */
  readonly at?: Instant;
};

/**
 * Whether they demand nothing. A builder alone is no demand, since it works for everybody; nor is a time, which narrows what others demand.
 */
export function isEmpty(requirements: Requirements): boolean {
  const { signers, at: _at, builder: _builder, ...others } = requirements;
  return signers.length === 0 && Object.values(others).every((value) => value === undefined);
}

/** Signers that a command line requires may speak for the images on it. */
export function pinsOf({ signers }: Requirements): readonly Pin[] {
  return signers.map((signer) => ({ images: '**', signer, root: ANY_ROOT }));
}

/** What can be demanded of a document, in the order in which it is checked. */
export const REQUIREMENT_NAMES = [
  'predicate type',
  'verification result',
  'signed by then',
  'signature',
  'signer',
  'signer may speak for the image',
  'signer repository',
  'signer workflow',
  'source repository',
  'source ref',
  'source commit',
  'builder',
  'builder is the signer',
] as const;
export type RequirementName = (typeof REQUIREMENT_NAMES)[number];

/** One demand on one document, with both sides. */
export type Check = {
  readonly requirement: RequirementName;
  readonly expected: string;
  readonly got: string;
  readonly holds: boolean;
};
/** Undefined where nothing is demanded. */
type Rule = (requirements: Requirements, candidate: Candidate) => Omit<Check, 'requirement'> | undefined;

const RULES: Readonly<Record<RequirementName, Rule>> = {
  'predicate type': ({ predicateType }, candidate) => same(predicateType, candidate.predicateType),
  // A verification summary can say that it failed.
  'verification result': (_, { verificationResult }) =>
    verificationResult === undefined
      ? undefined
      : { ...PASSED, got: verificationResult, holds: verificationResult === PASSED.expected },
  'signed by then': ({ at }, candidate) => signedBy(at, candidate),
  signature: (_, candidate) => ({
    expected: 'one that holds',
    got: signatureText(candidate),
    holds: candidate.checked.assurance === 'verified' && weakBinding(candidate.boundBy) === undefined,
  }),
  signer: ({ signers }, candidate) => {
    if (signers.length === 0) return undefined;
    const signer = signerOf(candidate);
    const holds = signer !== undefined && signers.some((required) => isPinned(signer, required));
    return {
      expected: signers.map(requiredSignerText).join(', or '),
      got: signer === undefined ? NO_SIGNER : signerText(signer),
      holds,
    };
  },
  // With no signer required, the signer must at least be one that may speak for the image.
  'signer may speak for the image': ({ signers }, candidate) => {
    if (signers.length > 0) return undefined;
    const { speaker } = candidate;
    const signer = signerOf(candidate);
    const stranger = signer === undefined ? NO_SIGNER : `${signerText(signer)}, who is not tied to this image`;
    return {
      expected: 'pinned, a build platform, or the owner of the registry namespace',
      got: speaker === undefined ? stranger : speakerText(speaker),
      holds: speaker !== undefined,
    };
  },
  'signer repository': ({ signerRepository }, { workflow }) => sameRepository(signerRepository, workflow?.repository),
  'signer workflow': ({ signerWorkflow }, { workflow }) => {
    if (signerWorkflow === undefined) return undefined;
    const got = workflow === undefined ? 'no workflow signed' : workflowText(workflow);
    return {
      expected: withHost(signerWorkflow),
      got,
      holds: workflow !== undefined && isWorkflow(signerWorkflow, workflow),
    };
  },
  'source repository': ({ sourceRepository }, { source }) => sameRepository(sourceRepository, source.repository),
  'source ref': (requirements, candidate) => {
    const { sourceRef } = requirements;
    const ran = runOf(requirements, candidate)[RUN.ref];
    return agreed(same(sourceRef, candidate.source.ref), ran, (value) => same(sourceRef, value));
  },
  'source commit': (requirements, candidate) => {
    const commit = requirements.sourceCommit?.toLowerCase();
    const ran = runOf(requirements, candidate)[RUN.commit];
    return agreed(same(commit, candidate.source.commit), ran, (value) => same(commit, value));
  },
  builder: ({ builder }, candidate) => same(builder, candidate.builder.id),
  // A builder's name in the payload is the payload's word, unless the signer is that builder, or was required by name (traps V6).
  'builder is the signer': ({ builder, signers }, candidate) => {
    if (builder === undefined || signers.length > 0) return undefined;
    const { isSigner, id } = candidate.builder;
    const signer = signerOf(candidate);
    return {
      expected: id ?? builder,
      got: isSigner ? (id ?? builder) : signer === undefined ? NO_SIGNER : signerText(signer),
      holds: isSigner,
    };
  },
};
const NO_SIGNER = 'no signer that is established';
const PASSED = { expected: 'PASSED' };

function signedBy(at: Instant | undefined, { checked }: Candidate): ReturnType<Rule> {
  if (at === undefined) return undefined;
  const times = checked.assurance === 'verified' ? [...checked.times].sort() : [];
  const [first] = times;
  return {
    expected: `a trusted time up to ${at}`,
    got: first ?? 'none',
    holds: first !== undefined && Date.parse(first) <= Date.parse(at),
  };
}

export function checksOf(requirements: Requirements, candidate: Candidate): readonly Check[] {
  return REQUIREMENT_NAMES.flatMap((requirement): Check[] => {
    const check = RULES[requirement](requirements, candidate);
    return check === undefined ? [] : [{ requirement, ...check }];
  });
}

/** Fulcio's extensions: Source Repository URI, Digest and Ref. */
const RUN = { repository: 12, commit: 13, ref: 14 } as const;

/**
 * What the certificate says of the run, where that was one of the very repository, and any branch of it could have signed: such a run can have
 * written anything of its source. Nothing where a signer, or a workflow at one ref, is required by name.
 */
function runOf(
  { signers, signerWorkflow }: Requirements,
  candidate: Candidate,
): Extract<SignerIdentity, { kind: 'certificate' }>['extensions'] {
  const signer = signerOf(candidate);
  const isNamed = signers.length > 0 || signerWorkflow?.includes('@') === true;
  if (isNamed || candidate.speaker?.by !== 'namespace' || signer?.kind !== 'certificate') return {};
  const isOwn = sameRepository(candidate.source.repository, signer.extensions[RUN.repository])?.holds;
  return isOwn === true ? signer.extensions : {};
}

/** Where the certificate speaks too, both must be as required. */
function agreed(
  stated: ReturnType<Rule>,
  ran: string | undefined,
  compare: (ran: string) => ReturnType<Rule>,
): ReturnType<Rule> {
  if (stated?.holds !== true || ran === undefined || compare(ran)?.holds === true) return stated;
  return { ...stated, got: `${stated.got}, and the certificate says ${ran}`, holds: false };
}

function same(expected: string | undefined, got: string | undefined): ReturnType<Rule> {
  return expected === undefined ? undefined : { expected, got: got ?? NOT_STATED, holds: got === expected };
}

function sameRepository(expected: string | undefined, got: string | undefined): ReturnType<Rule> {
  if (expected === undefined) return undefined;
  return {
    expected,
    got: got ?? NOT_STATED,
    holds: got !== undefined && repositoryKey(got) === repositoryKey(expected),
  };
}
const NOT_STATED = 'nothing states it';

function signerOf({ checked }: Candidate): SignerIdentity | undefined {
  return checked.assurance === 'verified' ? checked.signer : undefined;
}
