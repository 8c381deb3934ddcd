import { describe, expect, test } from 'vitest';
import { claimsOfProvenance, inputEntity } from '../../../../src/core/claims/from-provenance.ts';
import type { Said } from '../../../../src/core/claims/from-provenance.ts';
import type { Relation } from '../../../../src/core/model/evidence.ts';
import { readProvenance } from '../../../../src/core/provenance/index.ts';
import { digestOf } from '../../../support/reports.ts';
import { COMMIT, IMAGE, PLATFORM, PROVENANCE, REPOSITORY, WORKFLOW, predicateOf, statementOf } from './documents.ts';

const SAID: Said = {
  image: IMAGE,
  strength: 'verified',
  rank: 300,
  boundBy: 'platform',
  originOf: (at) => ({ collector: 'test', location: at }),
};

function claims(predicate: unknown, said: Said = SAID, predicateType = PROVENANCE) {
  const read = readProvenance(statementOf(predicateType, predicate, PLATFORM));
  if (read === undefined) throw new Error('no provenance');
  return claimsOfProvenance(said, read);
}
function edges(predicate: unknown, relation: Relation, predicateType?: string) {
  return claims(predicate, SAID, predicateType).flatMap(({ claim, rank, strength }) =>
    claim.kind === 'edge' && claim.relation === relation ? [{ to: claim.to, rank, strength }] : [],
  );
}

const slsa = (dependencies: readonly object[], external: object = {}): object => ({
  buildDefinition: {
    buildType: 'https://example.com/build/v1',
    externalParameters: external,
    resolvedDependencies: dependencies,
  },
  runDetails: { builder: { id: 'https://example.com/builder' } },
});
const git = (name: string, commit = COMMIT) => ({
  uri: `git+https://github.com/acme/${name}`,
  digest: { gitCommit: commit },
});
const revision = (name: string, commit = COMMIT) => ({
  kind: 'sourceRevision',
  repository: `https://github.com/acme/${name}`,
  commit,
});

describe('the source', () => {
  test('is one revision, of one carrier', () => {
    expect(edges(predicateOf(), 'builtFrom')).toEqual([{ to: revision('shop'), rank: 300, strength: 'verified' }]);
    expect(edges(predicateOf(), 'fromRepository')).toEqual([]);
  });

  test('without a commit is a repository alone', () => {
    const predicate = predicateOf({ dependencies: [{ uri: `git+${REPOSITORY}@refs/heads/main` }] });
    expect(edges(predicate, 'builtFrom')).toEqual([]);
    expect(edges(predicate, 'fromRepository')).toEqual([
      { to: { kind: 'repository', url: REPOSITORY }, rank: 300, strength: 'verified' },
    ]);
  });

  test('of several that nothing points to, all stand side by side: the first is not preferred (traps V10)', () => {
    const found = edges(slsa([git('library', 'b'.repeat(40)), git('shop')]), 'builtFrom');
    expect(found).toEqual([
      { to: revision('library', 'b'.repeat(40)), rank: 300, strength: 'verified' },
      { to: revision('shop'), rank: 300, strength: 'verified' },
    ]);
  });

  test('that is declared and not among the inputs stands before or behind the input, and both are said', () => {
    const found = edges(
      slsa([git('library', 'b'.repeat(40))], { source: { uri: git('shop').uri, digest: { gitCommit: COMMIT } } }),
      'builtFrom',
    );
    expect(found.map(({ to }) => to)).toEqual([revision('library', 'b'.repeat(40)), revision('shop')]);
    expect(found[0]!.rank).toBeLessThan(found[1]!.rank);
  });

  test('in the words of the client is the client’s, however well the document is signed', () => {
    const predicate = {
      builder: { id: '' },
      buildType: 'https://mobyproject.org/buildkit@v1',
      invocation: { parameters: { frontend: 'dockerfile.v0', locals: [{ name: 'context' }] } },
      metadata: {
        'https://mobyproject.org/buildkit@v1#metadata': { vcs: { source: REPOSITORY, revision: `${COMMIT}-dirty` } },
      },
    };
    const V02 = 'https://slsa.dev/provenance/v0.2';
    expect(edges(predicate, 'builtFrom', V02)).toEqual([{ to: revision('shop'), rank: 350, strength: 'attested' }]);
    const dirty = claims(predicate, SAID, V02).filter(({ claim }) => claim.kind === 'fact' && claim.name === 'dirty');
    expect(dirty).toMatchObject([{ strength: 'attested', why: 'the word of the client that asked for the build' }]);
    const stranger = claims(predicate, { ...SAID, strength: 'attested', why: 'signer not tied to this image' }, V02);
    expect(stranger.find(({ claim }) => claim.kind === 'edge' && claim.relation === 'builtFrom')?.why).toBe(
      'signer not tied to this image; the word of the client that asked for the build',
    );
  });
});

