const PLACEHOLDERS: ReadonlySet<string> = new Set([
  '',
  '(none)',
  'head',
  'n/a',
  'noassertion',
  'none',
  'null',
  'undefined',
  'unknown',
]);

/** True for what a build writes where it did not know better: `unknown`, `$VCS_REF`, `{{.Commit}}`, all zeros. */
export function isPlaceholder(text: string): boolean {
  const value = text.trim().toLowerCase();
  return PLACEHOLDERS.has(value) || value.includes('$') || value.includes('{{') || /^0{7,}$/.test(value);
}
