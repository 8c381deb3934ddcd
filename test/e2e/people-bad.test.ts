import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GIT_ENV, hasGit } from '../support/git-repository.ts';
import { newRepository } from '../support/git-world.ts';
import type { PeopleOptions, TraceDocument } from '../support/people-world.ts';
import { PEOPLE_FILES, detailIn, openPeopleWorld, stepIn, traceIn } from '../support/people-world.ts';

/* Whatever is wrong behind the commit leaves the rest of the chain standing, and is told. */

const UNTOUCHED = ['image', 'platform', 'signature', 'build', 'source'];

/** What is asked, with the steps up to the source as they are where nobody is asked. */
async function traced(options: PeopleOptions, ...flags: readonly string[]): Promise<TraceDocument> {
  const world = await openPeopleWorld(options);
  const document = await traceIn(world, ...flags);
  const unasked = await traceIn(world, '--no-source');
  for (const name of UNTOUCHED) expect(stepIn(document, name)).toEqual(stepIn(unasked, name));
  expect(document.grades.origin).toBe(unasked.grades.origin);
  return document;
}
const told = ({ problems }: TraceDocument): string => problems.map(({ message }) => message).join('\n');
const codes = ({ findings }: TraceDocument): readonly string[] => findings.map(({ code }) => code);

function answering(status: number, body = '{"message":"no"}', headers: Record<string, string> = {}) {
  return (_request: unknown, response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  };
}

describe.skipIf(!hasGit)('a repository (needs git)', () => {
  test.each([401, 403])('that answers %i was not heard', async (status) => {
    const server = {
      instead: (_request: unknown, response: ServerResponse) => {
        response.writeHead(status, status === 401 ? { 'www-authenticate': 'Basic realm="x"' } : {}).end();
        return true;
      },
    };
    const document = await traced({ server });
    expect(stepIn(document, 'owners')).toMatchObject({ gap: 'unheard', grade: 'none' });
    expect(document.problems.map(({ code }) => code)).toContain(status === 401 ? 'UNAUTHORISED' : 'FORBIDDEN');
  });

  test('that is gone, or hidden, was not heard, and a finding says so', async () => {
    const document = await traced({ labels: { 'org.opencontainers.image.source': 'http://127.0.0.1:1/shop' } });
    expect(stepIn(document, 'owners')).toMatchObject({ gap: 'unheard' });
    const repository = newRepository();
    const commit = repository.commit({ files: PEOPLE_FILES });
    const world = await openPeopleWorld({ repository, commit });
    rmSync(repository.folder, { recursive: true });
    const gone = await traceIn(world);
    expect(stepIn(gone, 'owners')).toMatchObject({ gap: 'unheard' });
    expect(told(gone)).toContain('or it may not be seen');
    expect(codes(gone)).toContain('COMMIT_MISSING');
    expect((await world.run('--require-owner', 'inferred')).code).toBe(3);
  });

  test('that is empty has nobody’s owners', async () => {
    const document = await traced({ repository: newRepository(), commit: 'c0'.repeat(20) });
    expect(stepIn(document, 'owners')).toMatchObject({ gap: 'absent', why: ['the repository is empty'] });
    expect(codes(document)).toContain('COMMIT_MISSING');
  });

  test('that has no such commit says so', async () => {
    const repository = newRepository();
    repository.commit({ files: PEOPLE_FILES });
    const document = await traced({ repository, commit: 'c0'.repeat(20) });
    expect(stepIn(document, 'owners')).toMatchObject({ gap: 'absent', why: ['the repository has no such commit'] });
    expect(codes(document)).toContain('COMMIT_MISSING');
  });

  test('that cannot be asked about a part of a commit’s id was not asked', async () => {
    const repository = newRepository();
    const commit = repository.commit({ files: PEOPLE_FILES });
    const document = await traced({ repository, commit: commit.slice(0, 12) });
    expect(stepIn(document, 'owners')).toMatchObject({ gap: 'unheard' });
    expect(told(document)).toContain('a part of a commit’s id');
    expect(stepIn(document, 'review').why.join()).not.toContain('no forge is known');
  });

  test('whose history is cut off tells what it has', async () => {
    const full = newRepository();
    full.commit({ files: PEOPLE_FILES });
    const commit = full.commit({ files: { 'a.txt': 'a' } });
    const shallow = newRepository();
    rmSync(shallow.folder, { recursive: true });
    execFileSync('git', ['clone', '--quiet', '--bare', '--depth=1', `file://${full.folder}`, shallow.folder], {
      env: GIT_ENV,
    });
    shallow.run('config', 'uploadpack.allowFilter', 'true');
    const document = await traced({ repository: shallow, commit });
    expect(stepIn(document, 'owners')).toMatchObject({ answer: '@acme/cart', grade: 'declared' });
  });

  test('with objects of SHA-256 is as good as any', async () => {
    const repository = newRepository({ objectFormat: 'sha256' });
    const commit = repository.commit({ files: PEOPLE_FILES });
    expect(stepIn(await traced({ repository, commit }), 'owners')).toMatchObject({
      answer: '@acme/cart',
      grade: 'declared',
    });
  });

  test('on a server that leaves nothing out is read while it is small', async () => {
    const repository = newRepository();
    repository.run('config', 'uploadpack.allowFilter', 'false');
    const commit = repository.commit({ files: PEOPLE_FILES });
    expect(stepIn(await traced({ repository, commit }), 'owners')).toMatchObject({ answer: '@acme/cart' });
  });
});

