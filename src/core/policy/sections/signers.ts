import { weakBinding } from '../../claims/worth.ts';
import { documentText } from '../judging.ts';
import type { Judging, PolicyDocument } from '../judging.ts';
import type { Judged, Leaf } from '../judgement.ts';
import { allOf, leaf } from '../judgement.ts';
import { heard, isSignedBy, signerOf, trustLeaves } from '../documents.ts';
import { nearestSigner } from '../near-misses.ts';
import type { Requirement } from '../requirement-shape.ts';
import { demandText, signerKey } from '../signer-demand.ts';
import { signerText } from '../wording.ts';

type SignersDemand = NonNullable<Requirement['signers']>;

/** Signatures of the image and its provenance. Any other statement by the same signer signs something else (traps V12). */
export function judgeSigners({ of, atLeast = 1, imageSignature }: SignersDemand, judging: Judging): Judged {
  const documents = judging
    .documentsOf()
    .filter(({ provenance }) => imageSignature === undefined || provenance === undefined);
  const good = documents.filter((document) =>
    trustLeaves(document, 'signers', { signedBy: of, judging }).every(({ verdict }) => verdict === 'pass'),
  );
  const signers = new Map(
    good.flatMap((document) => {
      const signer = signerOf(document);
      return signer === undefined ? [] : [[signerKey(signer), signer] as const];
    }),
  );
  const isMet = signers.size >= atLeast;
  const others = documents.filter((document) => !good.includes(document));
  const strangers = others.flatMap((document) => signerOf(document) ?? []);
  const met = leaf({
    requirement: 'signers',
    expected: `signed by ${atLeast === 1 ? '' : `${atLeast} different ones of `}${of.map(demandText).join(', or ')}`,
    got: signers.size > 0 ? [...signers.values()].map(signerText).sort().join(', ') : 'none of these',
    holds: isMet,
    evidence: (good.length > 0 ? good : others).map(documentText),
    nearest: whyNot(others, of, judging) ?? nearestSigner(strangers, of),
  });
  return allOf('signers', [isMet ? met : undecidedIfUnheard(met, judging)]);
}

/** A failure that a place not heard could turn. */
function undecidedIfUnheard(failure: Leaf, judging: Judging): Leaf {
  const [open] = heard('signers', judging, false);
  return open === undefined ? failure : { ...failure, verdict: 'undecided', unheard: open.unheard };
}

/** The right one signed, and something else keeps it from counting. */
function whyNot(documents: readonly PolicyDocument[], of: SignersDemand['of'], judging: Judging): string | undefined {
  const own = documents.find((document) => isSignedBy(document, of, judging));
  const signer = own && signerOf(own);
  if (own === undefined || signer === undefined) return undefined;
  const lacking = trustLeaves(own, 'signers', { signedBy: of, judging }).find(({ verdict }) => verdict !== 'pass');
  const weakness = weakBinding(own.candidate.boundBy);
  return `signed by ${signerText(signer)}, ${weakness ?? `${lacking?.got ?? 'nothing'}; expected ${lacking?.expected ?? 'nothing'}`}`;
}
