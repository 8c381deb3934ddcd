import { resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { ToolError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OpenDatabase, SetAside } from './database-file.ts';
import { openFile, openMemory, openUnchanging } from './database-file.ts';
import { isDamage, reasonOf } from './faults.ts';
import type { Statements } from './statements.ts';
import { inTransaction } from './transaction.ts';

export type ConnectionOptions = {
  /** `:memory:` for no file; undefined where there is no place for one, which is said. */
  readonly path: string | undefined;
  readonly clock: Clock;
  /** A line for the user. Nothing is said twice. */
  readonly notice: (text: string) => void;
};

/**
 * The database, whatever becomes of its file: an operation that fails gives `otherwise`, and what the user should know is said once.
 * A damaged file is replaced while it is in use; what cannot be written is only read; what cannot be read is replaced by memory.
 */
export class StoreConnection {
  readonly #options: ConnectionOptions;
  readonly #said = new Set<string>();
  /** Files that were found damaged in this run. */
  readonly setAside: SetAside[] = [];
  #open: OpenDatabase;
  /** A file that is damaged again and again is not begun anew each time. */
  #replaced = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#open = this.#connect();
  }

  get path(): string {
    return this.#open.path;
  }

  get database(): DatabaseSync {
    return this.#open.database;
  }

  /** Reads, or does what is no transaction. */
  attempt<Value>(operation: (statements: Statements) => Value, otherwise: Value): Value {
    if (!this.#open.database.isOpen) return otherwise;
    try {
      return operation(this.#open.statements);
    } catch (error) {
      if (isDamage(error)) this.#replace(reasonOf(error));
      else this.#say('unreadable', `cannot be read (${reasonOf(error)}): what it holds is fetched again`);
      return otherwise;
    }
  }

  /** Writes in one transaction, which is committed when this returns; a kill loses none that was. */
  change<Value>(operation: (statements: Statements) => Value, otherwise: Value): Value {
    if (!this.#open.database.isOpen) return otherwise;
    if (this.#open.unwritable !== undefined) return this.#notWritten(this.#open.unwritable, otherwise);
    try {
      return inTransaction(this.#open.database, () => operation(this.#open.statements));
    } catch (error) {
      if (isDamage(error)) {
        this.#replace(reasonOf(error));
        return this.change(operation, otherwise);
      }
      // Not tried again: a disk stays full, and for a file in use each try waits for its time-out.
      this.#open = { ...this.#open, unwritable: reasonOf(error) };
      return this.#notWritten(reasonOf(error), otherwise);
    }
  }

  close(): void {
    if (this.#open.database.isOpen) this.#open.database.close();
  }

  #notWritten<Value>(reason: string, otherwise: Value): Value {
    // Nobody was promised that memory keeps everything.
    if (this.path !== ':memory:') {
      this.#say(
        'unwritable',
        `cannot be written (${reason}): what is fetched now is not kept; make room or make it writable, or name another file with --cache`,
      );
    }
    return otherwise;
  }

  #replace(reason: string): void {
    const { database, identity } = this.#open;
    database.close();
    const damaged = identity === undefined || this.#replaced ? undefined : { identity, reason };
    this.#replaced = true;
    this.#open = damaged === undefined ? this.#fallBack(reason) : this.#connect(damaged);
  }

  #connect(damaged?: { readonly identity: string; readonly reason: string }): OpenDatabase {
    if (this.#options.path === ':memory:') return openMemory();
    if (this.#options.path === undefined) return this.#fallBack('there is no home folder');
    const path = resolve(this.#options.path);
    try {
      return openFile(path, {
        nowMs: this.#options.clock.nowMs(),
        ...(damaged === undefined ? {} : { damaged }),
        onSetAside: (moved) => {
          this.setAside.push(moved);
          this.#say(
            'damaged',
            `is damaged (${moved.reason}): it was set aside as ${moved.target}, and a new one is begun; delete it when you have no use for it`,
          );
        },
      });
    } catch (error) {
      if (error instanceof ToolError) return this.#fallBack(error.message, error.hint);
      return this.#connectUnchanging(path, reasonOf(error));
    }
  }

  #connectUnchanging(path: string, reason: string): OpenDatabase {
    try {
      return openUnchanging(path, reason);
    } catch {
      return this.#fallBack(reason);
    }
  }

  #fallBack(reason: string, hint = 'name another file with --cache'): OpenDatabase {
    this.#say('unusable', `cannot be used (${reason}): nothing is kept beyond this run; ${hint}`);
    return openMemory();
  }

  #say(topic: string, text: string): void {
    if (this.#said.has(topic)) return;
    this.#said.add(topic);
    this.#options.notice(`the cache ${this.#options.path ?? 'file'} ${text}`);
  }
}
