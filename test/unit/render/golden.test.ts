import { describe, test } from 'vitest';
import { REPORTS } from '../../support/reports.ts';
import { expectGolden } from './golden.ts';
import { shown } from './shown.ts';

const NAMES = Object.keys(REPORTS);
const reportOf = (name: string) => REPORTS[name] ?? { images: [] };

describe('text', () => {
  test.each(NAMES)('%s at 80 columns', async (name) => {
    expectGolden(`${name}.80.text`, await shown(reportOf(name)));
  });
  test.each(NAMES)('%s at 140 columns', async (name) => {
    expectGolden(`${name}.140.text`, await shown(reportOf(name), { width: 140 }));
  });
  test.each(['good', 'lying', 'unheard'])('%s with everything', async (name) => {
    expectGolden(`${name}.verbose.text`, await shown(reportOf(name), { verbose: true }));
  });
  test('lying with colours and links', async () => {
    expectGolden('lying.colour.text', await shown(reportOf('lying'), { colour: true, links: true }));
  });
});

describe.each(['json', 'ndjson', 'dot', 'mermaid', 'markdown'] as const)('%s', (format) => {
  test.each(['good', 'conflict', 'lying', 'unheard', 'several'])('%s', async (name) => {
    expectGolden(`${name}.${format}`, await shown(reportOf(name), { format }));
  });
});
