import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Refusal, SourceGrammar, SourceUrl } from '../../../src/core/source-url.ts';
import { compareRepositoryKeys, parseSourceUrl, repositoryKey } from '../../../src/core/source-url.ts';

const SHA1 = '0123456789abcdef0123456789abcdef01234567';
const SHA256 = `${SHA1}89abcdef0123456789abcdef`;
const GRAMMARS: readonly SourceGrammar[] = ['spdx', 'buildkit', 'web', 'auto'];

type Parts = {
  readonly ref?: string;
  readonly commit?: string;
  readonly sub?: string;
  readonly flags?: readonly string[];
};
type Vector = readonly [text: string, grammar: SourceGrammar, key: string, parts?: Parts];

function parse(text: string, grammar: SourceGrammar): SourceUrl {
  const result = parseSourceUrl(text, grammar);
  if (result.kind === 'refused') throw new Error(`${text} is refused: ${result.reason}`);
  return result.source;
}

/** What a vector is about, of the source that the text names. */
function partsOf(text: string, grammar: SourceGrammar): unknown {
  const { key, ref, commit, subpath, flags } = parse(text, grammar);
  return { key, ref, commit, sub: subpath, flags };
}

function expected(key: string, { ref, commit, sub, flags = [] }: Parts = {}): unknown {
  return { key, ref, commit, sub, flags };
}

/** Without controls, within the repository, and with the same key when it is read again. */
function isSound({ url, key, ref = '', subpath = '' }: SourceUrl): boolean {
  const printable = !/\p{C}/u.test(`${url}${ref}${subpath}`);
  return printable && URL.canParse(url) && !subpath.split('/').includes('..') && repositoryKey(url) === key;
}

const FOO = 'github.com/foo/bar';
const AZURE = 'dev.azure.com/org/proj/_git/repo';

