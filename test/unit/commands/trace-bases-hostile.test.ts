import { expect, test } from 'vitest';
import type { Tools } from '../../../src/commands/command.ts';
import { followingBases } from '../../../src/commands/trace-bases.ts';
import type { Traced } from '../../../src/commands/trace-image.ts';
import { ToolError } from '../../../src/core/errors.ts';
import type { ImageEntity } from '../../../src/core/model/entity.ts';
import type { Outcome } from '../../../src/core/model/outcome.ts';
import { absent, failed } from '../../../src/core/model/outcome.ts';
import { TEST_NOW_MS } from '../../support/http-world.ts';
import { digestOf, traced } from '../../support/reports.ts';

const REPOSITORIES = ['registry.example.com/one', 'registry.example.com/other'] as const;

/** How an image's base ends that is said to be in two places, of which one cannot be asked and one does not have it. */
async function endOf(unheard: (typeof REPOSITORIES)[number]): Promise<unknown> {
  const answer = (name: string): Promise<Outcome<never, 'noSuchManifest'>> =>
    Promise.resolve(name === unheard ? failed(new ToolError('TIMED_OUT', 'no answer')) : absent('noSuchManifest'));
  const tools = {
    clock: { nowMs: () => TEST_NOW_MS },
    hostPlatform: { os: 'linux', architecture: 'amd64' },
    registry: {
      fetchManifest: ({ name }: { name: string }) => answer(name),
      fetchReferrers: ({ name }: { name: string }) => answer(name),
      listTags: ({ name }: { name: string }) => answer(name),
    },
  } as unknown as Tools;
  const image = traced({ steps: [], grades: { origin: 'none', ownership: 'none' } }) as Traced;
  const { root } = image.dossier.chain;
  const foundAt = REPOSITORIES.map((name) => ({ transport: 'registry' as const, name }));
  const to: ImageEntity = { kind: 'image', digest: digestOf('ba'), foundAt };
  const hop = { from: root, relation: 'basedOn' as const, to, strength: 'declared' as const };
  const chain = {
    ...image.dossier.chain,
    hops: [{ ...hop, support: [], dissent: [], problems: [] }],
  } as Traced['dossier']['chain'];
  const follow = followingBases(tools, {} as Parameters<typeof followingBases>[1], 1);
  const [base] = (await follow({ ...image, dossier: { ...image.dossier, chain } })).bases ?? [];
  return base?.kind === 'failed' ? base.error.code : base;
}

test.each(REPOSITORIES)('a base is not said to be absent where %s was not heard', async (unheard) => {
  expect(await endOf(unheard)).toBe('TIMED_OUT');
});
