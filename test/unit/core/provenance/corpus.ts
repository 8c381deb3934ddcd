/** Statements of the corpus beside the project: real ones, of many builders. It is not part of the project and may be absent. */
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { isRecord } from '../../../../src/core/json.ts';
import type { Statement } from '../../../../src/core/model/statement.ts';
import { parseBundle, parseEnvelope } from '../../../../src/core/provenance/envelope.ts';
import { parseStatement } from '../../../../src/core/provenance/statement.ts';

export const CORPUS = '../shared/corpus';
export const hasCorpus = existsSync(`${CORPUS}/INDEX.json`);

export type Fact = {
  readonly file?: string;
  readonly predicateType?: string;
  readonly carrier?: string;
  readonly source?: string;
  readonly commit?: string;
  readonly builder?: string;
  readonly buildType?: string;
  readonly ref?: string;
  readonly revision?: string;
  readonly firstSubject?: string;
  readonly subjectSha256?: readonly string[];
};
export type Entry = { readonly file: string; readonly facts?: readonly Fact[] };

export function corpusEntries(...folders: readonly string[]): readonly Entry[] {
  const entries: readonly Entry[] = JSON.parse(readFileSync(`${CORPUS}/INDEX.json`, 'utf8'));
  return entries.filter(({ file }) => folders.includes(file.split('/')[0] ?? ''));
}

/** Every statement in a file, or in the files of a folder: raw, in an envelope, in a bundle, and lists and lines of them. */
export function statementsAt(path: string): readonly Statement[] {
  const files = statSync(path).isDirectory()
    ? globSync(`${path}/**`).filter((file) => statSync(file).isFile())
    : [path];
  return files.sort().flatMap((file) => documentsIn(readFileSync(file, 'utf8')).flatMap(statementsIn));
}

function documentsIn(text: string): readonly unknown[] {
  const whole = parsed(text);
  return whole === undefined ? text.split('\n').map(parsed) : [whole];
}

function parsed(text: string): unknown {
  try {
    const document: unknown = JSON.parse(text);
    return document;
  } catch {
    return undefined;
  }
}

function statementsIn(document: unknown): readonly Statement[] {
  if (Array.isArray(document)) return document.flatMap(statementsIn);
  if (!isRecord(document)) return [];
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  try {
    if ('_type' in document) return [parseStatement(bytes).statement];
    if ('payload' in document) return [parseStatement(parseEnvelope(bytes).payload).statement];
    if ('dsseEnvelope' in document) {
      const { envelope } = parseBundle(bytes);
      return envelope === undefined ? [] : [parseStatement(envelope.payload).statement];
    }
  } catch {
    // A tampered one. Which are readable is counted by the test.
    return [];
  }
  return Object.values(document).flatMap(statementsIn);
}