describe.skipIf(!hasGit)('files at the commit (needs git)', () => {
  const readWith = async (files: Record<string, string>): Promise<TraceDocument> => {
    const repository = newRepository();
    return traced({ repository, commit: repository.commit({ files: { ...PEOPLE_FILES, ...files } }) });
  };

  test('a CODEOWNERS of 10 MB is not read, and that is told', async () => {
    const document = await readWith({ '.github/CODEOWNERS': `* @acme/cart\n${'#'.repeat(10 * 1024 * 1024)}\n` });
    expect(stepIn(document, 'owners')).toMatchObject({ gap: 'unheard', grade: 'none' });
    expect(stepIn(document, 'owners').why.join()).not.toBe('');
  });

  test.each([
    ['a byte order mark', '\uFEFF* @acme/platform\n/services/cart/ @acme/cart\n'],
    ['carriage returns', '* @acme/platform\r\n/services/cart/ @acme/cart\r\n'],
    ['no line feed at its end', '* @acme/platform\n/services/cart/ @acme/cart'],
  ])('a CODEOWNERS with %s', async (_what, text) => {
    expect(stepIn(await readWith({ '.github/CODEOWNERS': text }), 'owners')).toMatchObject({ answer: '@acme/cart' });
  });

  test('a catalog that would grow without end when it is read is left out', async () => {
    const levels = 'abcdefghi'.split('').map((name, index, all) =>
      index === 0
        ? `${name}: &${name} [x,x,x,x,x,x,x,x,x]`
        : `${name}: &${name} [${Array(9)
            .fill(`*${all[index - 1]}`)
            .join(',')}]`,
    );
    const document = await readWith({ 'services/cart/catalog-info.yaml': `${levels.join('\n')}\n` });
    expect(stepIn(document, 'owners')).toMatchObject({ answer: '@acme/cart' });
    expect(stepIn(document, 'service')).toMatchObject({ grade: 'none' });
  });

  test('text that would speak to a terminal, or a pipeline, does not', async () => {
    const repository = newRepository();
    const commit = repository.commit({ files: PEOPLE_FILES, message: 'Sell \u001b[31m::error::carts\u202e\n' });
    const ran = await (await openPeopleWorld({ repository, commit })).run();
    expect(ran.stdout).toContain('carts');
    // oxlint-disable-next-line no-control-regex -- that is what must not be there
    expect(ran.stdout).not.toMatch(/[\u001b\u202e]/);
  });
});

