import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BuilderMark, MarkedConfig } from '../../../../src/core/provenance/history.ts';
import { readBuilderMarks } from '../../../../src/core/provenance/history.ts';

function marks({ lines = [], comments = [], labels = {}, author }: Partial<Given>): readonly BuilderMark[] {
  const history = [
    ...lines.map((createdBy) => ({ createdBy, emptyLayer: false })),
    ...comments.map((comment) => ({ createdBy: '', comment, emptyLayer: false })),
  ];
  return readBuilderMarks({ history, labels, ...(author === undefined ? {} : { author }) });
}
type Given = {
  readonly lines: readonly string[];
  readonly comments: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly author: string;
};

describe('the marks of builders', () => {
  test('ko: the import path is the repository and the package in it', () => {
    const builder = 'https://github.com/ko-build/ko';
    const mark = (line: string): unknown => marks({ lines: ['x', line] })[0];
    const repository = 'https://github.com/acme/shop';
    expect(mark('ko build ko://github.com/acme/shop/cmd/web')).toEqual({
      builder,
      source: { repository, directory: 'cmd/web' },
      location: 'config.history[1]',
    });
    expect(mark('ko build github.com/acme/shop')).toEqual({
      builder,
      source: { repository },
      location: 'config.history[1]',
    });
    expect(mark('ko build github.com/acme/shop/v2/cmd')).toMatchObject({ source: { repository, directory: 'cmd' } });
    expect(mark('ko build go.example.com/shop/cmd')).toEqual({ builder, location: 'config.history[1]' });
  });

  test.each([
    ['github.com/ko-build/ko', 'https://github.com/ko-build/ko'],
    ['github.com/chainguard-dev/apko', 'https://github.com/chainguard-dev/apko'],
  ])('%s as the author', (author, builder) => {
    expect(marks({ author })).toEqual([{ builder, location: 'config.author' }]);
  });

  test('Jib, with and without its version', () => {
    const builder = 'https://github.com/GoogleContainerTools/jib';
    const location = 'config.history[0]';
    expect(marks({ lines: ['jib-maven-plugin:3.4.0'] })).toEqual([{ builder, version: '3.4.0', location }]);
    expect(marks({ lines: ['jib-core'] })).toEqual([{ builder, location }]);
  });

  test('Nix, by the store paths of a layer', () => {
    expect(marks({ comments: ["store paths: ['/nix/store/abc-hello']"] })).toEqual([
      { builder: 'https://github.com/NixOS/nixpkgs', location: 'config.history[0]' },
    ]);
  });

  test('buildah and Buildpacks, by labels that name what the mark rests on', () => {
    const labels = { 'io.buildah.version': '1.37.5', 'io.buildpacks.lifecycle.metadata': '{}' };
    expect(marks({ labels })).toEqual([
      {
        builder: 'https://github.com/containers/buildah',
        version: '1.37.5',
        label: 'io.buildah.version',
        location: 'config labels io.buildah.version',
      },
      {
        builder: 'https://buildpacks.io',
        label: 'io.buildpacks.lifecycle.metadata',
        location: 'config labels io.buildpacks.lifecycle.metadata',
      },
    ]);
  });

  test('of one builder only the last line counts', () => {
    const found = marks({ lines: ['jib-core:1', 'jib-core:2'], author: 'someone' });
    expect(found).toMatchObject([{ version: '2', location: 'config.history[1]' }]);
  });

  test.each(['RUN ko build ./cmd', 'ko build', 'jib-core:1 ; rm -rf /', 'echo jib-maven-plugin:3.4.0', ''])(
    '%s is no mark',
    (line) => {
      expect(marks({ lines: [line] })).toEqual([]);
    },
  );

  test('an empty label is no mark', () => {
    expect(marks({ labels: { 'io.buildah.version': '' } })).toEqual([]);
  });

  test('nothing throws, whatever the config', () => {
    const entry = fc.record({ createdBy: fc.string(), comment: fc.string(), emptyLayer: fc.boolean() });
    const config: fc.Arbitrary<MarkedConfig> = fc.record({
      author: fc.constantFrom('__proto__', 'github.com/ko-build/ko', 'x'),
      history: fc.array(entry),
      labels: fc.dictionary(fc.constantFrom('io.buildah.version', 'x'), fc.string()),
    });
    expect(() => fc.assert(fc.property(config, (given) => readBuilderMarks(given).length <= 8))).not.toThrow();
  });
});
