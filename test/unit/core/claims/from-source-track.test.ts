import { describe, expect, test } from 'vitest';
import { claimsOfSourceTrack } from '../../../../src/core/claims/from-source-track.ts';
import type { Checked, SignedDocument } from '../../../../src/core/model/statement.ts';
import { factsOfSource } from '../../../../src/core/source/facts.ts';
import { digestOf } from '../../../support/reports.ts';
import { AS_IT_IS, COMMIT, SHOP, askedOf, sourceOf } from '../source/reads.ts';

const WORKFLOW =
  'https://github.com/slsa-framework/source-actions/.github/workflows/compute_slsa_source.yml@refs/heads/main';
const ISSUER = 'https://token.actions.githubusercontent.com';

function signedBy(identity = WORKFLOW, run = SHOP, more: { issuer?: string; root?: string } = {}): Checked {
  const { issuer = ISSUER, root = 'public-good' } = more;
  const signer = { kind: 'certificate' as const, identity, issuer, authority: 'sigstore.dev', extensions: { 12: run } };
  return { assurance: 'verified', signer, times: ['2026-03-01T12:00:00Z'], logEntries: [], root };
}

type Parts = {
  readonly checked?: Checked;
  readonly commit?: string;
  readonly resource?: string;
  readonly result?: string;
};

function summary({
  checked = signedBy(),
  commit = COMMIT,
  resource = `git+${SHOP}`,
  result = 'PASSED',
}: Parts = {}): SignedDocument {
  return {
    kind: 'statement',
    document: digestOf('d0c'),
    carrier: 'notes',
    checked,
    statement: {
      type: 'https://in-toto.io/Statement/v1',
      predicateType: 'https://slsa.dev/verification_summary/v1',
      subject: [{ digest: { gitCommit: commit } }],
      predicate: {
        verifier: { id: 'https://github.com/slsa-framework/source-actions' },
        resourceUri: resource,
        verificationResult: result,
        verifiedLevels: ['SLSA_SOURCE_LEVEL_3'],
      },
    },
  };
}
function claimed(note: SignedDocument, about = askedOf()): readonly unknown[] {
  const read = sourceOf({ notes: [note], asked: about });
  return claimsOfSourceTrack(factsOfSource(read)).map(({ claim, strength, why }) =>
    claim.kind === 'fact' ? [claim.name, claim.value, strength, why] : [],
  );
}
const worth = (checked: Checked) => claimed(summary({ checked }))[0];
const attested = (why: unknown) => ['sourceLevel', 'SLSA_SOURCE_LEVEL_3', 'attested', why];

describe('the level of a commit, by the notes on it', () => {
  test('is verified where SLSA’s own workflow signed it in a run of this repository', () => {
    expect(claimed(summary())).toEqual([['sourceLevel', 'SLSA_SOURCE_LEVEL_3', 'verified', undefined]]);
  });

  test.each([
    ['another workflow', signedBy(`${SHOP}/.github/workflows/mine.yml@refs/heads/main`)],
    ['the workflow of a fork of it', signedBy(WORKFLOW.replace('slsa-framework', 'mallory'))],
    ['another version of it', signedBy(WORKFLOW.replace('heads/main', 'heads/mine'))],
    ['a run of another repository', signedBy(WORKFLOW, 'https://github.com/mallory/shop')],
    ['another issuer', signedBy(WORKFLOW, SHOP, { issuer: 'https://gitlab.com' })],
    ['a root of somebody’s own', signedBy(WORKFLOW, SHOP, { root: 'mallory' })],
  ])('is only attested by %s', (_whose, checked) => {
    expect(worth(checked)).toEqual(attested('signer not tied to this repository'));
  });

  test('is only attested without a signature, and nothing where it does not hold', () => {
    const rest = { code: 'UNSIGNED', expected: 'a signature', got: 'none' } as const;
    expect(worth({ assurance: 'attested', ...rest })).toEqual(attested('unsigned'));
    expect(worth({ assurance: 'rejected', ...rest })).toBeUndefined();
  });

  test.each([
    ['another commit', summary({ commit: 'e2'.repeat(20) })],
    ['another repository', summary({ resource: 'git+https://github.com/mallory/shop' })],
    ['a check that failed', summary({ result: 'FAILED' })],
  ])('is nothing by a note of %s', (_what, note) => {
    expect(claimed(note)).toEqual([]);
  });

  test('of the head is not the image’s', () => {
    expect(claimed(summary(), askedOf(AS_IT_IS))).toEqual([]);
  });
});
