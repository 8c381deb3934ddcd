import { describe, expect, test } from 'vitest';
import { REPORTS } from '../../support/reports.ts';
import { golden } from './golden.ts';
import { shown } from './shown.ts';

const NAMES = Object.keys(REPORTS);
const reportOf = (name: string) => REPORTS[name] ?? { images: [] };

describe('text', () => {
  test.each(NAMES)('%s at 80 columns', async (name) => {
    const output = await shown(reportOf(name));
    expect(output).toBe(golden(`${name}.80.text`, output));
  });
  test.each(NAMES)('%s at 140 columns', async (name) => {
    const output = await shown(reportOf(name), { width: 140 });
    expect(output).toBe(golden(`${name}.140.text`, output));
  });
  test.each(['good', 'lying', 'unheard'])('%s with everything', async (name) => {
    const output = await shown(reportOf(name), { verbose: true });
    expect(output).toBe(golden(`${name}.verbose.text`, output));
  });
  test('lying with colours and links', async () => {
    const output = await shown(reportOf('lying'), { colour: true, links: true });
    expect(output).toBe(golden('lying.colour.text', output));
  });
});

describe.each(['dot', 'mermaid', 'markdown'] as const)('%s', (format) => {
  test('bases', async () => {
    const output = await shown(reportOf('bases'), { format });
    expect(output).toBe(golden(`bases.${format}`, output));
  });
});

describe.each(['json', 'ndjson', 'dot', 'mermaid', 'markdown'] as const)('%s', (format) => {
  test.each(['good', 'conflict', 'lying', 'unheard', 'several'])('%s', async (name) => {
    const output = await shown(reportOf(name), { format });
    expect(output).toBe(golden(`${name}.${format}`, output));
  });
});
