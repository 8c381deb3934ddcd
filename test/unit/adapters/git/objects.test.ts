import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { idOf, isObjectId } from '../../../../src/adapters/git/object-id.ts';
import {
  openObject,
  parseCommit,
  parseParents,
  parseTagTarget,
  parseTree,
} from '../../../../src/adapters/git/objects.ts';
import { ToolError } from '../../../../src/core/errors.ts';
import { git, GIT_ENV, hasGit } from '../../../support/git-repository.ts';
import { newRepository } from '../../../support/git-world.ts';

const ID = 'a'.repeat(40);
const LONG_ID = 'b'.repeat(64);
const TREE = `tree ${ID}\n`;
const PEOPLE = 'author Ada <ada@acme.example> 1700000000 +0100\ncommitter Bob <bob@acme.example> 1700003600 -0800\n';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const textOf = (content: Uint8Array | undefined): string => Buffer.from(content ?? []).toString('latin1');

describe('a commit', () => {
  test('says who, when, from what, and why', () => {
    const content = `${TREE}parent ${'1'.repeat(40)}\nparent ${'2'.repeat(40)}\n${PEOPLE}\nMerge\n\nBody\n`;
    expect(parseCommit(ID, bytes(content))).toEqual({
      id: ID,
      tree: ID,
      parents: ['1'.repeat(40), '2'.repeat(40)],
      author: { name: 'Ada', email: 'ada@acme.example', at: '2023-11-14T22:13:20Z' },
      committer: { name: 'Bob', email: 'bob@acme.example', at: '2023-11-14T23:13:20Z' },
      message: 'Merge\n\nBody\n',
      bytes: bytes(content),
    });
  });

  test.each([
    [
      'Ada Lovelace <ada@acme.example> 0 +0000',
      { name: 'Ada Lovelace', email: 'ada@acme.example', at: '1970-01-01T00:00:00Z' },
    ],
    ['<ada@acme.example> 1 +0000', { name: '', email: 'ada@acme.example', at: '1970-01-01T00:00:01Z' }],
    ['Ada <> 1 +0000', { name: 'Ada', email: '', at: '1970-01-01T00:00:01Z' }],
    ['Ada <ada> -1 +0000', { name: 'Ada', email: 'ada' }],
    ['Ada <ada> 999999999999 +0000', { name: 'Ada', email: 'ada' }],
    ['Ada <ada>', { name: 'Ada', email: 'ada' }],
    ['Ada', { name: 'Ada', email: '' }],
    ['', { name: '', email: '' }],
  ])('by "%s" is read as far as it goes', (author, person) => {
    expect(parseCommit(ID, bytes(`${TREE}author ${author}\ncommitter B <b> 1 +0000\n\nx`)).author).toEqual(person);
  });

  test('is read in the encoding that it names', () => {
    const commit = parseCommit(
      ID,
      bytes(`${TREE}author Zo\xeb <z> 1 +0000\ncommitter B <b> 1 +0000\nencoding ISO-8859-1\n\nStra\xdfe\n`),
    );
    expect([commit.author.name, commit.message]).toEqual(['Zoë', 'Straße\n']);
    const unknown = parseCommit(ID, bytes(`${TREE}${PEOPLE}encoding klingon\n\nplain\n`));
    expect(unknown.message).toBe('plain\n');
  });

  test('without a message, and one that ends in the middle of its header, is a commit', () => {
    expect(parseCommit(ID, bytes(`${TREE}${PEOPLE}`)).message).toBe('');
    expect(parseCommit(ID, bytes(`${TREE}${PEOPLE}\n`)).message).toBe('');
    expect(parseCommit(ID, bytes(`${TREE}author A <a> 1`)).author).toEqual({ name: 'A', email: 'a' });
  });

  test('gives its signature, and what was signed', () => {
    const signature = 'gpgsig -----BEGIN SSH SIGNATURE-----\n U1NIU0lH\n \n -----END SSH SIGNATURE-----\n';
    const mergetag = `mergetag object ${ID}\n type commit\n gpgsig not this\n`;
    const commit = parseCommit(ID, bytes(`${TREE}${PEOPLE}${signature}${mergetag}\nsigned\n\ngpgsig nor this\n`));
    expect(commit.signature?.armour).toBe('-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n\n-----END SSH SIGNATURE-----\n');
    expect(textOf(commit.signature?.payload)).toBe(`${TREE}${PEOPLE}${mergetag}\nsigned\n\ngpgsig nor this\n`);
  });

  test('of a repository with other ids has its signature under another name, and was signed without either', () => {
    const both = 'gpgsig for sha1\n more\ngpgsig-sha256 for sha256\n';
    const short = parseCommit(ID, bytes(`${TREE}${PEOPLE}${both}\nx`)).signature;
    const long = parseCommit(LONG_ID, bytes(`tree ${LONG_ID}\n${PEOPLE}${both}\nx`)).signature;
    expect([short?.armour, textOf(short?.payload)]).toEqual(['for sha1\nmore\n', `${TREE}${PEOPLE}\nx`]);
    expect([long?.armour, textOf(long?.payload)]).toEqual(['for sha256\n', `tree ${LONG_ID}\n${PEOPLE}\nx`]);
  });

  test.skipIf(!hasGit)(
    `is divided into what git itself signs${hasGit ? '' : ' (skipped: git is not installed)'}`,
    () => {
      const repository = newRepository();
      const id = repository.commit({ files: { a: 'a\n' } });
      const payload = git(['-C', repository.folder, 'cat-file', 'commit', id]);
      const signed = payload.replace(
        '\n\n',
        '\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----\n\n',
      );
      expect(textOf(parseCommit(id, bytes(signed)).signature?.payload)).toBe(payload);
    },
  );

  test.each([
    '',
    'tree',
    `tree ${ID}`,
    `tree xyz\n${PEOPLE}`,
    `tree ${ID}\nparent nobody\n${PEOPLE}`,
    `parent ${ID}\n`,
  ])('that is none is malformed: "%s"', (content) => {
    expect(() => parseCommit(ID, bytes(content))).toThrow(ToolError);
    expect(() => parseParents(bytes(content))).toThrow(ToolError);
  });

  test('with thousands of parents, or a name of a megabyte, is no work', () => {
    expect(() => parseCommit(ID, bytes(`${TREE}${`parent ${ID}\n`.repeat(5000)}${PEOPLE}\n`))).toThrow(ToolError);
    const commit = parseCommit(ID, bytes(`${TREE}author ${' '.repeat(1024 * 1024)}\ncommitter B <b> 1 +0000\n\nx`));
    expect(commit.author.name).toBe('');
  });
});

