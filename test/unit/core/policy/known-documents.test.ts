import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import type { SignedDocument } from '../../../../src/core/model/statement.ts';
import { knownDocuments } from '../../../../src/core/policy/known-documents.ts';
import type { SbomFact } from '../../../../src/core/policy/policy-input.ts';
import { attachedDocuments } from '../../../../src/core/sbom/attached.ts';
import { imageDocuments } from '../../../../src/core/sbom/image-documents.ts';
import { CYCLONEDX, SPDX, cycloneDxOf, pack, spdxOf } from '../../../support/sbom-images.ts';
import { INDEX, PLATFORM, STRANGE, rejected, stating } from '../claims/documents.ts';
import { imageWith } from './policies.ts';

const LIBRARY = [pack('left-pad', '1.3.0')];

function known(documents: readonly SignedDocument[], unread: readonly ToolError[] = []) {
  const { dossier } = imageWith(documents);
  const grades = { origin: 'none', ownership: 'none' } as const;
  const traced = { kind: 'traced' as const, dossier, steps: [], grades };
  return knownDocuments(imageDocuments(traced, attachedDocuments(dossier, []), unread), unread);
}

function sbomOf(predicate: unknown, parts: Parameters<typeof stating>[2] = {}, type = CYCLONEDX): SbomFact | undefined {
  const { sboms } = known([stating(type, predicate, parts)]);
  return sboms.kind === 'found' ? sboms.value.value[0] : undefined;
}

describe('an SBOM beside the image', () => {
  test('with its format, when it was made, and what it lists', () => {
    const sbom = cycloneDxOf(PLATFORM, LIBRARY);
    const metadata = { ...(sbom['metadata'] as object), timestamp: '2026-05-30T08:02:10Z' };
    expect(sbomOf({ ...sbom, metadata })).toMatchObject({ format: 'cyclonedx-json', created: '2026-05-30T08:02:10Z' });
    expect(sbomOf(sbom)?.purls).toContain('pkg:npm/left-pad@1.3.0');
    expect(sbomOf(spdxOf('sbom', [{ name: 'zlib', version: '1' }]), {}, SPDX)?.format).toBe('spdx-json');
  });

  test.each([
    ['names the image itself', cycloneDxOf(PLATFORM, LIBRARY), {}, true],
    ['names its index', cycloneDxOf(INDEX, LIBRARY), {}, true],
    ['names another image, though its statement is about this one', cycloneDxOf(STRANGE, LIBRARY), {}, false],
    ['names none, and its statement is about this image', spdxOf('x', [{ name: 'a', version: '1' }]), {}, true],
  ])('%s', (_what, predicate, parts, isBound) => {
    expect(sbomOf(predicate, parts)?.isBound).toBe(isBound);
  });

  test('that cannot be read lists nothing, and is there', () => {
    expect(sbomOf('no SBOM at all')).toMatchObject({ format: 'unreadable', isBound: false, purls: [] });
  });

  test('whose signature does not hold is not there', () => {
    expect(sbomOf(cycloneDxOf(PLATFORM, LIBRARY), { checked: rejected() })).toBeUndefined();
  });
});

test('none is absent, and one that is listed and could not be read leaves all open', () => {
  expect([known([]).sboms.kind, known([]).scans.kind]).toEqual(['absent', 'absent']);
  const lost = new ToolError('TIMED_OUT', 'the registry did not answer', { hint: 'try again' });
  const { sboms, scans } = known([stating(CYCLONEDX, cycloneDxOf(PLATFORM, LIBRARY))], [lost]);
  for (const fact of [sboms, scans])
    expect(fact).toMatchObject({
      kind: 'failed',
      error: { message: 'the registry did not answer', hint: 'try again' },
    });
});
