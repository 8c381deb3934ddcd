import { createPublicKey } from 'node:crypto';
import type { Checked } from '../../core/model/statement.ts';
import type { CloudBuildKey } from '../../core/trust/google-cloud-build.ts';
import { CLOUD_BUILD_KEYS, CLOUD_BUILD_ROOT } from '../../core/trust/google-cloud-build.ts';
import { CheckFailure } from './check-failure.ts';
import { preAuthEncoding } from './envelope.ts';
import type { Envelope } from './envelope.ts';
import { managedKey } from './managed-key.ts';
import { signatureHolds } from './signature.ts';

const KEY_ID_PREFIX = 'projects/verified-builder/';

/** True for an envelope that says that Google Cloud Build signed it. */
export function isCloudBuildEnvelope({ signatures }: Envelope): boolean {
  return signatures.some(({ keyid }) => keyid.startsWith(KEY_ID_PREFIX));
}

/**
 * The signatures of Google Cloud Build, of which one good one suffices: a build has up to two, by a global key over the
 * pre-authentication encoding and by a regional one over the bare payload. A key is used only in the manner that is its own,
 * and only where the signature names it; there is no log, and no time.
 */
export function verifyCloudBuild(envelope: Envelope, keys: readonly CloudBuildKey[] = CLOUD_BUILD_KEYS): Checked {
  const { payloadType, payload, signatures } = envelope;
  const named = signatures.flatMap(({ keyid, sig }) =>
    keys.filter((key) => key.keyId === keyid).map((key) => ({ key, sig })),
  );
  for (const { key, sig } of named) {
    const publicKey = createPublicKey({ key: Buffer.from(key.publicKey, 'base64'), format: 'der', type: 'spki' });
    if (signatureHolds(publicKey, key.signs === 'pae' ? preAuthEncoding(payloadType, payload) : payload, sig)) {
      const { fingerprint, name } = managedKey(publicKey, key.keyId);
      return {
        assurance: 'verified',
        signer: { kind: 'key', fingerprint, name },
        times: [],
        logEntries: [],
        root: CLOUD_BUILD_ROOT,
      };
    }
  }
  const keyIds = signatures.map(({ keyid }) => keyid).join(', ');
  return named.length === 0
    ? new CheckFailure('NO_KEY', { expected: 'a key of Google Cloud Build', got: `the unknown ${keyIds}` }).checked
    : new CheckFailure('BAD_SIGNATURE', { expected: `a signature by ${keyIds}`, got: 'one that does not hold' })
        .checked;
}
