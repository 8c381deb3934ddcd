import { hash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gatheredOfDockerfiles } from '../../../../src/core/claims/from-dockerfile.ts';
import { ToolError } from '../../../../src/core/errors.ts';
import type { Gathered } from '../../../../src/core/model/chain.ts';
import { absent, failed, found } from '../../../../src/core/model/outcome.ts';
import type { QuotedDockerfile, SourceRead, SourceReading } from '../../../../src/core/model/source.ts';
import type { SignedDocument } from '../../../../src/core/model/statement.ts';
import { quotedDockerfiles } from '../../../../src/core/source/dockerfile-match.ts';
import { digestOf } from '../../../support/reports.ts';
import type { DocumentParts, DossierParts } from '../findings/dossiers.ts';
import { COMMIT, OTHER, REPOSITORY, buildkit, dossierOf, signedBy } from '../findings/dossiers.ts';

const TEXT = 'FROM scratch\n';
/** As `git hash-object` names it. */
const SHA1 = 'c35f1b5f5e29f0e2942c58a7e82005733977ebdd';
const SHA256 = '9d8124e8cfc8f7ef11994f63c576d70b6afcbb899467e6e803bb70ef13ab17d8';
const SAME_TEXT = 'the text in the provenance is that file’s at the commit';

const metadata = { source: { infos: [{ filename: 'Dockerfile', data: Buffer.from(TEXT).toString('base64') }] } };
/** Of a git context the document states `Dockerfile`; of a local one, nothing. */
const maximal = (context: 'git' | 'local', parts: DocumentParts = {}): SignedDocument =>
  buildkit({ context, metadata }, parts);
const quotedIn = (documents: readonly SignedDocument[], parts: DossierParts = {}): readonly QuotedDockerfile[] =>
  quotedDockerfiles(dossierOf(documents, parts), hash);

describe('Dockerfiles whose text a document holds', () => {
  test('are quoted with their ids in git, the document’s worth, and the path that it states', () => {
    const [quoted, ...more] = quotedIn([maximal('git')]);
    expect(more).toEqual([]);
    expect(quoted?.text.blobIds).toEqual({ sha1: SHA1, sha256: SHA256 });
    expect(quoted?.said).toMatchObject({ strength: 'attested', why: 'unsigned', rank: 400 });
    expect(quoted?.path).toMatchObject({ repository: REPOSITORY, commit: COMMIT, path: 'Dockerfile' });
  });

  test('are said to be where whatever settles it says, if the document itself does not', () => {
    const labels = {
      'org.opencontainers.image.source': REPOSITORY,
      'org.opencontainers.image.revision': COMMIT,
      'com.docker.image.source.entrypoint': 'build/Dockerfile',
    };
    expect(quotedIn([maximal('local')])[0]).not.toHaveProperty('path');
    expect(quotedIn([maximal('local')], { labels })[0]?.path?.path).toBe('build/Dockerfile');
  });

  test.each<[string, SignedDocument]>([
    ['without the text', buildkit({ context: 'git' })],
    ['about another image', maximal('git', { about: [OTHER] })],
    [
      'that is rejected',
      maximal('git', { checked: { assurance: 'rejected', code: 'BAD_SIGNATURE', expected: 'one', got: 'another' } }),
    ],
  ])('are none in a document %s', (_, document) => {
    expect(quotedIn([document])).toEqual([]);
  });

  test('are sixteen at most', () => {
    const documents = Array.from({ length: 40 }, (_, number) =>
      maximal('git', { document: digestOf((number + 256).toString(16)) }),
    );
    expect(quotedIn(documents)).toHaveLength(16);
  });
});

type Reading = { readonly commit?: string; readonly blobPaths?: ReadonlyMap<string, readonly string[]> };

/** A source of which only what is asked for here was read. */
function readOf(quoted: readonly QuotedDockerfile[], { commit = COMMIT, blobPaths }: Reading): SourceRead {
  const about = { kind: 'sourceRevision', repository: REPOSITORY, commit } as const;
  const person = { name: 'Ada', email: 'ada@acme.example' };
  const reading: SourceReading = {
    commit: {
      id: commit,
      tree: commit,
      parents: [],
      author: person,
      committer: person,
      message: '',
      bytes: new Uint8Array(),
    },
    paths: new Map(),
    reachability: found({ refs: [] }),
    head: absent('noDefaultBranch'),
    notes: absent('noNotes'),
    ...(blobPaths === undefined ? {} : { blobPaths }),
  };
  return {
    asked: { about, namedBy: 'a label', paths: [], dockerfiles: quoted },
    reading: found(reading),
    forge: absent('noForge'),
    notes: [],
    teams: new Map(),
  };
}