describe('a folder', () => {
  const entry = (mode: string, name: string, id = ID): Buffer =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);

  test('lists what is in it, in its order', () => {
    const content = Buffer.concat([
      entry('100644', 'a b'),
      entry('100755', 'run'),
      entry('120000', 'link'),
      entry('40000', 'src'),
      entry('160000', 'vendor'),
    ]);
    expect(parseTree(ID, content).map(({ kind, name }) => [kind, name])).toEqual([
      ['file', 'a b'],
      ['file', 'run'],
      ['link', 'link'],
      ['folder', 'src'],
      ['submodule', 'vendor'],
    ]);
  });

  test('of a repository with longer ids has longer ids', () => {
    expect(parseTree(LONG_ID, entry('100644', 'a', LONG_ID))).toEqual([{ kind: 'file', name: 'a', id: LONG_ID }]);
    expect(() => parseTree(LONG_ID, entry('100644', 'a', ID))).toThrow(ToolError);
  });

  test.skipIf(!hasGit)(`is what git says it is${hasGit ? '' : ' (skipped: git is not installed)'}`, () => {
    const repository = newRepository();
    repository.commit({ files: { 'a b/c': '1', ä: '2', 'a.txt': '3', a0: '4' } });
    const id = repository.run('rev-parse', 'main^{tree}');
    const content = execFileSync('git', ['-C', repository.folder, 'cat-file', 'tree', id], { env: GIT_ENV });
    const listed = repository
      .run('ls-tree', '-z', id)
      .split('\0')
      .filter((line) => line !== '');
    expect(parseTree(id, content).map((each) => `${each.id}\t${each.name}`)).toEqual(
      listed.map((line) => line.replace(/^\d+ \w+ /, '')),
    );
  });

  test.each(['100644', '100644 a', '100644 a\0short', '777777 a\0'.padEnd(30, 'x'), 'zzz a\0'.padEnd(30, 'x')])(
    'that is none is malformed: "%s"',
    (content) => {
      expect(() => parseTree(ID, bytes(content))).toThrow(ToolError);
    },
  );
});