describe('the vectors of the reference', () => {
  const vectors: readonly Vector[] = [
    ['https://github.com/Foo/Bar.git', 'auto', FOO],
    ['git+https://github.com/foo/bar@refs/heads/feat/x', 'spdx', FOO, { ref: 'refs/heads/feat/x' }],
    ['git+https://github.com/foo/bar@@refs/heads/main', 'spdx', FOO, { ref: 'refs/heads/main' }],
    [`git+https://github.com/foo/bar.git@${SHA1}`, 'spdx', FOO, { commit: SHA1 }],
    ['git+https://github.com/foo/bar@refs/tags/pkg@1.2.3', 'spdx', FOO, { ref: 'refs/tags/pkg@1.2.3' }],
    ['git+https://github.com/foo/bar@main#images/x', 'spdx', FOO, { ref: 'main', sub: 'images/x' }],
    [
      'https://github.com/foo/bar.git#refs/heads/main:sub/dir',
      'buildkit',
      FOO,
      { ref: 'refs/heads/main', sub: 'sub/dir' },
    ],
    ['https://github.com/foo/bar.git#:sub', 'buildkit', FOO, { sub: 'sub' }],
    [
      `https://github.com/docker-library/docker.git#${SHA1}:24/cli`,
      'buildkit',
      'github.com/docker-library/docker',
      { commit: SHA1, sub: '24/cli' },
    ],
    [
      `https://github.com/foo/bar.git?ref=v1&checksum=${SHA1}&subdir=x`,
      'buildkit',
      FOO,
      { ref: 'v1', commit: SHA1, sub: 'x' },
    ],
    ['git@github.com:foo/bar.git', 'auto', FOO],
    ['ssh://git@ssh.github.com:443/foo/bar.git', 'auto', FOO],
    ['git://github.com/foo/bar.git', 'auto', FOO],
    ['github.com/foo/bar', 'auto', FOO],
    ['https://github.com:443/foo/bar/', 'auto', FOO],
    ['https://x-access-token:t@github.com/foo/bar.git', 'auto', FOO, { flags: ['CREDENTIALS_IN_URL'] }],
    [
      'git+https://gitlab.com/grp/sub/proj@refs/heads/main',
      'spdx',
      'gitlab.com/grp/sub/proj',
      { ref: 'refs/heads/main' },
    ],
    [
      'https://gitlab.example.com/grp/sub/proj/-/tree/main/dir',
      'auto',
      'gitlab.example.com/grp/sub/proj',
      { ref: 'main', sub: 'dir', flags: ['AMBIGUOUS_REF'] },
    ],
    ['https://org@dev.azure.com/org/proj/_git/repo', 'auto', AZURE],
    ['https://org.visualstudio.com/DefaultCollection/proj/_git/repo', 'auto', AZURE],
    ['git@ssh.dev.azure.com:v3/org/proj/repo', 'auto', AZURE],
    ['git+https+https://dev.azure.com/org/proj/_git/repo', 'auto', AZURE],
    ['https://dev.azure.com/org/_git/repo', 'auto', 'dev.azure.com/org/repo/_git/repo'],
    ['https://bb.example.com/scm/PRJ/repo.git', 'auto', 'bb.example.com/PRJ/repo'],
    ['https://bb.example.com/projects/PRJ/repos/repo/browse', 'auto', 'bb.example.com/PRJ/repo'],
    ['ssh://git@bb.example.com:7999/prj/repo.git', 'auto', 'bb.example.com/prj/repo'],
    [
      'https://codeberg.org/org/repo/src/branch/main/x',
      'auto',
      'codeberg.org/org/repo',
      { ref: 'main', sub: 'x', flags: ['AMBIGUOUS_REF'] },
    ],
    [`https://github.com/foo/bar/commit/${SHA1}`, 'auto', FOO, { commit: SHA1 }],
  ];
  for (const [text, grammar, key, parts] of vectors) {
    test(`${text} (${grammar})`, () => {
      expect(partsOf(text, grammar)).toEqual(expected(key, parts));
    });
  }

  const refused: readonly (readonly [string, Refusal])[] = [
    ['foo/bar', 'noHost'],
    ['gs://b/o.tgz#169', 'notARepository'],
    ['${VCS_URL}', 'placeholder'],
  ];
  test.each(refused)('%s is refused: %s', (text, reason) => {
    expect(parseSourceUrl(text, 'auto')).toEqual({ kind: 'refused', reason });
  });

  test('two spellings of a Bitbucket Server project differ in case only', () => {
    const [web, ssh] = ['https://bb.example.com/scm/PRJ/repo.git', 'ssh://git@bb.example.com:7999/prj/repo.git'];
    expect(compareRepositoryKeys(repositoryKey(web), repositoryKey(ssh))).toBe('probable');
    expect(compareRepositoryKeys(repositoryKey(web), repositoryKey(web))).toBe('same');
    expect(compareRepositoryKeys(repositoryKey(web), FOO)).toBe('different');
  });
});

