import type { TracedImage } from '../model/chain.ts';
import type { AttachedDocument } from './attached.ts';
import { compareAge, compareTrust, namedType } from './attached.ts';
import type { Binding } from './named-digests.ts';
import { bindingOf } from './named-digests.ts';
import { readVulnerabilities } from '../vex/read.ts';
import type { SbomReading } from './read.ts';
import { readSbom } from './read.ts';

/** An SBOM of the image, read or refused, and whether it says that it is this image's. */
export type FoundSbom = AttachedDocument & { readonly reading: SbomReading; readonly binding: Binding };

/** One that can be read. */
export type ReadableSbom = FoundSbom & { readonly reading: Extract<SbomReading, { kind: 'read' }> };

/** By what carries it. Under its own name for anything, cosign keeps SBOMs too: that is told by the content. */
const NAMED = /cyclonedx|spdx|syft|sbom/i;
const MAY_BE = /^https:\/\/cosign\.sigstore\.dev\/attestation\/v1$/;
/** A signature, a build's provenance, a list of vulnerabilities: with CycloneDX in its name or not. */
const IS_NOT = /\/vex|openvex|csaf|vuln|provenance/i;

/** The SBOMs among the documents, best first; each is read. One that calls itself an SBOM and cannot be read is among them. */
export function sbomsAmong(
  documents: readonly AttachedDocument[],
  { digests }: Pick<TracedImage, 'digests'>,
): readonly FoundSbom[] {
  const own = [...digests.indexes, ...(digests.platform === undefined ? [] : [digests.platform]), digests.config];
  return documents
    .flatMap((attached): FoundSbom[] => {
      const isNamed = NAMED.test(namedType(attached)) && !IS_NOT.test(attached.type);
      if (!isNamed && !MAY_BE.test(attached.type)) return [];
      const { content } = attached;
      const reading = readSbom(content.kind === 'file' ? content.bytes : content.predicate);
      if (reading.kind === 'refused') return isNamed ? [{ ...attached, reading, binding: 'silent' }] : [];
      if (reading.sbom.components.length === 0 && statesVulnerabilities(content)) return [];
      return [{ ...attached, reading, binding: bindingOf(reading.sbom.namedDigests, own) }];
    })
    .sort(compareSboms);
}

/** CycloneDX lists no components where it is used for VEX alone. */
function statesVulnerabilities(content: AttachedDocument['content']): boolean {
  const reading = readVulnerabilities(content.kind === 'file' ? content.bytes : content.predicate);
  return reading.kind === 'read' && reading.document.statements.length > 0;
}

const BINDING_ORDER: readonly Binding[] = ['named', 'silent', 'another'];
/** What BuildKit calls its scan of the image itself; those of the stages have longer names. */
const BUILDKIT_IMAGE = 'sbom';

/** As all documents are ordered; of equal trust the one that names the image first, and of those the whole image's before a stage's. */
function compareSboms(left: FoundSbom, right: FoundSbom): number {
  return compareTrust(left, right) || compareContent(left, right) || compareAge(left, right);
}

function compareContent(left: FoundSbom, right: FoundSbom): number {
  const isRead = Number(right.reading.kind === 'read') - Number(left.reading.kind === 'read');
  const isNamed = BINDING_ORDER.indexOf(left.binding) - BINDING_ORDER.indexOf(right.binding);
  return isRead || isNamed || Number(isOfImage(right)) - Number(isOfImage(left));
}

function isOfImage({ reading }: FoundSbom): boolean {
  return reading.kind === 'read' && reading.sbom.documents[0]?.name === BUILDKIT_IMAGE;
}
