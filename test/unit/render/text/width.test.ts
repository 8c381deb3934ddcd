import { describe, expect, test } from 'vitest';
import { columnsOf } from '../../../../src/render/text/width.ts';

describe('columns', () => {
  test.each([
    ['', 0],
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['漢字', 4],
    ['かな', 4],
    ['한글', 4],
    ['ＡＢ', 4],
    ['ﾊﾝｶｸ', 4],
    ['🚀', 2],
    ['✔●○◌✖·…', 7],
    ['\u{20000}', 2],
    ['Ж', 1],
    ['א', 1],
  ])('%s is %i wide', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });
});
