import { formatRepository } from '../model/image-repository.ts';
import type { AttachedDocument } from '../sbom/attached.ts';
import { namedType } from '../sbom/attached.ts';
import type { ImageDocuments } from '../sbom/image-documents.ts';
import { usableSboms } from '../sbom/image-documents.ts';
import { EMPTY_SBOM } from '../sbom/model.ts';
import { joinStatements } from './join.ts';
import type { JoinedStatement, VulnerabilityReading } from './model.ts';
import { readVulnerabilities } from './read.ts';

/** Somebody's statements about vulnerabilities, with what each is about in the image. */
export type FoundStatements = AttachedDocument & {
  readonly reading: VulnerabilityReading;
  /** Empty where it was refused, or does not hold. */
  readonly joined: readonly JoinedStatement[];
};
export type ImageStatements = ImageDocuments & { readonly statements: readonly FoundStatements[] };

const NAMED = /vex|csaf|vuln/i;
const MAY_BE = /cyclonedx|^https:\/\/cosign\.sigstore\.dev\/attestation\/v1$/i;

/** What is stated about vulnerabilities beside the image, joined to the components of its best SBOM. Nothing is judged. */
export function statementsAbout(image: ImageDocuments): ImageStatements {
  const { root, digests } = image.traced.dossier.image;
  const [best] = usableSboms(image);
  const sbom = best?.reading.sbom ?? EMPTY_SBOM;
  const stated = {
    digests: [root.digest, ...digests.indexes, digests.config],
    names: root.foundAt.filter(({ transport }) => transport === 'registry').map(formatRepository),
  };
  const statements = image.documents.flatMap((attached): FoundStatements[] => {
    const isNamed = NAMED.test(namedType(attached));
    if (!isNamed && !MAY_BE.test(attached.type)) return [];
    const { content, trust } = attached;
    const reading = readVulnerabilities(content.kind === 'file' ? content.bytes : content.predicate);
    if (reading.kind === 'refused') return isNamed ? [{ ...attached, reading, joined: [] }] : [];
    // An SBOM in CycloneDX that states nothing about vulnerabilities is none of these.
    if (!isNamed && reading.document.statements.length === 0) return [];
    const joined = trust === 'rejected' ? [] : joinStatements(reading.document.statements, sbom, stated);
    return [{ ...attached, reading, joined }];
  });
  return { ...image, statements };
}