const at = (...paths: readonly string[]): Reading => ({ blobPaths: new Map([[SHA1, paths]]) });
const pathsIn = ({ evidence }: Gathered): readonly string[] =>
  evidence.flatMap(({ claim }) => (claim.kind === 'edge' && claim.to.kind === 'sourcePath' ? [claim.to.path] : []));

describe('the file that it is', () => {
  test.each<[string, 'git' | 'local', Reading, readonly string[]]>([
    ['the only one of its text', 'local', at('a/Dockerfile'), ['a/Dockerfile']],
    ['the one that is stated', 'git', at('Dockerfile'), ['Dockerfile']],
    ['the one that is stated, of several alike', 'git', at('a/Dockerfile', 'Dockerfile'), ['Dockerfile']],
    ['the only one of its text, whatever is stated', 'git', at('a/Dockerfile'), ['a/Dockerfile']],
    ['none of several alike', 'local', at('a/Dockerfile', 'b/Dockerfile'), []],
    ['none of several alike that are not as stated', 'git', at('a/Dockerfile', 'b/Dockerfile'), []],
    ['none', 'git', at(), []],
  ])('is %s', (_, context, reading, paths) => {
    expect(pathsIn(gatheredOfDockerfiles(readOf(quotedIn([maximal(context)]), reading)))).toEqual(paths);
  });

  test('is known as well as the document, and never better than attested', () => {
    const claimBy = (parts: DocumentParts): unknown =>
      gatheredOfDockerfiles(readOf(quotedIn([maximal('git', parts)]), at('Dockerfile'))).evidence[0];
    expect(claimBy({})).toMatchObject({ strength: 'attested', rank: 400, why: `unsigned; ${SAME_TEXT}` });
    expect(quotedIn([maximal('git', { checked: signedBy() })])[0]?.said.strength).toBe('verified');
    expect(claimBy({ checked: signedBy() })).toMatchObject({ strength: 'attested', rank: 300, why: SAME_TEXT });
  });

  test('is known by the longer id in a repository of the other object format', () => {
    const blobPaths = new Map([[SHA256, ['a/Dockerfile']]]);
    const read = (commit: string): SourceRead => readOf(quotedIn([maximal('local')]), { commit, blobPaths });
    expect(pathsIn(gatheredOfDockerfiles(read('c'.repeat(64))))).toEqual(['a/Dockerfile']);
    expect(pathsIn(gatheredOfDockerfiles(read(COMMIT)))).toEqual([]);
  });

  test('is always one of those that have the text', () => {
    const paths = fc.array(fc.constantFrom('Dockerfile', 'a/Dockerfile', 'b/Dockerfile', ''), { maxLength: 4 });
    fc.assert(
      fc.property(paths, fc.constantFrom('git', 'local'), (of: readonly string[], context) => {
        const claimed = pathsIn(gatheredOfDockerfiles(readOf(quotedIn([maximal(context)]), at(...of))));
        expect(claimed.filter((path) => !of.includes(path))).toEqual([]);
      }),
    );
  });
});

describe('what was not heard', () => {
  const error = new ToolError('TIMED_OUT', 'no answer', { hint: 'try again' });

  test.each<[string, (read: SourceRead) => SourceRead, string]>([
    ['the repository', (read) => ({ ...read, reading: failed(error) }), 'TIMED_OUT'],
    ['all of its folders', (read) => read, 'NOT_READABLE'],
  ])('could have told the path where nobody states it: %s', (_, change, code) => {
    const [problem, ...more] = gatheredOfDockerfiles(change(readOf(quotedIn([maximal('local')]), {}))).problems;
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ code, relations: ['builtAt'], at: { kind: 'image' } });
    expect(gatheredOfDockerfiles(change(readOf(quotedIn([maximal('git')]), {}))).problems).toEqual([]);
  });

  test('is in the ledger; what was heard too', () => {
    const places = (reading: Reading): unknown =>
      gatheredOfDockerfiles(readOf(quotedIn([maximal('local')]), reading)).places;
    expect(places({})).toMatchObject([{ result: 'unheard' }]);
    expect(places(at())).toMatchObject([{ result: 'absent' }]);
    expect(places(at('a', 'b', 'c', 'd', 'e', 'f', 'g'))).toMatchObject([
      { result: 'found', detail: 'a, b, c, d, e, and 2 more' },
    ]);
  });

  test('that there is no such commit is an answer', () => {
    const read = { ...readOf(quotedIn([maximal('local')]), {}), reading: absent('noSuchCommit') };
    expect(gatheredOfDockerfiles(read)).toMatchObject({ evidence: [], problems: [], places: [] });
  });
});
