import { afterEach, describe, expect, test } from 'vitest';
import { createSigstoreVerifier } from '../../../src/adapters/sigstore/verifier.ts';
import { openStore } from '../../../src/adapters/store/open-store.ts';
import type { Tools } from '../../../src/commands/command.ts';
import { followingBases, parseBaseDepth } from '../../../src/commands/trace-bases.ts';
import { traceImage } from '../../../src/commands/trace-image.ts';
import type { Digest } from '../../../src/core/model/digest.ts';
import { parseImageReference } from '../../../src/core/model/image-reference.ts';
import type { TraceResult } from '../../../src/core/model/report.ts';
import { trustIn } from '../../support/authority-trust.ts';
import { TEST_NOW_MS } from '../../support/http-world.ts';
import { image } from '../../support/image-builder.ts';
import { memoryRegistry } from '../../support/memory-registry.ts';
import { emptyRepository } from '../../support/test-repository.ts';

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** Images that stand on bases in another repository, and one run over them. `asked`: how often what is attached to a digest was asked for. */
async function run(bases: number) {
  const app = emptyRepository();
  const base = emptyRepository();
  const digests: Digest[] = [];
  for (let number = 0; number < bases; number++) {
    const { digest } = await image()
      .layer({ base: `${number}` })
      .addTo(base);
    digests.push(digest);
    const annotations = {
      'org.opencontainers.image.base.name': 'ghcr.io/acme/base:1',
      'org.opencontainers.image.base.digest': digest,
    };
    for (const copy of ['a', 'b'])
      await image().annotations(annotations).layer({ copy }).addTo(app, `${number}${copy}`);
  }
  const repositories = new Map([
    ['ghcr.io/acme/app', app],
    ['ghcr.io/acme/base', base],
  ]);
  const registry = memoryRegistry(repositories, { referrersApi: true });
  const asked = new Map<string, number>();
  const clock = { nowMs: () => TEST_NOW_MS };
  const store = openStore({ path: ':memory:', clock, notice: () => {} });
  closing.push(() => store.close());
  const tools = {
    clock,
    store,
    forges: [],
    hostPlatform: { os: 'linux', architecture: 'amd64' },
    parseReference: (text: string) => parseImageReference(text, (path) => path),
    registry: {
      ...registry,
      fetchReferrers: (at, subject) => {
        asked.set(subject, (asked.get(subject) ?? 0) + 1);
        return registry.fetchReferrers(at, subject);
      },
    },
  } satisfies Partial<Tools> as unknown as Tools;
  const alone = { verifier: createSigstoreVerifier(trustIn([])), pins: [], bundles: [] };
  const settings = {
    ...alone,
    choice: { kind: 'default', host: tools.hostPlatform } as const,
    followBases: followingBases(tools, alone, 1),
  };
  return {
    basesOf: async (tag: string): Promise<readonly TraceResult[]> => {
      const [result] = await traceImage(tools, `ghcr.io/acme/app:${tag}`, settings);
      return result?.kind === 'traced' ? (result.bases ?? []) : [];
    },
    timesAsked: (number: number): number => asked.get(digests[number] ?? '') ?? 0,
  };
}

describe('in one run', () => {
  test('many images on one base share what was read of it, at once or later', async () => {
    const { basesOf, timesAsked } = await run(1);
    const [[first], [second]] = await Promise.all([basesOf('0a'), basesOf('0b')]);
    expect(first?.kind).toBe('traced');
    expect(second).toBe(first);
    const times = timesAsked(0);
    expect(times).toBeGreaterThan(0);
    expect((await basesOf('0a'))[0]).toBe(first);
    expect(timesAsked(0)).toBe(times);
  });

  test('a base is forgotten that 64 others were asked for after it, and no other', async () => {
    const { basesOf, timesAsked } = await run(65);
    const [first] = await basesOf('0a');
    for (let number = 1; number < 64; number++) await basesOf(`${number}a`);
    expect((await basesOf('0b'))[0]).toBe(first);
    const times = timesAsked(1);
    await basesOf('64a');
    expect((await basesOf('0b'))[0]).toBe(first);
    await basesOf('1b');
    expect(timesAsked(1)).toBe(2 * times);
  });
});

describe('--base-depth', () => {
  test.each([
    [undefined, 1],
    ['0', 0],
    ['16', 16],
  ])('%s is %i', (text, depth) => expect(parseBaseDepth(text)).toBe(depth));
  test.each(['', '17', '-1', '1.5', '1e1', '١', ' 1', 'all'])('"%s" is none', (text) => {
    expect(() => parseBaseDepth(text)).toThrow(`--base-depth is no depth: ${text}`);
  });
});
