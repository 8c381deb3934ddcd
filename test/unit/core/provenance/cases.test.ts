/**
 * The cases that are the trickiest (reference/provenance.md 17): a folder `fixtures/attestations/cases/<number>-<name>` has the image in `image.json`,
 * what the chain must say of it in `expected.json`, and why in `README.md`. Adding one needs no code: `case-image.ts` says what an image can have.
 * In `expected.json` an answer stands behind its grade; null: the step has no answer.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSourceProvenance, sourceRefs } from '../../../../src/core/provenance/source-track.ts';
import { parseStatement } from '../../../../src/core/provenance/statement.ts';
import { readVerificationSummary } from '../../../../src/core/provenance/vsa.ts';
import { runTool } from '../../../support/run-tool.ts';
import type { CaseImage } from './case-image.ts';
import { FIXTURES, serveCase } from './case-image.ts';

const ROOT = `${FIXTURES}/cases`;
const CASES = readdirSync(ROOT).sort();

type Expected = {
  readonly steps: Readonly<Record<string, string | null>>;
  readonly findings: readonly string[];
  readonly notFindings?: readonly string[];
  /** Codes of the ledger. */
  readonly remarks?: readonly string[];
  readonly notes?: readonly string[];
};
type Step = {
  readonly name: string;
  readonly grade?: string;
  readonly answer?: string;
  readonly details: readonly { readonly name: string; readonly value: string; readonly grade?: string }[];
};
type Coded = readonly { readonly code: string }[];
type Traced = { readonly steps: readonly Step[]; readonly findings: Coded; readonly remarks: Coded };

function read(name: string, file: string): unknown {
  return JSON.parse(readFileSync(`${ROOT}/${name}/${file}`, 'utf8'));
}
const imageOf = (name: string): CaseImage => read(name, 'image.json') as CaseImage;
const expectedOf = (name: string): Expected => read(name, 'expected.json') as Expected;

async function traced(name: string): Promise<Traced> {
  const folder = mkdtempSync(join(tmpdir(), 'provtrace-case-'));
  const { server, reference, flags, names } = await serveCase(folder, imageOf(name));
  const ran = await runTool(['trace', reference, '--format', 'json', '--no-cache', ...flags], { folder });
  await server.close();
  rmSync(folder, { recursive: true });
  if (ran.code !== 0) throw new Error(ran.stderr);
  const text = Object.entries(names).reduce((all, [from, to]) => all.replaceAll(from, to), ran.stdout);
  return JSON.parse(text) as Traced;
}

/** `commit` and `commit.ref` to `grade answer`. */
function answersOf({ steps }: Traced): Readonly<Record<string, string | null>> {
  const rows = steps.flatMap(({ name, grade, answer, details }) => [
    [name, answer === undefined ? null : `${grade} ${answer}`],
    ...details.map((detail) => [`${name}.${detail.name}`, `${detail.grade} ${detail.value}`]),
  ]);
  return Object.fromEntries(rows) as Record<string, string | null>;
}

/** `<refs> of <repository>: <levels, or what happened>`. */
function noteText(written: object): string {
  const { statement } = parseStatement(new TextEncoder().encode(JSON.stringify(written)));
  const summary = readVerificationSummary(statement);
  if (summary !== undefined) {
    const levels = summary.verifiedLevels.map(({ value }) => value);
    return `${sourceRefs(statement).join(' ')} of ${summary.resourceUri?.value}: ${levels.join(' ')}`;
  }
  const read = readSourceProvenance(statement);
  return `${read?.ref?.value} of ${read?.repository?.value.url}: ${read?.activity?.value} after ${read?.previousCommit?.value}`;
}

test('there is a folder for each case of the reference', () => {
  expect(CASES.map((name) => Number(name.split('-')[0]))).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
});

describe.each(CASES)('%s', (name) => {
  test('the chain says what it must', async () => {
    const expected = expectedOf(name);
    const result = await traced(name);
    const answers = answersOf(result);
    const asked = Object.keys(expected.steps).map((step) => [step, answers[step] ?? null]);
    expect(Object.fromEntries(asked)).toEqual(expected.steps);
    const codes = result.findings.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining([...expected.findings]));
    expect(result.remarks.map(({ code }) => code)).toEqual(expect.arrayContaining([...(expected.remarks ?? [])]));
    expect(codes.filter((code) => expected.notFindings?.includes(code))).toEqual([]);
  });

  test('the notes of its commit say what they must', () => {
    const { notes = [] } = imageOf(name);
    const { notes: expected = [] } = expectedOf(name);
    expect(notes.map(noteText)).toEqual(expected);
  });

  test('a README says why', () => {
    expect(readFileSync(`${ROOT}/${name}/README.md`, 'utf8').length).toBeGreaterThan(80);
  });
});
