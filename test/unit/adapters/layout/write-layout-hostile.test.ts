import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeLayout } from '../../../../src/adapters/layout/write-layout.ts';
import type { LayoutContent } from '../../../../src/ports/layout-writer.ts';
import { digestOf } from '../../../support/test-repository.ts';

const folder = mkdtempSync(join(tmpdir(), 'provtrace-write-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fresh = (): string => mkdtempSync(join(folder, 'at-'));

/** `meanwhile` happens after the first file is written. */
function contentOf(text: string, meanwhile: () => void | Promise<void> = () => {}): LayoutContent {
  const bytes = Buffer.from(text);
  const read = async (): Promise<Uint8Array> => {
    await meanwhile();
    return bytes;
  };
  return { files: [{ name: 'index.json', bytes }], blobs: [{ digest: digestOf(bytes), read }] };
}

describe.each(['layout', 'layout.tar'])('%s', (name) => {
  test('what is beside it under another name stays', async () => {
    const at = fresh();
    const own = join(at, `.${name}.partial`);
    mkdirSync(own);
    writeFileSync(join(own, 'mine'), 'mine');
    await writeLayout(join(at, name), contentOf('one'));
    expect(readFileSync(join(own, 'mine'), 'utf8')).toBe('mine');
    expect(readdirSync(at).toSorted()).toEqual([`.${name}.partial`, name].toSorted());
  });

  test('two that are written at once do not mix: one is written, and one is told that something is there', async () => {
    const at = fresh();
    const path = join(at, name);
    const other = Promise.withResolvers<void>();
    const first = writeLayout(
      path,
      contentOf('one', () => other.promise),
    );
    const second = await writeLayout(path, contentOf('two')).finally(() => other.resolve());
    expect(second).toBeUndefined();
    await expect(first).rejects.toThrow('something at');
    expect(readdirSync(at)).toEqual([name]);
    const text = name.endsWith('.tar') ? readFileSync(path) : readFileSync(join(path, 'index.json'));
    expect(text.includes('two')).toBe(true);
    expect(text.includes('one')).toBe(false);
  });

  test('is not written through a link', async () => {
    const at = fresh();
    const outside = join(at, 'outside');
    symlinkSync(outside, join(at, name));
    await writeLayout(join(at, name), contentOf('one')).catch(() => undefined);
    expect(readdirSync(at)).not.toContain('outside');
  });
});
