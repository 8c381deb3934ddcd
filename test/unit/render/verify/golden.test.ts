import { describe, expect, test } from 'vitest';
import { golden } from '../golden.ts';
import { VERIFY_REPORTS, shownVerdicts } from './reports.ts';

const NAMES = Object.keys(VERIFY_REPORTS);
const reportOf = (name: string) => VERIFY_REPORTS[name] ?? { images: [], waived: [] };

describe('text', () => {
  test.each(NAMES)('%s at 80 columns', async (name) => {
    const output = await shownVerdicts(reportOf(name));
    expect(output).toBe(golden(`verify-${name}.80.text`, output));
  });
  test.each(['pass', 'fail', 'stranger'])('%s at 140 columns', async (name) => {
    const output = await shownVerdicts(reportOf(name), { width: 140 });
    expect(output).toBe(golden(`verify-${name}.140.text`, output));
  });
  test.each(['pass', 'fail', 'undecided'])('%s with everything', async (name) => {
    const output = await shownVerdicts(reportOf(name), { verbose: true });
    expect(output).toBe(golden(`verify-${name}.verbose.text`, output));
  });
  test('several with colours and links', async () => {
    const output = await shownVerdicts(reportOf('several'), { colour: true, links: true });
    expect(output).toBe(golden('verify-several.colour.text', output));
  });
});

describe.each(['json', 'ndjson'] as const)('%s', (format) => {
  test.each(['pass', 'stranger', 'undecided', 'several'])('%s', async (name) => {
    const output = await shownVerdicts(reportOf(name), { format });
    expect(output).toBe(golden(`verify-${name}.${format}`, output));
  });
});
