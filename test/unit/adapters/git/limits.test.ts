import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { runProgram } from '../../../../src/adapters/git/program.ts';
import { createWorkplace } from '../../../../src/adapters/git/workplace.ts';
import { ToolError } from '../../../../src/core/errors.ts';
import type { SourceWorldOptions } from '../../../support/git-world.ts';
import { commitThrice, newRepository, openSources, serve, temporaryFolder } from '../../../support/git-world.ts';
import { hasGit } from '../../../support/git-repository.ts';
import { TEST_NOW_MS, toolErrorOf } from '../../../support/http-world.ts';

const DAY_MS = 86_400_000;

function script(text: string): string {
  const path = join(temporaryFolder(), 'program');
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
}

const runOf = (program: string, more: Partial<Parameters<typeof runProgram>[0]> = {}) =>
  runProgram({
    program,
    parameters: [],
    env: { PATH: process.env['PATH'] ?? '' },
    folder: temporaryFolder(),
    what: 'the thing',
    outputBytesMax: 1000,
    timeoutMs: 10_000,
    ...more,
  });

describe('a program', () => {
  test('gives what it wrote, and how it ended', async () => {
    const { code, output, messages } = await runOf(script('cat; echo oh >&2; exit 3'), { input: 'hello' });
    expect([code, output.toString(), messages]).toEqual([3, 'hello', 'oh\n']);
  });

  test('that does not come to an end is ended, with all that it started', async () => {
    const mark = join(temporaryFolder(), 'child');
    const program = script(`(echo $$ > '${mark}'; sleep 60) & sleep 60`);
    expect(await toolErrorOf(runOf(program, { timeoutMs: 300 }))).toMatchObject({
      code: 'TIMED_OUT',
      message: expect.stringContaining('the thing'),
    });
    expect(existsSync(mark)).toBe(true);
    await vi.waitFor(() => expect(sleepers(program)).toEqual([]));
  });

  test('is ended when the user interrupts, or an own reason is given', async () => {
    for (const [reason, code] of [
      [undefined, 'INTERRUPTED'],
      [new ToolError('TIMED_OUT', 'not done'), 'TIMED_OUT'],
    ] as const) {
      const controller = new AbortController();
      const run = toolErrorOf(runOf(script('sleep 60'), { signal: controller.signal }));
      await delay(50);
      controller.abort(reason);
      expect(await run).toMatchObject({ code });
      expect(
        await toolErrorOf(runOf(script('true'), { signal: controller.signal })),
        'and none is started',
      ).toMatchObject({ code });
    }
  });

  test('that writes too much is ended', async () => {
    expect(await toolErrorOf(runOf(script('while :; do echo more; done')))).toMatchObject({
      code: 'TOO_LARGE',
      expected: 'at most 1000 bytes',
    });
  });

  test('that complains without end is let, and cut', async () => {
    const { messages } = await runOf(script('i=0; while [ $i -lt 20000 ]; do echo complaint >&2; i=$((i+1)); done'));
    expect(messages.length).toBeLessThanOrEqual(64 * 1024);
    expect(messages).toContain('complaint');
  });

  test('that reads nothing breaks no pipe', async () => {
    const { code } = await runOf(script('exit 0'), { input: 'x'.repeat(1_000_000) });
    expect(code).toBe(0);
  });

  test('is ended by what watches it', async () => {
    const error = new ToolError('TOO_LARGE', 'enough');
    expect(await toolErrorOf(runOf(script('sleep 60'), { watch: async () => error }))).toBe(error);
  });
});