describe.skipIf(!hasGit)('a forge (needs git)', () => {
  test.each([
    [401, 'UNAUTHORISED'],
    [403, 'FORBIDDEN'],
    [429, 'RATE_LIMITED'],
    [500, 'SERVER_ERROR'],
    [503, 'SERVER_ERROR'],
  ] as const)('that answers %i was not heard: the review is unknown, the owners are not', async (status, code) => {
    const headers = status === 429 ? { 'retry-after': '0' } : {};
    const document = await traced({ api: answering(status, '{"message":"no"}', headers) });
    expect(stepIn(document, 'review')).toMatchObject({ gap: 'unheard', grade: 'none' });
    expect(document.problems.map((problem) => problem.code)).toContain(code);
    expect(stepIn(document, 'owners')).toMatchObject({ answer: '@acme/cart', grade: 'declared' });
  });

  test.each([404, 409, 422])('that answers %i has not said that nobody reviewed it', async (status) => {
    const document = await traced({ api: answering(status) });
    expect(stepIn(document, 'review')).toMatchObject({ grade: 'none' });
    expect(stepIn(document, 'review').why.join()).not.toBe('');
    expect(stepIn(document, 'owners')).toMatchObject({ answer: '@acme/cart', grade: 'declared' });
  });

  test.each([
    ['HTML', '<html>Sign in</html>'],
    ['nothing', ''],
    ['another shape', '[{"sha":7}]'],
    ['another commit', JSON.stringify({ sha: 'e2'.repeat(20), commit: {} })],
  ])('that answers with %s was not heard', async (_what, body) => {
    const document = await traced({ api: answering(200, body) });
    expect(stepIn(document, 'review')).toMatchObject({ gap: 'unheard', grade: 'none' });
    expect(stepIn(document, 'owners')).toMatchObject({ answer: '@acme/cart', grade: 'declared' });
  });

  test('that is gone leaves what the message hints at, and says that it could be known better', async () => {
    const repository = newRepository();
    const commit = repository.commit({ files: PEOPLE_FILES, message: 'Sell carts (#12)\n' });
    const document = await traced({ repository, commit, api: answering(503) });
    const step = stepIn(document, 'review');
    expect(step.grade).toBe('inferred');
    expect(step.answer).toMatch(/\/shop\/pull\/12$/);
    expect(step.why.join()).toContain('could be known better');
  });
});

describe.skipIf(!hasGit)('a clone instead of the repository (needs git)', () => {
  test('is believed less than the repository, and that this one was not heard is told', async () => {
    const repository = newRepository();
    const commit = repository.commit({ files: PEOPLE_FILES });
    const world = await openPeopleWorld({ repository, commit });
    const clone = join(world.folder, 'shop');
    execFileSync('git', ['clone', '--quiet', repository.folder, clone], { env: GIT_ENV });
    const origin = ['-C', clone, 'remote', 'set-url', 'origin', `${world.server.url}/acme/shop.git`];
    execFileSync('git', origin, { env: GIT_ENV });
    await world.server.close();
    const document = await traceIn(world, '--source', clone);
    expect(stepIn(document, 'owners')).toMatchObject({ answer: '@acme/cart', grade: 'declared' });
    expect(detailIn(document, 'commit', 'branch')).toBe('refs/heads/main');
    expect(stepIn(document, 'commit').details.find(({ name }) => name === 'branch')).toMatchObject({
      grade: 'declared',
    });
    expect(document.problems.map(({ code }) => code)).toContain('UNREACHABLE');
  });

  test('that is of another repository says nothing about this one', async () => {
    const repository = newRepository();
    const commit = repository.commit({ files: PEOPLE_FILES });
    const world = await openPeopleWorld({ repository, commit });
    const stranger = newRepository();
    await world.server.close();
    execFileSync('git', ['clone', '--quiet', repository.folder, join(world.folder, 'other')], { env: GIT_ENV });
    stranger.commit({ files: { CODEOWNERS: '* @mallory\n' } });
    expect(stepIn(await traceIn(world, '--source', stranger.folder), 'owners')).toMatchObject({ gap: 'unheard' });
    // Its commit is the one by its hash, and whose it is nobody said.
    const step = stepIn(await traceIn(world, '--source', join(world.folder, 'other')), 'owners');
    expect(step).toMatchObject({ answer: '@acme/cart', grade: 'inferred' });
    expect(step.why.join()).toContain('was not heard');
    expect((await world.run('--source', join(world.folder, 'other'), '--require-owner', 'declared')).code).toBe(3);
  });
});
