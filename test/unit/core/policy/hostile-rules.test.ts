import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import { exceptionsFor } from '../../../../src/core/policy/exceptions.ts';
import { rulesFor } from '../../../../src/core/policy/image-rules.ts';
import { leavesOf } from '../../../../src/core/policy/judgement.ts';
import type { JudgedPlatforms } from '../../../../src/core/policy/platforms.ts';
import { judgePlatforms } from '../../../../src/core/policy/platforms.ts';
import { policyNeeds } from '../../../../src/core/policy/policy-needs.ts';
import { AT, GITHUB, WORKFLOW, keySigner } from '../claims/documents.ts';
import { imageWith, known, policyOf, verdict } from './policies.ts';

/** Ways around a policy by how its rules are found, extended, excepted from, and counted. */

const SIGNED = { signers: { of: [{ issuer: GITHUB, identity: WORKFLOW }] } };
const NEVER = { provenance: { triggers: ['never'] } };
const KEY = { signers: { of: [{ key: keySigner().fingerprint }] } };

function refusal(...given: Parameters<typeof policyOf>): ToolError {
  try {
    policyOf(...given);
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a pattern that no image’s name can have would leave its images to a weaker rule', () => {
  test.each([
    'GHCR.io/acme/*',
    '*.Acme.example/**',
    'docker.io/alpine',
    'docker.io/*',
    'index.docker.io/library/alpine',
    'registry-1.docker.io/**',
    'acme/shop',
    'ghcr.io/acme//shop',
    'ghcr.io/acme/../shop',
    'ghcr.io/acme/-*',
  ])('%s is refused', (pattern) => {
    expect(refusal(SIGNED, { rule: { images: [pattern] } }).message).toContain('rules.0.images.0');
    const exceptions = [{ rule: 'release', images: pattern, reason: 'x', owner: 'y', expires: '2027-01-01' }];
    expect(refusal(SIGNED, { file: { exceptions } }).message).toContain('exceptions.0.images');
  });

  test.each([
    ['docker.io/library/*', 'docker.io/library/alpine'],
    ['docker.io/**', 'docker.io/acme/shop'],
    ['**', 'ghcr.io/acme/shop'],
    ['*/acme/**', 'localhost:5000/acme/shop/api'],
    ['*.acme.example/**', 'cr.acme.example/x'],
    ['ghcr.io/acme/shop-*', 'ghcr.io/acme/shop-api'],
    ['ghcr.io/acme/*-prod', 'ghcr.io/acme/shop-prod'],
    ['ghcr.io/acme/shop**', 'ghcr.io/acme/shop/api'],
    ['ghcr.io/*/*', 'ghcr.io/acme/shop'],
    ['localhost/x', 'localhost/x'],
    ['[::1]:5000/a', '[::1]:5000/a'],
    ['oci:/srv/**', 'oci:/srv/Layout A'],
  ])('%s is not, and is for %s', (pattern, name) => {
    expect(rulesFor(policyOf(SIGNED, { rule: { images: [pattern] } }), name)).toHaveLength(1);
  });

  test.each([
    ['ghcr.io/acme/*', 'ghcr.io/acme-evil/shop'],
    ['ghcr.io/acme/*', 'evil.example/ghcr.io/acme/shop'],
    ['ghcr.io/acme/**', 'ghcr.io:443/acme/shop'],
    ['docker.io/library/*', 'docker.io/evil/library/x'],
    ['*/acme/shop', 'oci:/srv/acme/shop'],
    ['ghcr.io/acme/shop', 'ghcr.io/acme/ѕhop'],
  ])('%s is not for %s', (pattern, name) => {
    expect(rulesFor(policyOf(SIGNED, { rule: { images: [pattern] } }), name)).toEqual([]);
  });
});

describe('what extends a rule is never weaker than it', () => {
  const extending = (parent: object, child: object) =>
    policyOf(SIGNED, { rule: { extends: 'base', ...child }, rules: [{ name: 'base', require: NEVER, ...parent }] });
  const release = (policy: ReturnType<typeof policyOf>) => policy.rules.find(({ name }) => name === 'release');

  test('a demand on platforms stays where another one is added', () => {
    const both = extending({ platforms: { required: 'every' } }, { platforms: { inheritFromIndex: true } });
    const listed = known(['linux/amd64', 'linux/arm64']);
    const judged = [as('linux/amd64')];
    expect(judgePlatforms(both, { foundAt: [AT], listed, judged })?.verdict).toBe('undecided');
    const more = extending({ platforms: { required: 'every' } }, { platforms: { required: ['linux/s390x'] } });
    expect(judgePlatforms(more, { foundAt: [AT], listed: known(['linux/amd64']), judged })?.verdict).toBe('fail');
    const fewer = extending({ platforms: { required: ['linux/s390x'] } }, { platforms: { required: ['linux/amd64'] } });
    expect(judgePlatforms(fewer, { foundAt: [AT], listed: known(['linux/amd64']), judged })?.verdict).toBe('fail');
  });

  test('a rule that warns makes no other rule warn', () => {
    expect(release(extending({ mode: 'warn' }, {}))?.mode).toBe('enforce');
    expect(release(extending({ mode: 'enforce' }, { mode: 'warn' }))?.mode).toBe('warn');
    const file = { mode: 'warn' };
    const strict = { name: 'base', mode: 'enforce', require: NEVER };
    expect(release(policyOf(SIGNED, { rule: { extends: 'base' }, rules: [strict], file }))?.mode).toBe('enforce');
  });
});

