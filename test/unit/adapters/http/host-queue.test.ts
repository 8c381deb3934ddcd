import { describe, expect, it } from 'vitest';
import { createHostQueue } from '../../../../src/adapters/http/host-queue.ts';

/** A task that ends when it is told to. */
function openTask(): { readonly done: () => void; readonly task: () => Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { done: resolve, task: () => promise };
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('createHostQueue', () => {
  it('runs so many at once and no more, in the order in which they came', async () => {
    const inTurn = createHostQueue(2);
    const started: number[] = [];
    const tasks = [0, 1, 2, 3].map(() => openTask());
    const all = tasks.map(({ task }, index) =>
      inTurn('a.test', () => {
        started.push(index);
        return task();
      }),
    );
    await settle();
    expect(started).toEqual([0, 1]);
    tasks[1]?.done();
    await settle();
    expect(started).toEqual([0, 1, 2]);
    for (const { done } of tasks) done();
    await Promise.all(all);
    expect(started).toEqual([0, 1, 2, 3]);
  });

  it('does not make one host wait for another', async () => {
    const inTurn = createHostQueue(1);
    const slow = openTask();
    const first = inTurn('a.test', slow.task);
    expect(await inTurn('b.test', async () => 'answer')).toBe('answer');
    slow.done();
    await first;
  });

  it('gives the place on after a failure', async () => {
    const inTurn = createHostQueue(1);
    const failing = inTurn('a.test', () => Promise.reject(new Error('broken')));
    const next = inTurn('a.test', async () => 'answer');
    await expect(failing).rejects.toThrow('broken');
    expect(await next).toBe('answer');
  });

  it('never runs more than allowed, also where some come while others go', async () => {
    const inTurn = createHostQueue(3);
    let running = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await settle();
      running--;
    };
    await Promise.all(Array.from({ length: 20 }, () => inTurn('a.test', work).then(() => inTurn('a.test', work))));
    expect(most).toBe(3);
  });
});
