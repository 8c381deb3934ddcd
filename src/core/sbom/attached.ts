import { isAboutAnother, reasonFor } from '../claims/worth.ts';
import { withoutUndefined } from '../defined.ts';
import { compareText } from '../graph/order.ts';
import type { Dossier } from '../model/chain.ts';
import type { Digest } from '../model/digest.ts';
import { entityId } from '../model/entity.ts';
import type { BoundBy, Evidence, SignalStrength } from '../model/evidence.ts';
import { memberOfSet } from '../model/image.ts';
import type { DigestSet } from '../model/image.ts';
import type { Instant } from '../model/outcome.ts';
import type { SignedDocument, SignerIdentity } from '../model/statement.ts';

/** How far a document's word goes, best first: an order, never a score. `signed`: by somebody who is not tied to the image. */
export const DOCUMENT_TRUSTS = ['verified', 'signed', 'unchecked', 'unsigned', 'inImage', 'rejected'] as const;
export type DocumentTrust = (typeof DOCUMENT_TRUSTS)[number];

/** A document about the image, with its content, and what its word is worth. */
export type AttachedDocument = {
  /** Of what carries it: an envelope, a statement or a file. */
  readonly document: Digest;
  readonly carrier: string;
  /** Predicate type, or the media type of a file. */
  readonly type: string;
  readonly boundBy: BoundBy;
  readonly trust: DocumentTrust;
  /** As in the chain; missing for one that is rejected. */
  readonly grade?: SignalStrength;
  readonly why?: string;
  readonly signer?: SignerIdentity;
  /** When it was first seen signed. */
  readonly signedAt?: Instant;
  /** `predicate`: parsed. `file`: the bytes that a registry keeps, or a file of the image. */
  readonly content:
    | { readonly kind: 'predicate'; readonly predicate: unknown }
    | { readonly kind: 'file'; readonly bytes: Uint8Array };
};

/** What a document says that it is: a statement by its predicate type, a file also by where it is kept. */
export function namedType({ type, carrier, content }: AttachedDocument): string {
  return content.kind === 'file' ? `${type} ${carrier}` : type;
}

/** A file beside the image that the chain lists and does not read. */
export type ListedFile = Pick<AttachedDocument, 'document' | 'carrier' | 'type' | 'boundBy'>;

/** What may be an SBOM or speak of vulnerabilities, by its media type or by that of the artifact which holds it. */
const WORTH_FETCHING = /cyclonedx|spdx|syft|sbom|vex|csaf|vuln/i;

/** The files whose content is worth a look; no attestation among them, which are read with the chain. */
export function listedFiles({ image, gathered }: Pick<Dossier, 'image' | 'gathered'>): readonly ListedFile[] {
  const read = new Set(gathered.documents.map(({ signed }) => signed.document));
  const files = gathered.evidence.flatMap(({ claim, origin }): ListedFile[] => {
    if (claim.kind !== 'edge' || claim.relation !== 'describedBy' || claim.to.kind !== 'document') return [];
    const { digest: document, predicateType: type } = claim.to;
    if (entityId(claim.from) !== entityId(image.root) || read.has(document)) return [];
    const { location } = origin;
    if (!WORTH_FETCHING.test(`${type} ${location}`)) return [];
    return [{ document, carrier: location, type, boundBy: boundAt(location, image.digests) }];
  });
  return [...new Map(files.map((file) => [file.document, file])).values()];
}

/** The ledger names a place by the digest that was asked for, at its end. */
function boundAt(location: string, digests: DigestSet): BoundBy {
  const all = [...digests.indexes, digests.platform ?? digests.config, ...digests.attestationManifests];
  const asked = all.find((digest) => location.endsWith(digest));
  return (asked && memberOfSet(digests, asked)) ?? 'none';
}

/** All statements about the image, and files, best first. What stands in several places is there once. */
export function attachedDocuments(
  dossier: Pick<Dossier, 'image' | 'gathered'>,
  files: readonly AttachedDocument[],
): readonly AttachedDocument[] {
  const said = new Map<string, Evidence>();
  for (const evidence of dossier.gathered.evidence) {
    const { claim, origin } = evidence;
    if (claim.kind === 'edge' && claim.relation === 'describedBy') said.set(origin.document ?? '', evidence);
  }
  const statements = dossier.gathered.documents.flatMap(({ about, signed }) =>
    entityId(about) === entityId(dossier.image.root) ? statementOf(signed, said.get(signed.document), dossier) : [],
  );
  const all = [...statements, ...files].sort((left, right) => compareTrust(left, right) || compareAge(left, right));
  return all.filter(({ document }, index) => all.findIndex((other) => other.document === document) === index);
}

function statementOf(
  signed: SignedDocument,
  evidence: Evidence | undefined,
  { image }: Pick<Dossier, 'image'>,
): readonly AttachedDocument[] {
  if (signed.kind !== 'statement') return [];
  const { document, carrier, checked, statement } = signed;
  const verified = checked.assurance === 'verified' ? checked : undefined;
  const isAnother = isAboutAnother(signed, image.digests);
  const isRejected = isAnother || checked.assurance === 'rejected' || evidence === undefined;
  const whyRejected =
    checked.assurance === 'rejected'
      ? `${reasonFor(checked.code)}: expected ${checked.expected}, got ${checked.got}`
      : reasonFor('SUBJECT_MISMATCH');
  return [
    withoutUndefined({
      document,
      carrier,
      type: statement.predicateType,
      boundBy: evidence?.boundBy ?? ('none' as const),
      trust: isRejected ? ('rejected' as const) : trustOf(signed, evidence),
      grade: isRejected ? undefined : evidence.strength,
      why: isRejected ? whyRejected : evidence.why,
      signer: verified?.signer,
      signedAt: [...(verified?.times ?? [])].sort(compareText)[0],
      content: { kind: 'predicate' as const, predicate: statement.predicate },
    }),
  ];
}

function trustOf({ checked }: SignedDocument, { strength }: Evidence): DocumentTrust {
  if (strength === 'verified') return 'verified';
  if (checked.assurance === 'verified') return 'signed';
  return checked.assurance === 'attested' && checked.code !== 'UNSIGNED' ? 'unchecked' : 'unsigned';
}

const BINDINGS: readonly BoundBy[] = ['platform', 'index', 'attestationManifest', 'config', 'commit', 'none'];

/** Signed on the platform before signed on the index, before unsigned, before what is in the image. */
export function compareTrust(left: AttachedDocument, right: AttachedDocument): number {
  return (
    DOCUMENT_TRUSTS.indexOf(left.trust) - DOCUMENT_TRUSTS.indexOf(right.trust) ||
    BINDINGS.indexOf(left.boundBy) - BINDINGS.indexOf(right.boundBy)
  );
}

/** Newest first; the rest so that the order never hangs on which answer came first over the network. */
export function compareAge(left: AttachedDocument, right: AttachedDocument): number {
  return (
    compareText(right.signedAt ?? '', left.signedAt ?? '') ||
    compareText(left.carrier, right.carrier) ||
    compareText(left.document, right.document)
  );
}
