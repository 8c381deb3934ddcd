import type { ChildProcess } from 'node:child_process';
import type { ErrorCode } from '../../core/errors.ts';
import { ToolError } from '../../core/errors.ts';
import type { ObjectId } from '../../core/model/source.ts';
import type { SourceObject } from '../../ports/source-code.ts';
import { isHashOf } from './object-id.ts';
import { endProgram, notInstalled } from './program.ts';

/** Of one object. The largest CODEOWNERS that a forge reads has 3 MB; a folder of 100,000 names has 5. */
const OBJECT_BYTES_MAX = 16 * 1024 * 1024;
/** `<id> <type> <size>` */
const HEADER = /^\S+ (commit|tree|blob|tag) (\d{1,15})$/;
const HEADER_LENGTH_MAX = 200;
const MESSAGE_LENGTH_MAX = 500;
const LINE_FEED = 0x0a;
const NOTHING = Buffer.alloc(0);

/** What may still be read for one question. */
export type Budget = { bytesLeft: number };
type Awaited = {
  readonly id: ObjectId;
  readonly budget: Budget;
  readonly resolve: (object: SourceObject | undefined) => void;
  readonly reject: (error: ToolError) => void;
};
/** The object that is coming in. `chunks` is undefined for one that is too large, which is passed over. */
type Incoming = { readonly type: string; readonly size: number; left: number; readonly chunks: Buffer[] | undefined };

/** One running `git cat-file --batch`: ids in, objects out, in the same order. */
export class CatFile {
  readonly #child: ChildProcess;
  readonly #where: string;
  readonly #awaited: Awaited[] = [];
  #header: Buffer = NOTHING;
  #incoming: Incoming | undefined;
  #messages = '';
  #failure: ToolError | undefined;

  /** @param where as messages name the repository */
  constructor(child: ChildProcess, where: string) {
    this.#child = child;
    this.#where = where;
    child.stdout?.on('data', (chunk: Buffer) => this.#receive(chunk));
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#messages = `${this.#messages}${chunk.toString('utf8')}`.slice(-MESSAGE_LENGTH_MAX);
    });
    child.once('error', (cause) => this.#endWith(notInstalled('git', cause)));
    child.once('close', () => this.#endWith(this.#error('NOT_READABLE', 'git gave up', this.#messages.trim())));
  }

  /** True once nothing can be asked of it any more. */
  get isEnded(): boolean {
    return this.#failure !== undefined;
  }

  /** The object, or undefined where there is none. @throws ToolError */
  read(id: ObjectId, budget: Budget): Promise<SourceObject | undefined> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const answer = Promise.withResolvers<SourceObject | undefined>();
    this.#awaited.push({ id, budget, ...answer });
    this.#child.stdin?.write(`${id}\n`);
    return answer.promise;
  }

  end(code: ErrorCode, reason: string): void {
    this.#endWith(this.#error(code, reason));
  }

  #endWith(error: ToolError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    endProgram(this.#child);
    for (const awaited of this.#awaited.splice(0)) awaited.reject(error);
  }

  #receive(received: Buffer): void {
    let chunk = received;
    while (chunk.length > 0 && this.#failure === undefined) {
      chunk = this.#incoming === undefined ? this.#takeHeader(chunk) : this.#takeContent(this.#incoming, chunk);
    }
  }

  /** What is left of the chunk behind the header. */
  #takeHeader(chunk: Buffer): Buffer {
    const end = chunk.indexOf(LINE_FEED);
    this.#header = Buffer.concat([this.#header, end < 0 ? chunk : chunk.subarray(0, end)]);
    if (this.#header.length > HEADER_LENGTH_MAX) this.end('MALFORMED', 'git answered something else');
    if (end < 0) return NOTHING;
    const [, type, size] = HEADER.exec(this.#header.toString('latin1')) ?? [];
    this.#header = NOTHING;
    if (type === undefined) this.#awaited.shift()?.resolve(undefined);
    else this.#begin(type, Number(size));
    return chunk.subarray(end + 1);
  }

  #begin(type: string, size: number): void {
    const budget = this.#awaited[0]?.budget ?? { bytesLeft: 0 };
    const isTaken = size <= OBJECT_BYTES_MAX && size <= budget.bytesLeft;
    if (isTaken) budget.bytesLeft -= size;
    // A line break follows the content.
    this.#incoming = { type, size, left: size + 1, chunks: isTaken ? [Buffer.from(`${type} ${size}\0`)] : undefined };
  }

  #takeContent(incoming: Incoming, chunk: Buffer): Buffer {
    const taken = chunk.subarray(0, incoming.left);
    incoming.chunks?.push(taken);
    incoming.left -= taken.length;
    if (incoming.left === 0) this.#finish(incoming);
    return chunk.subarray(taken.length);
  }

  #finish({ chunks, size }: Incoming): void {
    this.#incoming = undefined;
    const awaited = this.#awaited.shift();
    if (awaited === undefined) return;
    if (chunks === undefined) return awaited.resolve({ kind: 'tooLarge', size });
    const bytes = new Uint8Array(Buffer.concat(chunks).subarray(0, -1));
    // git takes a file's name for the hash of what is in it. What is not what its id says is not there.
    awaited.resolve(isHashOf(awaited.id, bytes) ? { kind: 'object', bytes } : undefined);
  }

  #error(code: ErrorCode, reason: string, got = ''): ToolError {
    return new ToolError(code, `could not read objects of ${this.#where}: ${reason}`, got === '' ? {} : { got });
  }
}