function as(
  platform: string,
  verdictOf: JudgedPlatforms['judged'][number]['judgement']['verdict'] = 'pass',
): JudgedPlatforms['judged'][number] {
  return { platform, judgement: { verdict: verdictOf, reason: 'x', rules: [], isUnruled: false } };
}

describe('platforms', () => {
  const held = (required: unknown, listed: readonly string[], judged: JudgedPlatforms['judged'], rule: object = {}) =>
    judgePlatforms(policyOf(SIGNED, { rule: { platforms: { required }, ...rule } }), {
      foundAt: [AT],
      listed: known(listed),
      judged,
    });

  test('one that an index lists twice has not passed by one of the two', () => {
    for (const required of ['every', ['linux/amd64']]) {
      const twice = ['linux/amd64', 'linux/amd64'];
      expect(held(required, twice, [as('linux/amd64')])?.verdict).toBe('undecided');
      expect(held(required, twice, [as('linux/amd64'), as('linux/amd64', 'fail')])?.verdict).toBe('fail');
      expect(held(required, twice, [as('linux/amd64'), as('linux/amd64')])?.verdict).toBe('pass');
    }
  });

  test('nor all variants by one of them', () => {
    const variants = ['linux/arm/v6', 'linux/arm/v7'];
    expect(held(['linux/arm'], variants, [as('linux/arm/v7')])?.verdict).toBe('undecided');
    expect(held(['linux/arm/v7'], variants, [as('linux/arm/v7')])?.verdict).toBe('pass');
  });

  test('a rule that warns only warns of them, and says what was found', () => {
    const warned = held(['linux/s390x'], ['linux/amd64'], [as('linux/amd64')], { mode: 'warn' });
    expect(warned?.verdict).toBe('pass');
    expect(warned === undefined ? [] : leavesOf(warned)).toMatchObject([
      { got: 'there is none, which is only a warning' },
    ]);
  });
});

describe('exceptions', () => {
  const exception = { reason: 'being moved', owner: 'team-shop', expires: '2026-11-21' };

  test('at no moment that is one, an exception has expired', () => {
    const { image } = imageWith([]).dossier;
    const [found] = exceptionsFor([{ rule: 'r', images: '**', ...exception }], { rule: 'r', image, now: 'tomorrow' });
    expect(found?.isExpired).toBe(true);
  });

  test('the last day ends in UTC, whatever zone the moment is written in', () => {
    const file = { exceptions: [{ rule: 'release', images: 'ghcr.io/acme/shop', ...exception }] };
    const at = (moment: string) => verdict(KEY, [], { file, options: { at: moment } });
    expect([at('2026-11-22T01:59:59+02:00'), at('2026-11-21T22:00:00-02:00')]).toEqual(['pass', 'fail']);
  });

  test('from a rule that is for no images excepts nothing, which is told', () => {
    const rules = [{ name: 'base', require: NEVER }];
    const file = { exceptions: [{ rule: 'base', images: 'ghcr.io/acme/shop', ...exception }] };
    expect(refusal(SIGNED, { rule: { extends: 'base' }, rules, file }).expected).toContain('a rule with images');
  });
});

describe('so many of', () => {
  test('the same thing twice is one thing', () => {
    expect(refusal({ atLeast: { n: 2, of: [SIGNED, SIGNED] } }).expected).toContain('choices');
    expect(refusal({ signers: { of: [...KEY.signers.of, ...KEY.signers.of], atLeast: 2 } }).expected).toContain(
      'named',
    );
  });
});

test('a root of trust is named, and never any', () => {
  const signers = { of: [{ issuer: GITHUB, identity: WORKFLOW, root: '*' }] };
  expect(refusal({ signers }).code).toBe('INVALID_CONFIGURATION');
});

test('whoever demands the default branch has the repository asked for it', () => {
  const policy = policyOf({ provenance: { ref: { defaultBranch: true } } });
  expect(policyNeeds(policy).ofImage('ghcr.io/acme/shop').source).toBe(true);
});
