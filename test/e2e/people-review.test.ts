import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasGit } from '../support/git-repository.ts';
import { newRepository } from '../support/git-world.ts';
import { startApi } from '../support/forge-server-api.ts';
import { answerGraphql } from '../support/forge-server-graphql.ts';
import type { TraceDocument } from '../support/people-world.ts';
import { PEOPLE_FILES, detailIn, openPeopleWorld, stepIn, traceIn } from '../support/people-world.ts';
import { NOW } from '../support/run-tool.ts';

/* Who looked at the change, by GitHub's GraphQL; and who has worked on the path of late. */

const HEAD = 'd1'.repeat(20);
const OLDER = 'e2'.repeat(20);
const ada = { __typename: 'User', login: 'ada', name: 'Ada', email: 'ada@acme.example' };
const grace = { __typename: 'User', login: 'grace', name: 'Grace', email: 'grace@acme.example' };
const byAda = { name: 'Ada', email: 'ada@acme.example', user: ada };

function approvalBy(author: object, oid = HEAD): object {
  return {
    state: 'APPROVED',
    submittedAt: '2026-05-01T08:00:00Z',
    authorCanPushToRepository: true,
    author,
    commit: { oid },
    onBehalfOf: { nodes: [] },
  };
}

function graph(commit: string, approvals: readonly object[]): object {
  const pull = {
    number: 12,
    url: 'https://github.com/acme/shop/pull/12',
    title: 'Sell carts',
    state: 'MERGED',
    mergedAt: '2026-05-01T10:00:00Z',
    baseRefName: 'main',
    headRefOid: HEAD,
    author: ada,
    mergedBy: ada,
    mergeCommit: { oid: commit },
    latestOpinionatedReviews: { totalCount: approvals.length, nodes: approvals },
    commits: { totalCount: 1, nodes: [{ commit: { authors: { nodes: [byAda] }, committer: byAda } }] },
  };
  return {
    repository: {
      nameWithOwner: 'acme/shop',
      url: 'https://github.com/acme/shop',
      databaseId: 7,
      visibility: 'PUBLIC',
      isArchived: false,
      isFork: false,
      defaultBranchRef: { name: 'main', compare: { status: 'BEHIND' }, refUpdateRule: null, rules: { nodes: [] } },
      codeowners: { errors: [] },
      object: {
        __typename: 'Commit',
        oid: commit,
        url: `https://github.com/acme/shop/commit/${commit}`,
        author: byAda,
        committer: byAda,
        authors: { nodes: [byAda] },
        signature: null,
        associatedPullRequests: { nodes: [pull] },
      },
    },
  };
}

async function reviewed(approvals: readonly object[]): Promise<TraceDocument> {
  const repository = newRepository();
  const commit = repository.commit({ files: PEOPLE_FILES });
  const api = await startApi({
    authorization: 'Bearer ghp_of-ada',
    routes: { '/graphql': answerGraphql(graph(commit, approvals)) },
  });
  onTestFinished(() => api.close());
  const world = await openPeopleWorld({ repository, commit, env: { GH_ENTERPRISE_TOKEN: 'ghp_of-ada' } });
  const forge = `{ host: '${world.server.host}', kind: github, apiUrl: 'http://${api.host}' }`;
  writeFileSync(join(world.folder, 'provtrace.yaml'), `forges:\n  - ${forge}\n`);
  const document = await traceIn(world);
  expect(JSON.stringify(document)).not.toContain('ghp_of-ada');
  return document;
}

describe.skipIf(!hasGit)('a review (needs git)', () => {
  test.each([
    ['by a second person on what was merged', [approvalBy(grace)], 'yes', 'approved by grace'],
    ['of an older commit', [approvalBy(grace, OLDER)], 'no', 'of an older commit'],
    ['of her own work', [approvalBy(ada)], 'no', 'of their own work'],
    ['by nobody', [], 'no', 'nobody approved it'],
  ] as const)('%s', async (_what, approvals, verdict, reason) => {
    const document = await reviewed(approvals);
    expect(stepIn(document, 'review')).toMatchObject({
      answer: 'https://github.com/acme/shop/pull/12',
      grade: 'attested',
    });
    expect(detailIn(document, 'review', 'second person')).toBe(verdict);
    const known = stepIn(document, 'review').details.flatMap(({ name, value }) => (name === 'known' ? [value] : []));
    expect(known.join('; ')).toContain(reason);
  });
});

describe.skipIf(!hasGit)('--contributors (needs git)', () => {
  const at = (daysAgo: number): number => Math.floor(Date.parse(NOW) / 1000) - daysAgo * 24 * 60 * 60;
  const change = (text: string) => ({ 'services/cart/Dockerfile': `FROM alpine\n# ${text}\n` });
  const OWNED = { '.github/CODEOWNERS': '* @acme/platform\n/services/cart/ owner@acme.example\n' };

  test('bots are left out, .mailmap is read, and owners who have not touched the path are found', async () => {
    const repository = newRepository();
    repository.commit({ files: { ...PEOPLE_FILES, ...OWNED }, author: 'Owner <owner@acme.example>', at: at(800) });
    const built = repository.commit({ files: change('1'), author: 'Old Name <grace@old.example>', at: at(500) });
    repository.commit({
      files: { ...change('2'), '.mailmap': 'Grace <grace@acme.example> Old Name <grace@old.example>\n' },
      author: 'Old Name <grace@old.example>',
      at: at(40),
    });
    repository.commit({ files: change('3'), author: 'renovate[bot] <bot@renovate.example>', at: at(20) });
    repository.commit({ files: { 'other.txt': 'x' }, author: 'Eve <eve@acme.example>', at: at(10) });
    const world = await openPeopleWorld({ repository, commit: built });
    const document = await traceIn(world, '--contributors');
    const people = detailIn(document, 'owners', 'changed of late by') ?? '';
    expect(people).toContain('Grace');
    for (const other of ['Old Name', 'renovate', 'Eve', 'Owner']) expect(people).not.toContain(other);
    expect(document.findings.map(({ code }) => code)).toContain('OWNERS_INACTIVE');
    expect(detailIn(await traceIn(world), 'owners', 'changed of late by')).toBeUndefined();
  });

  test('an owner who has worked on it lately is not inactive', async () => {
    const repository = newRepository();
    const built = repository.commit({ files: { ...PEOPLE_FILES, ...OWNED }, at: at(800) });
    repository.commit({ files: change('1'), author: 'Owner <owner@acme.example>', at: at(30) });
    const document = await traceIn(await openPeopleWorld({ repository, commit: built }), '--contributors');
    expect(detailIn(document, 'owners', 'changed of late by')).toContain('Owner');
    expect(document.findings.map(({ code }) => code)).not.toContain('OWNERS_INACTIVE');
  });

  test('without a narrower path, those of the whole repository are told', async () => {
    const repository = newRepository();
    const built = repository.commit({ files: { ...PEOPLE_FILES, ...OWNED }, at: at(60) });
    const world = await openPeopleWorld({
      repository,
      commit: built,
      labels: { 'com.docker.image.source.entrypoint': '' },
    });
    repository.commit({ files: { 'other.txt': 'x' }, author: 'Eve <eve@acme.example>', at: at(10) });
    expect(detailIn(await traceIn(world, '--contributors'), 'owners', 'changed of late by')).toContain('Eve');
  });
});
