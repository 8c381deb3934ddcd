import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { toCycloneDxJson } from '../../src/core/sbom/cyclonedx/write.ts';
import type { Loss, Sbom } from '../../src/core/sbom/model.ts';
import { toSpdxJson } from '../../src/core/sbom/spdx/write.ts';
import { OPTIONS, read, throughText } from '../unit/core/sbom/documents.ts';

/* What survives where an SBOM is converted to the other family and back: a line a document of the corpus. */
const CORPUS = new URL('../../../shared/corpus/', import.meta.url);
const absent = !existsSync(CORPUS);
const entries: readonly { readonly file: string }[] = absent
  ? []
  : JSON.parse(readFileSync(new URL('INDEX.json', CORPUS), 'utf8'));
const names = entries.flatMap(({ file }) => (file.startsWith('sbom/') ? [file] : [])).toSorted();

/** Of each kind, over all components. */
type Counts = {
  readonly components: number;
  readonly purls: number;
  readonly licences: number;
  readonly hashes: number;
};

function counts({ components, root }: Sbom): Counts {
  const all = root === undefined ? components : [root, ...components];
  const of = (has: (component: (typeof all)[number]) => boolean): number => all.filter(has).length;
  return {
    components: all.length,
    purls: of(({ purl }) => purl !== undefined),
    licences: of(({ licences }) => licences.length > 0),
    hashes: of(({ hashes }) => hashes.length > 0),
  };
}

async function toOtherFamilyAndBack(sbom: Sbom): Promise<{ readonly back: Sbom; readonly losses: readonly Loss[] }> {
  if (sbom.documents[0]?.format.startsWith('spdx') === true) {
    const there = await toCycloneDxJson(sbom, OPTIONS);
    const back = toSpdxJson(read(throughText(there.value)).sbom, OPTIONS);
    return { back: read(throughText(back.value)).sbom, losses: [...there.losses, ...back.losses] };
  }
  const there = toSpdxJson(sbom, OPTIONS);
  const back = await toCycloneDxJson(read(throughText(there.value)).sbom, OPTIONS);
  return { back: read(throughText(back.value)).sbom, losses: [...there.losses, ...back.losses] };
}

test.skipIf(absent)('a table of what survived (skipped without ../shared/corpus)', async () => {
  const rows: string[] = [];
  for (const name of names) {
    const { sbom } = read(readFileSync(new URL(name, CORPUS)));
    const { back, losses } = await toOtherFamilyAndBack(sbom);
    const [before, after] = [counts(sbom), counts(back)];
    expect({ name, components: after.components, purls: after.purls }).toEqual({
      name,
      components: before.components,
      purls: before.purls,
    });
    const kept = (of: keyof Counts): string => `${after[of]}/${before[of]}`;
    const told = losses.reduce((sum, { count }) => sum + count, 0);
    rows.push(
      [
        name.padEnd(64).slice(0, 64),
        kept('components').padStart(12),
        kept('purls').padStart(12),
        kept('licences').padStart(12),
        kept('hashes').padStart(12),
        String(told).padStart(8),
      ].join(' '),
    );
  }
  const heading = [
    'document'.padEnd(64),
    ...['components', 'purls', 'licences', 'hashes'].map((name) => name.padStart(12)),
    'losses'.padStart(8),
  ].join(' ');
  process.stdout.write(`${[heading, ...rows].join('\n')}\n`);
  expect(rows.length).toBeGreaterThan(50);
});
