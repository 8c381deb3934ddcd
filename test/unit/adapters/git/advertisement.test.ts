import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatLsRefs,
  parseAdvertisement,
  parseListing,
  parseLsRefs,
  selectRefs,
} from '../../../../src/adapters/git/advertisement.ts';
import { formatPacketLine, parsePacketLines } from '../../../../src/adapters/git/packet-lines.ts';
import { ToolError } from '../../../../src/core/errors.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const C = 'c'.repeat(40);

const packets = (...texts: readonly string[]) =>
  parsePacketLines(Buffer.from(`${texts.map(formatPacketLine).join('')}0000`));

describe('packet lines', () => {
  test('are read as they are written, marks included', () => {
    expect(parsePacketLines(Buffer.from('0009done\n0004000100000002'))).toEqual([
      { kind: 'line', text: 'done' },
      { kind: 'line', text: '' },
      { kind: 'delimiter' },
      { kind: 'flush' },
      { kind: 'end' },
    ]);
    expect(formatPacketLine('done')).toBe('0009done\n');
  });

  test.each(['x', '00', '0003', '0009don', 'zzzzdone', '<html>'])('"%s" is none', (text) => {
    expect(() => parsePacketLines(Buffer.from(text))).toThrow(ToolError);
  });

  test('any text comes back', () => {
    fc.assert(
      fc.property(fc.array(fc.string().filter((text) => !text.endsWith('\n'))), (texts) => {
        expect(packets(...texts)).toEqual([...texts.map((text) => ({ kind: 'line', text })), { kind: 'flush' }]);
      }),
    );
  });
});

describe('what a server says first', () => {
  test.each([
    ['with filters', 'fetch=shallow wait-for-done filter', true],
    ['without', 'fetch=shallow', false],
    ['with something of a similar name', 'fetch=shallow filters', false],
    ['with nothing to fetch', 'ls-refs', false],
  ])('of version 2, %s', (_, fetch, filters) => {
    expect(parseAdvertisement(packets('version 2', 'agent=git/2.39.5', 'ls-refs=unborn', fetch))).toEqual({
      version: 2,
      objectFormat: 'sha1',
      filters,
      refs: [],
    });
  });

  test('of version 2, behind the name of the service', () => {
    const text = `${formatPacketLine('# service=git-upload-pack')}0000${formatPacketLine('version 2')}${formatPacketLine('object-format=sha256')}0000`;
    expect(parseAdvertisement(parsePacketLines(Buffer.from(text)))).toMatchObject({
      version: 2,
      objectFormat: 'sha256',
    });
  });

  test('of version 0 has the refs, and filters where what is left out can be asked for', () => {
    const lines = [`${A} refs/heads/main`, `${B} refs/tags/v1`, `${C} refs/tags/v1^{}`];
    const first = (capabilities: string): string =>
      `${A} HEAD\0multi_ack ${capabilities} symref=HEAD:refs/heads/main agent=git/2.39.5`;
    expect(
      parseAdvertisement(packets('# service=git-upload-pack', first('filter allow-reachable-sha1-in-want'), ...lines)),
    ).toEqual({
      version: 0,
      objectFormat: 'sha1',
      filters: true,
      refs: [
        { name: 'HEAD', id: A, target: 'refs/heads/main' },
        { name: 'refs/heads/main', id: A },
        { name: 'refs/tags/v1', id: B, peeled: C },
      ],
    });
    expect(parseAdvertisement(packets(first('filter'), ...lines)).filters).toBe(false);
  });

  test('of version 0 of an empty repository has no refs', () => {
    const { refs } = parseAdvertisement(packets(`${'0'.repeat(40)} capabilities^{}\0multi_ack filter`));
    expect(selectRefs(refs)).toEqual({ refs: [] });
  });
});

describe('refs', () => {
  test('are asked for by what they begin with', () => {
    expect(formatLsRefs('sha1')).toBe(
      '0014command=ls-refs\n0017object-format=sha1\n00010009peel\n000csymrefs\n0014ref-prefix HEAD\n001bref-prefix refs/heads/\n001aref-prefix refs/tags/\n0022ref-prefix refs/notes/commits\n0000',
    );
  });

  test('come with what they lead to', () => {
    const listed = parseLsRefs(
      packets(
        `${A} HEAD symref-target:refs/heads/main`,
        `${A} refs/heads/main`,
        `${B} refs/tags/v1 peeled:${C}`,
        'unborn HEAD symref-target:refs/heads/main',
      ),
    );
    expect(selectRefs(listed)).toEqual({
      head: { branch: 'refs/heads/main', commit: A },
      refs: [
        { name: 'refs/heads/main', commit: A },
        { name: 'refs/tags/v1', commit: C },
      ],
    });
  });

  test('are branches, then tags, in the order of their names; all else is left out', () => {
    const names = [
      'refs/tags/a',
      'refs/heads/b',
      'refs/pull/1/head',
      'refs/heads/a/b',
      'refs/heads/x y',
      'refs/heads/-x',
      'refs/heads/\u202e',
      'refs/heads/a:b',
      'HEAD2',
    ];
    const { refs } = selectRefs(names.map((name) => ({ name, id: A })));
    expect(refs.map(({ name }) => name)).toEqual(['refs/heads/a/b', 'refs/heads/b', 'refs/tags/a']);
  });

  test('come with the commit of the usual notes, and of no others', () => {
    const names = ['refs/notes/review', 'refs/notes/commits2', 'refs/heads/refs/notes/commits'];
    const others = names.map((name) => ({ name, id: A }));
    expect(selectRefs(others).notes).toBeUndefined();
    expect(selectRefs([...others, { name: 'refs/notes/commits', id: B }])).toEqual({
      refs: [{ name: 'refs/heads/refs/notes/commits', commit: A }],
      notes: B,
    });
  });

  test('that are listed by ls-remote have the tags’ commits behind them', () => {
    const lines = [
      'ref: refs/heads/main\tHEAD',
      `${A}\tHEAD`,
      `${B}\trefs/tags/v1`,
      `${C}\trefs/tags/v1^{}`,
      'warning: hello',
      '',
    ];
    expect(selectRefs(parseListing(lines, 'refs/heads/main'))).toEqual({
      head: { branch: 'refs/heads/main', commit: A },
      refs: [{ name: 'refs/tags/v1', commit: C }],
    });
  });
});

test('arbitrary bytes are an answer, or a ToolError', () => {
  const answer = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .array(fc.constantFrom('version 2', `${A} HEAD\0symref=HEAD:x`, `${A} a`, '\0', 'object-format=md5', ' '), {
        maxLength: 6,
      })
      .map((texts) => Buffer.from(`${texts.map(formatPacketLine).join('')}0000`)),
  );
  fc.assert(
    fc.property(answer, (bytes) => {
      try {
        const lines = parsePacketLines(bytes);
        selectRefs(parseAdvertisement(lines).refs);
        selectRefs(parseLsRefs(lines));
      } catch (error) {
        expect(error).toBeInstanceOf(ToolError);
      }
    }),
  );
});
