import { expect, test } from 'vitest';
import { claimsOfMarks } from '../../../../src/core/claims/from-history.ts';
import { parseDigest } from '../../../../src/core/model/digest.ts';
import type { ImageEntity } from '../../../../src/core/model/entity.ts';

const digest = parseDigest(`sha256:${'a'.repeat(64)}`);
if (digest === undefined) throw new Error('not a digest');
const image: ImageEntity = { kind: 'image', digest, foundAt: [] };
const marked = { collector: 'c', image, document: digest };

test("a line of the history is inferred; a label of the tool's own is declared, and rests on that label", () => {
  const marks = [
    { builder: 'https://a.example', location: 'config.history[0]' },
    { builder: 'https://b.example', location: 'config labels b', label: 'b' },
  ];
  expect(claimsOfMarks(marked, marks)).toEqual([
    {
      claim: { kind: 'edge', from: image, relation: 'builtBy', to: { kind: 'build', builderId: 'https://a.example' } },
      strength: 'inferred',
      rank: 700,
      boundBy: 'config',
      origin: { collector: 'c', location: 'config.history[0]', document: digest },
    },
    {
      claim: { kind: 'edge', from: image, relation: 'builtBy', to: { kind: 'build', builderId: 'https://b.example' } },
      strength: 'declared',
      rank: 531,
      boundBy: 'config',
      origin: { collector: 'c', location: 'config labels b', document: digest },
      labels: ['b'],
    },
  ]);
});

test('what was built is the repository, and the directory in it', () => {
  const repository = 'https://github.com/acme/shop';
  const claims = (directory?: string): readonly unknown[] =>
    claimsOfMarks(marked, [
      { builder: 'b', location: 'l', source: { repository, ...(directory === undefined ? {} : { directory }) } },
    ])
      .slice(1)
      .map(({ claim }) => (claim.kind === 'edge' ? [claim.relation, claim.to] : []));
  const from = ['fromRepository', { kind: 'repository', url: repository }];
  expect(claims('cmd/web')).toEqual([from, ['contextAt', { kind: 'sourcePath', repository, path: 'cmd/web' }]]);
  expect(claims()).toEqual([from, ['contextAt', { kind: 'sourcePath', repository, path: '' }]]);
  expect(claims('../x')).toEqual([from]);
});
