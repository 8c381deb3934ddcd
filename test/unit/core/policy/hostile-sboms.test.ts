import { describe, expect, test } from 'vitest';
import { found } from '../../../../src/core/model/outcome.ts';
import { knownDocuments } from '../../../../src/core/policy/known-documents.ts';
import type { SbomFact } from '../../../../src/core/policy/policy-input.ts';
import { attachedDocuments } from '../../../../src/core/sbom/attached.ts';
import { imageDocuments } from '../../../../src/core/sbom/image-documents.ts';
import { PLATFORM, stating } from '../claims/documents.ts';
import { imageWith, judged } from './policies.ts';

/** SBOMs that say less than they seem to, read as they stand beside an image. */

const CYCLONEDX = 'https://cyclonedx.org/bom';
const ROOT = { type: 'container', name: 'shop', purl: `pkg:oci/shop@${PLATFORM.replace(':', '%3A')}` };

function sbomListing(...components: readonly object[]) {
  const sbom = { bomFormat: 'CycloneDX', specVersion: '1.5', version: 1, metadata: { component: ROOT }, components };
  const documents = [stating(CYCLONEDX, sbom)];
  const { dossier } = imageWith(documents);
  const traced = {
    kind: 'traced' as const,
    dossier,
    steps: [],
    grades: { origin: 'none', ownership: 'none' } as const,
  };
  const { sboms } = knownDocuments(imageDocuments(traced, attachedDocuments(dossier, []), []), []);
  const verdictFor = (purl: string): string =>
    judged({ sbom: { forbidden: [{ purl }] } }, documents, { facts: { sboms } }).verdict;
  return { sboms, verdictFor };
}
const library = (name: string, purl?: string) => ({ type: 'library', name, version: '1.0.0', ...(purl && { purl }) });

describe('an SBOM that has not been filled', () => {
  test('lists nothing, although it names the image itself', () => {
    const { sboms, verdictFor } = sbomListing();
    expect(sboms).toMatchObject(found({ value: [{ purls: [], unidentified: [] } satisfies Partial<SbomFact>] }));
    expect(verdictFor('pkg:npm/left-pad')).toBe('fail');
  });

  test('in part: what is listed by its name alone may be what is forbidden', () => {
    const { verdictFor } = sbomListing(library('right-pad', 'pkg:npm/right-pad@1.0.0'), library('left-pad'));
    expect(['pkg:npm/left-pad', 'pkg:npm/right-pad', 'pkg:npm/other'].map(verdictFor)).toEqual([
      'undecided',
      'fail',
      'pass',
    ]);
  });
});
