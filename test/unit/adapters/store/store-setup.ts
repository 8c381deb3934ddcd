import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openStore } from '../../../../src/adapters/store/open-store.ts';
import type { Clock } from '../../../../src/ports/clock.ts';
import type { Store, StoreFile } from '../../../../src/ports/store.ts';
import { content, FOREVER_MS, handClock, NOON_MS, promise } from './store-content.ts';

/** A folder of its own for one test, which any user may enter. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'provtrace-store-'));
  chmodSync(folder, 0o755);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function temporaryPath(): string {
  return join(temporaryFolder(), 'provtrace.db');
}

export type OpenedStore = { readonly store: Store & StoreFile; readonly notices: readonly string[] };

/** Opens a store that is closed when the test ends, and collects what it says. */
export function open(path: string | undefined, clock: Clock = handClock()): OpenedStore {
  const notices: string[] = [];
  const store = openStore({ path, clock, notice: (text) => notices.push(text) });
  onTestFinished(() => store.close());
  return { store, notices };
}

/** Content and the fact that promises it. */
export function keep(store: Store, number: number): void {
  const { digest, bytes } = content(number);
  store.writeContent(digest, bytes);
  store.writeFact(promise(digest), { value: 'text/plain', learnedAtMs: NOON_MS, freshUntilMs: FOREVER_MS });
}

export function holds(store: Store, number: number): boolean {
  const { digest, bytes } = content(number);
  const kept = store.readContent(digest);
  return kept !== undefined && Buffer.compare(kept, bytes) === 0 && store.readFact(promise(digest)) !== undefined;
}

/** A file that was closed as it should be, with so many contents. */
export function fileWith(contents: number, path = temporaryPath()): string {
  const { store } = open(path);
  for (let number = 1; number <= contents; number++) keep(store, number);
  store.close();
  return path;
}
