import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ToolError } from '../../../../src/core/errors.ts';
import type { SignedDocument } from '../../../../src/core/model/statement.ts';
import { evaluatePolicy } from '../../../../src/core/policy/evaluate-policy.ts';
import { initialPolicy } from '../../../../src/core/policy/init-policy.ts';
import { tagPattern } from '../../../../src/core/policy/init-signers.ts';
import { policyText } from '../../../../src/core/policy/init-text.ts';
import { parsePolicy } from '../../../../src/core/policy/policy-file.ts';
import type { PolicyInput } from '../../../../src/core/policy/policy-input.ts';
import {
  GITHUB,
  IMAGE,
  INDEX,
  REPOSITORY,
  keySigner,
  provenance,
  rejected,
  simpleSignature,
  stranger,
  verified,
  workflowSigner,
} from '../claims/documents.ts';
import { NOW, imageWith, known } from './policies.ts';

const OPTIONS = { now: NOW, pins: [] };

function written(...inputs: readonly PolicyInput[]): string {
  return policyText(initialPolicy(inputs, OPTIONS));
}
type Written = {
  rules: [{ name: string; images: string[]; platforms?: object; require: Record<string, Record<string, unknown>> }];
};
const read = (text: string) => (parse(text) as Written).rules[0];
function verdict(text: string, input: PolicyInput): string {
  return evaluatePolicy(parsePolicy({ text, path: 'policy.yaml' }), input, OPTIONS).verdict;
}
const tagged = (tag: string, parts: object = {}): SignedDocument => {
  const ref = `refs/tags/${tag}`;
  const identity = `${REPOSITORY}/.github/workflows/release.yml@${ref}`;
  const { extensions } = workflowSigner();
  return provenance({
    build: { ref, builder: identity },
    checked: verified(workflowSigner({ identity, extensions: { ...extensions, 9: identity, 14: ref, 18: identity } })),
    ...parts,
  });
};

describe('the policy of one image', () => {
  const text = written(imageWith([provenance()]));

  test('names its signer, its source, and what its build was', () => {
    expect(read(text)).toMatchObject({
      name: 'shop',
      images: ['ghcr.io/acme/shop'],
      require: {
        signers: {
          of: [
            { issuer: GITHUB, workflow: 'github.com/acme/shop/.github/workflows/release.yml', ref: 'refs/heads/main' },
          ],
        },
        provenance: {
          present: true,
          repositories: [REPOSITORY],
          ref: { branches: ['main'] },
          triggers: ['push'],
          runners: ['github-hosted'],
          buildLevel: 2,
        },
        materials: { digests: true },
      },
    });
  });

  test('says of each line where it came from, and what was left out and why', () => {
    const rule = text.slice(text.indexOf('rules:') + 7);
    for (const each of rule.split('\n').filter((line) => line !== '' && !/^ +[\w]+:$/.test(line)))
      expect(each).toMatch(/# .{5}/);
    expect(text).toContain('# left out: provenance.hermetic: nothing states it');
    expect(text).toContain('# left out: source.signedCommits: not heard');
    expect(text).toContain(`#   ghcr.io/acme/shop:1.4 (${IMAGE.digest})`);
  });

  test('is met by the image, and not by it altered, or signed by another', () => {
    expect(verdict(text, imageWith([provenance()]))).toBe('pass');
    for (const other of [
      provenance({ checked: verified(stranger()) }),
      provenance({ checked: rejected() }),
      provenance({ build: { repository: 'https://github.com/acme/other' } }),
      provenance({ build: { ref: 'refs/heads/topic' } }),
      simpleSignature(),
    ])
      expect(verdict(text, imageWith([other]))).toBe('fail');
  });
});

test('several images: what they have in common, with the ref of the next release left open', () => {
  const inputs = [imageWith([tagged('v1.4.0')]), imageWith([tagged('v1.5.0')])];
  const text = written(...inputs);
  expect(read(text).require).toMatchObject({
    signers: { of: [{ ref: 'refs/tags/v*' }] },
    provenance: { ref: { tags: ['v*'] }, builders: [`${REPOSITORY}/.github/workflows/release.yml@refs/tags/v*`] },
  });
  expect(text).toContain('left loose, since the next release has another tag');
  expect([...inputs, imageWith([tagged('v2.0.0')])].map((input) => verdict(text, input))).toEqual([
    'pass',
    'pass',
    'pass',
  ]);
  expect(verdict(text, imageWith([provenance()]))).toBe('fail');
});

test('a key; an index; what is known of the commit', () => {
  const byKey = simpleSignature({ checked: verified(keySigner(), 'keys'), about: INDEX });
  const source = {
    signature: known({ isGood: true, signer: 'jane' }),
    review: known({ reviewers: ['ann'], authors: ['joe'] }),
    owners: known(['@acme/shop']),
  };
  const input = imageWith([byKey], { source });
  const text = written(input);
  expect(read(text)).toMatchObject({
    platforms: { inheritFromIndex: true },
    require: {
      signers: { of: [{ key: keySigner().fingerprint }] },
      source: { signedCommits: true, reviewedBy: 1, ownersPresent: true },
    },
  });
  expect(read(text).require).not.toHaveProperty('provenance');
  expect(text).toContain('make sure that it is yours');
  expect(verdict(text, input)).toBe('pass');
});

test('a stranger who signed as well is not named', () => {
  const text = written(imageWith([provenance(), simpleSignature({ checked: verified(stranger()) })]));
  expect(text).not.toContain('mallory');
});

test('an image that nobody signed has no policy', () => {
  for (const documents of [[], [provenance({ checked: rejected() })]]) {
    expect(() => written(imageWith(documents))).toThrow(ToolError);
    expect(() => written(imageWith([provenance()]), imageWith(documents))).toThrow(/could be required/);
  }
});

test('tags, and what is left open in them', () => {
  expect(['refs/tags/v1.4.0', 'refs/tags/1.4', 'refs/tags/release-2026', 'refs/tags/latest'].map(tagPattern)).toEqual([
    'refs/tags/v*',
    'refs/tags/*',
    'refs/tags/release-*',
    'refs/tags/latest*',
  ]);
});

test('whatever strangers write, it is a policy, and the image meets it', () => {
  const nasty = fc.string({
    unit: fc.constantFrom('a', '\n', '"', '#', ':', ' ', '*', '{', '\u2028', '\u0085', '\u202e', "'", '- ', '\t'),
    maxLength: 12,
  });
  fc.assert(
    fc.property(nasty, nasty, (builder, carrier) => {
      const input = imageWith([provenance({ build: { builder: `https://x/${builder}` }, carrier })]);
      expect(verdict(written(input), input)).toBe('pass');
    }),
    { numRuns: 60 },
  );
});
