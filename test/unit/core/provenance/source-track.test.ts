import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SourceProvenance } from '../../../../src/core/provenance/source-track.ts';
import { readSourceProvenance, sourceRefs } from '../../../../src/core/provenance/source-track.ts';

const COMMIT = '1f'.repeat(20);
const BEFORE = '2e'.repeat(20);

function read(kind: string, predicate: unknown): SourceProvenance | undefined {
  return readSourceProvenance({
    type: 't',
    predicateType: `https://github.com/slsa-framework/slsa-source-poc/${kind}-provenance/v1-draft`,
    subject: [{ digest: { gitCommit: COMMIT } }],
    predicate,
  });
}

const SNAKE = {
  repo_uri: 'https://github.com/acme/shop',
  branch: 'refs/heads/main',
  prev_commit: BEFORE,
  actor: 'jane',
  activity_type: 'pr_merge',
  created_on: '2026-01-02T03:04:05Z',
  controls: [{ name: 'REVIEW_ENFORCED', since: '2025-01-02T03:04:05Z' }, { name: '' }, 7],
};
const CAMEL = {
  repoUri: SNAKE.repo_uri,
  branch: SNAKE.branch,
  prevCommit: BEFORE,
  actor: SNAKE.actor,
  activityType: SNAKE.activity_type,
  createdOn: SNAKE.created_on,
  controls: SNAKE.controls,
};

describe("the source track's provenance", () => {
  test.each([
    ['snake case', SNAKE],
    ['camel case', CAMEL],
  ])('of a branch, in %s', (_spelling, predicate) => {
    expect(read('source', predicate)).toMatchObject({
      kind: 'branch',
      commit: { value: COMMIT, at: '$.subject[0].digest.gitCommit' },
      repository: { value: { key: 'github.com/acme/shop' } },
      ref: { value: 'refs/heads/main' },
      previousCommit: { value: BEFORE },
      actor: { value: 'jane' },
      activity: { value: 'pr_merge' },
      createdOn: { value: '2026-01-02T03:04:05Z' },
      controls: [{ name: 'REVIEW_ENFORCED', since: '2025-01-02T03:04:05Z', at: '$.predicate.controls[0]' }],
      summaries: [],
      problems: [],
    });
  });

  test('of a tag', () => {
    const summaries = [{ source_refs: ['refs/heads/main'], verifiedLevels: ['SLSA_SOURCE_LEVEL_3'] }];
    expect(read('tag', { tag: 'refs/tags/v1', vsa_summaries: summaries })).toMatchObject({
      kind: 'tag',
      ref: { value: 'refs/tags/v1' },
      summaries: [{ refs: ['refs/heads/main'], verifiedLevels: ['SLSA_SOURCE_LEVEL_3'] }],
    });
  });

  test('what is wrong is left out, with a problem', () => {
    const provenance = read('source', { repo_uri: 'acme', branch: 'a b', prev_commit: 'main' });
    expect(provenance?.problems.map(({ code, at }) => `${code} ${at}`).sort()).toEqual([
      'MALFORMED_ITEM $.predicate.branch',
      'MALFORMED_ITEM $.predicate.prev_commit',
      'NOT_A_REPOSITORY $.predicate.repo_uri',
    ]);
    expect(provenance).not.toHaveProperty('repository');
    expect(provenance).not.toHaveProperty('ref');
    expect(provenance).not.toHaveProperty('previousCommit');
  });

  test('another type is none', () => {
    expect(read('other', SNAKE)).toBeUndefined();
  });

  test('nothing throws, whatever the predicate', () => {
    const property = fc.property(fc.jsonValue(), (predicate) => read('source', predicate)?.commit?.value === COMMIT);
    expect(() => fc.assert(property)).not.toThrow();
  });
});

test.each(['source_refs', 'sourceRefs'])(
  'the refs of a verdict on a commit stand in the annotations of its subject: %s',
  (name) => {
    const subject = [{ digest: { gitCommit: COMMIT }, annotations: { [name]: ['refs/heads/main', 7, null] } }];
    const predicateType = 'https://slsa.dev/verification_summary/v1';
    expect(sourceRefs({ type: 't', predicateType, subject, predicate: {} })).toEqual(['refs/heads/main', '7']);
  },
);