describe('the build', () => {
  test('is the same however its documents number it: by the address of its run', () => {
    expect(edges(predicateOf(), 'builtBy').map(({ to }) => to)).toEqual([
      { kind: 'build', builderId: WORKFLOW, invocationId: `${REPOSITORY}/actions/runs/77/attempts/1` },
    ]);
  });

  test('that does not name itself is a build all the same', () => {
    expect(edges({ buildDefinition: {} }, 'builtBy').map(({ to }) => to)).toEqual([{ kind: 'build', builderId: '' }]);
  });

  test('ran from its definition, by its file', () => {
    expect(edges(predicateOf(), 'ranFrom').map(({ to }) => to)).toEqual([revision('shop')]);
    expect(edges(predicateOf(), 'ranBy').map(({ to }) => to)).toEqual([
      { kind: 'sourcePath', repository: REPOSITORY, commit: COMMIT, path: '.github/workflows/release.yml' },
    ]);
  });

  test('tells its facts of itself, and those of the image of the image', () => {
    const facts = claims(predicateOf()).flatMap(({ claim }) =>
      claim.kind === 'fact' ? [[claim.about.kind, claim.name, claim.value]] : [],
    );
    expect(facts).toEqual([
      ['build', 'buildType', 'https://actions.github.io/buildtypes/workflow/v1'],
      ['build', 'runUrl', `${REPOSITORY}/actions/runs/77/attempts/1`],
      ['build', 'trigger', 'push'],
      ['build', 'runner', 'github-hosted'],
      ['image', 'ref', 'refs/heads/main'],
    ]);
  });
});

describe('images that went in', () => {
  const image = (name: string, digest: string) => ({
    uri: `pkg:docker/${name}`,
    digest: { sha256: digestOf(digest).slice('sha256:'.length) },
  });
  const entity = (name: string, digest: string) => ({
    kind: 'image',
    digest: digestOf(digest),
    foundAt: [{ transport: 'registry', name: `docker.io/library/${name}` }],
  });
  const v02 = (...materials: object[]): object => ({
    builder: { id: '' },
    buildType: 'https://mobyproject.org/buildkit@v1',
    invocation: { parameters: { frontend: 'dockerfile.v0' } },
    materials,
  });
  const V02 = 'https://slsa.dev/provenance/v0.2';

  test('one alone is the base', () => {
    const predicate = v02(image('alpine@3.20', 'a1'));
    expect(edges(predicate, 'basedOn', V02).map(({ to }) => to)).toEqual([entity('alpine', 'a1')]);
    expect(edges(predicate, 'builtWith', V02)).toEqual([]);
  });

  test('of several, which is the base is not said: only layers can tell', () => {
    const predicate = v02(image('alpine@3.20', 'a1'), image('golang@1.24', 'b2'));
    expect(edges(predicate, 'basedOn', V02)).toEqual([]);
    expect(edges(predicate, 'builtWith', V02).map(({ to }) => to)).toEqual([
      entity('alpine', 'a1'),
      entity('golang', 'b2'),
    ]);
  });

  test('the same one twice is one', () => {
    const predicate = v02(image('alpine@3.20', 'a1'), image('alpine@3.20', 'a1'));
    expect(new Set(edges(predicate, 'basedOn', V02).map(({ to }) => JSON.stringify(to))).size).toBe(1);
    expect(edges(predicate, 'builtWith', V02)).toEqual([]);
  });

  test.each([
    [
      { name: 'alpine', tag: '3.20' },
      { kind: 'imageName', name: 'alpine:3.20' },
    ],
    [{ name: 'alpine', digest: digestOf('a1') }, entity('alpine', 'a1')],
    [
      { name: 'No Name', digest: digestOf('a1') },
      { kind: 'imageName', name: `No Name@${digestOf('a1')}` },
    ],
    [
      { name: '', tag: 'x', digest: digestOf('a1') },
      { kind: 'imageName', name: `:x@${digestOf('a1')}` },
    ],
  ])('%o', (input, expected) => expect(inputEntity(input)).toEqual(expected));
});
