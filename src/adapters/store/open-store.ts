import { randomBytes as systemRandomBytes } from 'node:crypto';
import type { Store, StoreFile } from '../../ports/store.ts';
import { SqliteStore } from './sqlite-store.ts';
import type { ConnectionOptions } from './store-connection.ts';
import { StoreConnection } from './store-connection.ts';

export type StoreOptions = ConnectionOptions & {
  /** The salt of a new file; the system's random bytes where it is not given. */
  readonly randomBytes?: (size: number) => Uint8Array;
};

/**
 * The local file (SPEC 7). It always opens: where the file cannot be used the store is in memory, and `notice` was told why.
 *
 * Each write is a transaction of its own, committed when the call returns: some 20 µs, since in WAL mode with
 * `synchronous=NORMAL` nothing waits for the disk. So a kill of the process loses nothing that was written; a loss of power may
 * lose the last writes, and damages nothing.
 */
export function openStore(options: StoreOptions): Store & StoreFile {
  const { randomBytes = systemRandomBytes, ...connection } = options;
  return new SqliteStore(new StoreConnection(connection), { clock: options.clock, randomBytes });
}
