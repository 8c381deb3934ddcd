import { bindingOfDocument, digestsOf } from '../claims/worth.ts';
import { entityId } from '../model/entity.ts';
import type { ImageEntity } from '../model/entity.ts';
import type { Evidence } from '../model/evidence.ts';
import { formatRepository } from '../model/image-repository.ts';
import type { SignedDocument } from '../model/statement.ts';
import { readProvenance } from '../provenance/index.ts';
import type { Examined, FindingRule, Found } from './rule.ts';

const LIFECYCLE = 'io.buildpacks.lifecycle.metadata';

/** An image that buildpacks made, and whose run image was exchanged since: what is stated about it is stated about the image before. */
export const REBASE_RULES: readonly FindingRule<Examined>[] = [
  {
    code: 'REBASED',
    severity: 'info',
    advice: 'pack rebase makes another image without a build: have what rebases it attest the result too',
    find: (examined) => {
      const { gathered, image } = examined;
      const bases = gathered.evidence.flatMap((item) => runImageIn(item, image.root));
      return gathered.documents.flatMap(({ signed }) => bases.flatMap((base) => rebasedFrom(signed, base, examined)));
    },
  },
];

type RunImage = { readonly name: string; readonly digest: string; readonly evidence: Evidence };

/** The run image by the label that the lifecycle keeps up to date. */
function runImageIn(evidence: Evidence, root: ImageEntity): readonly RunImage[] {
  const { claim, labels } = evidence;
  if (claim.kind !== 'edge' || claim.relation !== 'basedOn' || claim.to.kind !== 'image') return [];
  if (labels?.includes(LIFECYCLE) !== true || entityId(claim.from) !== entityId(root)) return [];
  const { digest, foundAt } = claim.to;
  return foundAt.map((at) => ({ name: formatRepository(at), digest, evidence }));
}

/** Provenance of another image, on the same run image as it was then. */
function rebasedFrom(signed: SignedDocument, base: RunImage, { image }: Examined): readonly Found[] {
  if (signed.kind !== 'statement' || signed.checked.assurance === 'rejected') return [];
  if (bindingOfDocument(signed, image.digests) !== undefined) return [];
  const before = readProvenance(signed.statement)?.resolvedDependencies.find(
    (input) =>
      input.image?.name === base.name && input.image.digest !== undefined && input.image.digest !== base.digest,
  );
  if (before?.image?.digest === undefined) return [];
  const about = digestsOf(signed)[0] ?? 'another image';
  return [
    {
      message: `${about} was built on ${base.name}@${before.image.digest}, this image stands on ${base.name}@${base.digest}`,
      evidence: [base.evidence],
    },
  ];
}