describe('a git', () => {
  const read = async (options: SourceWorldOptions) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'objects'));
    mkdirSync(join(folder, 'refs'));
    writeFileSync(join(folder, 'HEAD'), 'ref: refs/heads/main\n');
    return openSources({ clones: [folder], ...options }).code.read({
      repository: `file://${folder}`,
      namedBy: 'the test',
      commit: 'HEAD',
      paths: [],
      headPaths: [],
    });
  };

  test('that is missing is asked to be installed', async () => {
    expect(await read({ program: 'git-that-is-not-there' })).toMatchObject({
      kind: 'failed',
      error: { code: 'UNSUPPORTED', hint: 'install git-that-is-not-there 2.30 or newer' },
    });
  });

  test.each(['git version 2.29.3', 'git version 1.8.3.1', 'hello'])('that says "%s" is too old', async (version) => {
    expect(await read({ program: script(`echo '${version}'`) })).toMatchObject({
      kind: 'failed',
      error: { code: 'UNSUPPORTED', expected: 'git 2.30 or newer', got: version, hint: 'update git' },
    });
  });

  test('that cannot be run is told apart from one that fails', async () => {
    const program = script('exit 0');
    chmodSync(program, 0o600);
    expect(await read({ program })).toMatchObject({
      kind: 'failed',
      error: { code: 'UNSUPPORTED', message: expect.stringContaining('cannot be run') },
    });
  });

  test.skipIf(!hasGit).each(['fetch', 'cat-file'])(
    `that hangs in %s is ended${hasGit ? '' : ' (skipped: git is not installed)'}`,
    async (command) => {
      const repository = newRepository();
      const [, second] = commitThrice(repository);
      const server = await serve(repository.root);
      const question = {
        repository: `${server.url}/shop`,
        namedBy: 'the test',
        commit: second,
        paths: ['src/file.txt'],
        headPaths: [],
      };
      const program = hangingIn(command);
      expect(await openSources({ program, timeoutMs: 600 }).code.read(question)).toMatchObject({
        kind: 'failed',
        error: { code: 'TIMED_OUT' },
      });
      await vi.waitFor(() => expect(sleepers(program)).toEqual([]));
    },
  );

  test.skipIf(!hasGit)(
    `that is at work when all is closed is ended${hasGit ? '' : ' (skipped: git is not installed)'}`,
    async () => {
      const repository = newRepository();
      const [, second] = commitThrice(repository);
      const server = await serve(repository.root);
      const program = hangingIn('fetch');
      const { code, sources, temporaryFolder: folder } = openSources({ program });
      const reading = code.read({
        repository: `${server.url}/shop`,
        namedBy: 'the test',
        commit: second,
        paths: [],
        headPaths: [],
      });
      while (existsSync('/proc') && sleepers(program).length === 0) await delay(20);
      expect(readdirSync(folder)).toHaveLength(1);
      await sources.close();
      expect(await reading).toMatchObject({ kind: 'failed', error: { code: 'INTERRUPTED' } });
      await vi.waitFor(() => expect(sleepers(program)).toEqual([]));
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});

describe('a workplace', () => {
  const clock = { nowMs: () => TEST_NOW_MS };

  test('is for its owner alone, and gone when it is closed', async () => {
    const parent = temporaryFolder();
    const workplace = createWorkplace({ parent, clock });
    expect(readdirSync(parent)).toEqual([]);
    const folders = await Promise.all([workplace.newFolder('a'), workplace.newFolder('a')]);
    expect(new Set(folders).size).toBe(2);
    const [name = ''] = readdirSync(parent);
    expect(statSync(join(parent, name)).mode & 0o777).toBe(0o700);
    await workplace.close();
    expect(readdirSync(parent)).toEqual([]);
  });

  test('removes what runs that were killed have left a day ago, and nothing else', async () => {
    const parent = temporaryFolder();
    const make = (name: string, ageMs: number): void => {
      mkdirSync(join(parent, name, 'inside'), { recursive: true });
      utimesSync(join(parent, name), new Date(TEST_NOW_MS - ageMs), new Date(TEST_NOW_MS - ageMs));
    };
    make('provtrace-git-old', DAY_MS + 1000);
    make('provtrace-git-new', DAY_MS - 1000);
    make('another', 10 * DAY_MS);
    const workplace = createWorkplace({ parent, clock });
    await workplace.newFolder('a');
    expect(
      readdirSync(parent)
        .filter((name) => !/^provtrace-git-\w{6}$/.test(name))
        .sort(),
    ).toEqual(['another', 'provtrace-git-new']);
    await workplace.close();
  });

  test('that cannot be made says where', async () => {
    const workplace = createWorkplace({ parent: join(temporaryFolder(), 'nowhere'), clock });
    expect(await toolErrorOf(workplace.newFolder('a'))).toMatchObject({
      code: 'STORE_NOT_WRITABLE',
      hint: expect.stringContaining('TMPDIR'),
    });
  });
});

/** git, but for one of its commands. */
function hangingIn(command: string): string {
  return script(`case " $* " in *" ${command} "*) sleep 60;; *) exec git "$@";; esac`);
}

/** Processes that go on in the name of that script, as far as the system tells. */
function sleepers(program: string): readonly string[] {
  const ids = existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return ids.map(commandOf).filter((command) => command.includes(program));
}

function commandOf(id: string): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8');
  } catch {
    // It has ended in the meantime.
    return '';
  }
}
