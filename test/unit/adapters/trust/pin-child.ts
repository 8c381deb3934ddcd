import { createTrustFiles } from '../../../../src/adapters/trust/trust-files.ts';
import { parseManagedKeys } from '../../../../src/adapters/sigstore/managed-key.ts';
import { whileLocked } from '../../../../src/adapters/store/file-lock.ts';

/** A process that pins ten signers, one after another: `pin-child.ts HOME FOLDER NAME`. */
const [, , home = '', folder = '', name = ''] = process.argv;
const trust = createTrustFiles({
  folder,
  workingFolder: home,
  roots: { embedded: () => [], parse: () => ({ roots: [], problems: [] }) },
  readKeys: parseManagedKeys,
  repositories: [],
  whileLocked,
  clock: { nowMs: () => 0 },
});
for (let count = 0; count < 10; count++) {
  const signer = {
    kind: 'certificate',
    issuer: 'https://issuer.test',
    identity: `${name}-${count}@acme.example`,
    match: 'exact',
  } as const;
  await trust.addPins([{ images: 'ghcr.io/acme/shop', signer }], []);
}
