// A process of its own for the tests: `node store-child.ts ACTION PATH FROM COUNT [UID]`. What it did is told on standard
// output, synchronously.
import { readSync, writeSync } from 'node:fs';
import { openStore } from '../../../../src/adapters/store/open-store.ts';
import { content, FOREVER_MS, handClock, NOON_MS, promise } from './store-content.ts';

const [action, path = '', from = '0', count = '0', uid] = process.argv.slice(2);
if (uid !== undefined) {
  process.setgid?.(Number(uid));
  process.setuid?.(Number(uid));
}
const notices: string[] = [];
const store = openStore({ path, clock: handClock(), notice: (text) => notices.push(text) });
const numbers = Array.from({ length: Number(count) }, (_, index) => Number(from) + index);

/** Each number is told once it was written: whoever reads it may rely on it. */
function write(): void {
  for (const number of numbers) {
    const { digest, bytes } = content(number);
    store.writeContent(digest, bytes);
    store.writeFact(promise(digest), { value: 'text/plain', learnedAtMs: NOON_MS, freshUntilMs: FOREVER_MS });
    writeSync(1, `${number}\n`);
  }
}

/** Reads all, then writes one more and reads it. */
function inspect(): void {
  const read = numbers.filter((number) => store.readContent(content(number).digest) !== undefined);
  const more = content(Number(from) + Number(count));
  store.writeContent(more.digest, more.bytes);
  store.writeContent(more.digest, more.bytes);
  const written = store.readContent(more.digest) !== undefined;
  writeSync(1, JSON.stringify({ read, written, path: store.describe().path, notices }));
}

/** Fills the disk, and then reads what the first one wrote. */
function fill(): void {
  for (const number of numbers) store.writeContent(content(number).digest, content(number).bytes);
  const read = numbers.filter((number) => store.readContent(content(number).digest) !== undefined);
  writeSync(1, JSON.stringify({ read, notices }));
}

/** Has the file open, waits for a line, and then reads what it has not read yet until it meets the damage, and writes. */
function waitAndWrite(): void {
  store.readContent(content(1).digest);
  writeSync(1, 'ready\n');
  readSync(0, Buffer.alloc(100));
  for (let number = 1; number <= 200; number++) store.readContent(content(number).digest);
  write();
}

if (action === 'write') write();
else if (action === 'wait') waitAndWrite();
else if (action === 'fill') fill();
else inspect();
store.close();
