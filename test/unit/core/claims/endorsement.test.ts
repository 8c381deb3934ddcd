import { describe, expect, test } from 'vitest';
import { endorse } from '../../../../src/core/claims/endorsement.ts';
import type { Pin } from '../../../../src/core/claims/speakers.ts';
import type { Evidence } from '../../../../src/core/model/evidence.ts';
import type { SignedDocument, SignerIdentity } from '../../../../src/core/model/statement.ts';
import { digestOf } from '../../../support/reports.ts';
import {
  AT,
  ATTESTATION,
  COMMIT,
  CONFIG,
  DIGESTS,
  PLATFORM,
  PROVENANCE,
  REPOSITORY,
  SIGNATURE,
  SPDX,
  STRANGE,
  UNSIGNED,
  gatheredOf,
  generator,
  keySigner,
  predicateOf,
  provenance,
  rejected,
  simpleSignature,
  stating,
  stranger,
  unchecked,
  verified,
  workflowSigner,
} from './documents.ts';

const LAYER = digestOf('1a7e');
const layer = (parts: Parameters<typeof provenance>[0] = {}): SignedDocument =>
  provenance({
    checked: UNSIGNED,
    document: LAYER,
    container: ATTESTATION,
    carrier: 'attestation manifest in the index',
    ...parts,
  });
const signature = (signer: SignerIdentity = workflowSigner(), root?: string): SignedDocument =>
  simpleSignature({ about: ATTESTATION, checked: verified(signer, root), document: digestOf('51') });

function endorsed(documents: readonly SignedDocument[], pins: readonly Pin[] = []): readonly Evidence[] {
  return endorse(gatheredOf(documents, { pins }), { digests: DIGESTS, repositories: [AT], pins });
}

/** What the layer says the image was built from. */
function builtFrom(
  documents: readonly SignedDocument[],
  pins: readonly Pin[] = [],
): Partial<Record<keyof Evidence, unknown>>[] {
  return endorsed(documents, pins).flatMap(({ claim, strength, rank, why, origin }) =>
    claim.kind === 'edge' && claim.relation === 'builtFrom' && origin.document === LAYER
      ? [{ strength, rank, why }]
      : [],
  );
}
const AS_UNSIGNED = [{ strength: 'attested', rank: 400, why: 'unsigned' }];

describe('what a layer of a signed attestation manifest says', () => {
  test('is worth what the signature on its manifest is worth', () => {
    expect(builtFrom([layer()])).toEqual(AS_UNSIGNED);
    expect(builtFrom([layer(), signature()])).toEqual([{ strength: 'verified', rank: 300 }]);
    expect(builtFrom([layer(), signature(generator())])).toEqual([{ strength: 'verified', rank: 200 }]);
    expect(builtFrom([layer(), signature(stranger())])).toEqual([
      { strength: 'attested', rank: 300, why: 'signer not tied to this image' },
    ]);
  });

  test('also where the signature is a statement in cosign’s newer form', () => {
    const newer = stating(SIGNATURE, {}, { about: ATTESTATION, document: digestOf('52') });
    expect(builtFrom([layer(), newer])).toEqual([{ strength: 'verified', rank: 300 }]);
  });

  test('of several signatures the best counts, in whatever order they came', () => {
    const several = [signature(stranger()), signature(generator()), signature()];
    for (const documents of [several, several.toReversed(), [several[1]!, several[0]!, several[2]!]]) {
      expect(builtFrom([layer(), ...documents])).toEqual([{ strength: 'verified', rank: 200 }]);
    }
  });

  test('a pinned key endorses, as Docker’s own images have it', () => {
    const pins: Pin[] = [{ images: AT.name, signer: { kind: 'key', fingerprint: keySigner().fingerprint } }];
    expect(builtFrom([layer(), signature(keySigner(), 'keys')], pins)).toEqual([{ strength: 'verified', rank: 300 }]);
    expect(builtFrom([layer(), signature(keySigner(), 'keys')])[0]?.strength).toBe('attested');
  });

  test('the signature’s own word is about the manifest, and stays so', () => {
    const [described] = endorsed([signature()]);
    expect(described).toMatchObject({ strength: 'attested', why: 'about an attestation manifest alone' });
  });
});

