import { weakBinding } from '../claims/worth.ts';
import type { SignerIdentity } from '../model/statement.ts';
import type { Branch, Judged, Leaf } from './judgement.ts';
import { allOf, branch, leaf, leavesOf } from './judgement.ts';
import type { Judging, PolicyDocument } from './judging.ts';
import { documentText } from './judging.ts';
import { nearestElsewhere, nearestSigner } from './near-misses.ts';
import type { SignerDemand } from './signer-demand.ts';
import { demandText, isDemanded } from './signer-demand.ts';
import { signatureText, signerText, speakerText } from './wording.ts';

/** Of several documents, those that are shown: the nearest ones. */
const SHOWN_MAX = 5;
const NO_SIGNER = 'no signer that is established';

export function signerOf({ candidate: { checked } }: PolicyDocument): SignerIdentity | undefined {
  return checked.assurance === 'verified' ? checked.signer : undefined;
}

/** Whether the document is one of these signers', by a root of trust that may say so. */
export function isSignedBy(document: PolicyDocument, signers: readonly SignerDemand[], { input }: Judging): boolean {
  const { checked } = document.candidate;
  return (
    checked.assurance === 'verified' &&
    signers.some((demand) => isDemanded(demand, checked, input.dossier.image.root.foundAt))
  );
}

/**
 * Whether a document may be listened to: its signature holds, it is about this image alone and this platform, it was signed by then, and
 * its signer is one of `signedBy`; or, where that is not said, one that the rule requires, or who may speak for the image anyway.
 */
export function trustLeaves(
  document: PolicyDocument,
  section: string,
  { signedBy, judging }: { readonly signedBy: readonly SignerDemand[] | undefined; readonly judging: Judging },
): readonly Leaf[] {
  const { candidate } = document;
  const evidence = [documentText(document)];
  const isInherited = candidate.boundBy === 'index' && !judging.inheritFromIndex;
  return [
    leaf({
      requirement: `${section}.signature`,
      expected: 'one that holds',
      got: signatureText(candidate),
      holds: candidate.checked.assurance === 'verified' && weakBinding(candidate.boundBy) === undefined,
      evidence,
    }),
    leaf({
      requirement: `${section}.platform`,
      expected: judging.inheritFromIndex ? 'about this platform or its index' : 'about this platform itself',
      got: candidate.boundBy === 'index' ? `about the index ${candidate.about}` : `about ${candidate.about}`,
      holds: !isInherited,
      evidence,
      nearest: 'inheritFromIndex in the rule lets what is stated of the index count for its platforms',
    }),
    signerLeaf(document, section, { signedBy, judging }),
    ...signedByThen(document, section, judging),
  ];
}

function signerLeaf(
  document: PolicyDocument,
  section: string,
  { signedBy, judging }: Parameters<typeof trustLeaves>[2],
): Leaf {
  const { speaker } = document.candidate;
  const signer = signerOf(document);
  const wanted = signedBy ?? judging.named;
  const isNamed = isSignedBy(document, wanted, judging);
  const anyway = signedBy === undefined ? ['a build platform or the owner of the registry namespace'] : [];
  const tie = signedBy === undefined && !isNamed && speaker !== undefined ? ` (${speakerText(speaker)})` : '';
  return leaf({
    requirement: `${section}.signer`,
    expected: [...wanted.map(demandText), ...anyway].join(', or '),
    got: signer === undefined ? NO_SIGNER : `${signerText(signer)}${tie}`,
    holds: isNamed || (signedBy === undefined && speaker !== undefined),
    evidence: [documentText(document)],
    nearest: signer === undefined ? undefined : nearestSigner([signer], wanted),
  });
}

function signedByThen(document: PolicyDocument, section: string, { options: { at } }: Judging): readonly Leaf[] {
  if (at === undefined) return [];
  const first = firstTime(document);
  return [
    leaf({
      requirement: `${section}.signedByThen`,
      expected: `a trusted time up to ${at}`,
      got: first ?? 'none',
      holds: first !== undefined && Date.parse(first) <= Date.parse(at),
      evidence: [documentText(document)],
    }),
  ];
}

/** When a trusted log or authority first saw the signature. */
export function firstTime({ candidate: { checked } }: PolicyDocument): string | undefined {
  if (checked.assurance !== 'verified') return undefined;
  return [...checked.times].sort((left, right) => Date.parse(left) - Date.parse(right))[0];
}

/** One and the same document must meet all: the nearest first. What could not be heard may have been such a document. */
export function anyDocument(
  requirement: string,
  found: readonly { readonly document: PolicyDocument; readonly parts: readonly Judged[] }[],
  { judging, expected }: { readonly judging: Judging; readonly expected: string },
): Branch {
  const judged = found
    .map(({ document, parts }) => ({ name: documentText(document), judged: allOf(requirement, parts) }))
    .sort((left, right) => missesOf(left.judged) - missesOf(right.judged));
  const shown = judged.slice(0, SHOWN_MAX).map(({ name, judged: own }) => {
    const others = judged.filter((other) => other.name !== name);
    return withNearest(
      own,
      others.map((other) => ({ name: other.name, leaves: leavesOf(other.judged) })),
    );
  });
  const none = leaf({ requirement: `${requirement}.present`, expected, got: 'none', holds: false });
  const parts = [...(judged.length === 0 ? [none] : shown), ...heard(requirement, judging, judged.some(holds))];
  return branch({ join: 'any', requirement, parts, omitted: judged.length - shown.length });
}

function holds({ judged }: { readonly judged: Branch }): boolean {
  return judged.verdict === 'pass';
}

function missesOf(judged: Branch): number {
  return leavesOf(judged).filter(({ verdict }) => verdict !== 'pass').length;
}

function withNearest<Part extends Judged>(judged: Part, others: Parameters<typeof nearestElsewhere>[1]): Part {
  if (judged.verdict === 'pass') return judged;
  if (judged.kind === 'branch') return { ...judged, parts: judged.parts.map((part) => withNearest(part, others)) };
  const nearest = judged.nearest ?? nearestElsewhere(judged.requirement, others);
  return nearest === undefined ? judged : { ...judged, nearest };
}

/** Undecided where a place was not heard, and the answer hangs on it. */
export function heard(requirement: string, { unheard }: Judging, isSettled: boolean): readonly Leaf[] {
  if (isSettled || unheard.length === 0) return [];
  return [
    leaf({
      requirement: `${requirement}.heard`,
      expected: 'every place heard where more about the image may be',
      got: `${unheard.length} not heard`,
      holds: undefined,
      unheard,
    }),
  ];
}