describe('oddities that builders have written', () => {
  const vectors: readonly Vector[] = [
    // A prefix is cut as a word: `lstrip("git+")` would leave `hub.com` of the first.
    ['git+github.com/foo/bar', 'auto', FOO],
    ['git+git+https://github.com/foo/bar', 'auto', FOO],
    ['git+https://tig.example.com/git/it.git', 'spdx', 'tig.example.com/git/it'],
    // Without `@` the repository is all of it.
    ['git+https://github.com/foo/bar', 'spdx', FOO],
    ['git+ssh://git@github.com/foo/bar.git', 'spdx', FOO],
    ['https://user:a@b@github.com/foo/bar', 'web', FOO, { flags: ['CREDENTIALS_IN_URL'] }],
    ['git+ssh://git@github.com:foo/bar.git', 'spdx', FOO],
    ['git+git@github.com:foo/bar.git@v1', 'spdx', FOO, { ref: 'v1' }],
    ['git@git.example.com:group/repo#main:web', 'buildkit', 'git.example.com/group/repo', { ref: 'main', sub: 'web' }],
    ['git@git.example.com:22/group/repo.git', 'auto', 'git.example.com/group/repo'],
    ['ssh://git@git.example.com:2222/group/repo.git', 'auto', 'git.example.com/group/repo'],
    ['https://git.example.com:8443/group/repo', 'auto', 'git.example.com:8443/group/repo'],
    ['git.example.com:8443/group/repo', 'auto', 'git.example.com:8443/group/repo'],
    ['HTTPS://WWW.GitHub.com/foo/bar.git/', 'auto', FOO],
    ['https://github.com./foo//bar', 'auto', FOO],
    ['http://[2001:DB8::1]:3000/foo/bar.git', 'auto', '[2001:db8::1]:3000/foo/bar'],
    ['https://bücher.example/foo/bar', 'auto', 'xn--bcher-kva.example/foo/bar'],
    ['https://altssh.gitlab.com/grp/proj.git', 'auto', 'gitlab.com/grp/proj'],
    ['ssh://git@altssh.bitbucket.org:443/Team/Repo.git', 'auto', 'bitbucket.org/team/repo'],
    ['org@vs-ssh.visualstudio.com:v3/org/proj/repo', 'auto', AZURE],
    ['https://tfs.example.com/tfs/Main/proj/_git/repo', 'auto', 'tfs.example.com/tfs/Main/proj/_git/repo'],
    [
      'https://bb.example.com/git/projects/PRJ/repos/repo/browse/a/b',
      'auto',
      'bb.example.com/git/PRJ/repo',
      { sub: 'a/b' },
    ],
    ['https://bb.example.com/users/jane/repos/repo', 'auto', 'bb.example.com/~jane/repo'],
    ['https://gitlab.example.com/scm/tools/repo.git', 'auto', 'gitlab.example.com/scm/tools/repo'],
    // A repository may be called like a page, as long as nothing follows.
    ['https://git.example.com/grp/sub/tree.git', 'auto', 'git.example.com/grp/sub/tree'],
    ['https://github.com/foo/bar.git.git', 'spdx', FOO],
    // Names that every object has.
    ['https://constructor/foo/bar', 'auto', 'constructor/foo/bar'],
    ['https://__proto__/foo/bar', 'auto', '__proto__/foo/bar'],
    ['https://acme.ghe.com/Foo/Bar', 'auto', 'acme.ghe.com/foo/bar'],
    ['https://git.example.com/Foo/Bar', 'auto', 'git.example.com/Foo/Bar'],
    ['https://github.example.com/foo/bar/tree/main', 'auto', 'github.example.com/foo/bar', { ref: 'main' }],
    [`https://github.com/foo/bar/tree/${SHA1}/a/b`, 'web', FOO, { commit: SHA1, sub: 'a/b' }],
    [
      'https://github.com/foo/bar/tree/refs/heads/main/a',
      'web',
      FOO,
      { ref: 'refs/heads/main', sub: 'a', flags: ['AMBIGUOUS_REF'] },
    ],
    [
      'https://github.com/foo/bar/blob/main/Dockerfile#L10',
      'web',
      FOO,
      { ref: 'main', sub: 'Dockerfile', flags: ['AMBIGUOUS_REF'] },
    ],
    ['https://github.com/foo/bar/releases/tag/pkg@1.2', 'web', FOO, { ref: 'pkg@1.2' }],
    ['https://github.com/foo/bar/issues/3', 'web', FOO],
    ['https://github.com/foo/bar.git?tag=v1', 'buildkit', FOO, { ref: 'refs/tags/v1' }],
    ['https://github.com/foo/bar.git?branch=main', 'buildkit', FOO, { ref: 'refs/heads/main' }],
    [`https://github.com/foo/bar.git#${SHA256}`, 'buildkit', FOO, { commit: SHA256 }],
    [`git+https://github.com/foo/bar@${SHA1.toUpperCase()}`, 'spdx', FOO, { commit: SHA1 }],
    [
      'https://github.com/foo/bar.git#main:../../etc',
      'buildkit',
      FOO,
      { ref: 'main', flags: ['PATH_OUTSIDE_REPOSITORY'] },
    ],
    ['https://github.com/foo/bar.git#main:a/../b/./c', 'buildkit', FOO, { ref: 'main', sub: 'b/c' }],
    ['git+https://github.com/foo/bar@HEAD', 'spdx', FOO],
    ['git+https://github.com/foo/bar@refs%2Fheads%2Fx#a%20b', 'spdx', FOO, { ref: 'refs/heads/x', sub: 'a b' }],
    ['pkg:github/Foo/Bar@v1#images/x', 'auto', FOO, { ref: 'v1', sub: 'images/x' }],
    [`pkg:bitbucket/Foo/Bar@${SHA1}`, 'auto', 'bitbucket.org/foo/bar', { commit: SHA1 }],
    ['pkg:gitlab/grp/sub/proj', 'auto', 'gitlab.com/grp/sub/proj'],
    ['pkg:generic/x@1?vcs_url=git%2Bhttps://github.com/foo/bar@main', 'buildkit', FOO, { ref: 'main' }],
  ];
  for (const [text, grammar, key, parts] of vectors) {
    test(`${text} (${grammar})`, () => {
      expect(partsOf(text, grammar)).toEqual(expected(key, parts));
    });
  }

  const refused: readonly (readonly [string, SourceGrammar, Refusal])[] = [
    ['', 'auto', 'placeholder'],
    [' unknown ', 'auto', 'placeholder'],
    ['{{ .GitURL }}', 'auto', 'placeholder'],
    ['https://github.com/foo/bar@$REF', 'spdx', 'placeholder'],
    ['https://github.com/foo/bar', 'buildkit', 'notGit'],
    ['https://example.com/context.tar.gz', 'buildkit', 'notGit'],
    ['https://github.com', 'auto', 'noPath'],
    ['https://github.com/foo', 'auto', 'notARepository'],
    ['https://dev.azure.com/org/proj', 'auto', 'notARepository'],
    ['--upload-pack=touch /tmp/x', 'auto', 'notARepository'],
    ['ext::sh -c whoami', 'auto', 'notARepository'],
    ['file:///etc/passwd', 'auto', 'notARepository'],
    ['oci://ghcr.io/foo/bar', 'auto', 'notARepository'],
    ['hg+https://example.com/foo/bar', 'spdx', 'otherVersionControl'],
    ['/srv/git/bar.git', 'auto', 'noHost'],
    ['input:context', 'buildkit', 'noHost'],
    ['pkg:constructor/foo/bar', 'auto', 'notARepository'],
    ['alpine:3.19', 'auto', 'noHost'],
    [`alpine@sha256:${SHA256}`, 'auto', 'notARepository'],
    [`ghcr.io/foo/bar:1.4@sha256:${SHA256}`, 'auto', 'notARepository'],
    ['ghcr.io/foo/bar:1.4', 'auto', 'malformed'],
    ['pkg:docker/alpine@3.19', 'auto', 'notARepository'],
    ['pkg:docker/foo/bar?ref_type=bundle&vcs_url=https://github.com/foo/bar.git', 'buildkit', 'notARepository'],
    ['pkg:npm/left-pad@1.0.0', 'auto', 'notARepository'],
    ['pkg:', 'auto', 'notARepository'],
    // Without `.git` it would read as a page of `a/b`.
    ['https://git.example.com/a/b/src/branch.git', 'auto', 'malformed'],
    ['https://github.com/foo/../bar', 'auto', 'malformed'],
    ['https://github.com/foo/%2e%2e', 'auto', 'malformed'],
    ['https://github.com/foo/bar\u202egit', 'auto', 'malformed'],
    ['https://git hub.com/foo/bar', 'auto', 'malformed'],
    ['https://user:pa/ss@github.com/foo/bar', 'auto', 'malformed'],
    ['https://proxy.example.com/https://user:pw@github.com/foo/bar.git', 'auto', 'malformed'],
    [`https://github.com/foo/${'a'.repeat(5000)}`, 'auto', 'tooLong'],
  ];
  test.each(refused)('%s (%s) is refused: %s', (text, grammar, reason) => {
    expect(parseSourceUrl(text, grammar)).toEqual({ kind: 'refused', reason });
  });
});

