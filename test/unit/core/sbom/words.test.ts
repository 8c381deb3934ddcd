import { describe, expect, test } from 'vitest';
import { algorithmName, readHash } from '../../../../src/core/sbom/hashes.ts';
import { idsOf, isExpression, licenceReader } from '../../../../src/core/sbom/licences.ts';
import { sumLosses, takeNotes } from '../../../../src/core/sbom/notes.ts';
import { readParty, readSpdxParty, readSpdxTool, toSpdxParty, toSpdxTool } from '../../../../src/core/sbom/parties.ts';
import { readPurl } from '../../../../src/core/sbom/purl.ts';

describe('licence expressions', () => {
  test.each([
    'MIT',
    'GPL-2.0-only',
    'GPL-2.0+',
    'MIT OR Apache-2.0',
    '(MIT AND (ISC OR Zlib))',
    'GPL-2.0-only WITH Classpath-exception-2.0',
    'LicenseRef-acme',
    'DocumentRef-x:LicenseRef-y',
    'mit or MIT'.replace('mit', 'ISC'),
  ])('%s', (text) => {
    expect(isExpression(text)).toBe(true);
  });

  test.each([
    '',
    'Apache 2',
    'GPLv3+',
    'MIT OR',
    '(MIT',
    'MIT/ISC',
    '?MIT',
    'BSD',
    'sha256:abc',
    'NOASSERTION',
    'constructor',
    `MIT${' OR MIT'.repeat(200)}`,
  ])('not: %s', (text) => {
    expect(isExpression(text)).toBe(false);
  });

  test('name licences, references and exceptions', () => {
    expect(idsOf('(MIT or GPL-2.0-only WITH Classpath-exception-2.0) AND LicenseRef-x')).toEqual([
      'MIT',
      'GPL-2.0-only',
      'Classpath-exception-2.0',
      'LicenseRef-x',
    ]);
  });

  test('what says nothing is no licence', () => {
    const readLicence = licenceReader();
    for (const text of ['', ' ', 'NOASSERTION', 'NONE']) expect(readLicence(text)).toBeUndefined();
    expect(readLicence(' MIT ')).toEqual({ kind: 'expression', text: 'MIT' });
    expect(readLicence('Public Domain', { acknowledgement: 'declared' })).toEqual({
      kind: 'name',
      text: 'Public Domain',
      acknowledgement: 'declared',
    });
  });
});

describe('hashes', () => {
  test.each(['SHA-256', 'SHA256', 'sha256', 'sha_256'])('%s is sha256', (name) => {
    expect(readHash(name, 'AB'.repeat(32))).toEqual({ algorithm: 'sha256', value: 'ab'.repeat(32) });
  });

  test.each([
    ['SHA3-256', 'sha3-256', 64],
    ['sha3_512', 'sha3-512', 128],
    ['BLAKE2b-384', 'blake2b-384', 96],
    ['blake2b256', 'blake2b-256', 64],
    ['BLAKE3', 'blake3', 10],
    ['ADLER32', 'adler32', 8],
  ])('%s is %s', (name, algorithm, length) => {
    expect(readHash(name, 'a'.repeat(length))?.algorithm).toBe(algorithm);
  });

  test.each([
    ['sha256', 'ab'],
    ['sha1', 'ab'.repeat(32)],
    ['sha256', 'xy'.repeat(32)],
    ['crc64', 'ab'],
    ['constructor', 'ab'],
    ['blake3', 'a'],
  ])('%s %s is none', (name, value) => {
    expect(readHash(name, value)).toBeUndefined();
  });

  test('have the names of each family', () => {
    expect([
      algorithmName('sha3-256', 'cyclonedx'),
      algorithmName('sha256', 'spdx'),
      algorithmName('sha224', 'cyclonedx'),
      algorithmName('streebog-256', 'spdx'),
    ]).toEqual(['SHA3-256', 'SHA256', undefined, undefined]);
  });
});

