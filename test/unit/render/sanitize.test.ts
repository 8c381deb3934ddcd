import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clean,
  csvCell,
  dotString,
  markdownCode,
  markdownProse,
  mermaidLabel,
  safeLink,
  workflowCommandProperty,
  workflowCommandValue,
} from '../../../src/render/sanitize.ts';

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());

describe('clean', () => {
  test.each([
    ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
    ['the 8-bit CSI', '\u009b31mred', 'red'],
    ['a window title ended by BEL', 'a\u001b]0;owned\u0007b', 'ab'],
    ['a hyperlink ended by ST', '\u001b]8;;https://evil.example\u001b\\text\u001b]8;;\u001b\\', 'text'],
    ['an OSC without its end: only its beginning', 'a\u001b]0;b', 'a0;b'],
    ['a device control string', 'a\u001bP1$q\u001b\\b', 'ab'],
    ['a reset', 'a\u001bcb', 'ab'],
    ['one sequence inside another', '\u001b\u001b[m[31mred', '[31mred'],
    ['backspaces and DEL', 'good\b\b\b\bevil\u007f', 'goodevil'],
    ['line breaks of every kind', 'a\nb\rc\u0085d\u2028e\u2029f\tg', 'a b c d e f g'],
    ['spaces of every kind', 'a\u00a0b\u3000c\u2800d', 'a b c d'],
    ['direction overrides and isolates', 'a\u202e\u2066\u200f\u061cb', 'ab'],
    ['zero-width characters', 'a\u200b\u200d\u2060\ufeffb', 'ab'],
    ['tags, fillers, variation selectors', 'a\u{e0041}\u3164\ufe0fb', 'ab'],
    ['lone surrogates', 'a\ud800b\udc00c', 'abc'],
    ['private use and noncharacters', 'a\ue000\uffffb', 'ab'],
    ['a tower of accents', `e${'\u0301'.repeat(9)}`, `e${'\u0301'.repeat(4)}`],
    ['the commands of log readers', '##[add-mask]a ##vso[task.x]b ###[c]', '# #[add-mask]a # #vso[task.x]b ## #[c]'],
    ['nothing of what is fine', 'Zürich 漢字 🚀 a_b/c:d@e # ## x', 'Zürich 漢字 🚀 a_b/c:d@e # ## x'],
  ])('takes out %s', (_what, text, expected) => {
    expect(clean(text)).toBe(expected);
  });

  test('cuts at the length given, never through a letter', () => {
    expect(clean('abcdef', 4)).toBe('abc…');
    expect(clean('abcd', 4)).toBe('abcd');
    expect(clean('ab🚀cd', 4)).toBe('ab…');
    expect(clean('x'.repeat(1 << 20))).toHaveLength(64 * 1024);
  });

  test('leaves no control, direction or invisible character', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const safe = clean(text);
        expect(safe).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(safe.isWellFormed()).toBe(true);
      }),
    );
  });

  test('masks a credential that invisible characters hide', () => {
    expect(clean(`gh\u200bp_${'a'.repeat(36)}`)).toBe('ghp_***');
  });

  test('masks before it cuts, so that no half of a credential is left', () => {
    expect(clean(`ghp_${'a'.repeat(36)} and more`, 12)).toBe('ghp_*** and…');
  });
});

describe('safeLink', () => {
  test.each([
    ['https://github.com/acme/shop', 'https://github.com/acme/shop'],
    ['HTTPS://GitHub.com/a b', 'https://github.com/a%20b'],
    ['https://x.example/(a)[b]|`<">', 'https://x.example/%28a%29%5Bb%5D%7C%60%3C%22%3E'],
    ['https://x.example/\u202e\u001b[31mred', 'https://x.example/red'],
  ])('%j', (text, expected) => {
    expect(safeLink(text)).toBe(expected);
  });
  test.each([
    'http://x.example',
    'javascript:alert(1)',
    'file:///etc/passwd',
    ' https://x.example',
    'https://',
    'x',
    '',
  ])('no link: %j', (text) => {
    expect(safeLink(text)).toBeUndefined();
  });
  test('nor one that names a user, or that terminals would not take', () => {
    expect(safeLink('https://user:secret@x.example/')).toBeUndefined();
    expect(safeLink('https://git@x.example/')).toBeUndefined();
    expect(safeLink(`https://x.example/${'a'.repeat(2083)}`)).toBeUndefined();
  });
});