describe('nothing is endorsed', () => {
  test.each<[string, SignedDocument]>([
    ['by a rejected signature', simpleSignature({ about: ATTESTATION, checked: rejected() })],
    ['by an unsigned one', simpleSignature({ about: ATTESTATION, checked: UNSIGNED })],
    ['by a signature of another manifest', simpleSignature({ about: STRANGE })],
    ['by a signature of the image', simpleSignature({ about: PLATFORM })],
    ['by a signed SBOM about the manifest (traps V12)', stating(SPDX, {}, { about: ATTESTATION })],
    ['by signed provenance about the manifest (traps V12)', stating(PROVENANCE, predicateOf(), { about: ATTESTATION })],
    ['by a predicate type that begins alike', stating(`${SIGNATURE}/evil`, {}, { about: ATTESTATION })],
  ])('%s', (_name, document) => {
    expect(builtFrom([layer(), document])).toEqual(AS_UNSIGNED);
  });

  test('where the signature was not checked, its reason takes the place of "unsigned"', () => {
    const document = simpleSignature({ about: ATTESTATION, checked: unchecked('NO_TRUST_ROOT') });
    expect(builtFrom([layer(), document])).toEqual([
      { strength: 'attested', rank: 300, why: 'no root of trust for its certificate' },
    ]);
  });

  test('that lies in another manifest, or in none', () => {
    expect(builtFrom([layer({ container: STRANGE }), signature()])).toEqual(AS_UNSIGNED);
    const { container: _, ...loose } = layer();
    expect(builtFrom([loose, signature()])).toEqual(AS_UNSIGNED);
  });

  test('of a manifest that is none of this image, although it is signed', () => {
    const foreign = simpleSignature({ about: STRANGE });
    expect(builtFrom([layer({ container: STRANGE }), foreign])).toEqual(AS_UNSIGNED);
  });

  test('that is about another image: a manifest moved into this index brings nothing with it', () => {
    expect(builtFrom([layer({ about: STRANGE }), signature()])).toEqual([]);
  });

  test('that has a signature of its own, good or bad', () => {
    expect(builtFrom([layer({ checked: rejected() }), signature()])).toEqual([]);
    expect(builtFrom([layer({ checked: verified(stranger()) }), signature()])[0]).toMatchObject({
      strength: 'attested',
      why: 'signer not tied to this image',
    });
  });

  test('beyond its binding: the config alone is not this image', () => {
    expect(builtFrom([layer({ about: CONFIG }), signature()])).toEqual([
      { strength: 'attested', rank: 302, why: 'about its config alone' },
    ]);
  });
});

test('a client’s hint stays the client’s word, whoever signs the document that quotes it', () => {
  const buildkit = stating(
    'https://slsa.dev/provenance/v0.2',
    {
      builder: { id: '' },
      buildType: 'https://mobyproject.org/buildkit@v1',
      invocation: { parameters: { frontend: 'dockerfile.v0', locals: [{ name: 'context' }] } },
      metadata: { 'https://mobyproject.org/buildkit@v1#metadata': { vcs: { source: REPOSITORY, revision: COMMIT } } },
    },
    { checked: UNSIGNED, document: LAYER, container: ATTESTATION },
  );
  expect(builtFrom([buildkit])).toEqual([
    { strength: 'attested', rank: 450, why: 'unsigned; the word of the client that asked for the build' },
  ]);
  expect(builtFrom([buildkit, signature(generator())])).toEqual([
    { strength: 'attested', rank: 250, why: 'the word of the client that asked for the build' },
  ]);
});

test('evidence that no endorsed document gave is as it was', () => {
  const documents = [provenance({ checked: verified(stranger()), document: digestOf('07') }), layer(), signature()];
  const before = gatheredOf(documents).evidence.filter(({ origin }) => origin.document !== LAYER);
  expect(before.length).toBeGreaterThan(3);
  expect(endorsed(documents).filter(({ origin }) => origin.document !== LAYER)).toEqual(before);
});
