import {
  assert,
  array,
  boolean,
  constantFrom,
  integer,
  property,
  record,
  string,
  tuple,
  type Arbitrary,
} from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { findImages, type ManifestImages } from '../../../../src/core/manifests/find-images.ts';
import type { ManifestFormatName, ManifestPlace } from '../../../../src/core/manifests/model.ts';

const reference = tuple(
  constantFrom('a', 'ghcr.io/', 'localhost:5000/'),
  string({ unit: constantFrom('a', 'b', '0'), minLength: 1, maxLength: 5 }),
  constantFrom('', ':1.4', `@sha256:${'5'.repeat(64)}`),
).map((parts) => parts.join(''));

/** What is written at the place, without the quote that begins it. */
function textAt(text: string, { line, column }: ManifestPlace): string {
  return (text.split('\n')[line - 1] ?? '').slice(column - 1).replace(/^["']/, '');
}

function expectEachAtItsPlace(text: string, { images, problems }: ManifestImages, references: readonly string[]): void {
  expect(images.map((image) => image.reference)).toEqual(references);
  expect(problems.filter(({ weight, code }) => weight === 'error' && code !== 'NO_IMAGES')).toEqual([]);
  for (const image of images) expect(textAt(text, image.place).startsWith(image.reference)).toBe(true);
}

function find(format: ManifestFormatName, text: string): ManifestImages {
  return findImages({ path: 'x', text, format });
}

const pods: Arbitrary<{ references: string[]; objects: object[] }> = array(
  record({ init: array(reference, { maxLength: 3 }), containers: array(reference, { maxLength: 3 }), note: string() }),
  { minLength: 1, maxLength: 4 },
).map((made) => ({
  references: made.flatMap(({ init, containers }) => [...init, ...containers]),
  objects: made.map(({ init, containers, note }) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: note, annotations: { note: `image: x\n${note}` } },
    spec: {
      initContainers: init.map((image) => ({ args: [note], image })),
      containers: containers.map((image) => ({ image, env: [{ name: 'image', value: note }] })),
    },
  })),
}));

describe('every image is found, in order, at its line and column', () => {
  test('in JSON of any indentation', () => {
    assert(
      property(pods, constantFrom<string | number>(0, 1, 4, '\t'), ({ references, objects }, indent) => {
        const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }, null, indent);
        expectEachAtItsPlace(text, find('kubernetes', text), references);
      }),
    );
  });

  test('in YAML documents, with either line end', () => {
    assert(
      property(
        pods,
        integer({ min: 1, max: 6 }),
        constantFrom('\n', '\r\n'),
        ({ references, objects }, indent, end) => {
          const documents = objects.map((object) => stringify(object, { indent, lineWidth: 0 }));
          const text = documents.join('---\n# Source: shop\n').replaceAll('\n', end);
          expectEachAtItsPlace(text, find('kubernetes', text), references);
        },
      ),
    );
  });

  test('in Dockerfiles, however their lines are continued', () => {
    const line = tuple(
      constantFrom('FROM', 'COPY', 'RUN'),
      reference,
      boolean(),
      constantFrom(' ', ' \\\n  ', '\\\n# x\n\n '),
    );
    assert(
      property(array(line, { maxLength: 8 }), (lines) => {
        const begun = 'FROM scratch\n';
        const text = lines.map(([name, image, commented, gap]) => {
          const comment = commented ? '# FROM not/an-image\n' : '';
          const rest = { FROM: image, COPY: `--from=${image} /a /b`, RUN: `--mount=from=${image},target=/x FROM x` };
          return `${comment}${name}${gap}${rest[name]}\n`;
        });
        const whole = begun + text.join('');
        expectEachAtItsPlace(
          whole,
          find('dockerfile', whole),
          lines.map(([, image]) => image),
        );
      }),
    );
  });

  test('in lists', () => {
    assert(
      property(array(tuple(constantFrom('', '  ', '\t'), reference, constantFrom('', ' # x', '\r'))), (lines) => {
        const text = lines.map((parts) => parts.join('')).join('\n\n# alpine\n');
        expectEachAtItsPlace(
          text,
          find('image-list', text),
          lines.map(([, image]) => image),
        );
      }),
    );
  });
});
