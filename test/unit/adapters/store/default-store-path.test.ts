import { expect, test } from 'vitest';
import { defaultStorePath } from '../../../../src/adapters/store/default-store-path.ts';

test.each([
  ['the variable of its own', { PROVTRACE_CACHE: 'a/b.db', XDG_CACHE_HOME: '/x' }, '/home/u', 'a/b.db'],
  ['the variable of its own without a home', { PROVTRACE_CACHE: ':memory:' }, undefined, ':memory:'],
  ['XDG_CACHE_HOME', { PROVTRACE_CACHE: '', XDG_CACHE_HOME: '/x' }, '/home/u', '/x/provtrace/provtrace.db'],
  [
    'a relative XDG_CACHE_HOME, which does not count',
    { XDG_CACHE_HOME: 'x' },
    '/home/u',
    '/home/u/.cache/provtrace/provtrace.db',
  ],
  ['an empty XDG_CACHE_HOME', { XDG_CACHE_HOME: '' }, '/home/u', '/home/u/.cache/provtrace/provtrace.db'],
  ['nothing', {}, '/home/u', '/home/u/.cache/provtrace/provtrace.db'],
  ['nothing and no home', {}, undefined, undefined],
  ['nothing and a home that is none', {}, '', undefined],
])('the place of the file by %s', (_, env, home, expected) => {
  expect(defaultStorePath(env, home)).toBe(expected);
});
