import { ToolError } from '../core/errors.ts';
import type { StoreCheck, StoreDescription } from '../ports/store.ts';
import type { Run, Tools } from './command.ts';
import { oneOf, parseDuration, textFlag } from './flags.ts';

const ACTIONS = ['info', 'prune', 'clear', 'check'] as const;
const FORMATS = ['text', 'json'] as const;
const UNREAD_DAYS_DEFAULT = 30;
const DAY_MS = 86_400_000;

export const run: Run = async ({ words: [action = ''], flags }, tools) => {
  const format = oneOf(tools.global.format ?? 'text', FORMATS, 'format');
  const show = (text: string, document: object): Promise<void> =>
    tools.write(
      format === 'json' ? `${JSON.stringify({ schema: 'provtrace/cache/1', ...document }, undefined, 2)}\n` : text,
    );
  switch (oneOf(action, ACTIONS, 'action')) {
    case 'info': {
      const description = tools.store.describe();
      await show(infoText(description), description);
      return 0;
    }
    case 'prune': {
      const pruned = tools.store.prune({ unreadDays: unreadDays(textFlag(flags, 'unread')) });
      await show(
        `removed ${pruned.facts} facts and ${pruned.contents} documents, ${bytesText(pruned.bytes)}\n`,
        pruned,
      );
      return 0;
    }
    case 'clear': {
      const before = tools.store.describe();
      tools.store.clear();
      await show(`cleared ${before.path}: ${before.contents} documents and ${before.facts} facts\n`, {
        cleared: before.path,
      });
      return 0;
    }
    case 'check':
      return check(tools, show);
  }
};

async function check(tools: Tools, show: (text: string, document: object) => Promise<void>): Promise<number> {
  const result = tools.store.check();
  await show(checkText(result), result);
  return result.damaged.length === 0 && result.faults.length === 0 ? 0 : 1;
}

function unreadDays(text: string | undefined): number {
  if (text === undefined) return UNREAD_DAYS_DEFAULT;
  const days = parseDuration(text, '--unread') / DAY_MS;
  if (days < 1)
    throw new ToolError('USAGE', `--unread is too short: ${text}`, { expected: 'a day or more, such as 7d' });
  return Math.floor(days);
}

function infoText(description: StoreDescription): string {
  const { path, bytes, contents, contentBytes, facts, staleFacts, images, oldest, newest, schemaVersion } = description;
  const rows = [
    ['file', path],
    ['size', bytesText(bytes)],
    ['images', `${images} seen`],
    ['documents', `${contents}, ${bytesText(contentBytes)}`],
    ['facts', `${facts}, of which ${staleFacts} are past their life`],
    ['learned', oldest === undefined ? 'nothing yet' : `${oldest} to ${newest}`],
    ['version', String(schemaVersion)],
  ];
  return rows.map(([name = '', value]) => `${name.padEnd(10)} ${value}\n`).join('');
}

function checkText({ contents, damaged, faults }: StoreCheck): string {
  if (damaged.length === 0 && faults.length === 0) return `${contents} documents hashed again: all whole\n`;
  return [...damaged.map((digest) => `damaged: ${digest}`), ...faults.map((fault) => `fault: ${fault}`), ''].join('\n');
}

function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kib = bytes / 1024;
  return kib < 1024 ? `${kib.toFixed(1)} KiB` : `${(kib / 1024).toFixed(1)} MiB`;
}