describe('the address that people see', () => {
  const shown: readonly (readonly [string, string])[] = [
    ['git@github.com:Foo/Bar.git', 'https://github.com/Foo/Bar'],
    ['http://github.com/Foo/Bar', 'https://github.com/Foo/Bar'],
    ['http://127.0.0.1:8080/Foo/Bar.git', 'http://127.0.0.1:8080/Foo/Bar'],
    ['ssh://git@bb.example.com:7999/PRJ/repo.git', 'https://bb.example.com/scm/PRJ/repo'],
    ['https://org.visualstudio.com/_git/repo', 'https://dev.azure.com/org/repo/_git/repo'],
    ['https://token@git.example.com/Foo/Bar', 'https://git.example.com/Foo/Bar'],
  ];
  test.each(shown)('%s is shown as %s', (text, url) => {
    expect(parse(text, 'auto').url).toBe(url);
  });

  test('a path with an @ reads the same in every grammar', () => {
    const { url, key } = parse('https://git.example.com/@scope/bar.git', 'buildkit');
    expect(url).toBe('https://git.example.com/%40scope/bar');
    for (const grammar of GRAMMARS.filter((grammar) => grammar !== 'buildkit'))
      expect(parse(url, grammar).key).toBe(key);
  });
});

describe('whether the address itself says git', () => {
  test.each([
    'git+https://example.com/foo/bar',
    'ssh://git@example.com/foo/bar',
    'https://example.com/foo/bar.git',
    'https://github.com/foo/bar',
    `https://git.example.com/foo/bar/commit/${SHA1}`,
  ])('%s does', (text) => {
    expect(parse(text, 'auto').gitLike).toBe(true);
  });

  test.each([
    'https://example.com/foo/bar',
    'https://github.com/foo/bar/releases/download/v1/bar.tar.gz',
    'https://github.com/foo/bar/archive/refs/tags/v1.tar.gz',
    'https://github.com/foo/bar/blob/main/README.md',
  ])('%s does not', (text) => {
    expect(parse(text, 'auto').gitLike).toBe(false);
  });
});

