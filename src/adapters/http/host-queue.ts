/** Runs tasks with at most so many at once for each host; who waits longest is next. */
export type HostQueue = <Result>(host: string, task: () => Promise<Result>) => Promise<Result>;

export function createHostQueue(slotsPerHost: number): HostQueue {
  const hosts = new Map<string, { running: number; readonly waiting: (() => void)[] }>();

  return async (host, task) => {
    const slots = hosts.get(host) ?? { running: 0, waiting: [] };
    hosts.set(host, slots);
    // A place is handed over, not freed and raced for: nobody who comes later can slip in between.
    if (slots.running >= slotsPerHost) await new Promise<void>((resolve) => slots.waiting.push(resolve));
    else slots.running++;
    try {
      return await task();
    } finally {
      const next = slots.waiting.shift();
      if (next !== undefined) next();
      else if (--slots.running === 0) hosts.delete(host);
    }
  };
}
