import { describe, expect, test } from 'vitest';
import { chooseFormat } from '../../../../src/core/manifests/choose-format.ts';
import { findImages } from '../../../../src/core/manifests/find-images.ts';
import { shown } from './shown.ts';

const POD = 'apiVersion: v1\nkind: Pod\nspec: { containers: [ { image: alpine } ] }\n';

describe('which format a file is', () => {
  test.each([
    ['Dockerfile', 'FROM alpine', 'dockerfile'],
    ['build/Dockerfile.release', '', 'dockerfile'],
    ['shop.dockerfile', '', 'dockerfile'],
    ['Containerfile', '', 'dockerfile'],
    ['-', '# syntax=docker/dockerfile:1\n\nARG A=1\nFROM alpine', 'dockerfile'],
    ['compose.yaml', '', 'compose'],
    ['docker-compose.prod.yml', '', 'compose'],
    ['stack.yml', 'version: "3"\nservices:\n  web: { image: alpine }', 'compose'],
    ['-', '{"services": {}}', 'compose'],
    ['deploy.yaml', POD, 'kubernetes'],
    ['helm-output', `# Source: a\n${POD}`, 'kubernetes'],
    ['out.txt', POD, 'kubernetes'],
    ['pods.json', '{\n "items": [], "kind": "PodList"}', 'kubernetes'],
    ['a/Kustomization', 'resources: []', 'kubernetes'],
    ['images.txt', '# all\nalpine\n', 'image-list'],
    ['-', 'ghcr.io/acme/shop:1.4', 'image-list'],
    ['values.yaml', 'image: alpine', undefined],
    ['alpine.yaml', 'alpine', undefined],
    ['README.md', '# Shop\n\nThis is it.', undefined],
    ['nothing.txt', '', undefined],
    // A key within a block of text is not the file's.
    ['values.yaml', 'note: |\n  apiVersion: v1\n  services: 1\n', undefined],
  ])('%s: %j', (path, text, format) => {
    expect(chooseFormat({ path, text })).toBe(format);
  });

  test('a given format is taken, whatever the name', () => {
    const found = findImages({ path: 'Dockerfile', text: POD, format: 'kubernetes' });
    expect(shown(found)).toEqual({
      format: 'kubernetes',
      images: ['3:32 alpine (Pod/(unnamed) spec.containers[0].image)'],
      problems: [],
    });
  });

  test('what is none of the formats says how to name one', () => {
    const { problems } = findImages({ path: 'values.yaml', text: 'image: alpine' });
    expect(problems[0]?.hint).toBe('Say which it is: kubernetes, compose, dockerfile, image-list.');
  });
});
