import { describe, expect, test } from 'vitest';
import type { Trust } from '../../../../src/core/claims/worth.ts';
import { bindingOfDocument, digestsOf, isUnsigned, reasonFor, worthOf } from '../../../../src/core/claims/worth.ts';
import type { CheckCode, SignedDocument } from '../../../../src/core/model/statement.ts';
import {
  AT,
  ATTESTATION,
  CONFIG,
  DIGESTS,
  INDEX,
  PLATFORM,
  SPDX,
  STRANGE,
  UNSIGNED,
  generator,
  keySigner,
  provenance,
  rejected,
  simpleSignature,
  statementOf,
  stating,
  stranger,
  unchecked,
  verified,
  workflowSigner,
} from './documents.ts';

const TRUST: Trust = { repositories: [AT], pins: [] };

/** What `weighing` does with a document: nothing where it is about something else. */
function worth(signed: SignedDocument, trust: Trust = TRUST) {
  const boundBy = bindingOfDocument(signed, DIGESTS);
  return boundBy === undefined ? undefined : worthOf(signed, boundBy, trust);
}

describe('verified needs all of SPEC 3 at once', () => {
  test('the signature holds, the subject is this digest, and the signer owns the namespace', () => {
    expect(worth(provenance())).toEqual({ strength: 'verified', rank: 'tenantPredicate' });
  });

  test('or is a build platform, which ranks higher', () => {
    expect(worth(provenance({ checked: verified(generator()) }))).toEqual({
      strength: 'verified',
      rank: 'platformPredicate',
    });
  });

  test('or is pinned for a name of the image', () => {
    const signer = { kind: 'key' as const, fingerprint: keySigner().fingerprint };
    const pinned = { ...TRUST, pins: [{ images: 'ghcr.io/acme/*', signer }] };
    const document = provenance({ checked: verified(keySigner(), 'keys') });
    expect(worth(document, pinned)).toEqual({ strength: 'verified', rank: 'tenantPredicate' });
    expect(worth(document)).toEqual({
      strength: 'attested',
      rank: 'tenantPredicate',
      why: 'signer not tied to this image',
    });
  });

  test('a stranger’s signature is as good as any, and worth less', () => {
    expect(worth(provenance({ checked: verified(stranger()) }))).toEqual({
      strength: 'attested',
      rank: 'tenantPredicate',
      why: 'signer not tied to this image',
    });
  });

  test('about another digest it is worth nothing', () => {
    expect(worth(provenance({ about: STRANGE }))).toBeUndefined();
    expect(worth(simpleSignature({ about: STRANGE }))).toBeUndefined();
  });

  test('the index vouches for its platforms by their digests', () => {
    expect(worth(provenance({ about: INDEX }))).toEqual({ strength: 'verified', rank: 'tenantPredicate' });
  });

  test.each([
    ['config', CONFIG, 'about its config alone'],
    ['attestation manifest', ATTESTATION, 'about an attestation manifest alone'],
  ])('the %s alone is not this image: others can have it too', (_name, about, why) => {
    for (const document of [provenance({ about }), simpleSignature({ about })]) {
      expect(worth(document)).toEqual({ strength: 'attested', rank: 'tenantPredicate', why });
    }
  });

  test.each(['config', 'attestationManifest'] as const)(
    'a stranger’s word about the %s keeps the graver reason',
    (member) => {
      const about = member === 'config' ? CONFIG : ATTESTATION;
      expect(worth(provenance({ about, checked: verified(stranger()) }))?.why).toBe('signer not tied to this image');
    },
  );
});

describe('what is not verified', () => {
  const CODES: readonly CheckCode[] = [
    'NOT_CHECKED',
    'NO_TRUST_ROOT',
    'NO_KEY',
    'UNSUPPORTED_KIND',
    'NO_LOG_ENTRY',
    'NO_TIMESTAMP',
    'BAD_SIGNATURE',
    'SUBJECT_MISMATCH',
  ];
  test.each(CODES)('%s: attested with its reason, where it was not rejected', (code) => {
    expect(worth(provenance({ checked: unchecked(code) }))).toEqual({
      strength: 'attested',
      rank: 'tenantPredicate',
      why: reasonFor(code),
    });
  });

  test.each(CODES)('%s: nothing at all, where it was rejected', (code) => {
    expect(worth(provenance({ checked: rejected(code) }))).toBeUndefined();
    expect(worth(simpleSignature({ checked: rejected(code) }))).toBeUndefined();
  });

  test('unsigned stands behind everything that is signed', () => {
    const document = provenance({ checked: UNSIGNED });
    expect(worth(document)).toEqual({ strength: 'attested', rank: 'unsignedPredicate', why: 'unsigned' });
    expect(isUnsigned(document)).toBe(true);
    expect(isUnsigned(provenance({ checked: unchecked('NO_KEY') }))).toBe(false);
    expect(isUnsigned(provenance({ checked: rejected('UNSIGNED') }))).toBe(false);
  });

  test('every reason is a phrase of its own', () => {
    const phrases = CODES.map(reasonFor);
    expect(new Set(phrases).size).toBe(CODES.length);
    expect(phrases.filter((phrase) => !/^[a-z][^.]+$/.test(phrase))).toEqual([]);
  });
});

describe('which member of the digest set a document is about', () => {
  test.each([
    ['platform', PLATFORM],
    ['index', INDEX],
    ['config', CONFIG],
    ['attestationManifest', ATTESTATION],
    [undefined, STRANGE],
  ] as const)('%s', (member, about) => {
    expect(bindingOfDocument(provenance({ about }), DIGESTS)).toBe(member);
    expect(bindingOfDocument(simpleSignature({ about }), DIGESTS)).toBe(member);
  });

  test('of several subjects, the one that says most about the image, in whatever order', () => {
    const about = (...digests: Parameters<typeof statementOf>[2][]): SignedDocument => ({
      ...(stating(SPDX, {}) as Extract<SignedDocument, { kind: 'statement' }>),
      statement: statementOf(SPDX, {}, ...digests),
    });
    expect(bindingOfDocument(about(STRANGE, CONFIG, ATTESTATION, INDEX, PLATFORM), DIGESTS)).toBe('platform');
    expect(bindingOfDocument(about(CONFIG, ATTESTATION, INDEX), DIGESTS)).toBe('index');
    expect(bindingOfDocument(about(CONFIG, ATTESTATION), DIGESTS)).toBe('attestationManifest');
    expect(bindingOfDocument(about(), DIGESTS)).toBeUndefined();
  });

  test('by digest alone: a name binds nothing, an unknown algorithm neither', () => {
    const named: SignedDocument = {
      ...(stating(SPDX, {}) as Extract<SignedDocument, { kind: 'statement' }>),
      statement: {
        ...statementOf(SPDX, {}),
        subject: [
          { name: PLATFORM, uri: PLATFORM, digest: {} },
          {
            name: 'ghcr.io/acme/shop',
            digest: { md5: PLATFORM.slice(7), sha256: PLATFORM.slice(8), sha512: PLATFORM.slice(7) },
          },
        ],
      },
    };
    expect(digestsOf(named)).toEqual([]);
    expect(bindingOfDocument(named, DIGESTS)).toBeUndefined();
  });

  test('what is not understood is about nothing', () => {
    const opaque: SignedDocument = {
      kind: 'opaque',
      mediaType: 'application/vnd.cncf.notary.signature',
      document: PLATFORM,
      carrier: 'referrers API',
      checked: verified(workflowSigner()),
    };
    expect(bindingOfDocument(opaque, DIGESTS)).toBeUndefined();
  });
});
