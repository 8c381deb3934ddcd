import type { AttachedDocument } from '../../core/sbom/attached.ts';
import type { FoundSbom } from '../../core/sbom/found.ts';
import type { ImageDocuments, Unheard } from '../../core/sbom/image-documents.ts';
import type { Component, Loss, SbomProblem } from '../../core/sbom/model.ts';
import type { SignerIdentity } from '../../core/model/statement.ts';
import { imagePart } from '../document-parts.ts';

/** What the JSON documents of `sbom` have in common: the other side of `schema/sbom-parts.ts`. */

export function aboutPart({ traced }: ImageDocuments): object {
  const { image } = traced.dossier;
  return { reference: image.reference, image: imagePart(image) };
}

export function attachedPart(attached: AttachedDocument): object {
  const { document, carrier, type, boundBy, trust, grade, why, signer, signedAt } = attached;
  return {
    document,
    carrier,
    type,
    boundBy,
    trust,
    grade,
    why,
    signer: signer === undefined ? undefined : signerPart(signer),
    signedAt,
  };
}

function signerPart(signer: SignerIdentity): object {
  if (signer.kind === 'key') return { kind: signer.kind, fingerprint: signer.fingerprint, name: signer.name };
  const { kind, identity, issuer, authority } = signer;
  return { kind, identity, issuer, authority };
}

export function sbomPart(sbom: FoundSbom): object {
  const { reading, binding } = sbom;
  if (reading.kind === 'refused') return { ...attachedPart(sbom), error: errorPart(reading.error) };
  const { documents, components, namedDigests } = reading.sbom;
  const [said] = documents;
  return {
    ...attachedPart(sbom),
    format: said?.format,
    specVersion: said?.specVersion,
    name: said?.name,
    created: said?.created,
    tools: (said?.tools ?? []).map(({ name, version, vendor }) => ({ name, version, vendor })),
    components: components.length,
    binding,
    namedDigests,
    problems: reading.problems.map(problemPart),
  };
}

export function errorPart({ code, message }: { readonly code: string; readonly message: string }): object {
  return { code, message };
}

export function unheardPart({ code, message, hint }: Unheard): object {
  return { code, message, hint };
}

export function problemPart({ code, message, at, count }: SbomProblem): object {
  return { code, message, at, count };
}

export function lossPart({ reason, what, count }: Loss): object {
  return { reason, what, count };
}

/** Package URLs as they were written. */
export function componentPart(component: Component): object {
  const { id, name, kind, group, version, purl, cpes, description, copyright, scope } = component;
  const { licences, hashes, supplier, originator, foundAt, references, properties, documents } = component;
  return {
    id,
    name,
    kind,
    group,
    version,
    purl: purl?.text,
    scope,
    description,
    copyright,
    supplier,
    originator,
    cpes,
    licences,
    hashes,
    foundAt,
    references,
    properties,
    documents,
  };
}
