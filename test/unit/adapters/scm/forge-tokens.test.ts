import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createForgeTokens } from '../../../../src/adapters/scm/forge-tokens.ts';
import type { ForgeTokens } from '../../../../src/adapters/scm/forge-tokens.ts';
import type { Forge } from '../../../../src/core/model/forge.ts';
import { everythingIn, toolErrorOf } from '../../../support/http-world.ts';

type Setup = {
  readonly env?: Readonly<Record<string, string>>;
  /** By path within the home. */
  readonly files?: Readonly<Record<string, string>>;
  readonly forges?: readonly Forge[];
};

const GHES: Forge = { kind: 'github', host: 'github.acme.example' };
const TENANT: Forge = { kind: 'github', host: 'acme.ghe.com' };
const OWN_GITLAB: Forge = { kind: 'gitlab', host: 'gitlab.acme.example' };

function homeWith(files: Readonly<Record<string, string>>): string {
  const home = mkdtempSync(join(tmpdir(), 'provtrace-tokens-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  }
  return home;
}

function tokensOf({ env = {}, files = {}, forges = [] }: Setup): ForgeTokens {
  return createForgeTokens({ env, homeDirectory: homeWith(files), forges });
}

async function tokenIn(setup: Setup, host: string): Promise<string | undefined> {
  return (await tokensOf(setup).tokenFor(host))?.token;
}

describe('a variable', () => {
  const all = {
    GH_TOKEN: 'gh',
    GITHUB_TOKEN: 'github',
    GH_ENTERPRISE_TOKEN: 'ghe',
    GITHUB_ENTERPRISE_TOKEN: 'githube',
    GITLAB_TOKEN: 'gl',
  };
  const elsewhere = [
    'github.acme.example',
    'acme.ghe.com',
    'gitlab.acme.example',
    'evil.example',
    'github.com.evil.example',
    'api.github.com',
    'notgitlab.com',
  ];

  test('goes to github.com and gitlab.com, and nowhere else', async () => {
    expect(await tokenIn({ env: all }, 'github.com')).toBe('gh');
    expect(await tokenIn({ env: all }, 'GitHub.com')).toBe('gh');
    expect(await tokenIn({ env: all }, 'gitlab.com')).toBe('gl');
    for (const host of elsewhere) expect([host, await tokenIn({ env: all }, host)]).toEqual([host, undefined]);
  });

  test.each<[string, Forge, string]>([
    ['a server of one’s own', GHES, 'ghe'],
    ['a tenant of ghe.com', TENANT, 'gh'],
    ['a GitLab of one’s own', OWN_GITLAB, 'gl'],
  ])('goes to %s that the configuration names', async (_, forge, token) => {
    expect(await tokenIn({ env: all, forges: [forge] }, forge.host)).toBe(token);
    for (const host of elsewhere.filter((other) => other !== forge.host))
      expect(await tokenIn({ env: all, forges: [forge] }, host)).toBeUndefined();
  });

  test.each([
    ['GH_HOST', 'github.acme.example', 'ghe'],
    ['GH_HOST', 'acme.ghe.com', 'gh'],
    ['GITLAB_HOST', 'gitlab.acme.example', 'gl'],
  ])('goes to the host that %s names: %s', async (name, host, token) => {
    expect(await tokenIn({ env: { ...all, [name]: host } }, host)).toBe(token);
    expect(await tokenIn({ env: { ...all, [name]: `https://${host}/` } }, host)).toBe(token);
    expect(await tokenIn({ env: { ...all, [name]: host } }, 'github.com')).toBe('gh');
  });

  test('for the GitLab that GITLAB_HOST names is not shown to gitlab.com, nor to a configured one', async () => {
    const env = { GITLAB_TOKEN: 'gl', GITLAB_HOST: 'gitlab.other.example' };
    expect(await tokenIn({ env, forges: [OWN_GITLAB] }, 'gitlab.com')).toBeUndefined();
    expect(await tokenIn({ env, forges: [OWN_GITLAB] }, OWN_GITLAB.host)).toBeUndefined();
  });

  test.each([
    [{ GITHUB_TOKEN: 'github' }, 'github.com', 'github', 'GITHUB_TOKEN'],
    [{ GH_TOKEN: '', GITHUB_TOKEN: 'github' }, 'github.com', 'github', 'GITHUB_TOKEN'],
    [{ GH_TOKEN: ' gh\n', GITHUB_TOKEN: 'github' }, 'github.com', 'gh', 'GH_TOKEN'],
    [
      { GH_HOST: 'github.acme.example', GITHUB_ENTERPRISE_TOKEN: 'githube' },
      'github.acme.example',
      'githube',
      'GITHUB_ENTERPRISE_TOKEN',
    ],
  ])('of %o gives %s a token and says where it was', async (env, host, token, source) => {
    expect(await tokensOf({ env }).tokenFor(host)).toEqual({ token, source });
  });

  test('of a job in CI goes to the GitLab that runs it, and as that of a job', async () => {
    const env = { CI_JOB_TOKEN: 'job', CI_SERVER_HOST: 'gitlab.com' };
    const job = { token: 'job', source: 'CI_JOB_TOKEN', username: 'gitlab-ci-token' };
    expect(await tokensOf({ env }).tokenFor('gitlab.com')).toEqual(job);
    expect(await tokenIn({ env: { ...env, GITLAB_TOKEN: 'gl' } }, 'gitlab.com')).toBe('gl');
    expect(await tokenIn({ env, forges: [OWN_GITLAB] }, OWN_GITLAB.host)).toBeUndefined();
    expect(await tokenIn({ env }, 'github.com')).toBeUndefined();
    expect(await tokenIn({ env: { ...env, CI_SERVER_HOST: 'github.com' } }, 'github.com')).toBeUndefined();
  });

  const gitea: Forge = { kind: 'forgejo', host: 'code.acme.example' };
  const bitbucket: Forge = { kind: 'bitbucketCloud', host: 'bitbucket.org' };

  test('of Gitea or Bitbucket goes to what the configuration names, and nowhere else', async () => {
    const env = { GITEA_TOKEN: 'tea', BITBUCKET_TOKEN: 'bit' };
    expect(await tokenIn({ env, forges: [gitea] }, gitea.host)).toBe('tea');
    expect(await tokenIn({ env, forges: [bitbucket] }, bitbucket.host)).toBe('bit');
    for (const host of [gitea.host, bitbucket.host, 'codeberg.org', 'github.com', 'gitlab.com'])
      expect([host, await tokenIn({ env }, host)]).toEqual([host, undefined]);
  });

  test('with an app password of Bitbucket needs its user', async () => {
    const env = { BITBUCKET_APP_PASSWORD: 'app', BITBUCKET_USERNAME: 'ada' };
    expect(await tokensOf({ env, forges: [bitbucket] }).tokenFor(bitbucket.host)).toMatchObject({
      token: 'app',
      username: 'ada',
    });
    const alone = tokensOf({ env: { BITBUCKET_APP_PASSWORD: 'app' }, forges: [bitbucket] });
    expect(await toolErrorOf(alone.tokenFor(bitbucket.host))).toMatchObject({ code: 'INVALID_CONFIGURATION' });
  });

  test('that holds no token is an error that does not show it', async () => {
    const error = await toolErrorOf(tokensOf({ env: { GH_TOKEN: 'two words' } }).tokenFor('github.com'));
    expect(error).toMatchObject({ code: 'INVALID_CONFIGURATION', message: 'GH_TOKEN holds no token' });
    expect(everythingIn(error)).not.toContain('two words');
  });
});

describe('a file', () => {
  const hosts =
    'github.com:\n    user: ada\n    oauth_token: gho_file\n    git_protocol: https\nGitHub.Acme.example:\n    oauth_token: 12345\n';
  // glab tags its tokens so.
  const glab =
    'hosts:\n    gitlab.com:\n        token: !!null glpat-file\n        api_protocol: https\n    gitlab.acme.example:\n        token: glpat-own\n';
  const netrc =
    'machine github.com login ada password from-netrc\nmachine code.example password code\ndefault password everywhere';

  test('of gh gives each host its own token, also one that nothing else names', async () => {
    const setup = { files: { '.config/gh/hosts.yml': hosts } };
    expect(await tokenIn(setup, 'github.com')).toBe('gho_file');
    expect(await tokenIn(setup, 'github.acme.example')).toBe('12345');
    expect(await tokenIn(setup, 'gitlab.com')).toBeUndefined();
  });

  test('of glab gives each host its own token, also one that nothing else names', async () => {
    const setup = { files: { '.config/glab-cli/config.yml': glab } };
    expect(await tokenIn(setup, 'gitlab.com')).toBe('glpat-file');
    expect(await tokenIn(setup, 'gitlab.acme.example')).toBe('glpat-own');
    expect(await tokenIn(setup, 'github.com')).toBeUndefined();
  });

  test('of netrc gives each machine its own, and nobody its default', async () => {
    const setup = { files: { '.netrc': netrc } };
    expect(await tokenIn(setup, 'github.com')).toBe('from-netrc');
    expect(await tokenIn(setup, 'code.example')).toBe('code');
    for (const host of ['gitlab.com', 'evil.example', 'api.github.com'])
      expect(await tokenIn(setup, host)).toBeUndefined();
    expect(await tokenIn({ files: { '.netrc': 'machine api.github.com password of-the-api' } }, 'github.com')).toBe(
      'of-the-api',
    );
    expect(
      await tokenIn({ files: { '.netrc': 'machine api.gitlab.com password of-the-api' } }, 'gitlab.com'),
    ).toBeUndefined();
  });

  test('comes after the variable, and gh’s before netrc', async () => {
    const files = { '.config/gh/hosts.yml': hosts, '.netrc': netrc };
    expect(await tokenIn({ files, env: { GH_TOKEN: 'gh' } }, 'github.com')).toBe('gh');
    expect(await tokenIn({ files }, 'github.com')).toBe('gho_file');
    // gh keeps tokens in the keyring of the system, and its file has none then.
    expect(
      await tokenIn({ files: { ...files, '.config/gh/hosts.yml': 'github.com:\n    user: ada\n' } }, 'github.com'),
    ).toBe('from-netrc');
  });

  test('is where the variables say', async () => {
    const files = {
      'x/gh/hosts.yml': 'github.com: {oauth_token: xdg}',
      '.config/gh/hosts.yml': 'github.com: {oauth_token: home}',
      'own/hosts.yml': 'github.com: {oauth_token: own}',
      'x/glab-cli/config.yml': 'hosts: {gitlab.com: {token: xdg}}',
      'glab/config.yml': 'hosts: {gitlab.com: {token: own}}',
      rc: 'machine code.example password rc',
    };
    const home = homeWith(files);
    const tokenWith = async (env: Record<string, string>, host: string) =>
      (await createForgeTokens({ env, homeDirectory: home, forges: [] }).tokenFor(host))?.token;
    expect(await tokenWith({ XDG_CONFIG_HOME: join(home, 'x') }, 'github.com')).toBe('xdg');
    expect(await tokenWith({ XDG_CONFIG_HOME: join(home, 'x'), GH_CONFIG_DIR: join(home, 'own') }, 'github.com')).toBe(
      'own',
    );
    expect(await tokenWith({ XDG_CONFIG_HOME: join(home, 'x') }, 'gitlab.com')).toBe('xdg');
    expect(
      await tokenWith({ XDG_CONFIG_HOME: join(home, 'x'), GLAB_CONFIG_DIR: join(home, 'glab') }, 'gitlab.com'),
    ).toBe('own');
    expect(await tokenWith({ NETRC: join(home, 'rc') }, 'code.example')).toBe('rc');
    expect(await tokenWith({ XDG_CONFIG_HOME: 'x' }, 'github.com')).toBe('home');
  });

  test('is not needed, nor is a home', async () => {
    expect(await tokenIn({}, 'github.com')).toBeUndefined();
    expect(
      await createForgeTokens({ env: {}, homeDirectory: undefined, forges: [] }).tokenFor('gitlab.com'),
    ).toBeUndefined();
  });

  test.each([
    ['is no YAML', 'github.com: [gho_secret'],
    ['has an alias without an anchor', 'github.com: *gho_secret'],
  ])('that %s is an error that does not show it', async (_, text) => {
    const error = await toolErrorOf(tokensOf({ files: { '.config/gh/hosts.yml': text } }).tokenFor('github.com'));
    expect(error).toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringMatching(/hosts\.yml cannot be understood$/),
    });
    expect(everythingIn(error)).not.toContain('gho_secret');
  });

  test.each([
    '',
    '- a\n- b',
    'github.com',
    'github.com: gho_x',
    'github.com: [gho_x]',
    'github.com: {oauth_token: [x]}',
    'github.com: {oauth_token: ""}',
    '{}',
  ])('of another shape has no token: %j', async (text) => {
    expect(await tokenIn({ files: { '.config/gh/hosts.yml': text } }, 'github.com')).toBeUndefined();
  });

  test('of the one forge that is broken does not matter to the other', async () => {
    const files = { '.config/gh/hosts.yml': 'a: [', '.config/glab-cli/config.yml': glab };
    expect(await tokenIn({ files }, 'gitlab.com')).toBe('glpat-file');
  });

  test('that is a folder is an error, for there may be a token', async () => {
    const error = await toolErrorOf(tokensOf({ files: { '.netrc/inside': '' } }).tokenFor('github.com'));
    expect(error).toMatchObject({ code: 'NOT_READABLE', message: expect.stringMatching(/\.netrc cannot be read$/) });
  });

  test('that is too large is an error', async () => {
    const error = await toolErrorOf(
      tokensOf({ files: { '.netrc': ' '.repeat(1024 * 1024 + 1) } }).tokenFor('github.com'),
    );
    expect(error).toMatchObject({ code: 'INVALID_CONFIGURATION', got: '1048577' });
  });

  test('is read once', async () => {
    const read: string[] = [];
    const tokens = createForgeTokens({
      env: {},
      homeDirectory: '/home/ada',
      forges: [],
      readFile: async (path) => {
        read.push(path);
        return Buffer.from('');
      },
    });
    await Promise.all([tokens.tokenFor('github.com'), tokens.tokenFor('github.com'), tokens.tokenFor('gitlab.com')]);
    expect(read.toSorted()).toEqual([
      '/home/ada/.config/gh/hosts.yml',
      '/home/ada/.config/glab-cli/config.yml',
      '/home/ada/.netrc',
    ]);
  });
});

describe('a file of tea', () => {
  const tea =
    'logins:\n  - name: own\n    url: https://code.acme.example\n    token: tea-file\n  - url: nonsense\n    token: x\n';

  test('gives each host its own token', async () => {
    const files = { '.config/tea/config.yml': tea };
    expect(await tokenIn({ files }, 'code.acme.example')).toBe('tea-file');
    expect(await tokenIn({ files }, 'codeberg.org')).toBeUndefined();
  });
});
