import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eachInOrder } from '../../../src/commands/side-by-side.ts';

const later = (): Promise<void> => new Promise((done) => setImmediate(done));

describe('side by side', () => {
  test('hands over in the order of the items, however they finish, and never more at once than allowed', async () => {
    const delays = fc.array(fc.nat(4), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(delays, fc.integer({ min: 1, max: 5 }), async (items, limit) => {
        let busy = 0;
        let most = 0;
        const seen: [number, number][] = [];
        await eachInOrder(
          items.map((delay, index) => ({ delay, index })),
          limit,
          {
            work: async ({ delay, index }) => {
              most = Math.max(most, ++busy);
              for (let turn = 0; turn < delay; turn++) await later();
              busy--;
              return index;
            },
            done: async (index, count) => void seen.push([index, count]),
          },
        );
        expect(seen).toEqual(items.map((_, index) => [index, index + 1]));
        expect(most).toBe(Math.min(most, limit, items.length));
        if (items.length > 0) expect(most).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
  });

  test('does not wait for the last to hand over the first', async () => {
    const told: number[] = [];
    const last = Promise.withResolvers<number>();
    const all = eachInOrder([1, 2], 2, {
      work: (item) => (item === 2 ? last.promise : Promise.resolve(item)),
      done: async (item) => void told.push(item),
    });
    await later();
    expect(told).toEqual([1]);
    last.resolve(2);
    await all;
    expect(told).toEqual([1, 2]);
  });

  test('ends with the first error in the order of the items, after what came before it', async () => {
    const told: number[] = [];
    const all = eachInOrder([1, 2, 3, 4], 4, {
      work: async (item) => {
        if (item === 4) throw new Error('four');
        await later();
        if (item === 3) throw new Error('three');
        return item;
      },
      done: async (item) => void told.push(item),
    });
    await expect(all).rejects.toThrow('three');
    expect(told).toEqual([1, 2]);
  });

  test('an error in what is done with a result ends it too', async () => {
    const all = eachInOrder([1, 2], 1, { work: async (item) => item, done: () => Promise.reject(new Error('full')) });
    await expect(all).rejects.toThrow('full');
  });

  test('of nothing does nothing', async () => {
    const never = (): Promise<never> => Promise.reject(new Error('never'));
    await expect(eachInOrder([], 4, { work: never, done: never })).resolves.toBeUndefined();
  });
});
