import type { Digest } from '../model/digest.ts';
import type { Leaf } from './judgement.ts';
import type { Judging, PolicyDocument } from './judging.ts';
import { trustLeaves } from './documents.ts';
import { predicateTypeOf } from '../claims/worth.ts';
import type { SignerDemand } from './signer-demand.ts';
import { leaf } from './judgement.ts';

/** Whether a document that is known by its digest alone is signed by who is trusted, and about this image. */
export function digestTrust(
  digest: Digest,
  section: string,
  asked: { readonly signedBy?: readonly SignerDemand[] | undefined; readonly judging: Judging },
): { readonly isTrusted: boolean; readonly leaves: readonly Leaf[] } {
  const { judging, signedBy } = asked;
  const judged = documentsOf(digest, judging)
    .map((document) => trustLeaves(document, section, { signedBy, judging }))
    .sort((left, right) => missesOf(left) - missesOf(right));
  const [best] = judged;
  if (best !== undefined) return { isTrusted: missesOf(best) === 0, leaves: best };
  const unknown = leaf({
    requirement: `${section}.signature`,
    expected: 'a signed document about this image',
    got: `${digest} is none`,
    holds: false,
  });
  return { isTrusted: false, leaves: [unknown] };
}

function documentsOf(digest: Digest, judging: Judging): readonly PolicyDocument[] {
  const { documents } = judging.input.dossier.gathered;
  const types = new Set(
    documents.flatMap(({ signed }) => (signed.document === digest ? [predicateTypeOf(signed)] : [])),
  );
  return [...types].flatMap((type) =>
    judging.documentsOf(type).filter(({ candidate }) => candidate.document === digest),
  );
}

function missesOf(leaves: readonly Leaf[]): number {
  return leaves.filter(({ verdict }) => verdict !== 'pass').length;
}
