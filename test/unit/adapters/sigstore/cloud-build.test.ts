import { describe, expect, test } from 'vitest';
import { isCloudBuildEnvelope, verifyCloudBuild } from '../../../../src/adapters/sigstore/cloud-build.ts';
import { CLOUD_BUILD_KEYS } from '../../../../src/core/trust/google-cloud-build.ts';
import type { CloudBuildKey } from '../../../../src/core/trust/google-cloud-build.ts';
import { preAuthEncoding } from '../../../support/authority-documents.ts';
import { createKeyPair, signWith, spki } from '../../../support/authority-keys.ts';
import { verdict } from '../../../support/authority-trust.ts';

const TYPE = 'application/vnd.in-toto+json';
const PAYLOAD = Buffer.from('{"_type":"https://in-toto.io/Statement/v1"}');
const RING = 'projects/verified-builder/locations';

const [global, regional] = [createKeyPair(), createKeyPair()];
const keys: readonly CloudBuildKey[] = [
  { keyId: `${RING}/global/worker`, signs: 'pae', publicKey: spki(global).toString('base64') },
  { keyId: `${RING}/us-west2/builtByGCB`, signs: 'payload', publicKey: spki(regional).toString('base64') },
];
const overPae = { keyid: `${RING}/global/worker`, sig: signWith(global, preAuthEncoding(TYPE, PAYLOAD)) };
const overPayload = { keyid: `${RING}/us-west2/builtByGCB`, sig: signWith(regional, PAYLOAD) };
const bad = Buffer.from('no signature');

function check(...signatures: readonly { readonly keyid: string; readonly sig: Buffer }[]): string {
  return verdict(verifyCloudBuild({ payloadType: TYPE, payload: PAYLOAD, signatures: [...signatures] }, keys));
}

describe('Google Cloud Build', () => {
  test('signs by a global key over the pre-authentication encoding', () => {
    expect(check(overPae)).toBe('verified');
  });

  test('signs by a regional key over the payload', () => {
    expect(check(overPayload)).toBe('verified');
  });

  test('signs by both, of which one will do', () => {
    expect(check({ ...overPae, sig: bad }, overPayload)).toBe('verified');
  });

  test.each([
    ['a global key over the bare payload', { keyid: overPae.keyid, sig: signWith(global, PAYLOAD) }],
    [
      'a regional key over the pre-authentication encoding',
      { keyid: overPayload.keyid, sig: signWith(regional, preAuthEncoding(TYPE, PAYLOAD)) },
    ],
    ['one key under the name of the other', { keyid: overPayload.keyid, sig: overPae.sig }],
  ])('does not sign by %s', (_, signature) => {
    expect(check(signature)).toBe('rejected BAD_SIGNATURE');
  });

  test('is told by the names of its keys, and a key that is unknown is not another', () => {
    const signatures = [{ keyid: `${RING}/nowhere/worker`, sig: overPae.sig }];
    expect(isCloudBuildEnvelope({ payloadType: TYPE, payload: PAYLOAD, signatures })).toBe(true);
    expect(check(...signatures)).toBe('attested NO_KEY');
    expect(
      isCloudBuildEnvelope({ payloadType: TYPE, payload: PAYLOAD, signatures: [{ keyid: 'own', sig: bad }] }),
    ).toBe(false);
  });

  test('has two global keys, and one in each of nineteen places', () => {
    expect(CLOUD_BUILD_KEYS.filter(({ signs }) => signs === 'pae')).toHaveLength(2);
    expect(new Set(CLOUD_BUILD_KEYS.map(({ keyId }) => keyId)).size).toBe(21);
  });
});
