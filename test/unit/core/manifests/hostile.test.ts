import { assert, constantFrom, property, string, uint8Array, array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MANIFEST_FORMATS, findImages, findImagesInFile } from '../../../../src/core/manifests/find-images.ts';
import type { ManifestFormatName } from '../../../../src/core/manifests/model.ts';
import { shownOf } from './shown.ts';

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n';

/** Of every format, in no order. */
const PARTS = [
  ...'FROM |image: |services:|  |- |{|}|[|]|"|&a |*a|<<|: |,|kind: Pod|apiVersion: v1|spec: |containers:|${|$A'.split(
    '|',
  ),
  ...'\\;#;--from=;a;RUN <<E;ARG A;|;>;!!binary ;{{;? ;include:;items:'.split(';'),
  "'",
  '\n',
  '---\n',
  '%YAML 1.1\n',
  '\0',
  '\uD800',
  '\u202E',
];

const MERGES = [
  'a0: &a0 { k: v }',
  ...Array.from({ length: 2_000 }, (_, n) => `a${n + 1}: &a${n + 1} { <<: *a${n}, k${n}: v }`),
].join('\n');

function codesOf(format: ManifestFormatName, text: string): readonly string[] {
  return findImages({ path: 'x', text, format }).problems.map(({ code }) => code);
}