describe('ids', () => {
  test('are those of git', () => {
    // The empty file and the empty folder, as everybody knows them.
    expect(idOf(bytes('blob 0\0'), 'sha1')).toBe('e69de29bb2d1d6434b8b29ae775ad8c2e48c5391');
    expect(idOf(bytes('tree 0\0'), 'sha1')).toBe('4b825dc642cb6eb9a060e54bf8d69288fbee4904');
    expect(idOf(bytes('blob 0\0'), 'sha256')).toBe('473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813');
  });

  test.each(['', 'main', 'A'.repeat(40), 'a'.repeat(39), 'a'.repeat(41), `${'a'.repeat(40)}\n`])(
    '"%s" is none',
    (text) => {
      expect(isObjectId(text)).toBe(false);
    },
  );
});

test('a tag leads to what it is for', () => {
  expect(parseTagTarget(bytes(`object ${ID}\ntype commit\ntag v1\n`))).toBe(ID);
  expect(() => parseTagTarget(bytes('object nothing\n'))).toThrow(ToolError);
});

describe('arbitrary bytes', () => {
  const isRead = (parse: (content: Uint8Array) => unknown, content: Uint8Array): boolean => {
    try {
      parse(content);
      return true;
    } catch (error) {
      return error instanceof ToolError;
    }
  };

  test.each([
    ['an object', openObject],
    ['a commit', (content: Uint8Array) => parseCommit(ID, content)],
    ['a folder', (content: Uint8Array) => parseTree(ID, content)],
    ['a tag', parseTagTarget],
  ] as const)('are %s, or a ToolError', (_, parse) => {
    const piece = fc.constantFrom(
      TREE,
      PEOPLE,
      `parent ${ID}\n`,
      'gpgsig x\n',
      ' y\n',
      '\n',
      '\n\n',
      'encoding utf-16\n',
      '100644 a\0',
      '40000 ',
      '\0',
      ID,
      'object ',
      'commit 3\0',
    );
    const pieces = fc.array(piece, { maxLength: 12 }).map((parts) => bytes(parts.join('')));
    const content = fc.oneof(fc.uint8Array({ maxLength: 300 }), pieces);
    expect(fc.check(fc.property(content, (each) => isRead(parse, each))).failed).toBe(false);
  });

  test('signed or not, a commit keeps every byte: payload and signature make it again', () => {
    const line = fc.stringMatching(/^[a-z]{0,8}$/);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), line, (signature, message) => {
        const header = `gpgsig ${signature.join('\n ')}\n`;
        const commit = parseCommit(ID, bytes(`${TREE}${PEOPLE}${header}\n${message}`));
        expect(textOf(commit.signature?.payload)).toBe(`${TREE}${PEOPLE}\n${message}`);
        expect(commit.signature?.armour).toBe(`${signature.join('\n')}\n`);
        expect(textOf(commit.bytes)).toBe(`${TREE}${PEOPLE}${header}\n${message}`);
      }),
    );
  });
});