describe('parties and tools', () => {
  test.each([
    ['Person: Jane Doe (jane@example.org)', { name: 'Jane Doe', email: 'jane@example.org', kind: 'person' }],
    ['Organization: Acme, Inc', { name: 'Acme, Inc', kind: 'organization' }],
    ['Organization: ExampleCodeInspect ()', { name: 'ExampleCodeInspect', kind: 'organization' }],
    ['Organization: Acme (Europe)', { name: 'Acme (Europe)', kind: 'organization' }],
    ['Person: ', undefined],
    ['NOASSERTION', undefined],
    ['Tool: syft-1.0', undefined],
    ['Acme', undefined],
  ])('%s', (text, party) => {
    expect(readSpdxParty(text)).toEqual(party);
  });

  test.each([
    ['Natanael Copa <ncopa@alpinelinux.org>', { name: 'Natanael Copa', email: 'ncopa@alpinelinux.org' }],
    ['<ncopa@alpinelinux.org>', { name: '<ncopa@alpinelinux.org>' }],
    [' Acme ', { name: 'Acme' }],
  ])('%s', (text, party) => {
    expect(readParty(text)).toEqual(party);
  });

  test.each([
    ['Tool: syft-0.91.0', { name: 'syft', version: '0.91.0' }],
    ['Tool: apko (0.13.2)', { name: 'apko', version: '0.13.2' }],
    ['Tool: melange (v0.16.10-25-gd1d302e)', { name: 'melange', version: 'v0.16.10-25-gd1d302e' }],
    ['Tool: my tool-v2-rc1', { name: 'my tool', version: 'v2-rc1' }],
    ['Tool: github.com/spdx/tools-golang/builder', { name: 'github.com/spdx/tools-golang/builder' }],
    ['Tool: melange (test)', { name: 'melange (test)' }],
    ['Organization: Acme', undefined],
  ])('%s', (text, tool) => {
    expect(readSpdxTool(text)).toEqual(tool);
  });

  test('are written as they are read', () => {
    for (const text of ['Person: Jane Doe (jane@example.org)', 'Organization: Acme, Inc'])
      expect(toSpdxParty(readSpdxParty(text)!)).toBe(text);
    expect(toSpdxTool(readSpdxTool('Tool: syft-0.91.0')!)).toBe('Tool: syft-0.91.0');
  });
});

describe('package URLs', () => {
  test('are compared by their parts', () => {
    expect(readPurl('pkg:PyPI/Django_REST@1')?.canonical).toBe(readPurl('pkg:pypi/django-rest@1')?.canonical);
    expect(readPurl('pkg:oci/a@sha256%3Aabc')?.version).toBe('sha256:abc');
  });

  test.each([
    ['pkg:maven/a@1', { type: 'maven', name: 'a', version: '1', canonical: 'pkg:maven/a@1' }],
    [
      'pkg:GOLANG/github.com/acme/a@v5?goos=linux',
      {
        type: 'golang',
        namespace: 'github.com/acme',
        name: 'a',
        version: 'v5',
        qualifiers: { goos: 'linux' },
        canonical: 'pkg:golang/github.com/acme/a@v5?goos=linux',
      },
    ],
    ['pkg:swift/a', { type: 'swift', name: 'a' }],
  ])('%s breaks a rule of its type, and is clear', (text, parts) => {
    expect(readPurl(text)).toMatchObject({ text, ...parts });
  });

  test('with errors are none, and so are those longer than any', () => {
    for (const text of ['', 'pkg:', 'pkg:npm', 'npm/a', 'pkg:npm/%zz', `pkg:npm/${'a'.repeat(5_000)}`])
      expect(readPurl(text)).toBeUndefined();
  });
});

describe('notes', () => {
  test('equal problems are one, where it was met first', () => {
    const notes = takeNotes();
    for (const at of ['$.a', '$.b']) notes.complain('MALFORMED_ITEM', at, 'wrong');
    notes.complain('INVALID_PURL', '$.c', 'wrong');
    expect(notes.problems()).toEqual([
      { code: 'MALFORMED_ITEM', message: 'wrong', at: '$.a', count: 2 },
      { code: 'INVALID_PURL', message: 'wrong', at: '$.c', count: 1 },
    ]);
  });

  test('kinds of loss without end are counted under one name', () => {
    const notes = takeNotes();
    for (let number = 0; number < 1_000; number++) notes.lose('unread', `member${number}`);
    notes.lose('unread', 'member1', 4);
    notes.lose('unread', 'nothing', 0);
    const losses = notes.losses();
    expect(losses).toHaveLength(501);
    expect(losses.find(({ what }) => what === 'other things')?.count).toBe(500);
    expect(losses.find(({ what }) => what === 'member1')?.count).toBe(5);
    expect(losses.reduce((sum, { count }) => sum + count, 0)).toBe(1_004);
  });

  test('of several documents add up, unread before unwritten', () => {
    const loss = (
      reason: 'unread' | 'unwritten',
      what: string,
      count: number,
    ): ReturnType<typeof sumLosses>[number] => ({ reason, what, count });
    expect(
      sumLosses([
        [loss('unwritten', 'b', 1), loss('unread', 'z', 1)],
        [loss('unwritten', 'b', 2), loss('unwritten', 'a', 1)],
      ]),
    ).toEqual([loss('unread', 'z', 1), loss('unwritten', 'a', 1), loss('unwritten', 'b', 3)]);
  });
});
