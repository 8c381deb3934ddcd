import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import type { SignedDocument } from '../../../../src/core/model/statement.ts';
import { isClusterImagePolicy, parseClusterImagePolicy } from '../../../../src/core/policy/cluster-image-policy.ts';
import { evaluatePolicy } from '../../../../src/core/policy/evaluate-policy.ts';
import { rulesFor } from '../../../../src/core/policy/image-rules.ts';
import { digestOf } from '../../../support/reports.ts';
import {
  GITHUB,
  INDEX,
  SPDX,
  WORKFLOW,
  keySigner,
  simpleSignature,
  stating,
  stranger,
  verified,
  workflowSigner,
} from '../claims/documents.ts';
import { NOW, imageWith } from './policies.ts';

const PEM = '-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n';
const fingerprintOf = (pem: string) => (pem.includes('MFkw') ? keySigner().fingerprint : undefined);

function file(spec: object, more: { name?: string; version?: string } = {}): string {
  const { name = 'release', version = 'v1beta1' } = more;
  return JSON.stringify({
    apiVersion: `policy.sigstore.dev/${version}`,
    kind: 'ClusterImagePolicy',
    metadata: { name },
    spec,
  });
}
const IMAGES = [{ glob: 'ghcr.io/acme/**' }];
const keyless = (...identities: readonly object[]) => ({ keyless: { url: 'https://fulcio.sigstore.dev', identities } });
const read = (text: string) => parseClusterImagePolicy({ text, path: 'cip.yaml' }, fingerprintOf);

