import { expect, test } from 'vitest';
import { embeddedTrustRoots, parseTrustedRoots } from '../../../../src/adapters/sigstore/trusted-root-file.ts';
import type { TrustRoot } from '../../../../src/adapters/sigstore/trust-root.ts';
import { trustedRootLines } from '../../../../src/adapters/sigstore/write-trusted-root.ts';
import { createAuthority } from '../../../support/authority.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
/** Keys are compared by what they are. */
const plain = (root: TrustRoot): unknown =>
  JSON.parse(
    JSON.stringify({ ...root, name: '', source: '', asOf: '' }, (_, value: unknown) =>
      typeof value === 'object' && value !== null && 'export' in value && typeof value.export === 'function'
        ? (value.export as (options: object) => Buffer)({ format: 'der', type: 'spki' }).toString('hex')
        : value,
    ),
  );

test('a root of trust is the same when it is read again', () => {
  const own = parseTrustedRoots(bytes(createAuthority({ name: 'acme' }).trustedRootJson), 'file:acme').roots;
  const stamped = parseTrustedRoots(bytes(createAuthority({ name: 'b', logs: false }).trustedRootJson), 'file:b').roots;
  const roots = [...embeddedTrustRoots(), ...own, ...stamped];
  expect(roots).toHaveLength(4);
  const read = parseTrustedRoots(bytes(trustedRootLines(roots)), 'file:again');
  expect(read.problems).toEqual([]);
  expect(read.roots.map(plain)).toEqual(roots.map(plain));
});
