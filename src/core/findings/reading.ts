import { endorsersOf } from '../claims/endorsement.ts';
import type { Binding } from '../claims/worth.ts';
import { bindingOfDocument } from '../claims/worth.ts';
import type { SignerWorkflow } from '../policy/signer-workflow.ts';
import { workflowOf } from '../policy/signer-workflow.ts';
import { readProvenance } from '../provenance/index.ts';
import type { Node } from '../provenance/node.ts';
import type { Provenance } from '../provenance/provenance.ts';
import { parseSourceUrl } from '../source-url.ts';
import type { Checked, SignedDocument, SignerIdentity } from '../model/statement.ts';
import type { Examined } from './rule.ts';
import { saidBy } from './rule.ts';

/** Fulcio's extensions 1.3.6.1.4.1.57264.1.N (reference/provenance.md 4). */
export const EXTENSION = {
  signer: 9,
  runner: 11,
  repository: 12,
  commit: 13,
  ref: 14,
  repositoryId: 15,
  config: 18,
  configCommit: 19,
  trigger: 20,
  run: 21,
  visibility: 22,
} as const;
export type ExtensionName = keyof typeof EXTENSION;
export type Certificate = Extract<SignerIdentity, { kind: 'certificate' }>;
export type Verified = Extract<Checked, { assurance: 'verified' }>;

/** A document about this image whose check did not reject it, with what it and its signer say. */
export type Reading = {
  readonly signed: SignedDocument;
  readonly boundBy: Binding;
  /** A signature that holds: its own, or that of the attestation manifest whose layer it is. */
  readonly verified?: Verified;
  readonly certificate?: Certificate;
  /** The signer may speak for the image (SPEC 3). */
  readonly tied: boolean;
  readonly provenance?: Provenance;
  /** The statement, for what no format reads. */
  readonly root?: Node;
};
export type ProvenanceReading = Reading & { readonly provenance: Provenance; readonly root: Node };

/** Each document once, however many carriers have it. */
export function readingsOf(examined: Examined): readonly Reading[] {
  const documents = new Map(examined.gathered.documents.map(({ signed }) => [signed.document, signed]));
  return [...documents.values()].flatMap((signed): Reading[] => {
    const boundBy = bindingOfDocument(signed, examined.image.digests);
    if (boundBy === undefined || signed.checked.assurance === 'rejected') return [];
    const tied = saidBy(signed.document, 'describedBy', examined).some(({ strength }) => strength === 'verified');
    return [{ signed, boundBy, tied, ...signerOf(signed, [...documents.values()], examined), ...stated(signed) }];
  });
}

export function isProvenance(reading: Reading): reading is ProvenanceReading {
  return reading.provenance !== undefined;
}

function signerOf(
  signed: SignedDocument,
  documents: readonly SignedDocument[],
  { image }: Examined,
): Pick<Reading, 'certificate' | 'verified'> {
  const checks = [signed, ...endorsersOf(signed, documents, image.digests)].map(({ checked }) => checked);
  const verified = checks.find((checked) => checked.assurance === 'verified');
  if (verified === undefined) return {};
  return verified.signer.kind === 'certificate' ? { verified, certificate: verified.signer } : { verified };
}

function stated(signed: SignedDocument): Pick<Reading, 'provenance' | 'root'> {
  if (signed.kind !== 'statement') return {};
  const provenance = readProvenance(signed.statement);
  return provenance === undefined ? {} : { provenance, root: { value: signed.statement, at: '$', problems: [] } };
}

/** What the certificate authority wrote; an empty text is none. */
export function extension(certificate: Certificate | undefined, name: ExtensionName): string | undefined {
  return certificate?.extensions[EXTENSION[name]] || undefined;
}

/** The workflow that signed. */
export function signerWorkflow(certificate: Certificate | undefined): SignerWorkflow | undefined {
  return certificate && workflowOf(certificate);
}

/** The pipeline that was started: another one than the signer's where that is a reusable workflow. */
export function startedWorkflow(certificate: Certificate | undefined): SignerWorkflow | undefined {
  const identity = extension(certificate, 'config');
  return certificate && identity !== undefined ? workflowOf({ ...certificate, identity, extensions: {} }) : undefined;
}

/** The key that all spellings of a repository share; undefined for what names none. */
export function keyOf(address: string | undefined): string | undefined {
  const parsed = address === undefined ? undefined : parseSourceUrl(address, 'auto');
  return parsed?.kind === 'repository' ? parsed.source.key : undefined;
}

/** What the certificate says, and else the predicate. */
export function triggerOf({ certificate, provenance }: Reading): string | undefined {
  return extension(certificate, 'trigger') ?? provenance?.trigger?.value;
}
export function refOf({ certificate, provenance }: Reading): string | undefined {
  return extension(certificate, 'ref') ?? provenance?.ref?.value;
}
export function runOf({ certificate, provenance }: Reading): string | undefined {
  return extension(certificate, 'run') ?? provenance?.runUrl?.value;
}
