import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { SignedDocument } from '../../../../src/core/model/statement.ts';
import { quotedDockerfiles } from '../../../../src/core/source/dockerfile-match.ts';
import { digestOf } from '../../../support/reports.ts';
import { buildkit, dossierOf, signedBy } from '../findings/dossiers.ts';

/** A document that quotes a Dockerfile and states no path of it: the file of that text is whose the image would be. */
function quoting(text: string, document: string, parts: Parameters<typeof buildkit>[1] = {}): SignedDocument {
  const infos = [{ filename: 'Dockerfile', data: Buffer.from(text).toString('base64') }];
  return buildkit({ context: 'local', metadata: { source: { infos } } }, { document: digestOf(document), ...parts });
}

const OWN = 'FROM scratch\nCOPY own /\n';
const THEIRS = 'FROM scratch\nCOPY theirs /\n';
const textsIn = (documents: readonly SignedDocument[]): readonly string[] =>
  quotedDockerfiles(dossierOf(documents), hash).map(({ text }) => new TextDecoder().decode(text.bytes));

test('however many documents a stranger attaches, the one that is verified is looked for', () => {
  const strangers = Array.from({ length: 40 }, (_, number) => quoting(THEIRS, (number + 256).toString(16)));
  expect(textsIn([...strangers, quoting(OWN, 'ff', { checked: signedBy() })])).toContain(OWN);
});

test('beside a verified document no other’s Dockerfile tells whose the image is', () => {
  expect(textsIn([quoting(THEIRS, '1'), quoting(OWN, '2', { checked: signedBy() })])).toEqual([OWN]);
  expect(textsIn([quoting(THEIRS, '1'), quoting(OWN, '2')])).toEqual([THEIRS, OWN]);
});
