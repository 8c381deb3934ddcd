import { createHmac, hash } from 'node:crypto';
import type { Digest } from '../../core/model/digest.ts';
import { digestAlgorithm, digestHex } from '../../core/model/digest.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Fact, FactKey, SeenImage, Store, StoreCheck, StoreDescription, StoreFile } from '../../ports/store.ts';
import { checkDatabase } from './check.ts';
import type { Pruned } from './maintenance.ts';
import { clearDatabase, describeDatabase, NOTHING_KEPT, pruneDatabase, shrinkFile } from './maintenance.ts';
import { parseContent, parseFact, parseSalt, parseSeen } from './rows.ts';
import type { StoreConnection } from './store-connection.ts';

const SALT_BYTES = 32;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The two ports over one database. */
export class SqliteStore implements Store, StoreFile {
  readonly #connection: StoreConnection;
  readonly #clock: Clock;
  readonly #randomBytes: (size: number) => Uint8Array;
  readonly #readToday = new Set<Digest>();
  /** The last one in use, which a file that replaces a damaged one is given too. */
  #salt: Uint8Array | undefined;

  constructor(
    connection: StoreConnection,
    tools: { readonly clock: Clock; readonly randomBytes: (size: number) => Uint8Array },
  ) {
    this.#connection = connection;
    this.#clock = tools.clock;
    this.#randomBytes = tools.randomBytes;
  }

  readContent(digest: Digest): Uint8Array | undefined {
    const content = this.#connection.attempt(
      (statements) => parseContent(statements.readContent.get(digest)),
      undefined,
    );
    if (content === undefined) return undefined;
    if (!isContentOf(digest, content.bytes)) {
      this.#connection.change((statements) => {
        statements.deleteContent.run(digest);
        statements.deletePromises.run(digest);
      }, undefined);
      return undefined;
    }
    if (content.readDay < this.#today()) this.#readToday.add(digest);
    return content.bytes;
  }

  writeContent(digest: Digest, bytes: Uint8Array): void {
    this.#connection.change((statements) => {
      statements.writeContent.run(digest, this.#today(), bytes);
    }, undefined);
  }

  readFact(key: FactKey): Fact | undefined {
    return this.#connection.attempt(
      (statements) => parseFact(statements.readFact.get(key.kind, key.scope, key.name, key.audience)),
      undefined,
    );
  }

  writeFact(key: FactKey, fact: Fact): void {
    this.#connection.change((statements) => {
      const { kind, scope, name, audience } = key;
      statements.writeFact.run(kind, scope, name, audience, fact.value ?? null, fact.learnedAtMs, fact.freshUntilMs);
    }, undefined);
  }

  audienceOf(credential: string): string {
    if (credential === '') return '';
    return createHmac('sha256', this.#keptSalt()).update(credential).digest('hex');
  }

  recordSeen(image: SeenImage): void {
    const { transport, name } = image.repository;
    this.#connection.change((statements) => {
      statements.recordSeen.run(image.digest, transport, name, Date.parse(image.lastSeen));
    }, undefined);
  }

  findSeen(hexPrefix: string): readonly SeenImage[] {
    return this.#connection.attempt((statements) => statements.findSeen.all(hexPrefix).flatMap(parseSeen), []);
  }

  describe(): StoreDescription {
    const { path } = this.#connection;
    return this.#connection.attempt(
      () => describeDatabase(this.#connection.database, { path, nowMs: this.#clock.nowMs() }),
      { path, ...NOTHING_KEPT },
    );
  }

  prune(options: { readonly unreadDays: number }): Pruned {
    this.#markRead();
    const today = this.#today();
    const pruned = this.#connection.change(
      () =>
        pruneDatabase(this.#connection.database, {
          nowMs: this.#clock.nowMs(),
          today,
          unreadSinceDay: today - options.unreadDays,
        }),
      { facts: 0, contents: 0, bytes: 0 },
    );
    this.#connection.attempt(() => shrinkFile(this.#connection.database), undefined);
    return pruned;
  }

  /** Everything, the salt too: what was shown to a credential cannot be told from what will be. */
  clear(): void {
    this.#connection.change(() => clearDatabase(this.#connection.database), undefined);
    this.#connection.attempt(() => shrinkFile(this.#connection.database), undefined);
    this.#salt = undefined;
  }

  check(): StoreCheck {
    const { contents, damaged, faults } = checkDatabase(this.#connection.database, isContentOf);
    // Damage that was met on opening is damage too, though the file that is checked is a new one by then.
    const moved = this.#connection.setAside.map(
      ({ reason, target }) => `the file was damaged (${reason}) and is set aside as ${target}`,
    );
    return { contents, damaged, faults: [...moved, ...faults] };
  }

  close(): void {
    this.#markRead();
    this.#connection.close();
  }

  /** Once a day for each content, and together: only pruning asks for it, so that a kill may lose it. */
  #markRead(): void {
    if (this.#readToday.size === 0) return;
    this.#connection.change((statements) => {
      for (const digest of this.#readToday) statements.markRead.run(this.#today(), digest);
    }, undefined);
    this.#readToday.clear();
  }

  /** The file's salt. Whoever needs one first makes it; where it cannot be written it lives as long as this run. */
  #keptSalt(): Uint8Array {
    const kept = this.#connection.attempt((statements) => parseSalt(statements.readSalt.get()), undefined);
    if (kept !== undefined) return (this.#salt = kept);
    const salt = (this.#salt ??= this.#randomBytes(SALT_BYTES));
    return this.#connection.change((statements) => {
      statements.writeSalt.run(salt);
      return parseSalt(statements.readSalt.get()) ?? salt;
    }, salt);
  }

  #today(): number {
    return Math.floor(this.#clock.nowMs() / DAY_MS);
  }
}

function isContentOf(digest: Digest, bytes: Uint8Array): boolean {
  return hash(digestAlgorithm(digest), bytes, 'hex') === digestHex(digest);
}
