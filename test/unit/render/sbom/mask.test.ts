import { expect, test } from 'vitest';
import { maskNames } from '../../../../src/render/sbom/mask.ts';
import { cycloneDx, edgesOf, library, read } from '../../core/sbom/documents.ts';

const secret = (name: string): string => `https://ada:${name}@acme.example/x`;

test('references and licences lose their passwords, stay unlike each other, and edges follow', () => {
  const license = [{ license: { name: `see ${secret('hunter2')}` } }];
  const components = [
    library('a', { 'bom-ref': secret('one'), licenses: license }),
    library('b', { 'bom-ref': secret('two') }),
    library('c'),
  ];
  const { sbom } = read(cycloneDx(components, { [secret('one')]: [secret('two')], c: [secret('one')] }));
  const masked = maskNames(sbom);
  expect(JSON.stringify(masked)).not.toMatch(/hunter2|ada:one|ada:two/);
  expect(new Set(masked.components.map(({ id }) => id)).size).toBe(3);
  expect(edgesOf(masked)).toEqual(edgesOf(sbom));
  expect(edgesOf(sbom)).toHaveLength(2);
});

test('what has no password is as it was', () => {
  const { sbom } = read(cycloneDx([library('a'), library('b')], { a: ['b'] }));
  expect(maskNames(sbom)).toEqual(sbom);
});
