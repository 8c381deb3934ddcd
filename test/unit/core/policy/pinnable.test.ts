import { describe, expect, test } from 'vitest';
import { pinnableSigners, unpinnableDocuments } from '../../../../src/core/policy/pinnable.ts';
import type { SignedDocument } from '../../../../src/core/model/statement.ts';
import {
  ATTESTATION,
  CONFIG,
  GITHUB,
  INDEX,
  PROVENANCE,
  SIGNATURE,
  SPDX,
  STRANGE,
  UNSIGNED,
  WORKFLOW,
  judgedImage,
  keySigner,
  provenance,
  rejected,
  simpleSignature,
  stating,
  stranger,
  unchecked,
  verified,
  workflowSigner,
} from '../claims/documents.ts';

const EXACT = { kind: 'certificate', issuer: GITHUB, identity: WORKFLOW, match: 'exact' };

function signers(...documents: readonly SignedDocument[]): readonly unknown[] {
  return pinnableSigners(judgedImage(documents)).map(({ signer }) => signer);
}

function reasons(...documents: readonly SignedDocument[]): readonly string[] {
  return unpinnableDocuments(judgedImage(documents)).map(({ why }) => why);
}

describe('who can be pinned', () => {
  test('who signed the image, its index, its provenance or its SBOM', () => {
    const documents = [simpleSignature(), stating(SIGNATURE, {}, { about: INDEX }), provenance(), stating(SPDX, {})];
    expect(signers(...documents)).toEqual([EXACT, EXACT, EXACT, EXACT]);
    expect(reasons(...documents)).toEqual([]);
  });

  test('a stranger and a key, by what they are called exactly', () => {
    const documents = [
      provenance({ checked: verified(stranger()) }),
      simpleSignature({ checked: verified(keySigner(), 'keys') }),
    ];
    expect(signers(...documents)).toEqual([
      { ...EXACT, identity: 'https://github.com/mallory/shop/.github/workflows/release.yml@refs/heads/main' },
      { kind: 'key', fingerprint: keySigner().fingerprint },
    ]);
  });

  test('with the root by which the signature holds', () => {
    const document = provenance({ checked: verified(workflowSigner(), 'file:/tmp/root.json') });
    expect(pinnableSigners(judgedImage([document])).map(({ root }) => root)).toEqual(['file:/tmp/root.json']);
  });

  test('who signed the attestation manifest that holds an unsigned statement about the image', () => {
    const layer = provenance({ checked: UNSIGNED, container: ATTESTATION });
    const signature = stating(SIGNATURE, {}, { about: ATTESTATION });
    expect(signers(layer, signature)).toEqual([EXACT]);
  });
});

describe('who cannot, and why', () => {
  test.each([
    [
      'whose signature does not hold',
      provenance({ checked: rejected() }),
      'signature does not hold: expected a signature that holds, got another one',
    ],
    [
      'whose signature was not checked',
      provenance({ checked: unchecked('NO_TRUST_ROOT') }),
      'no root of trust for its certificate: expected something, got something else',
    ],
    [
      'who did not sign',
      provenance({ checked: UNSIGNED }),
      'unsigned: expected a signed envelope, got a bare statement',
    ],
    ['who signed another image', provenance({ about: STRANGE }), 'about another image'],
    ['who signed another image plainly', simpleSignature({ about: STRANGE }), 'about another image'],
    [
      'who signed the config, which other images can have',
      provenance({ about: CONFIG }),
      'holds, and is about its config alone',
    ],
    [
      'who signed the attestation manifest alone',
      stating(SIGNATURE, {}, { about: ATTESTATION }),
      'holds, and is about an attestation manifest alone',
    ],
  ])('%s', (_, document, why) => {
    expect(signers(document)).toEqual([]);
    expect(reasons(document)).toEqual([why]);
  });

  test('whose certificate names no issuer', () => {
    const { issuer: _, ...anonymous } = workflowSigner();
    const document = provenance({ checked: verified(anonymous) });
    expect(signers(document)).toEqual([]);
    expect(unpinnableDocuments(judgedImage([document]))).toEqual([
      { predicateType: PROVENANCE, carrier: 'referrers API', why: 'its certificate names no issuer' },
    ]);
  });

  test('who signed a manifest that is not of this image', () => {
    const layer = provenance({ checked: UNSIGNED, container: STRANGE });
    expect(signers(layer, stating(SIGNATURE, {}, { about: STRANGE }))).toEqual([]);
  });
});