describe('bytes of a stranger', () => {
  test.each([
    [Uint8Array.of(0xff, 0xfe, 0x41, 0), 'NOT_TEXT'],
    [Uint8Array.of(0x61, 0xc3, 0x28), 'NOT_TEXT'],
    [new Uint8Array(8 * 1024 * 1024 + 1).fill(0x61), 'TOO_LARGE'],
  ])('are refused (%#)', (bytes, code) => {
    const { images, problems } = findImagesInFile({ bytes, path: 'images.txt' });
    expect(images).toEqual([]);
    expect(problems).toMatchObject([{ code, weight: 'error', place: { path: 'images.txt', line: 1, column: 1 } }]);
  });

  test('a byte order mark is not part of the first word', () => {
    const bytes = new TextEncoder().encode('\uFEFFFROM alpine\n');
    expect(findImagesInFile({ bytes, path: 'Dockerfile' }).images).toMatchObject([{ reference: 'alpine' }]);
    expect(shownOf('Dockerfile', '\uFEFFFROM alpine\n').images).toEqual(['1:6 alpine (stage 0)']);
  });

  test('whatever they are, nothing is thrown, and what has no image has an error', () => {
    const part = constantFrom(...PARTS);
    const text = array(part, { maxLength: 60 }).map((parts) => parts.join(''));
    assert(
      property(text, constantFrom(...MANIFEST_FORMATS, undefined), (text, format) => {
        const { images, problems } = findImages({ path: 'x', text, format });
        if (images.length === 0) expect(problems.some(({ weight }) => weight === 'error')).toBe(true);
        const lines = text.split('\n').length;
        for (const { place } of [...images, ...problems]) {
          expect(place.line).toBeGreaterThanOrEqual(1);
          expect(place.line).toBeLessThanOrEqual(lines);
          expect(place.column).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 2_000 },
    );
    assert(
      property(uint8Array({ maxLength: 300 }), constantFrom(...MANIFEST_FORMATS, undefined), (bytes, format) => {
        expect(findImagesInFile({ bytes, path: 'x', format }).problems.length).toBeGreaterThanOrEqual(0);
      }),
    );
    assert(
      property(string({ unit: 'binary' }), (text) => {
        const { images, problems } = findImages({
          path: 'x.yaml',
          text: `${POD}spec: { containers: [{ image: ${text}`,
        });
        expect(images.length + problems.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('YAML made to cost', () => {
  const levels = Array.from({ length: 30 }, (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(9)}]`);

  test('aliases that double at each level end at a limit', () => {
    const bomb = `${POD}a0: &a0 x\n${levels.join('\n')}\nspec: { more: *a30 }\n`;
    expect(codesOf('kubernetes', bomb)).toEqual(['TOO_MANY', 'NO_IMAGES']);
  });

  test('the same with containers ends at the number of images', () => {
    const bomb = `${POD}a0: &a0 { containers: [ { image: a } ] }\n${levels.join('\n')}\n`;
    const { images, problems } = findImages({ path: 'x', text: bomb });
    expect(images).toHaveLength(10_000);
    expect(problems.map(({ code }) => code)).toEqual(['TOO_MANY']);
  });

  test.each([
    ['an alias of itself', 'a: &a [*a]', 'ALIASES'],
    ['an alias of nothing', 'a: *b', 'ALIASES'],
    [
      'aliases of aliases, one deeper each',
      ['a0: &a0 x', ...Array.from({ length: 5_000 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}]`)].join('\n'),
      'ALIASES',
    ],
    ['merge keys that copy more at each mapping', MERGES, 'TOO_MANY'],
    ['lists in lists', '['.repeat(100_000), 'TOO_MANY'],
    ['mappings in mappings', 'a: {'.repeat(100_000), 'TOO_MANY'],
    ['lists in lists on one line', '- '.repeat(100_000), 'TOO_MANY'],
    ['a key twice', 'spec: { containers: [] }\nspec: { containers: [ { image: a } ] }', 'REPEATED_KEY'],
    ['an image twice', 'spec: { containers: [ { image: a, image: b } ] }', 'REPEATED_KEY'],
    ['a template’s action as a value', 'spec: {{ .Values.spec }}', 'NOT_RENDERED'],
    ['a key that is a list', 'spec: { [a]: b }', 'MALFORMED'],
    ['tabs', 'spec:\n\tcontainers: []', 'MALFORMED'],
  ])('%s costs its document, and none before it', (_, text, code) => {
    const kept = '---\napiVersion: v1\nkind: Pod\nspec: { containers: [ { image: kept } ] }\n';
    const { images, problems } = findImages({ path: 'x', text: `${kept}---\n${POD}${text}\n` });
    expect(problems[0]).toMatchObject({ code, weight: 'error' });
    expect(images).toMatchObject([{ reference: 'kept', place: { line: 4, column: 32 } }]);
  });

  test.each<[string, ManifestFormatName, string]>([
    ['merge keys that copy more than', 'compose', MERGES],
    ['more than 2000000 tokens', 'kubernetes', `a: [${','.repeat(2_000_000)}`],
    ['more than 1000 errors or directives', 'kubernetes', '%a b\n'.repeat(1_001)],
    ['more than 2000000 values in one object', 'kubernetes', `${POD}a0: &a0 x\n${levels.join('\n')}`],
    ['9000000 characters', 'image-list', 'a'.repeat(9_000_000)],
  ])('%s', (message, format, text) => {
    const { problems } = findImages({ path: 'x', text, format });
    expect(problems.some((problem) => problem.weight === 'error' && problem.message.startsWith(message))).toBe(true);
  });

  test('a hundred thousand faults are told a thousand times', () => {
    const { problems } = findImages({ path: 'Dockerfile', text: 'FROM alpine\n' + 'nonsense\n'.repeat(100_000) });
    expect(problems).toHaveLength(1_001);
    expect(problems.at(-1)).toMatchObject({ code: 'TOO_MANY', weight: 'error' });
  });
});

describe('what might hide an image', () => {
  test.each<[ManifestFormatName, string, string]>([
    ['kubernetes', 'alpine\u001b[2J', 'NOT_A_REFERENCE'],
    ['kubernetes', 'alpine\u202e', 'NOT_A_REFERENCE'],
    ['kubernetes', ' alpine', 'NOT_A_REFERENCE'],
    ['kubernetes', 'docker://alpine', 'NOT_A_REFERENCE'],
    ['kubernetes', `sha256:${'6'.repeat(64)}`, 'NOT_A_REFERENCE'],
    ['kubernetes', '{{ image }}', 'NOT_RENDERED'],
    ['kubernetes', '$(IMAGE)', 'NOT_RENDERED'],
    ['compose', '', 'NOT_A_REFERENCE'],
    ['compose', '${A:-}', 'NOT_A_REFERENCE'],
  ])('%s: %j is an error', (format, image, code) => {
    const container = { containers: [{ image }] };
    const object = { apiVersion: 'v1', kind: 'Pod', spec: container, services: { web: { image } } };
    expect(codesOf(format, JSON.stringify(object))).toEqual([code, 'NO_IMAGES']);
  });

  test.each([
    ['containers: { a: { image: b } }'],
    ['containers: [ text ]'],
    ['containers: [ { image: [ a ] } ]'],
    ['containers: [ { image: 17 } ]'],
    ['volumes: [ { image: { pullPolicy: Always } } ]'],
  ])('a pod of another shape: %s', (spec) => {
    expect(codesOf('kubernetes', `${POD}spec: { ${spec} }`)).toEqual(['MALFORMED', 'NO_IMAGES']);
  });

  test.each([
    ['FROM scratch\nRUN echo "a <<E"\nCOPY --from=a /b /c\nE', ['3:13 a (stage 0 --from)']],
    ['FROM scratch\nRUN echo \\<<E\nCOPY --from=a /b /c\n', ['3:13 a (stage 0 --from)']],
    ['FROM scratch\nENV A=<<E\nCOPY --from=a /b /c\n', ['3:13 a (stage 0 --from)']],
    ['FROM scratch\nRUN a \\\\\nCOPY --from=a /b /c\n', ['3:13 a (stage 0 --from)']],
    [
      'FROM a AS a\nFROM A\nFROM later\nFROM b AS later',
      ['1:6 a (stage a)', '3:6 later (stage 2)', '4:6 b (stage later)'],
    ],
    ['ARG A=a\nFROM scratch\nARG A=b\nFROM $A', ['4:6 a (stage 1)']],
    ['FR\\\nOM a', ['2:4 a (stage 0)']],
    ['#!/usr/bin/docker\n# syntax = a/b:1 x\nFROM scratch', ['2:12 a/b:1 (syntax)']],
    ['FROM scratch\n# syntax=a/b:1', []],
    ['FROM \\\na', ['2:1 a (stage 0)']],
    ['FROM scratch\nONBUILD FROM a', []],
    ['FROM scratch\nONBUILD ONBUILD COPY --from=a /a /a', []],
    ['FROM scratch\nONBUILD RUN <<E\nFROM a\nE', []],
    ['FROM scratch\r\nRUN <<E\r\nFROM a\r\nE\r\n', []],
    ['ARG A=a B=b C=c D=d E=e F=f G=g\nFROM $G', ['2:6 g (stage 0)']],
    ['FROM scratch\nRUN --mount=type=cache,from=a,target=/a x', ['2:29 a (stage 0 --mount)']],
    ['FROM scratch\nRUN x --mount=from=a', []],
    ['FROM scratch\nRUN --mount=from=0 x', ['2:18 0 (stage 0 --mount)']],
    ['ARG B="a"\nARG C=$B-$B\nFROM "$C"', ['3:6 a-a (stage 0)']],
  ])('a Dockerfile’s reading of %j', (text, images) => {
    expect(shownOf('Dockerfile', text).images).toEqual(images);
  });

  test.each([
    ['ARG A=scratch\nFROM $A', 'notice DEFAULTED 2:6 (stage 0)'],
    ['FROM a AS a\nFROM $TARGETARCH', 'error UNSET_VARIABLE 2:6 (stage 1)'],
    ['FROM b-amd64 AS b-amd64\nFROM a-$TARGETARCH', 'error UNSET_VARIABLE 2:6 (stage 1)'],
    ['FROM a AS a\nFROM a$NAME', 'error UNSET_VARIABLE 2:6 (stage 1)'],
    ['ARG A=xxxxxxxx\n' + 'ARG A=$A$A\n'.repeat(40) + 'FROM $A', 'error UNSET_VARIABLE 42:6 (stage 0)'],
    ['FROM b-amd64-x AS b-amd64-x\nFROM b-$TARGETARCH-y', 'error UNSET_VARIABLE 2:6 (stage 1)'],
    ['ARG B=b\nFROM a\\$B', 'error NOT_RENDERED 2:6 (stage 0)'],
    ['FROM a AS a\nFROM A', undefined],
    ['FROM {{ image }}', 'error NOT_RENDERED 1:6 (stage 0)'],
  ])('a Dockerfile’s problem in %j', (text, problem) => {
    expect(shownOf('Dockerfile', text).problems[0]).toEqual(problem);
  });

  test('a default that is used twice is told once', () => {
    const { problems } = findImages({ path: 'Dockerfile', text: 'ARG A=a\nFROM $A/$A' });
    expect(problems.map(({ message }) => message)).toEqual(['the default of A gives a/a']);
  });

  test.each([
    ['apiVersion: storage.k8s.io/v1\nkind: Disk\nspec: { image: disk }', ['NO_IMAGES']],
    ['apiVersion: example.com/v1\nkind: A\nmetadata: { annotations: { image: a } }', ['NO_IMAGES']],
    ['apiVersion: example.com/v1\nkind: A\nspec: { image: { name: a, tag: b } }', ['IMAGE_IN_PARTS', 'NO_IMAGES']],
    ['apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization', ['NOT_RENDERED', 'NO_IMAGES']],
    ['apiVersion: v1\nkind: List\nitems: [ { apiVersion: v1, spec: {} } ]', ['NOT_KUBERNETES', 'NO_IMAGES']],
  ])('a Kubernetes object of another kind: %j', (text, codes) => {
    expect(codesOf('kubernetes', text)).toEqual(codes);
  });

  test.each([
    ['name: shop', ['MALFORMED', 'NO_IMAGES']],
    ['services: []', ['MALFORMED', 'NO_IMAGES']],
    ['services: { a: { image: , build: . } }', ['BUILT_HERE', 'NO_IMAGES']],
  ])('a compose file: %s', (text, codes) => {
    expect(codesOf('compose', text)).toEqual(codes);
  });
});
