import type { Binding } from '../claims/worth.ts';
import { bindingOfDocument, predicateTypeOf, weakBinding } from '../claims/worth.ts';
import type { Dossier } from '../model/chain.ts';
import type { Checked, SignerIdentity } from '../model/statement.ts';
import type { KeptPin, Unpinnable } from '../model/trust-report.ts';
import { candidatesOf } from './candidates.ts';
import { signatureText } from './wording.ts';

/** One who signed something about this image, with a signature that holds. */
export type PinnableSigner = {
  readonly identity: SignerIdentity;
  readonly signer: KeptPin['signer'];
  /** The root of trust by which it holds. */
  readonly root: string;
};

type Judged = Pick<Dossier, 'image' | 'gathered'>;
type Verified = Extract<Checked, { assurance: 'verified' }>;
type Signature = {
  readonly predicateType: string;
  readonly carrier: string;
  readonly boundBy: Binding | undefined;
  readonly checked: Checked;
};

/** Whoever can be pinned by this image, once for each signature. */
export function pinnableSigners(dossier: Judged): readonly PinnableSigner[] {
  return signaturesOf(dossier).flatMap((signature) => {
    if (signature.checked.assurance !== 'verified' || hindrance(signature) !== undefined) return [];
    const signer = exactly(signature.checked);
    return signer === undefined ? [] : [{ identity: signature.checked.signer, signer, root: signature.checked.root }];
  });
}

/** What else is there about this image, and why nobody can be pinned by it. */
export function unpinnableDocuments(dossier: Judged): readonly Unpinnable[] {
  return signaturesOf(dossier).flatMap((signature) => {
    const why = hindrance(signature);
    return why === undefined ? [] : [{ predicateType: signature.predicateType, carrier: signature.carrier, why }];
  });
}

/** Every document's own, and those of the manifests that hold unsigned ones. */
function signaturesOf(dossier: Judged): readonly Signature[] {
  const { image, gathered } = dossier;
  const own = gathered.documents.map(({ signed }) => ({
    predicateType: predicateTypeOf(signed),
    carrier: signed.carrier,
    boundBy: bindingOfDocument(signed, image.digests),
    checked: signed.checked,
  }));
  return [
    ...own,
    ...candidatesOf(dossier, { predicateType: undefined, pins: [] }).filter(
      ({ endorsedBy }) => endorsedBy !== undefined,
    ),
  ];
}

function hindrance({ checked, boundBy }: Signature): string | undefined {
  if (checked.assurance !== 'verified') return signatureText({ checked, boundBy: boundBy ?? 'platform' });
  if (boundBy === undefined) return 'about another image';
  if (weakBinding(boundBy) !== undefined) return signatureText({ checked, boundBy });
  return exactly(checked) === undefined ? 'its certificate names no issuer' : undefined;
}

function exactly({ signer }: Verified): KeptPin['signer'] | undefined {
  if (signer.kind === 'key') return { kind: 'key', fingerprint: signer.fingerprint };
  return signer.issuer === undefined
    ? undefined
    : { kind: 'certificate', issuer: signer.issuer, identity: signer.identity, match: 'exact' };
}
