/** The table of red flags beside the project (reference/provenance.md 15): each of its codes is a rule here, with the severity that it has there. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const REFERENCE = '../shared/reference/provenance.md';
const hasReference = existsSync(REFERENCE);
/** What only an SBOM can tell. */
const ASKED_ELSEWHERE = ['SBOM_SUBJECT_MISMATCH'];

function codesOfReference(): readonly string[] {
  const [, section = ''] = /^## 15\. Red flags$([\s\S]*?)^---$/m.exec(readFileSync(REFERENCE, 'utf8')) ?? [];
  const rows = section.split('\n').filter((row) => row.startsWith('| `'));
  const first = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([A-Z_]+)`/g)].map(([, code]) => code ?? ''),
  );
  return [...first, ...[...section.matchAll(/-> `([A-Z_]+)`/g)].map(([, code]) => code ?? '')];
}

const written = globSync('src/core/findings/*.ts').map((file) => readFileSync(file, 'utf8'));
const implemented = written.flatMap((text) =>
  [...text.matchAll(/^ +code: '([A-Z_]+)'|^ {2}([A-Z_]+): \{/gm)].map(([, code, remark]) => code ?? remark ?? ''),
);

describe.skipIf(!hasReference)(`the codes of the reference (skipped without ${REFERENCE})`, () => {
  test('are all rules, but for those that others are asked for', () => {
    const codes = codesOfReference();
    expect(codes.length).toBeGreaterThan(45);
    expect(codes.filter((code) => !implemented.includes(code) && !ASKED_ELSEWHERE.includes(code))).toEqual([]);
  });
});
