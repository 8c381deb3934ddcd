import type { Pin, PinnedSigner } from '../claims/speakers.ts';
import { isPinned } from '../claims/speakers.ts';
import type { SignerIdentity } from '../model/statement.ts';
import { repositoryKey } from '../source-url.ts';
import type { Candidate } from './candidates.ts';

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
};

export function isEmpty(requirements: Requirements): boolean {
  const { signers, ...others } = requirements;
  return signers.length === 0 && Object.values(others).every((value) => value === undefined);
}

/** Signers that a command line requires may speak for the images on it. */
export function pinsOf({ signers }: Requirements): readonly Pin[] {
  return signers.map((signer) => ({ images: '**', signer }));
}

/** One demand on one document, with both sides. */
export type Check = { readonly requirement: string; readonly expected: string; readonly got: string; readonly holds: boolean };
type Rule = (requirements: Requirements, candidate: Candidate) => Check | undefined;

const RULES: readonly Rule[] = [
  ({ predicateType }, candidate) => same('predicate type', predicateType, candidate.predicateType),
  (_, { signature }) => ({ requirement: 'signature', expected: 'one that holds', got: signature.why, holds: signature.holds }),
  ({ signers }, { signer }) =>
    signers.length === 0
      ? undefined
      : {
          requirement: 'signer',
          expected: signers.map(signerText).join(', or '),
          got: signer === undefined ? 'no signer that is established' : signerText(asPinned(signer)),
          holds: signer !== undefined && signers.some((required) => isPinned(signer, required)),
        },
  // With no signer required, the signer must at least be one that may speak for the image.
  ({ signers }, { speaker, signer }) =>
    signers.length > 0
      ? undefined
      : { requirement: 'signer may speak for the image', expected: 'pinned, a build platform, or the owner of the registry namespace', got: speaker ?? (signer === undefined ? 'no signer that is established' : `${signerText(asPinned(signer))}, who is not tied to this image`), holds: speaker !== undefined },
  ({ signerRepository }, { workflow }) => sameRepository('signer repository', signerRepository, workflow?.repository),
  ({ signerWorkflow }, { workflow }) => workflowCheck(signerWorkflow, workflow),
  ({ sourceRepository }, { source }) => sameRepository('source repository', sourceRepository, source.repository),
  ({ sourceRef }, { source }) => same('source ref', sourceRef, source.ref),
  ({ sourceCommit }, { source }) => same('source commit', sourceCommit?.toLowerCase(), source.commit),
  ({ builder }, { builderId }) => same('builder', builder, builderId.value),
  // A builder's name in the payload is the payload's word, unless the signer is that builder, or was required by name (traps V6).
  ({ builder, signers }, { builderId }) =>
    builder === undefined || signers.length > 0
      ? undefined
      : { requirement: 'builder is the signer', expected: builder, got: builderId.isSigner ? builder : 'another signer', holds: builderId.isSigner },
];

export function checksOf(requirements: Requirements, candidate: Candidate): readonly Check[] {
  return RULES.flatMap((rule) => rule(requirements, candidate) ?? []);
}

function same(requirement: string, expected: string | undefined, got: string | undefined): Check | undefined {
  return expected === undefined ? undefined : { requirement, expected, got: got ?? 'nothing states it', holds: got === expected };
}

function sameRepository(requirement: string, expected: string | undefined, got: string | undefined): Check | undefined {
  if (expected === undefined) return undefined;
  return { requirement, expected, got: got ?? 'nothing states it', holds: got !== undefined && repositoryKey(got) === repositoryKey(expected) };
}

function workflowCheck(expected: string | undefined, workflow: Candidate['workflow']): Check | undefined {
  if (expected === undefined) return undefined;
  const at = workflow === undefined ? undefined : `${workflow.repository.replace(/^https:\/\//, '')}/${workflow.path}`;
  const whole = at === undefined ? undefined : `${at}@${workflow?.ref ?? ''}`;
  // `github.com` may be left out, as in gh; the ref may be left out, and then any ref will do.
  const wanted = /^[^/]+\.[^/]+\//.test(expected) ? expected : `github.com/${expected}`;
  const holds = at !== undefined && (wanted === at || wanted === whole);
  return { requirement: 'signer workflow', expected: wanted, got: whole ?? 'no workflow signed', holds };
}

export function signerText(signer: PinnedSigner): string {
  if (signer.kind === 'key') return `key ${signer.fingerprint}`;
  return `${signer.match === 'exact' ? '' : `${signer.match} `}${signer.identity} by ${signer.issuer}`;
}

export function asPinned(signer: SignerIdentity): PinnedSigner {
  return signer.kind === 'key'
    ? { kind: 'key', fingerprint: signer.fingerprint }
    : { kind: 'certificate', issuer: signer.issuer ?? 'an issuer that is not named', identity: signer.identity, match: 'exact' };
}