describe('credentials', () => {
  const secret = 'Gh0stT0k3n';
  test.each([
    `https://${secret}@github.com/foo/bar.git`,
    `https://user:${secret}@github.com/foo/bar.git`,
    `https://user:${secret}%40x@github.com/foo/bar.git`,
    `https://user:a@${secret}@github.com/foo/bar.git`,
    `git+https://oauth2:${secret}@gitlab.com/foo/bar@main`,
    `user:${secret}@github.com:foo/bar.git`,
    `user:${secret}@github.com/foo/bar.git`,
    `ssh://user:${secret}@github.com:22/foo/bar`,
    `https://github.com/foo/bar.git?access_token=${secret}`,
    `https://proxy.example.com/https://u:${secret}@github.com/foo/bar`,
    `pkg:generic/x?vcs_url=https://u:${secret}@github.com/foo/bar`,
    `https://u:${secret}/@github.com/foo/bar`,
    `user:${secret}@intranet`,
  ])('%s is in no result', (text) => {
    for (const grammar of GRAMMARS) expect(JSON.stringify(parseSourceUrl(text, grammar))).not.toContain(secret);
    expect(repositoryKey(text)).not.toContain(secret);
  });

  test('git and the organisation at Azure are no credentials, the owner at GitHub is one', () => {
    expect(parse('ssh://git@github.com/foo/bar', 'auto').flags).toEqual([]);
    expect(parse('https://org@dev.azure.com/org/proj/_git/repo', 'auto').flags).toEqual([]);
    expect(parse('https://foo@github.com/foo/bar', 'auto').flags).toEqual(['CREDENTIALS_IN_URL']);
  });
});

describe('whatever the text', () => {
  const pieces = fc.constantFrom(
    'git+',
    'https://',
    'http://',
    'ssh://',
    'pkg:github/',
    'git@',
    'github.com',
    'gitlab.com',
    'dev.azure.com',
    'constructor',
    '/',
    '//',
    ':',
    '@',
    '#',
    '?',
    '..',
    '.git',
    '_git',
    '-',
    'tree',
    'scm',
    'repos',
    'projects',
    '%2e',
    '%',
    '443',
    'foo',
    'Bar',
    '\u0000',
    '\u202e',
    '[',
    ']',
    'ref=',
    '&',
    ' ',
    '\\',
    'refs/heads/main',
    SHA1,
    'é',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 14 }).map((list) => list.join('')),
  );
  const samples = fc.property(texts, fc.constantFrom(...GRAMMARS), (text, grammar) => {
    const bounded = repositoryKey(text).length <= 4096;
    const result = parseSourceUrl(text, grammar);
    return bounded && (result.kind === 'refused' || isSound(result.source));
  });

  test('nothing throws, and what is given back is sound', () => {
    expect(() => fc.assert(samples, { numRuns: 5000 })).not.toThrow();
  });

  test('a text that is no repository has a key of its own', () => {
    expect(repositoryKey('foo/bar')).toBe('foo/bar');
    expect(repositoryKey('foo/bar')).not.toBe(repositoryKey('foo/baz'));
  });
});