function verdict(authorities: readonly object[], documents: readonly SignedDocument[]): string {
  const { policy } = read(file({ images: IMAGES, authorities }));
  return evaluatePolicy(policy, imageWith(documents), { now: NOW, pins: [] }).verdict;
}
function refusal(spec: object): ToolError {
  try {
    read(file({ images: IMAGES, authorities: [keyless({ issuer: GITHUB, subject: WORKFLOW })], ...spec }));
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('authorities', () => {
  const exact = keyless({ issuer: GITHUB, subject: WORKFLOW });
  const key = { key: { data: PEM } };
  const byKey = simpleSignature({ checked: verified(keySigner(), 'keys'), document: digestOf('2') });

  test('keyless, by exact identity', () => {
    expect([
      verdict([exact], [simpleSignature()]),
      verdict([exact], [simpleSignature({ checked: verified(stranger()) })]),
      verdict([exact], []),
    ]).toEqual(['pass', 'fail', 'fail']);
  });

  test('a key, which is handed over for checking signatures', () => {
    expect([verdict([key], [byKey]), verdict([key], [simpleSignature()])]).toEqual(['pass', 'fail']);
    expect(read(file({ images: IMAGES, authorities: [key] })).keys).toEqual([PEM]);
    expect(refusal({ authorities: [{ key: { data: 'no key' } }] }).message).toBe('cip.yaml: a key that is none');
  });

  test('any of several', () => {
    expect(verdict([key, exact], [simpleSignature()])).toBe('pass');
  });

  test('what was signed is the index, where there is one', () => {
    expect(verdict([exact], [simpleSignature({ about: INDEX })])).toBe('pass');
  });

  test('attestations of a predicate type, by cosign’s short names too', () => {
    const spdx = stating(SPDX, {});
    for (const predicateType of ['spdx', 'spdxjson', SPDX]) {
      const authority = { ...exact, attestations: [{ name: 'sbom', predicateType }] };
      expect([verdict([authority], [spdx]), verdict([authority], [simpleSignature()])]).toEqual(['pass', 'fail']);
      expect(verdict([authority], [stating(SPDX, {}, { checked: verified(stranger()) })])).toBe('fail');
    }
  });

  test('expressions are found anywhere in the text, as in the cluster', () => {
    const open = keyless({ issuerRegExp: 'token.actions', subjectRegExp: 'https://github.com/acme/shop' });
    const evil = workflowSigner({ identity: WORKFLOW.replace('acme/shop', 'acme/shop-evil') });
    const shut = keyless({ issuer: GITHUB, subjectRegExp: '^https://github.com/acme/shop/.*$' });
    expect([
      verdict([open], [simpleSignature()]),
      verdict([open], [simpleSignature({ checked: verified(evil) })]),
    ]).toEqual(['pass', 'pass']);
    expect([
      verdict([shut], [simpleSignature()]),
      verdict([shut], [simpleSignature({ checked: verified(evil) })]),
    ]).toEqual(['pass', 'fail']);
  });

  test('a root that was added does not speak for the public one’s issuers', () => {
    const open = keyless({ issuerRegExp: '.*', subjectRegExp: '.*' });
    expect(verdict([open], [simpleSignature({ checked: verified(workflowSigner(), 'file:/srv/root.json') })])).toBe(
      'fail',
    );
  });
});

describe('warnings', () => {
  const warnings = (spec: object) =>
    read(file({ images: IMAGES, authorities: [keyless({ issuer: GITHUB, subject: WORKFLOW })], ...spec })).policy
      .warnings;

  test('show what an expression that is not anchored matches too', () => {
    const authorities = [keyless({ issuer: GITHUB, subjectRegExp: 'https://github.com/acme/shop' })];
    expect(warnings({ authorities })).toEqual([
      'release: the expression https://github.com/acme/shop is not anchored at both ends: https://evil.example/?https://github.com/acme/shop-evil matches too',
    ]);
    expect(
      warnings({ authorities: [keyless({ issuer: GITHUB, subjectRegExp: '^https://github.com/acme/.*$' })] }),
    ).toEqual([]);
  });

  test('tell what is not followed', () => {
    expect(warnings({ match: [{ resource: 'pods', group: '', version: 'v1' }] })[0]).toContain(
      'match selects resources',
    );
    expect(warnings({ images: [{ glob: 'ghcr.io/acme/shop' }] })[0]).toContain('ghcr.io/acme/shop@* does');
    expect(warnings({ images: [{ glob: 'ghcr.io/acme/shop:v*' }] })[0]).toContain('names a tag');
    expect(
      warnings({
        authorities: [{ keyless: { identities: [{ issuer: GITHUB, subject: WORKFLOW }], insecureIgnoreSCT: true } }],
      })[0],
    ).toContain('SCT');
    expect(warnings({})).toEqual([]);
  });
});

describe('images', () => {
  const chosen = (name: string, ...globs: readonly string[]) => {
    const texts = globs.map((glob, index) =>
      file({ images: [{ glob }], authorities: [{ key: { data: PEM } }] }, { name: `p${index}`, version: 'v1alpha1' }),
    );
    return rulesFor(read(texts.join('\n---\n')).policy, name).map(({ rule }) => rule.name);
  };

  test('every policy that matches must be met, not only the most specific', () => {
    expect(chosen('ghcr.io/acme/shop', '**', 'ghcr.io/acme/*', 'ghcr.io/other/*')).toEqual(['p0', 'p1']);
  });

  test('Docker Hub is called as in the cluster', () => {
    const globs = ['index.docker.io/library/*', '*', 'docker.io/**', '*/*'];
    expect(chosen('docker.io/library/alpine', ...globs)).toEqual(['p0', 'p1', 'p3']);
    expect(chosen('docker.io/acme/shop', '*/*')).toEqual(['p0']);
  });

  test('with their digest, or without', () => {
    expect(chosen('ghcr.io/acme/shop', 'ghcr.io/acme/shop', 'ghcr.io/acme/shop@*', 'ghcr.io/acme/sho')).toEqual([
      'p0',
      'p1',
    ]);
  });

  test('an image that none matches fails', () => {
    const { policy } = read(file({ images: [{ glob: 'quay.io/**' }], authorities: [{ key: { data: PEM } }] }));
    expect(evaluatePolicy(policy, imageWith([]), { now: NOW, pins: [] })).toMatchObject({
      verdict: 'fail',
      isUnruled: true,
    });
  });

  test('mode: warn lets through, and says so', () => {
    const { policy } = read(file({ images: IMAGES, mode: 'warn', authorities: [{ key: { data: PEM } }] }));
    expect(evaluatePolicy(policy, imageWith([]), { now: NOW, pins: [] })).toMatchObject({
      verdict: 'pass',
      rules: [{ found: 'fail', waiver: { kind: 'warn' } }],
    });
  });
});

describe('what cannot be judged here is refused by name', () => {
  const exact = keyless({ issuer: GITHUB, subject: WORKFLOW });
  test.each<[string, object, string]>([
    ['spec.policy', { policy: { type: 'rego', data: 'package x' } }, 'CUE or Rego'],
    [
      'spec.authorities.0.attestations.0.policy',
      {
        authorities: [
          { ...exact, attestations: [{ name: 'a', predicateType: 'custom', policy: { type: 'cue', data: 'x: 1' } }] },
        ],
      },
      'CUE or Rego',
    ],
    ['spec.authorities.0.static', { authorities: [{ ...exact, static: { action: 'pass' } }] }, 'static checks nothing'],
    ['spec.authorities.0.key.kms', { authorities: [{ key: { data: PEM, kms: 'gcpkms://x' } }] }, 'a key in data'],
    [
      'spec.authorities.0.keyless.trustRootRef',
      { authorities: [{ keyless: { identities: [{ issuer: GITHUB, subject: WORKFLOW }], trustRootRef: 'mine' } }] },
      '--trusted-root',
    ],
    [
      'spec.authorities.0.source',
      { authorities: [{ ...exact, source: [{ oci: 'quay.io/x' }] }] },
      'where the image is',
    ],
    ['spec.authorities', { authorities: [] }, '>=1'],
    ['spec.authorities.0', { authorities: [{ name: 'nobody' }] }, 'either key or keyless'],
    [
      'spec.authorities.0.keyless.identities.0',
      { authorities: [keyless({ issuer: GITHUB })] },
      'either subject or subjectRegExp',
    ],
    [
      'spec.authorities.0.keyless.url',
      {
        authorities: [
          { keyless: { url: 'https://fulcio.evil.example', identities: [{ issuer: GITHUB, subject: WORKFLOW }] } },
        ],
      },
      'https://fulcio.sigstore.dev',
    ],
  ])('%s', (key, spec, expected) => {
    const error = refusal(spec);
    expect(error.code).toBe('INVALID_CONFIGURATION');
    expect(error.message).toMatch(
      new RegExp(`^cip\\.yaml:\\d+:\\d+: ${key.replaceAll('.', '\\.')} is not what is expected$`),
    );
    expect(error.expected).toContain(expected);
  });

  test('an expression that is none, a name that is there twice, another kind', () => {
    expect(refusal({ authorities: [keyless({ issuer: GITHUB, subjectRegExp: '(' })] }).message).toBe(
      'cip.yaml: no RE2 expression: (',
    );
    const one = file({ images: IMAGES, authorities: [exact] });
    expect(() => read(`${one}\n---\n${one}`)).toThrow('two policies are called release');
    expect(() => read('apiVersion: v1\nkind: ConfigMap\n')).toThrow(/apiVersion is not what is expected/);
    expect(() => read('# nothing\n---\n')).toThrow('no policy in it');
  });

  test('places are those of the whole file', () => {
    const one = file({ images: IMAGES, authorities: [exact] });
    const bad =
      'apiVersion: policy.sigstore.dev/v1beta1\nkind: ClusterImagePolicy\nmetadata: { name: b }\nspec:\n  imagez: []\n';
    expect(() => read(`# first\n---\n${one}\n---\n${bad}`)).toThrow('cip.yaml:8:1: spec.images is missing');
  });
});

test('a file is known by what it begins with', () => {
  expect(isClusterImagePolicy({ text: 'apiVersion: policy.sigstore.dev/v1beta1\nkind: x\n' })).toBe(true);
  expect(isClusterImagePolicy({ text: '# c\napiVersion: "policy.sigstore.dev/v1alpha1"\n' })).toBe(true);
  expect(isClusterImagePolicy({ text: 'version: 1\n# apiVersion: policy.sigstore.dev/v1beta1\n' })).toBe(false);
});

test('whatever the bytes, there is a policy or the tool’s own error', () => {
  const word = fc.constantFrom(
    'apiVersion: policy.sigstore.dev/v1beta1',
    'kind: ClusterImagePolicy',
    'metadata: {name: a}',
    'spec:',
    '  images: [{glob: "**"}]',
    '  authorities:',
    '  - key: {data: MFkw}',
    '---',
    '\t',
    '*a',
    '{',
    '- ',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(word, { maxLength: 12 }).map((words) => words.join('\n')),
  );
  fc.assert(
    fc.property(text, (some) => {
      try {
        expect(read(some).policy.rules.length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(ToolError);
      }
    }),
  );
});
