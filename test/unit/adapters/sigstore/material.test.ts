import { describe, expect, test } from 'vitest';
import { RememberingCertificate } from '../../../../src/adapters/sigstore/material.ts';
import { createAuthority } from '../../../support/authority.ts';

const parse = (der: Buffer) => RememberingCertificate.fromDer(der);

describe('a certificate that remembers who signed it', () => {
  const acme = createAuthority({ name: 'acme' });
  const other = createAuthority({ name: 'acme' });
  const [intermediate, stranger] = [acme, other].map(({ intermediates }) =>
    parse(intermediates[0]?.certificate ?? Buffer.alloc(0)),
  );
  const root = parse(acme.root.certificate);

  test('finds the same the second time as the first', () => {
    for (const time of ['first', 'second']) {
      const found = [intermediate?.verify(root), stranger?.verify(root), root.verify(), root.verify(intermediate)];
      expect([time, ...found]).toEqual([time, true, false, true, false]);
    }
  });
});
