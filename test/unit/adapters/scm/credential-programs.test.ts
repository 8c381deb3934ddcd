import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createCredentialPrograms } from '../../../../src/adapters/scm/credential-programs.ts';
import { createForgeTokens } from '../../../../src/adapters/scm/forge-tokens.ts';
import { everythingIn, toolErrorOf } from '../../../support/http-world.ts';

/** A home with a `gh` of that text first in the search path, and git's own credential helper of that text in its configuration. */
function homeWith({
  gh,
  helper,
}: {
  readonly gh?: string;
  readonly helper?: string;
}): Readonly<Record<string, string>> {
  const home = mkdtempSync(join(tmpdir(), 'provtrace-programs-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  mkdirSync(join(home, 'bin'));
  if (gh !== undefined) {
    writeFileSync(join(home, 'bin', 'gh'), `#!/bin/sh\n${gh}\n`);
    chmodSync(join(home, 'bin', 'gh'), 0o755);
  }
  if (helper !== undefined)
    writeFileSync(join(home, '.gitconfig'), `[credential]\n\thelper = "!f() { ${helper}; }; f"\n`);
  return { HOME: home, PATH: `${join(home, 'bin')}:${process.env['PATH']}`, XDG_CONFIG_HOME: home };
}

describe('gh', () => {
  test('is asked for one host, without the tokens of others', async () => {
    const env = homeWith({
      gh: 'echo "$1-$2-$3-$4-$GH_TOKEN$GITHUB_TOKEN$GH_ENTERPRISE_TOKEN$GITHUB_ENTERPRISE_TOKEN"',
    });
    const tokens = { GH_TOKEN: 'a', GITHUB_TOKEN: 'b', GH_ENTERPRISE_TOKEN: 'c', GITHUB_ENTERPRISE_TOKEN: 'd' };
    expect(await createCredentialPrograms({ env: { ...env, ...tokens } }).askGh('github.acme.example')).toEqual({
      token: 'auth-token---hostname-github.acme.example-',
      source: 'gh auth token',
    });
  });

  test.each(['exit 1', 'true', 'echo two words'])('that says %j has none', async (gh) => {
    expect(await createCredentialPrograms({ env: homeWith({ gh }) }).askGh('github.com')).toBeUndefined();
  });

  test('that is not installed has none', async () => {
    expect(await createCredentialPrograms({ env: { PATH: '/nonexistent' } }).askGh('github.com')).toBeUndefined();
  });

  test('that does not come to an end is an error, and what it wrote is not told', async () => {
    const programs = createCredentialPrograms({
      env: homeWith({ gh: 'echo gho_half; exec sleep 30' }),
      timeoutMs: 300,
    });
    const error = await toolErrorOf(programs.askGh('github.com'));
    expect(error).toMatchObject({
      code: 'CREDENTIAL_HELPER_FAILED',
      hint: 'try it: gh auth token --hostname github.com',
    });
    expect(everythingIn(error)).not.toContain('gho_half');
  });

  test.each(['--help', 'a b', 'a\nb', ''])('is not asked for what is no host: %j', async (host) => {
    const programs = createCredentialPrograms({ env: homeWith({ gh: 'echo x', helper: 'echo password=x' }) });
    expect(await programs.askGh(host)).toBeUndefined();
    expect(await programs.askGit(host)).toBeUndefined();
  });
});

describe('git', () => {
  const byHost = 'grep -q host=code.acme.example && echo username=ada && echo password=kept';

  test('is asked for one host', async () => {
    const programs = createCredentialPrograms({ env: homeWith({ helper: byHost }) });
    expect(await programs.askGit('code.acme.example')).toEqual({ username: 'ada', password: 'kept' });
    expect(await programs.askGit('other.example')).toBeUndefined();
  });

  test('asks nobody, and reads no repository', async () => {
    const env = homeWith({});
    const { HOME: home = '' } = env;
    const asked = join(home, 'ask');
    writeFileSync(asked, '#!/bin/sh\necho asked\n');
    chmodSync(asked, 0o755);
    const hostile = join(home, 'hostile');
    execFileSync('git', ['init', '--quiet', '--bare', hostile], { env });
    writeFileSync(
      join(hostile, 'config'),
      '[core]\n\tbare = true\n[credential]\n\thelper = "!echo username=x; echo password=hostile; :"\n',
    );
    const pointed = { GIT_ASKPASS: asked, SSH_ASKPASS: asked, GIT_DIR: hostile };
    expect(await createCredentialPrograms({ env: { ...env, ...pointed } }).askGit('github.com')).toBeUndefined();
  });

  test('comes after the files and gh, and its user is told to Bitbucket alone', async () => {
    const helper = 'echo username=ada && echo password=kept';
    const env = homeWith({ gh: 'test "$4" = github.com && echo from-gh', helper });
    const tokens = createForgeTokens({
      env: {},
      homeDirectory: undefined,
      forges: [],
      programs: createCredentialPrograms({ env }),
    });
    expect(await tokens.tokenFor('github.com')).toEqual({ token: 'from-gh', source: 'gh auth token' });
    expect(await tokens.tokenFor('gitlab.com')).toEqual({ token: 'kept', source: 'git credential' });
    expect(await tokens.tokenFor('bitbucket.org')).toEqual({
      token: 'kept',
      source: 'git credential',
      username: 'ada',
    });
  });
});