describe('Markdown', () => {
  test.each([
    ['a *b* _c_ ~d~ [e](f) \\ $g$ #h', 'a \\*b\\* \\_c\\_ \\~d\\~ \\[e\\](f) \\\\ \\$g\\$ \\#h'],
    ['<b> & | `x`', '&lt;b&gt; &amp; &#124; &#96;x&#96;'],
    ['ask @acme/team about #12, GH-3 and !4', 'ask `@acme/team` about `#12,` `GH-3` and `!4`'],
    ['see https://x.example/a|b or www.x.example', 'see `https://x.example/a`&#124;`b` or `www.x.example`'],
    ['a\n# b', 'a \\# b'],
  ])('prose: %j', (text, expected) => {
    expect(markdownProse(text)).toBe(expected);
  });
  test.each([
    ['refs/heads/main', '`refs/heads/main`'],
    ['a`b``c', '`a`&#96;`b`&#96;&#96;`c`'],
    ['a|b<c>d', '`a`&#124;`b`&lt;`c`&gt;`d`'],
    ['', ''],
  ])('code: %j', (text, expected) => {
    expect(markdownCode(text)).toBe(expected);
  });
  test('neither lets a tag, a pipe or a line break through, and code is always closed', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const safe of [markdownProse(text), markdownCode(text)]) {
          expect(safe).not.toMatch(/[<>|\n]/);
          // A backslash escapes nothing in code, and no grave accent stands outside of it.
          expect((safe.match(/`/g) ?? []).length % 2).toBe(0);
          // What is left outside of code mentions and links nothing.
          expect(safe.replaceAll(/`[^`]*`/g, '')).not.toMatch(/@|:\/\/|(?<![\\&])#\d/);
        }
      }),
    );
  });
});

describe('Mermaid', () => {
  test.each([
    [['a', 'b'], '"a<br/>b"'],
    [['say "hi"; #1 <b> %%{init}'], '"say #34;hi#34;#59; #35;1 #60;b#62; #37;#37;#123;init#125;"'],
    [['- a', '12. b', '12 c'], '"#45; a<br/>#49;2. b<br/>12 c"'],
  ])('%j', (lines, expected) => {
    expect(mermaidLabel(lines)).toBe(expected);
  });
  test('a label holds no quote, no markup and no directive of a stranger', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(mermaidLabel([text])).toMatch(/^"(?:[^"<>`{}[\]|%*_:#;]|#\d+;)*"$/);
      }),
    );
  });
});

describe('DOT', () => {
  test.each([
    [['a', 'b'], '"a\\nb"'],
    [['say "hi" \\'], '"say \\"hi\\" \\\\"'],
    [['&lt; \\N'], '"&amp;lt; \\\\N"'],
  ])('%j', (lines, expected) => {
    expect(dotString(lines)).toBe(expected);
  });
  test('the string ends where it should', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(dotString([text])).toMatch(/^"(?:[^"\\\n]|\\["\\])*"$/);
      }),
    );
  });
});

describe('CSV', () => {
  test.each([
    ['plain', '"plain"'],
    ['say "hi", you', '"say ""hi"", you"'],
    ['=1+1', `"'=1+1"`],
    ['+1', `"'+1"`],
    ['-1', `"'-1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['\t=1', `"' =1"`],
    ['＝1', `"'＝1"`],
    ['a=1', '"a=1"'],
    ['a\r\nb', '"a  b"'],
  ])('%j', (text, expected) => {
    expect(csvCell(text)).toBe(expected);
  });
});

describe('workflow commands', () => {
  test('a message cannot end its line or forge an escape', () => {
    expect(workflowCommandValue('50% of a\n::error::b')).toBe('50%25 of a ::error::b');
    expect(workflowCommandValue('%0A::error::b')).toBe('%250A::error::b');
  });
  test('a property cannot end its value either', () => {
    expect(workflowCommandProperty('a,line=1::b%')).toBe('a%2Cline=1%3A%3Ab%25');
  });
});
