import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AttachedDocument } from '../../../../src/core/sbom/attached.ts';
import { imageDocuments } from '../../../../src/core/sbom/image-documents.ts';
import { gradesOf, stepsOf } from '../../../../src/core/graph/steps.ts';
import { statementsAbout } from '../../../../src/core/vex/found.ts';
import { renderStatements } from '../../../../src/render/sbom/index.ts';
import { digestOf } from '../../../support/test-repository.ts';
import { dossierOf } from '../../core/findings/dossiers.ts';
import { validatorOf } from '../trace-schema.ts';

const CORPUS = '../shared/corpus';
const files = globSync(`${CORPUS}/{vex,vuln}/**/*.json`).sort();
const OPTIONS = {
  colour: false,
  links: false,
  width: 100,
  verbose: true,
  now: '2026-06-01T12:00:00Z',
} as const;

/** A file as a registry keeps it beside an image. */
function beside(bytes: Uint8Array): AttachedDocument {
  return {
    document: digestOf(bytes),
    carrier: 'referrers API, application/vnd.vex+json',
    type: 'application/vnd.vex+json',
    boundBy: 'platform',
    trust: 'unsigned',
    grade: 'declared',
    content: { kind: 'file', bytes },
  };
}

describe.skipIf(!existsSync(CORPUS))(`statements of ${CORPUS} (skipped without it)`, () => {
  test('there are some', () => expect(files.length).toBeGreaterThan(10));

  test.each(files)('%s: in JSON valid by the published schema, and in words', async (file) => {
    const dossier = dossierOf([]);
    const steps = stepsOf(dossier);
    const traced = { kind: 'traced' as const, dossier, steps, grades: gradesOf(dossier.chain, steps) };
    const image = statementsAbout(imageDocuments(traced, [beside(readFileSync(file))], []));
    const json: unknown = JSON.parse(await renderStatements([image], { ...OPTIONS, format: 'json' }));
    expect((await validatorOf('vex'))(json)).toEqual([]);
    const text = await renderStatements([image], { ...OPTIONS, format: 'text' });
    const [found] = image.statements;
    const count = found?.reading.kind === 'read' ? found.reading.document.statements.length : 0;
    const mentioned = found?.reading.kind === 'read' ? `${count} statement` : 'not read';
    expect(text).toContain(mentioned);
  });
});
