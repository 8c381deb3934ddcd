/**
 * Works at up to `limit` items at once, and hands each result over in the order of the items, as soon as those before it are done.
 * The first error ends it; what is under way then is left to finish unseen.
 */
export async function eachInOrder<Item, Result>(
  items: readonly Item[],
  limit: number,
  steps: { work: (item: Item) => Promise<Result>; done: (result: Result, count: number) => Promise<void> },
): Promise<void> {
  const slots = items.map((item) => ({ item, ...Promise.withResolvers<Result>() }));
  const waiting = slots.values();
  const worker = async (): Promise<void> => {
    for (const { item, resolve, reject } of waiting) await steps.work(item).then(resolve, reject);
  };
  for (let count = 0; count < Math.min(limit, items.length); count++) void worker();
  // An error is met when its turn comes; until then it is not "unhandled".
  for (const { promise } of slots) promise.catch(() => undefined);
  for (const [index, { promise }] of slots.entries()) await steps.done(await promise, index + 1);
}
