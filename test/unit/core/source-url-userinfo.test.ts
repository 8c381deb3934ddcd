import { expect, test } from 'vitest';
import { redactAddress } from '../../../src/core/provenance/redact.ts';
import { parseSourceUrl, repositoryKey } from '../../../src/core/source-url.ts';

test('an address that browsers read as another host stays one that nobody reads', () => {
  const disguised = String.raw`https://evil.example\@github.com/acme/shop`;
  const redacted = redactAddress(disguised);
  expect(parseSourceUrl(disguised, 'auto')).toEqual({ kind: 'refused', reason: 'malformed' });
  expect(parseSourceUrl(redacted, 'auto')).toEqual({ kind: 'refused', reason: 'malformed' });
  expect(repositoryKey(disguised)).not.toBe(repositoryKey('https://github.com/acme/shop'));
});

test('a password with a backslash is gone all the same', () => {
  expect(redactAddress(String.raw`https://ada:pa\ss@github.com/acme/shop`)).not.toMatch(/ada|pa|ss@/);
  expect(redactAddress('https://ada:pass@github.com/acme/shop')).toBe('https://github.com/acme/shop');
});
