import type { PinnedSigner } from '../claims/speakers.ts';
import { isPinned, speakerFor } from '../claims/speakers.ts';
import { matchesPattern } from '../anchored-pattern.ts';
import type { ImageRepository } from '../model/image-repository.ts';
import type { Checked, SignerIdentity } from '../model/statement.ts';
import type { SignerWorkflow } from './signer-workflow.ts';
import { isWorkflow, withHost, workflowOf } from './signer-workflow.ts';
import { requiredSignerText } from './wording.ts';

/** How a signer's workflow may be named in its identity: a branch can be moved by whoever may push to it. */
export const PINNINGS = ['tag', 'commit', 'tagOrCommit'] as const;
export type Pinning = (typeof PINNINGS)[number];

/** A text that was written as an expression; `matches` as its own tool has it, anchored or not. */
export type TextTest = { readonly text: string; readonly matches: (text: string) => boolean };

/** `root`: the root of trust by which a certificate must hold, as in `Pin`: missing, a built-in one. */
type Rooted = { readonly issuer: string; readonly root?: string | undefined };
/** Whom a policy names. */
export type SignerDemand =
  | (Rooted & { readonly identity: string })
  | (Rooted & { readonly identityPattern: string })
  | (Rooted & {
      /** `owner/repo/path`, or with its host, as in `--signer-workflow`. */
      readonly workflow: string;
      /** A pattern for what follows the `@`. */
      readonly ref?: string | undefined;
      readonly pinnedTo?: Pinning | undefined;
    })
  /** `sha256:` of the key's SPKI. */
  | { readonly key: string }
  /** Of a ClusterImagePolicy alone. */
  | {
      readonly issuerTest: TextTest;
      readonly identityTest: TextTest;
      readonly root?: string | undefined;
    };

type Verified = Extract<Checked, { assurance: 'verified' }>;

/** Whether it was this one who signed, by a root of trust that may say so (traps V5, V13). */
export function isDemanded(
  demand: SignerDemand,
  { signer, root }: Pick<Verified, 'signer' | 'root'>,
  repositories: readonly ImageRepository[],
): boolean {
  if (!isDemandedSigner(demand, signer)) return false;
  const pinned = exactly(signer);
  if (pinned === undefined) return false;
  const pin = {
    images: '**',
    signer: pinned,
    ...('root' in demand && demand.root !== undefined ? { root: demand.root } : {}),
  };
  return speakerFor({ signer, root }, repositories, [pin])?.by === 'pin';
}

function exactly(signer: SignerIdentity): PinnedSigner | undefined {
  if (signer.kind === 'key') return signer;
  const { issuer, identity } = signer;
  return issuer === undefined ? undefined : { kind: 'certificate', issuer, identity, match: 'exact' };
}

/** Whether it is this one that is meant, whatever root of trust says so. */
export function isDemandedSigner(demand: SignerDemand, signer: SignerIdentity): boolean {
  if ('workflow' in demand) return isMeantWorkflow(demand, signer);
  if ('identityTest' in demand)
    return (
      signer.kind === 'certificate' &&
      demand.issuerTest.matches(signer.issuer ?? '') &&
      demand.identityTest.matches(signer.identity)
    );
  return isPinned(signer, asPinned(demand));
}

type Plain = Exclude<SignerDemand, { readonly workflow: string } | { readonly identityTest: TextTest }>;

function asPinned(demand: Plain): PinnedSigner {
  if ('key' in demand) return { kind: 'key', fingerprint: demand.key };
  const { issuer } = demand;
  return 'identity' in demand
    ? { kind: 'certificate', issuer, identity: demand.identity, match: 'exact' }
    : { kind: 'certificate', issuer, identity: demand.identityPattern, match: 'pattern' };
}

type WorkflowDemand = Extract<SignerDemand, { readonly workflow: string }>;

function isMeantWorkflow({ issuer, workflow, ref, pinnedTo }: WorkflowDemand, signer: SignerIdentity): boolean {
  if (signer.kind === 'key' || signer.issuer !== issuer) return false;
  const signed = workflowOf(signer);
  return (
    signed !== undefined &&
    isWorkflow(workflow, signed) &&
    (ref === undefined || matchesPattern(ref, signed.ref)) &&
    (pinnedTo === undefined || isPinnedTo(pinnedTo, signed))
  );
}

/** Whoever may push a branch can change what it runs. */
export function isAtAnyRef(demand: SignerDemand): boolean {
  if (!('workflow' in demand)) return false;
  const { workflow, ref, pinnedTo } = demand;
  return ref === undefined && pinnedTo === undefined && !workflow.includes('@');
}

function isPinnedTo(pinning: Pinning, { ref }: SignerWorkflow): boolean {
  const isTag = ref.startsWith('refs/tags/');
  const isCommit = !ref.startsWith('refs/');
  return pinning === 'tag' ? isTag : pinning === 'commit' ? isCommit : isTag || isCommit;
}

export function demandText(demand: SignerDemand): string {
  if ('identityTest' in demand) return `expression ${demand.identityTest.text} by ${demand.issuerTest.text}`;
  if (!('workflow' in demand)) return requiredSignerText(asPinned(demand));
  return `${withHost(demand.workflow)}${refText(demand)} by ${demand.issuer}`;
}

/** What a workflow must be named at, `@refs/tags/v*`; nothing where any ref will do. */
export function refText({ ref, pinnedTo }: WorkflowDemand): string {
  const pinning = pinnedTo === undefined ? '' : `@ a ${pinnedTo === 'tagOrCommit' ? 'tag or commit' : pinnedTo}`;
  return ref === undefined ? pinning : `@${ref}${pinnedTo === undefined ? '' : ` (${pinning.slice(2)})`}`;
}

/**
 * What tells two signers apart: one workflow at two refs is one signer, and so is one key under two names. So is one identity by two
 * issuers: whoever has the mailbox can sign in with each of them.
 */
export function signerKey(signer: SignerIdentity): string {
  if (signer.kind === 'key') return signer.fingerprint;
  const workflow = workflowOf(signer);
  return (workflow === undefined ? signer.identity : `${workflow.repository}/${workflow.path}`).toLowerCase();
}
