import { SIGNATURE_PREDICATE } from '../claims/endorsement.ts';
import type { Pin, Speaker } from '../claims/speakers.ts';
import { speakerFor } from '../claims/speakers.ts';
import type { Binding } from '../claims/worth.ts';
import { SIMPLE_SIGNING, bindingOfDocument, predicateTypeOf, reasonFor } from '../claims/worth.ts';
import { withoutUndefined } from '../defined.ts';
import type { Dossier } from '../model/chain.ts';
import type { Digest } from '../model/digest.ts';
import type { SignedDocument, SignerIdentity } from '../model/statement.ts';
import { readProvenance } from '../provenance/index.ts';
import type { Provenance } from '../provenance/provenance.ts';
import { parseSourceUrl } from '../source-url.ts';

/** A document that could meet the requirements: an image signature, a build's provenance, or what was asked for by its predicate type. */
export type Candidate = {
  readonly document: Digest;
  readonly carrier: string;
  readonly predicateType: string;
  readonly boundBy: Binding;
  readonly signature: { readonly holds: boolean; readonly isRejected: boolean; readonly why: string };
  readonly signer?: SignerIdentity;
  /** Why the signer may speak for the image, in words. */
  readonly speaker?: string;
  readonly workflow?: { readonly repository: string; readonly path: string; readonly ref: string };
  readonly source: { readonly repository?: string; readonly ref?: string; readonly commit?: string };
  readonly builderId: { readonly value?: string; readonly isSigner: boolean };
};

/** @param predicateType where it is asked for; else image signatures and provenance, since any other statement signs something else (traps V12). */
export function candidatesOf({ image, gathered }: Pick<Dossier, 'image' | 'gathered'>, asked: { predicateType: string | undefined; pins: readonly Pin[] }): readonly Candidate[] {
  return gathered.documents.flatMap(({ signed }) => {
    const boundBy = bindingOfDocument(signed, image.digests);
    const predicateType = predicateTypeOf(signed);
    if (boundBy === undefined || isUnsigned(signed)) return [];
    const provenance = signed.kind === 'statement' ? readProvenance(signed.statement) : undefined;
    const wanted = asked.predicateType === undefined ? predicateType === SIMPLE_SIGNING || predicateType === SIGNATURE_PREDICATE || provenance !== undefined : predicateType === asked.predicateType;
    return wanted ? [candidate({ signed, boundBy, predicateType, provenance }, { repositories: image.root.foundAt, pins: asked.pins })] : [];
  });
}

type Document = { readonly signed: SignedDocument; readonly boundBy: Binding; readonly predicateType: string; readonly provenance: Provenance | undefined };

function candidate({ signed, boundBy, predicateType, provenance }: Document, trust: { repositories: Dossier['image']['root']['foundAt']; pins: readonly Pin[] }): Candidate {
  const { checked, document, carrier } = signed;
  const signer = checked.assurance === 'verified' ? checked.signer : undefined;
  const speaker = checked.assurance === 'verified' ? speakerFor(checked, trust.repositories, trust.pins) : undefined;
  // A manifest with the same config is another image: a signature of the config alone is none of this one.
  const holds = checked.assurance === 'verified' && boundBy !== 'config';
  const why = checked.assurance === 'verified' ? (holds ? `holds (${checked.root})` : 'holds, and is about the config alone') : `${reasonFor(checked.code)}: expected ${checked.expected}, got ${checked.got}`;
  return withoutUndefined({
    document,
    carrier,
    predicateType,
    boundBy,
    signature: { holds, isRejected: checked.assurance === 'rejected', why },
    signer,
    speaker: speaker === undefined ? undefined : speakerText(speaker),
    workflow: signer === undefined ? undefined : workflowOf(signer),
    source: sourceOf(provenance, signer),
    builderId: withoutUndefined({
      value: provenance?.builderId?.value,
      isSigner: speaker?.by === 'platform' || (signer?.kind === 'certificate' && signer.identity === provenance?.builderId?.value),
    }),
  });
}

function isUnsigned({ checked }: SignedDocument): boolean {
  return checked.assurance === 'attested' && checked.code === 'UNSIGNED';
}

/** The predicate's source; of a plain signature, which states none, what its certificate says the signing ran for. */
function sourceOf(provenance: Provenance | undefined, signer: SignerIdentity | undefined): Candidate['source'] {
  const [source] = provenance?.sources ?? [];
  if (provenance !== undefined) return withoutUndefined({ repository: source?.url, ref: provenance.ref?.value ?? source?.ref, commit: source?.commit });
  if (signer?.kind !== 'certificate') return {};
  return withoutUndefined({ repository: signer.extensions[12], ref: signer.extensions[14], commit: signer.extensions[13] });
}

/** `https://github.com/o/r/.github/workflows/x.yml@refs/heads/main` (Fulcio .9, Build Signer URI, else the identity itself). */
function workflowOf(signer: SignerIdentity): Candidate['workflow'] {
  if (signer.kind === 'key') return undefined;
  const uri = signer.extensions[9] ?? signer.identity;
  const at = uri.indexOf('@refs/');
  const place = at < 0 ? uri : uri.slice(0, at);
  // GitLab puts `//` between the project, however deep, and the file; on GitHub a repository is two parts.
  const [, repository, path] = /^(https:\/\/.+?)\/\/(.+)$/.exec(place) ?? /^(https:\/\/[^/]+\/[^/]+\/[^/]+)\/(.+)$/.exec(place) ?? [];
  const parsed = repository === undefined ? undefined : parseSourceUrl(repository, 'web');
  if (parsed?.kind !== 'repository' || path === undefined) return undefined;
  return { repository: parsed.source.url, path, ref: at < 0 ? '' : uri.slice(at + 1) };
}

export function speakerText(speaker: Speaker): string {
  switch (speaker.by) {
    case 'pin':
      return `pinned for ${speaker.pin.images}`;
    case 'platform':
      return `the build platform ${speaker.builder}`;
    case 'namespace':
      return `${speaker.owner}, who owns the registry namespace`;
  }
}
